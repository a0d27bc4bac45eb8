// A STEP file read by Open CASCADE: what Rust sees of it. Lengths in millimetres, Z up.
// Rule: no kernel exception leaves a function that Rust declares as fallible; see `guarded`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <STEPCAFControl_Reader.hxx>
#include <Standard_Failure.hxx>
#include <TDF_Label.hxx>
#include <TDocStd_Document.hxx>
#include <TopLoc_Location.hxx>
#include <TopTools_DataMapOfShapeInteger.hxx>
#include <TopoDS_Shape.hxx>

#include "rust/cxx.h"

namespace hartomat {

struct Color;
struct PartRecord;
struct NodeRecord;
struct UnitRecord;
struct MeshReport;
struct Properties;
struct Surface;

struct Rgba {
  bool is_set = false;
  std::array<float, 4> rgba{};
  bool operator==(const Rgba &other) const { return is_set == other.is_set && rgba == other.rgba; }
};

// A distinct part: its shape in its own coordinates and the colours inside it.
struct PartData {
  TDF_Label label;
  TopoDS_Shape shape;
  std::u16string name;
  Rgba color;
  // The colour of most of the surface.
  Rgba main_color;
  std::size_t face_count = 0;
  // Colours of single faces, by index into `colors`; faces of solids that have a colour included.
  TopTools_DataMapOfShapeInteger face_colors;
  std::vector<Rgba> colors;
};

struct NodeData {
  std::u16string name;
  std::int64_t parent = -1;
  std::int64_t part = -1;
  TopLoc_Location location;
  TopLoc_Location global;
  Rgba color;
};

struct SurfaceData {
  Rgba color;
  std::vector<float> positions;
  std::vector<float> normals;
  std::vector<std::uint32_t> indices;
};

class Document {
public:
  explicit Document(std::size_t threads);
  ~Document();

  void parse(rust::Str path);
  void transfer();
  void read_tree();
  UnitRecord unit() const;
  rust::Vec<rust::String> external_files() const;
  rust::Vec<PartRecord> parts() const;
  rust::Vec<NodeRecord> nodes() const;

  std::array<double, 6> measure_bounds();
  Properties measure_part(std::size_t part) const;

  MeshReport mesh(double deflection_mm, double angle_rad);
  std::size_t surface_count(std::size_t part) const;
  Surface surface(std::size_t part, std::size_t index) const;

private:
  friend class TreeReader;

  bool is_parallel() const { return threads_ > 1; }

  std::size_t threads_;
  std::unique_ptr<STEPCAFControl_Reader> reader_;
  Handle(TDocStd_Document) document_;
  std::string unit_name_;
  double unit_mm_ = 1.0;
  std::vector<std::string> external_files_;
  std::vector<PartData> parts_;
  std::vector<NodeData> nodes_;
  std::vector<std::vector<SurfaceData>> surfaces_;
  bool is_meshed_ = false;
  double mesh_deflection_ = 0.0;
  double mesh_angle_ = 0.0;
  std::size_t empty_face_count_ = 0;
};

rust::String kernel_version();
void initialise();
std::unique_ptr<Document> document_open(std::size_t threads);

// Runs `work` and turns the kernel's failures, which are no std::exception, into one.
template <typename Work> auto guarded(Work &&work) -> decltype(work()) {
  try {
    return work();
  } catch (const Standard_Failure &failure) {
    const char *text = failure.GetMessageString();
    std::string message = failure.DynamicType()->Name();
    if (text != nullptr && *text != '\0') {
      message += ": ";
      message += text;
    }
    throw std::runtime_error(message);
  }
}

} // namespace hartomat
