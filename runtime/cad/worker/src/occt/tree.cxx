// The assembly tree, the distinct parts and their colours.
//
// Colours, strongest first: face, solid, occurrence (the outermost first), part. Labels of
// components alone count as occurrences; what a root part's own label says is the part's colour.
#include "hartomat-cad-worker/src/binding.rs.h"
#include "hartomat-cad-worker/src/occt/document.hxx"

#include <algorithm>
#include <cmath>
#include <map>

#include <BRepAdaptor_Surface.hxx>
#include <BRepTools.hxx>
#include <Quantity_ColorRGBA.hxx>
#include <TDF_LabelMap.hxx>
#include <TDF_LabelSequence.hxx>
#include <TDF_AttributeSequence.hxx>
#include <TDF_Tool.hxx>
#include <TDataStd_Name.hxx>
#include <TopExp_Explorer.hxx>
#include <TopoDS.hxx>
#include <XCAFDoc_ColorTool.hxx>
#include <XCAFDoc_DocumentTool.hxx>
#include <XCAFDoc_GraphNode.hxx>
#include <XCAFDoc_ShapeTool.hxx>

namespace hartomat {

namespace {

constexpr std::size_t max_depth = 128;
constexpr std::size_t max_nodes = 500000;

std::u16string label_name(const TDF_Label &label) {
  Handle(TDataStd_Name) name;
  if (label.IsNull() || !label.FindAttribute(TDataStd_Name::GetID(), name)) {
    return {};
  }
  const TCollection_ExtendedString &text = name->Get();
  const std::u16string name_text(text.ToExtString(), static_cast<std::size_t>(text.Length()));
  return name_text.find_first_not_of(u" \t\r\n") == std::u16string::npos ? std::u16string() : name_text;
}

Rgba label_color(const Handle(XCAFDoc_ColorTool) & tool, const TDF_Label &label) {
  Quantity_ColorRGBA color;
  if (!tool->GetColor(label, XCAFDoc_ColorSurf, color) && !tool->GetColor(label, XCAFDoc_ColorGen, color)) {
    return {};
  }
  double red = 0.0, green = 0.0, blue = 0.0;
  color.GetRGB().Values(red, green, blue, Quantity_TOC_RGB);
  return {true, {static_cast<float>(red), static_cast<float>(green), static_cast<float>(blue), color.Alpha()}};
}

// How strongly a sub-shape's colour binds its faces: faces before shells before solids.
int strength(TopAbs_ShapeEnum type) { return static_cast<int>(type); }

// Area of a face's parameter rectangle at the speed of its middle: enough to rank colours.
double rough_area(const TopoDS_Face &face) {
  double u0 = 0.0, u1 = 0.0, v0 = 0.0, v1 = 0.0;
  BRepTools::UVBounds(face, u0, u1, v0, v1);
  gp_Pnt point;
  gp_Vec du, dv;
  BRepAdaptor_Surface(face, false).D1(0.5 * (u0 + u1), 0.5 * (v0 + v1), point, du, dv);
  const double area = du.Crossed(dv).Magnitude() * (u1 - u0) * (v1 - v0);
  return std::isfinite(area) ? area : 0.0;
}

} // namespace

class TreeReader {
public:
  explicit TreeReader(Document &document)
      : document_(document), shapes_(XCAFDoc_DocumentTool::ShapeTool(document.document_->Main())),
        colors_(XCAFDoc_DocumentTool::ColorTool(document.document_->Main())) {}

  void read() {
    TDF_LabelSequence roots;
    shapes_->GetFreeShapes(roots);
    for (int index = 1; index <= roots.Length(); ++index) {
      visit_root(roots.Value(index));
    }
    move_faceless_parts_to_the_end();
  }

private:
  void visit_root(const TDF_Label &label) {
    std::vector<TDF_Label> path;
    add(label, label, -1, TopLoc_Location(), path);
  }

  // Adds the node of `placed` (a component, or a root itself), which shows `referred`.
  void add(const TDF_Label &placed, const TDF_Label &referred, std::int64_t parent, const TopLoc_Location &location, std::vector<TDF_Label> &path) {
    if (path.size() > max_depth) {
      throw std::runtime_error("its assemblies are nested more than " + std::to_string(max_depth) + " deep, or contain themselves");
    }
    if (document_.nodes_.size() >= max_nodes) {
      throw std::runtime_error("its assembly has more than " + std::to_string(max_nodes) + " nodes");
    }
    NodeData node;
    node.name = label_name(placed);
    if (node.name.empty()) {
      node.name = label_name(referred);
    }
    node.parent = parent;
    node.location = location;
    node.global = parent < 0 ? location : document_.nodes_[parent].global * location;
    if (!path.empty()) {
      node.color = occurrence_color(path);
    }
    const bool is_assembly = XCAFDoc_ShapeTool::IsAssembly(referred);
    if (!is_assembly) {
      node.part = part_of(referred);
    }
    const auto index = static_cast<std::int64_t>(document_.nodes_.size());
    document_.nodes_.push_back(node);
    if (!is_assembly) {
      return;
    }
    TDF_LabelSequence components;
    XCAFDoc_ShapeTool::GetComponents(referred, components);
    for (int number = 1; number <= components.Length(); ++number) {
      const TDF_Label component = components.Value(number);
      TDF_Label target;
      if (!XCAFDoc_ShapeTool::GetReferredShape(component, target)) {
        continue;
      }
      path.push_back(component);
      add(component, target, index, XCAFDoc_ShapeTool::GetLocation(component), path);
      path.pop_back();
    }
  }

  // The colour that a path of components gives to its last one; a longer path comes from further out.
  Rgba occurrence_color(const std::vector<TDF_Label> &path) const {
    for (std::size_t first = 0; first + 1 < path.size(); ++first) {
      TDF_AttributeSequence usages;
      if (!XCAFDoc_ShapeTool::GetAllComponentSHUO(path[first], usages)) {
        continue;
      }
      TDF_LabelSequence labels;
      for (std::size_t index = first; index < path.size(); ++index) {
        labels.Append(path[index]);
      }
      Handle(XCAFDoc_GraphNode) usage;
      if (XCAFDoc_ShapeTool::FindSHUO(labels, usage)) {
        const Rgba color = label_color(colors_, usage->Label());
        if (color.is_set) {
          return color;
        }
      }
    }
    return label_color(colors_, path.back());
  }

  std::int64_t part_of(const TDF_Label &label) {
    TCollection_AsciiString entry;
    TDF_Tool::Entry(label, entry);
    const auto found = known_.find(entry.ToCString());
    if (found != known_.end()) {
      return found->second;
    }
    const auto index = static_cast<std::int64_t>(document_.parts_.size());
    known_.emplace(entry.ToCString(), index);
    PartData part;
    part.label = label;
    part.shape = XCAFDoc_ShapeTool::GetShape(label);
    part.name = label_name(label);
    part.color = label_color(colors_, label);
    if (!part.shape.IsNull()) {
      read_face_colors(part);
      choose_main_color(part);
    }
    document_.parts_.push_back(std::move(part));
    return index;
  }

  void read_face_colors(PartData &part) const {
    TDF_LabelSequence labels;
    XCAFDoc_ShapeTool::GetSubShapes(part.label, labels);
    std::vector<std::pair<TopoDS_Shape, Rgba>> colored;
    for (int index = 1; index <= labels.Length(); ++index) {
      const TopoDS_Shape shape = XCAFDoc_ShapeTool::GetShape(labels.Value(index));
      const Rgba color = label_color(colors_, labels.Value(index));
      if (!shape.IsNull() && color.is_set) {
        colored.emplace_back(shape, color);
      }
    }
    std::stable_sort(colored.begin(), colored.end(), [](const auto &left, const auto &right) {
      return strength(left.first.ShapeType()) < strength(right.first.ShapeType());
    });
    for (const auto &[shape, color] : colored) {
      auto known = std::find(part.colors.begin(), part.colors.end(), color);
      const int number = static_cast<int>(known - part.colors.begin());
      if (known == part.colors.end()) {
        part.colors.push_back(color);
      }
      for (TopExp_Explorer faces(shape, TopAbs_FACE); faces.More(); faces.Next()) {
        part.face_colors.Bind(faces.Current(), number);
      }
    }
    for (TopExp_Explorer faces(part.shape, TopAbs_FACE); faces.More(); faces.Next()) {
      ++part.face_count;
    }
  }

  // The colour of most of the surface becomes the part's, where faces have colours of their own.
  // The label's colour stays what uncoloured faces are drawn in.
  void choose_main_color(PartData &part) const {
    part.main_color = part.color;
    if (part.colors.empty()) {
      return;
    }
    std::vector<double> areas(part.colors.size() + 1, 0.0);
    for (TopExp_Explorer faces(part.shape, TopAbs_FACE); faces.More(); faces.Next()) {
      const int *number = part.face_colors.Seek(faces.Current());
      const std::size_t slot = number == nullptr ? part.colors.size() : static_cast<std::size_t>(*number);
      areas[slot] += rough_area(TopoDS::Face(faces.Current()));
    }
    const auto largest = static_cast<std::size_t>(std::max_element(areas.begin(), areas.end()) - areas.begin());
    if (largest < part.colors.size()) {
      part.main_color = part.colors[largest];
    }
  }

  // Parts without faces (annotations) come last, so that mesh numbers equal part numbers.
  void move_faceless_parts_to_the_end() {
    std::vector<PartData> &parts = document_.parts_;
    std::vector<std::int64_t> order(parts.size());
    for (std::size_t index = 0; index < order.size(); ++index) {
      order[index] = static_cast<std::int64_t>(index);
    }
    std::stable_sort(order.begin(), order.end(), [&](auto left, auto right) {
      return (parts[left].face_count == 0) < (parts[right].face_count == 0);
    });
    std::vector<std::int64_t> place(order.size());
    std::vector<PartData> sorted;
    sorted.reserve(parts.size());
    for (std::size_t index = 0; index < order.size(); ++index) {
      place[order[index]] = static_cast<std::int64_t>(index);
      sorted.push_back(std::move(parts[order[index]]));
    }
    parts = std::move(sorted);
    for (NodeData &node : document_.nodes_) {
      if (node.part >= 0) {
        node.part = place[node.part];
      }
    }
  }

  Document &document_;
  Handle(XCAFDoc_ShapeTool) shapes_;
  Handle(XCAFDoc_ColorTool) colors_;
  std::map<std::string, std::int64_t> known_;
};

void Document::read_tree() {
  guarded([&] {
    parts_.clear();
    nodes_.clear();
    TreeReader(*this).read();
  });
}

namespace {

Color to_record(const Rgba &color) { return Color{color.is_set, color.rgba}; }

rust::String to_text(const std::u16string &text) { return rust::String::lossy(text.data(), text.size()); }

// Column-major.
std::array<double, 16> to_matrix(const TopLoc_Location &location) {
  const gp_Trsf transform = location.Transformation();
  std::array<double, 16> matrix{};
  for (int column = 1; column <= 4; ++column) {
    for (int row = 1; row <= 3; ++row) {
      matrix[4 * (column - 1) + row - 1] = transform.Value(row, column);
    }
  }
  matrix[15] = 1.0;
  return matrix;
}

} // namespace

rust::Vec<PartRecord> Document::parts() const {
  rust::Vec<PartRecord> records;
  records.reserve(parts_.size());
  for (const PartData &part : parts_) {
    records.push_back(PartRecord{to_text(part.name), to_record(part.main_color), to_record(part.color), part.face_count});
  }
  return records;
}

rust::Vec<NodeRecord> Document::nodes() const {
  rust::Vec<NodeRecord> records;
  records.reserve(nodes_.size());
  for (const NodeData &node : nodes_) {
    records.push_back(NodeRecord{to_text(node.name), node.parent, node.part, to_matrix(node.location), to_record(node.color)});
  }
  return records;
}

} // namespace hartomat
