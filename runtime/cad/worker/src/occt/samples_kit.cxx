// Shapes, colours and assemblies for the samples.
#include "hartomat-cad-worker/src/occt/samples_kit.hxx"

#include <cmath>
#include <stdexcept>

#include <BRepAdaptor_Curve.hxx>
#include <BRepAdaptor_Surface.hxx>
#include <BRepAlgoAPI_Common.hxx>
#include <BRepAlgoAPI_Cut.hxx>
#include <BRepAlgoAPI_Fuse.hxx>
#include <BRepBuilderAPI_MakeEdge.hxx>
#include <BRepBuilderAPI_MakeFace.hxx>
#include <BRepBuilderAPI_MakeWire.hxx>
#include <BRepBuilderAPI_Transform.hxx>
#include <BRepFilletAPI_MakeFillet.hxx>
#include <BRepPrimAPI_MakeBox.hxx>
#include <BRepPrimAPI_MakeCylinder.hxx>
#include <BRepPrimAPI_MakePrism.hxx>
#include <BRepPrimAPI_MakeRevol.hxx>
#include <BRepPrimAPI_MakeSphere.hxx>
#include <GC_MakeArcOfCircle.hxx>
#include <Interface_Static.hxx>
#include <Quantity_Color.hxx>
#include <STEPCAFControl_Controller.hxx>
#include <STEPCAFControl_Writer.hxx>
#include <ShapeUpgrade_UnifySameDomain.hxx>
#include <TCollection_ExtendedString.hxx>
#include <TDataStd_Name.hxx>
#include <TopExp.hxx>
#include <TopExp_Explorer.hxx>
#include <TopTools_IndexedMapOfShape.hxx>
#include <TopTools_ListOfShape.hxx>
#include <TopoDS.hxx>
#include <XCAFApp_Application.hxx>
#include <XCAFDoc_DocumentTool.hxx>

namespace hartomat::samples {

namespace {

using ToPoint = gp_Pnt (*)(const Corner &);

TopoDS_Face face_of(const std::vector<Corner> &profile, ToPoint point) {
  BRepBuilderAPI_MakeWire wire;
  for (std::size_t index = 0; index < profile.size(); ++index) {
    const Corner &from = profile[index];
    const Corner &to = profile[(index + 1) % profile.size()];
    const double dr = to.radius - from.radius, dh = to.height - from.height;
    const double length = std::hypot(dr, dh);
    if (from.bulge == 0.0) {
      wire.Add(BRepBuilderAPI_MakeEdge(point(from), point(to)).Edge());
      continue;
    }
    const Corner middle{0.5 * (from.radius + to.radius) + from.bulge * dh / length,
                        0.5 * (from.height + to.height) - from.bulge * dr / length};
    wire.Add(BRepBuilderAPI_MakeEdge(GC_MakeArcOfCircle(point(from), point(middle), point(to)).Value()).Edge());
  }
  return BRepBuilderAPI_MakeFace(wire.Wire(), true).Face();
}

TopTools_ListOfShape list_of(const std::vector<TopoDS_Shape> &shapes) {
  TopTools_ListOfShape list;
  for (const TopoDS_Shape &shape : shapes) {
    list.Append(shape);
  }
  return list;
}

TopoDS_Shape run(BRepAlgoAPI_BooleanOperation &&operation, const TopTools_ListOfShape &arguments, const TopTools_ListOfShape &tools) {
  operation.SetArguments(arguments);
  operation.SetTools(tools);
  operation.Build();
  if (operation.HasErrors()) {
    throw std::runtime_error("a boolean operation failed");
  }
  ShapeUpgrade_UnifySameDomain unify(operation.Shape(), true, true, false);
  unify.Build();
  TopExp_Explorer solids(unify.Shape(), TopAbs_SOLID);
  if (!solids.More()) {
    throw std::runtime_error("a boolean operation left nothing");
  }
  const TopoDS_Shape solid = solids.Current();
  solids.Next();
  return solids.More() ? unify.Shape() : solid;
}

Quantity_Color color_of(Paint paint) {
  return Quantity_Color(paint.red / 255.0, paint.green / 255.0, paint.blue / 255.0, Quantity_TOC_sRGB);
}

void name(const TDF_Label &label, const std::string &text) {
  TDataStd_Name::Set(label, TCollection_ExtendedString(text.c_str(), true));
}

} // namespace

TopoDS_Shape turned(const std::vector<Corner> &profile) {
  const TopoDS_Face face = face_of(profile, [](const Corner &corner) { return gp_Pnt(corner.radius, 0.0, corner.height); });
  return BRepPrimAPI_MakeRevol(face, gp_Ax1(gp::Origin(), gp::DZ())).Shape();
}

TopoDS_Shape raised(const std::vector<Corner> &profile, double height) {
  const TopoDS_Face face = face_of(profile, [](const Corner &corner) { return gp_Pnt(corner.radius, corner.height, 0.0); });
  return BRepPrimAPI_MakePrism(face, gp_Vec(0.0, 0.0, height)).Shape();
}

TopoDS_Shape block(double x0, double y0, double z0, double x1, double y1, double z1, double radius) {
  const TopoDS_Shape box = BRepPrimAPI_MakeBox(gp_Pnt(x0, y0, z0), gp_Pnt(x1, y1, z1)).Shape();
  return radius > 0.0 ? rounded_at_height(box, 0.5 * (z0 + z1), radius) : box;
}

TopoDS_Shape bar(double x, double y, double z0, double z1, double radius) {
  return BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt(x, y, z0), gp::DZ()), radius, z1 - z0).Shape();
}

TopoDS_Shape hexagon(double width, double z0, double z1) {
  std::vector<Corner> corners;
  for (int index = 0; index < 6; ++index) {
    const double angle = index * M_PI / 3.0;
    corners.push_back({width / std::sqrt(3.0) * std::cos(angle), width / std::sqrt(3.0) * std::sin(angle)});
  }
  return placed(raised(corners, z1 - z0), moved(0.0, 0.0, z0));
}

TopoDS_Shape ball(double radius) { return BRepPrimAPI_MakeSphere(radius).Shape(); }

TopoDS_Shape cut(const TopoDS_Shape &from, const std::vector<TopoDS_Shape> &tools) {
  return run(BRepAlgoAPI_Cut(), list_of({from}), list_of(tools));
}

TopoDS_Shape joined(const std::vector<TopoDS_Shape> &shapes) {
  return run(BRepAlgoAPI_Fuse(), list_of({shapes.front()}), list_of({shapes.begin() + 1, shapes.end()}));
}

TopoDS_Shape common(const TopoDS_Shape &left, const TopoDS_Shape &right) {
  return run(BRepAlgoAPI_Common(), list_of({left}), list_of({right}));
}

TopoDS_Shape rounded_at_height(const TopoDS_Shape &shape, double height, double radius) {
  BRepFilletAPI_MakeFillet fillet(shape);
  TopTools_IndexedMapOfShape edges;
  TopExp::MapShapes(shape, TopAbs_EDGE, edges);
  for (int index = 1; index <= edges.Extent(); ++index) {
    const BRepAdaptor_Curve curve(TopoDS::Edge(edges(index)));
    const gp_Pnt middle = curve.Value(0.5 * (curve.FirstParameter() + curve.LastParameter()));
    if (std::abs(middle.Z() - height) < 1e-6) {
      fillet.Add(radius, TopoDS::Edge(edges(index)));
    }
  }
  fillet.Build();
  if (!fillet.IsDone()) {
    throw std::runtime_error("a fillet failed");
  }
  TopExp_Explorer solids(fillet.Shape(), TopAbs_SOLID);
  return solids.Current();
}

gp_Trsf moved(double x, double y, double z) {
  gp_Trsf transform;
  transform.SetTranslation(gp_Vec(x, y, z));
  return transform;
}

gp_Trsf turned_about_x(double degrees) {
  gp_Trsf transform;
  transform.SetRotation(gp::OX(), degrees * M_PI / 180.0);
  return transform;
}

gp_Trsf turned_about_y(double degrees) {
  gp_Trsf transform;
  transform.SetRotation(gp::OY(), degrees * M_PI / 180.0);
  return transform;
}

gp_Trsf turned_about_z(double degrees) {
  gp_Trsf transform;
  transform.SetRotation(gp::OZ(), degrees * M_PI / 180.0);
  return transform;
}

TopoDS_Shape placed(const TopoDS_Shape &shape, const gp_Trsf &where) {
  return BRepBuilderAPI_Transform(shape, where, true).Shape();
}

Kit::Kit() {
  STEPCAFControl_Controller::Init();
  XCAFApp_Application::GetApplication()->NewDocument("MDTV-XCAF", document_);
  shapes_ = XCAFDoc_DocumentTool::ShapeTool(document_->Main());
  colors_ = XCAFDoc_DocumentTool::ColorTool(document_->Main());
  XCAFDoc_ShapeTool::SetAutoNaming(false);
}

Kit::~Kit() { XCAFApp_Application::GetApplication()->Close(document_); }

TDF_Label Kit::part(const std::string &text, const TopoDS_Shape &shape, Paint paint) {
  const TDF_Label label = shapes_->AddShape(shape, false);
  name(label, text);
  colors_->SetColor(label, color_of(paint), XCAFDoc_ColorSurf);
  return label;
}

TDF_Label Kit::assembly(const std::string &text) {
  const TDF_Label label = shapes_->NewShape();
  name(label, text);
  return label;
}

TDF_Label Kit::place(const TDF_Label &assembly, const TDF_Label &part, const gp_Trsf &where, const std::string &text) {
  const TDF_Label label = shapes_->AddComponent(assembly, part, TopLoc_Location(where));
  name(label, text);
  return label;
}

void Kit::paint(const TDF_Label &occurrence, Paint paint) {
  colors_->SetColor(occurrence, color_of(paint), XCAFDoc_ColorSurf);
}

void Kit::paint_bore(const TDF_Label &part, double radius, Paint paint) {
  for (TopExp_Explorer faces(XCAFDoc_ShapeTool::GetShape(part), TopAbs_FACE); faces.More(); faces.Next()) {
    const BRepAdaptor_Surface surface(TopoDS::Face(faces.Current()));
    if (surface.GetType() == GeomAbs_Cylinder && std::abs(surface.Cylinder().Radius() - radius) < 1e-6) {
      colors_->SetColor(shapes_->AddSubShape(part, faces.Current()), color_of(paint), XCAFDoc_ColorSurf);
    }
  }
}

void Kit::write(const std::string &path, const std::string &schema, const std::string &unit) {
  shapes_->UpdateAssemblies();
  Interface_Static::SetCVal("xstep.cascade.unit", "MM");
  Interface_Static::SetCVal("write.step.schema", schema.c_str());
  Interface_Static::SetCVal("write.step.unit", unit.c_str());
  Interface_Static::SetIVal("write.surfacecurve.mode", 0);
  Interface_Static::SetIVal("write.step.assembly", 1);
  STEPCAFControl_Writer writer;
  writer.SetColorMode(true);
  writer.SetNameMode(true);
  if (!writer.Transfer(document_, STEPControl_AsIs)) {
    throw std::runtime_error("the document can't be turned into STEP");
  }
  if (writer.Write(path.c_str()) != IFSelect_RetDone) {
    throw std::runtime_error("the file can't be written");
  }
}

} // namespace hartomat::samples
