// What the samples are made of: profiles turned around an axis, holes, colours, assemblies.
// Lengths in millimetres, Z up, angles in degrees.
#pragma once

#include <string>
#include <vector>

#include <TDF_Label.hxx>
#include <TDocStd_Document.hxx>
#include <TopoDS_Shape.hxx>
#include <XCAFDoc_ColorTool.hxx>
#include <XCAFDoc_ShapeTool.hxx>
#include <gp_Ax1.hxx>
#include <gp_Trsf.hxx>

namespace hartomat::samples {

// A colour as designers write it: sRGB, 0 to 255.
struct Paint {
  int red, green, blue;
};

inline constexpr Paint steel{176, 180, 186};
inline constexpr Paint polished{206, 209, 214};
inline constexpr Paint brass{201, 162, 78};
inline constexpr Paint bronze{168, 112, 62};
inline constexpr Paint black_oxide{46, 46, 50};
inline constexpr Paint rubber{28, 30, 33};
inline constexpr Paint machine_blue{38, 84, 124};
inline constexpr Paint machine_grey{120, 130, 138};
inline constexpr Paint signal_red{190, 40, 36};
inline constexpr Paint zinc{190, 192, 186};

// A corner of a profile in the half plane of radius and height. A bulge turns the line to the next
// corner into an arc: it is the height of the arc over the line, to the right of its direction.
struct Corner {
  double radius, height;
  double bulge = 0.0;
};

// The profile turned around the Z axis.
TopoDS_Shape turned(const std::vector<Corner> &profile);
// A profile in the XY plane (radius is x, height is y) raised by `height`.
TopoDS_Shape raised(const std::vector<Corner> &profile, double height);
// A block with its vertical edges rounded, where the radius is positive.
TopoDS_Shape block(double x0, double y0, double z0, double x1, double y1, double z1, double radius = 0.0);
// A round bar along Z.
TopoDS_Shape bar(double x, double y, double z0, double z1, double radius);
// A hexagonal bar along Z, by the width across its flats.
TopoDS_Shape hexagon(double width, double z0, double z1);
// A ball at the origin.
TopoDS_Shape ball(double radius);

TopoDS_Shape cut(const TopoDS_Shape &from, const std::vector<TopoDS_Shape> &tools);
TopoDS_Shape joined(const std::vector<TopoDS_Shape> &shapes);
TopoDS_Shape common(const TopoDS_Shape &left, const TopoDS_Shape &right);
// Rounds the edges whose middle lies at this height.
TopoDS_Shape rounded_at_height(const TopoDS_Shape &shape, double height, double radius);

gp_Trsf moved(double x, double y, double z);
gp_Trsf turned_about_x(double degrees);
gp_Trsf turned_about_y(double degrees);
gp_Trsf turned_about_z(double degrees);
TopoDS_Shape placed(const TopoDS_Shape &shape, const gp_Trsf &where);

// A document being built.
class Kit {
public:
  Kit();
  ~Kit();

  TDF_Label part(const std::string &name, const TopoDS_Shape &shape, Paint paint);
  TDF_Label assembly(const std::string &name);
  TDF_Label place(const TDF_Label &assembly, const TDF_Label &part, const gp_Trsf &where, const std::string &name);
  // Gives an occurrence a colour of its own.
  void paint(const TDF_Label &occurrence, Paint paint);
  // Gives the faces of a part whose middle lies at this distance from the Z axis a colour of their own.
  void paint_bore(const TDF_Label &part, double radius, Paint paint);
  void write(const std::string &path, const std::string &schema, const std::string &unit);

private:
  Handle(TDocStd_Document) document_;
  Handle(XCAFDoc_ShapeTool) shapes_;
  Handle(XCAFDoc_ColorTool) colors_;
};

// A deep-groove ball bearing around the Z axis, its middle at the origin.
struct BearingSize {
  double bore, outside, width;
  int ball_count;
  double ball_diameter;
};
TDF_Label bearing_inner_ring(Kit &kit, const BearingSize &size);
TDF_Label bearing_outer_ring(Kit &kit, const BearingSize &size);
gp_Trsf bearing_ball_place(const BearingSize &size, int index);

void build_ball_bearing(Kit &kit);
void build_flange_bracket(Kit &kit);
void build_gearbox(Kit &kit);
void build_pipe_fitting(Kit &kit);

} // namespace hartomat::samples
