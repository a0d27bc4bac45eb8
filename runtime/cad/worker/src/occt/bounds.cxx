// The box of the exact shapes, and volumes and areas.
//
// The box equals BRepBndLib::AddOptimal over the whole model, but only faces that can reach its
// sides are measured: vertices give a box from inside, loose face boxes one from outside.
#include "hartomat-cad-worker/src/binding.rs.h"
#include "hartomat-cad-worker/src/occt/document.hxx"

#include <algorithm>

#include <BRepBndLib.hxx>
#include <BRepGProp.hxx>
#include <BRep_Tool.hxx>
#include <Bnd_Box.hxx>
#include <GProp_GProps.hxx>
#include <OSD_Parallel.hxx>
#include <TopExp.hxx>
#include <TopExp_Explorer.hxx>
#include <TopTools_IndexedMapOfShape.hxx>
#include <TopoDS.hxx>

namespace hartomat {

namespace {

struct Piece {
  TopoDS_Shape shape;
  Bnd_Box loose;
};

// Faces, and edges outside of faces, of one part in its own coordinates.
struct PartPieces {
  std::vector<Piece> pieces;
  std::vector<gp_Pnt> vertices;
  Bnd_Box loose;
};

PartPieces pieces_of(const TopoDS_Shape &shape, bool is_parallel) {
  PartPieces result;
  if (shape.IsNull()) {
    return result;
  }
  TopTools_IndexedMapOfShape vertices;
  TopExp::MapShapes(shape, TopAbs_VERTEX, vertices);
  for (int index = 1; index <= vertices.Extent(); ++index) {
    result.vertices.push_back(BRep_Tool::Pnt(TopoDS::Vertex(vertices(index))));
  }
  for (TopExp_Explorer faces(shape, TopAbs_FACE); faces.More(); faces.Next()) {
    result.pieces.push_back({faces.Current(), {}});
  }
  for (TopExp_Explorer edges(shape, TopAbs_EDGE, TopAbs_FACE); edges.More(); edges.Next()) {
    result.pieces.push_back({edges.Current(), {}});
  }
  OSD_Parallel::For(0, static_cast<int>(result.pieces.size()), [&](int index) {
    Piece &piece = result.pieces[index];
    BRepBndLib::Add(piece.shape, piece.loose, false);
    if (!piece.loose.IsVoid()) {
      piece.loose.Enlarge(0.01 * std::sqrt(piece.loose.SquareExtent()));
    }
  }, !is_parallel);
  for (const Piece &piece : result.pieces) {
    result.loose.Add(piece.loose);
  }
  return result;
}

// How far `box` reaches beyond `inner`.
double excess(const Bnd_Box &inner, const Bnd_Box &box) {
  if (box.IsVoid()) {
    return -1.0;
  }
  if (inner.IsVoid() || box.IsOpen()) {
    return 1e300;
  }
  const gp_XYZ low = inner.CornerMin().XYZ() - box.CornerMin().XYZ();
  const gp_XYZ high = box.CornerMax().XYZ() - inner.CornerMax().XYZ();
  return std::max({low.X(), low.Y(), low.Z(), high.X(), high.Y(), high.Z()});
}

struct Placed {
  const TopoDS_Shape *shape;
  const TopLoc_Location *location;
  Bnd_Box loose;
};

} // namespace

std::array<double, 6> Document::measure_bounds() {
  return guarded([&] {
    std::vector<PartPieces> parts;
    parts.reserve(parts_.size());
    for (const PartData &part : parts_) {
      parts.push_back(pieces_of(part.shape, is_parallel()));
    }
    Bnd_Box box;
    for (const NodeData &node : nodes_) {
      if (node.part >= 0) {
        const gp_Trsf transform = node.global.Transformation();
        for (const gp_Pnt &vertex : parts[node.part].vertices) {
          box.Add(vertex.Transformed(transform));
        }
      }
    }
    std::vector<Placed> placed;
    for (const NodeData &node : nodes_) {
      if (node.part < 0 || parts[node.part].loose.IsVoid()) {
        continue;
      }
      const gp_Trsf transform = node.global.Transformation();
      if (excess(box, parts[node.part].loose.Transformed(transform)) <= 0.0) {
        continue;
      }
      for (const Piece &piece : parts[node.part].pieces) {
        Bnd_Box loose = piece.loose.Transformed(transform);
        if (excess(box, loose) > 0.0) {
          placed.push_back({&piece.shape, &node.global, loose});
        }
      }
    }
    std::stable_sort(placed.begin(), placed.end(), [&](const Placed &left, const Placed &right) {
      return excess(box, left.loose) > excess(box, right.loose);
    });
    // In groups whose size doesn't depend on the number of threads, nor does the result then.
    constexpr std::size_t group_size = 4;
    std::size_t next = 0;
    while (next < placed.size()) {
      std::vector<const Placed *> group;
      for (; next < placed.size() && group.size() < group_size; ++next) {
        if (excess(box, placed[next].loose) > 0.0) {
          group.push_back(&placed[next]);
        }
      }
      std::array<Bnd_Box, group_size> exact;
      OSD_Parallel::For(0, static_cast<int>(group.size()), [&](int index) {
        BRepBndLib::AddOptimal(group[index]->shape->Moved(*group[index]->location), exact[index], false, false);
      }, !is_parallel() || group.size() < 2);
      for (std::size_t index = 0; index < group.size(); ++index) {
        box.Add(exact[index]);
      }
    }
    if (box.IsVoid()) {
      throw std::runtime_error("it has no extent");
    }
    std::array<double, 6> corners{};
    box.Get(corners[0], corners[1], corners[2], corners[3], corners[4], corners[5]);
    return corners;
  });
}

Properties Document::measure_part(std::size_t part) const {
  return guarded([&] {
    const TopoDS_Shape &shape = parts_.at(part).shape;
    Properties result{-1.0, 0.0};
    if (shape.IsNull()) {
      return result;
    }
    GProp_GProps surface;
    BRepGProp::SurfaceProperties(shape, surface);
    result.area_mm2 = surface.Mass();
    if (TopExp_Explorer(shape, TopAbs_SOLID).More()) {
      GProp_GProps volume;
      BRepGProp::VolumeProperties(shape, volume);
      result.volume_mm3 = volume.Mass();
    }
    return result;
  });
}

} // namespace hartomat
