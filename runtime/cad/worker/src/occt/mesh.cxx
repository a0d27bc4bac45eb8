// Triangles of all distinct parts, with the normals of the exact surfaces.
//
// The result depends on shape, deflection and angle alone: meshes of earlier requests are thrown
// away first, and every face writes to a place of its own whatever thread it runs on.
#include "hartomat-cad-worker/src/binding.rs.h"
#include "hartomat-cad-worker/src/occt/document.hxx"

#include <cmath>

#include <BRepAdaptor_Surface.hxx>
#include <BRepMesh_IncrementalMesh.hxx>
#include <BRepTools.hxx>
#include <BRep_Builder.hxx>
#include <BRep_Tool.hxx>
#include <IMeshTools_Parameters.hxx>
#include <OSD_Parallel.hxx>
#include <Poly_Triangulation.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS.hxx>
#include <TopoDS_Compound.hxx>

namespace hartomat {

namespace {

struct FaceMesh {
  TopoDS_Face face;
  std::size_t part = 0;
  // Place among the surfaces of its part.
  std::size_t surface = 0;
  std::vector<float> positions;
  std::vector<float> normals;
  std::vector<std::uint32_t> indices;
};

// Normals of the triangles around each node, weighted by area.
std::vector<gp_Vec> flat_normals(const std::vector<gp_Pnt> &nodes, const std::vector<std::uint32_t> &indices) {
  std::vector<gp_Vec> normals(nodes.size(), gp_Vec(0.0, 0.0, 0.0));
  for (std::size_t index = 0; index + 2 < indices.size(); index += 3) {
    const gp_Pnt &origin = nodes[indices[index]];
    const gp_Vec normal = gp_Vec(origin, nodes[indices[index + 1]]).Crossed(gp_Vec(origin, nodes[indices[index + 2]]));
    for (std::size_t corner = 0; corner < 3; ++corner) {
      normals[indices[index + corner]] += normal;
    }
  }
  return normals;
}

// The surface's own normal, outwards; false where it has none (poles, apexes).
bool surface_normal(const BRepAdaptor_Surface &surface, const gp_Pnt2d &uv, bool is_reversed, gp_Vec &normal) {
  gp_Pnt point;
  gp_Vec du, dv;
  surface.D1(uv.X(), uv.Y(), point, du, dv);
  normal = du.Crossed(dv);
  const double length = normal.Magnitude();
  if (!std::isfinite(length) || length <= 1e-9 * (du.SquareMagnitude() + dv.SquareMagnitude()) || length < 1e-30) {
    return false;
  }
  normal.Divide(is_reversed ? -length : length);
  return true;
}

void extract(FaceMesh &mesh) {
  TopLoc_Location location;
  const Handle(Poly_Triangulation) &triangles = BRep_Tool::Triangulation(mesh.face, location);
  if (triangles.IsNull() || triangles->NbTriangles() == 0) {
    return;
  }
  const gp_Trsf transform = location.Transformation();
  const bool is_reversed = mesh.face.Orientation() == TopAbs_REVERSED;
  const bool is_mirrored = transform.IsNegative();
  std::vector<gp_Pnt> nodes;
  nodes.reserve(triangles->NbNodes());
  for (int node = 1; node <= triangles->NbNodes(); ++node) {
    nodes.push_back(triangles->Node(node).Transformed(transform));
  }
  mesh.indices.reserve(3 * static_cast<std::size_t>(triangles->NbTriangles()));
  for (int number = 1; number <= triangles->NbTriangles(); ++number) {
    int a = 0, b = 0, c = 0;
    triangles->Triangle(number).Get(a, b, c);
    if (a == b || b == c || a == c) {
      continue;
    }
    if (is_reversed != is_mirrored) {
      std::swap(b, c);
    }
    for (int corner : {a, b, c}) {
      mesh.indices.push_back(static_cast<std::uint32_t>(corner - 1));
    }
  }
  const BRepAdaptor_Surface surface(mesh.face, false);
  std::vector<gp_Vec> flat;
  mesh.positions.reserve(3 * nodes.size());
  mesh.normals.reserve(3 * nodes.size());
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    gp_Vec normal;
    const bool has_normal = triangles->HasUVNodes() &&
        surface_normal(surface, triangles->UVNode(static_cast<int>(index) + 1), is_reversed != is_mirrored, normal);
    if (!has_normal) {
      if (flat.empty()) {
        flat = flat_normals(nodes, mesh.indices);
      }
      normal = flat[index];
      const double length = normal.Magnitude();
      normal = length > 1e-300 && std::isfinite(length) ? normal.Divided(length) : gp_Vec(0.0, 0.0, 1.0);
    }
    for (int axis = 1; axis <= 3; ++axis) {
      mesh.positions.push_back(static_cast<float>(nodes[index].Coord(axis)));
      mesh.normals.push_back(static_cast<float>(normal.Coord(axis)));
    }
  }
}

void append(SurfaceData &surface, const FaceMesh &mesh) {
  const auto base = static_cast<std::uint32_t>(surface.positions.size() / 3);
  surface.positions.insert(surface.positions.end(), mesh.positions.begin(), mesh.positions.end());
  surface.normals.insert(surface.normals.end(), mesh.normals.begin(), mesh.normals.end());
  for (std::uint32_t index : mesh.indices) {
    surface.indices.push_back(base + index);
  }
}

} // namespace

MeshReport Document::mesh(double deflection_mm, double angle_rad) {
  return guarded([&] {
    std::size_t face_count = 0;
    for (const PartData &part : parts_) {
      face_count += part.face_count;
    }
    if (is_meshed_ && mesh_deflection_ == deflection_mm && mesh_angle_ == angle_rad) {
      return MeshReport{face_count, empty_face_count_};
    }
    TopoDS_Compound all;
    BRep_Builder builder;
    builder.MakeCompound(all);
    for (const PartData &part : parts_) {
      if (!part.shape.IsNull()) {
        builder.Add(all, part.shape);
      }
    }
    BRepTools::Clean(all);
    surfaces_.clear();
    is_meshed_ = false;
    IMeshTools_Parameters parameters;
    parameters.Deflection = deflection_mm;
    parameters.Angle = angle_rad;
    parameters.InParallel = is_parallel();
    parameters.AllowQualityDecrease = true;
    BRepMesh_IncrementalMesh(all, parameters);

    surfaces_.resize(parts_.size());
    std::vector<FaceMesh> faces;
    faces.reserve(face_count);
    for (std::size_t number = 0; number < parts_.size(); ++number) {
      const PartData &part = parts_[number];
      // Surface 0 holds what has no colour of its own, the others follow the part's face colours.
      surfaces_[number].resize(part.colors.size() + 1);
      surfaces_[number][0].color = Rgba{};
      for (std::size_t color = 0; color < part.colors.size(); ++color) {
        surfaces_[number][color + 1].color = part.colors[color];
      }
      if (part.shape.IsNull()) {
        continue;
      }
      for (TopExp_Explorer explorer(part.shape, TopAbs_FACE); explorer.More(); explorer.Next()) {
        FaceMesh mesh;
        mesh.face = TopoDS::Face(explorer.Current());
        mesh.part = number;
        const int *color = part.face_colors.Seek(mesh.face);
        mesh.surface = color == nullptr ? 0 : static_cast<std::size_t>(*color) + 1;
        faces.push_back(std::move(mesh));
      }
    }
    OSD_Parallel::For(0, static_cast<int>(faces.size()), [&](int index) { extract(faces[index]); }, !is_parallel());
    empty_face_count_ = 0;
    for (FaceMesh &mesh : faces) {
      if (mesh.indices.empty()) {
        ++empty_face_count_;
      }
      append(surfaces_[mesh.part][mesh.surface], mesh);
      mesh = FaceMesh();
    }
    is_meshed_ = true;
    mesh_deflection_ = deflection_mm;
    mesh_angle_ = angle_rad;
    return MeshReport{face_count, empty_face_count_};
  });
}

std::size_t Document::surface_count(std::size_t part) const { return surfaces_.at(part).size(); }

Surface Document::surface(std::size_t part, std::size_t index) const {
  const SurfaceData &surface = surfaces_.at(part).at(index);
  return Surface{Color{surface.color.is_set, surface.color.rgba},
                 rust::Slice<const float>(surface.positions.data(), surface.positions.size()),
                 rust::Slice<const float>(surface.normals.data(), surface.normals.size()),
                 rust::Slice<const std::uint32_t>(surface.indices.data(), surface.indices.size())};
}

} // namespace hartomat
