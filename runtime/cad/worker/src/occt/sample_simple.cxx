// A flange bracket (one part) and a pipe fitting in inches.
#include "hartomat-cad-worker/src/occt/samples_kit.hxx"

#include <cmath>

namespace hartomat::samples {

void build_flange_bracket(Kit &kit) {
  // Base plate 100 × 80 × 10 with four counterbored holes.
  const TopoDS_Shape plate = rounded_at_height(block(-50, -40, 0, 50, 40, 10, 12), 10.0, 2.0);
  // Neck and flange in one turning: fillets of 8 mm below and 5 mm above.
  const TopoDS_Shape neck = turned({
      {0, 2}, {29, 2}, {29, 10, -2.3431}, {21, 18}, {21, 57, -1.4645}, {26, 62}, {34, 62}, {35, 63},
      {35, 71}, {34, 72}, {0, 72}});
  std::vector<TopoDS_Shape> ribs;
  for (int index = 0; index < 2; ++index) {
    const TopoDS_Shape rib = placed(raised({{18, 0}, {46, 0}, {46, 3}, {20, 46}, {18, 46}}, 8), moved(0, 0, -4));
    ribs.push_back(placed(placed(placed(rib, turned_about_x(90)), moved(0, 0, 9)), turned_about_z(180.0 * index)));
  }
  const TopoDS_Shape body = joined({plate, neck, ribs[0], ribs[1]});

  std::vector<TopoDS_Shape> holes{
      bar(0, 0, -1, 73, 14), turned({{0, 66}, {18, 66}, {18, 73}, {0, 73}}),
      turned({{0, -1}, {15.5, -1}, {15.5, 0}, {14, 1.5}, {0, 1.5}})};
  for (int index = 0; index < 4; ++index) {
    const double x = index % 2 == 0 ? 38 : -38, y = index < 2 ? 28 : -28;
    holes.push_back(bar(x, y, -1, 11, 4.5));
    holes.push_back(bar(x, y, 6, 11, 7.5));
  }
  for (int index = 0; index < 6; ++index) {
    const double angle = (index + 0.5) * M_PI / 3.0;
    holes.push_back(bar(28 * std::cos(angle), 28 * std::sin(angle), 60, 73, 3.3));
  }
  const TDF_Label part = kit.part("Flange bracket", cut(body, holes), machine_grey);
  kit.paint_bore(part, 14, polished);
  kit.paint_bore(part, 18, polished);
}

void build_pipe_fitting(Kit &kit) {
  const double inch = 25.4;
  // The run along X, the branch up along Z; bores through both.
  const double wall = 0.55 * inch, bore = 0.375 * inch, reach = 1.75 * inch, branch_reach = 1.6 * inch;
  const gp_Trsf along_x = turned_about_y(90);
  const TopoDS_Shape run = placed(bar(0, 0, -reach, reach, wall), along_x);
  const TopoDS_Shape branch = bar(0, 0, 0, branch_reach, wall);
  const TopoDS_Shape swell = ball(0.78 * inch);
  const auto collar = [&](double from, double to) {
    const double outer = 0.68 * inch, edge = 0.06 * inch;
    return turned({{0, from}, {outer - edge, from}, {outer, from + edge}, {outer, to - edge}, {outer - edge, to}, {0, to}});
  };
  const TopoDS_Shape body = joined({
      run, branch, swell, placed(collar(0.9 * inch, 1.15 * inch), along_x), placed(collar(-1.15 * inch, -0.9 * inch), along_x),
      collar(0.85 * inch, 1.05 * inch)});
  const TDF_Label tee = kit.part("Tee body", cut(body, {
      placed(bar(0, 0, -reach - 1, reach + 1, bore), along_x), bar(0, 0, 0, branch_reach + 1, bore)}), bronze);

  // A union nut: hexagon with chamfered corners, open to both ends.
  const double length = 0.7 * inch, width = 1.375 * inch, corner = width / std::sqrt(3.0), flat = 0.5 * width;
  const double drop = (corner - flat) * 0.7;
  const TopoDS_Shape chamfered = turned({{0, 0}, {flat, 0}, {corner, drop}, {corner, length - drop}, {flat, length}, {0, length}});
  const TopoDS_Shape solid = common(hexagon(width, 0, length), chamfered);
  const TDF_Label nut = kit.part("Union nut", cut(solid, {bar(0, 0, -1, length + 1, wall)}), brass);
  const double cord = 0.06 * inch, ring = wall + 0.02 * inch;
  const TDF_Label seal = kit.part("O-ring", turned({{ring, -cord, cord}, {ring, cord, cord}}), rubber);

  const TDF_Label fitting = kit.assembly("Pipe fitting 1/2 in");
  kit.place(fitting, tee, gp_Trsf(), "Tee body");
  const char *ends[] = {"left", "right", "top"};
  const gp_Trsf turns[] = {turned_about_y(-90), turned_about_y(90), gp_Trsf()};
  for (int index = 0; index < 3; ++index) {
    const double start = index == 2 ? 1.1 * inch : 1.2 * inch;
    kit.place(fitting, nut, turns[index] * moved(0, 0, start), std::string("Union nut ") + ends[index]);
    kit.place(fitting, seal, turns[index] * moved(0, 0, start + length + 0.07 * inch), std::string("O-ring ") + ends[index]);
  }
}

} // namespace hartomat::samples
