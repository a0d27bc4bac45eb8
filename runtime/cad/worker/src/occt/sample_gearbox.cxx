// A gearbox of two shafts, its cover cut away so that the gears are seen.
//
// Both shafts lie in the parting plane z = 0 and run along Y, 72 mm apart: module 2, 24 + 48 and
// 18 + 54 teeth.
#include "hartomat-cad-worker/src/occt/samples_kit.hxx"

#include <cmath>

namespace hartomat::samples {

namespace {

constexpr double module = 2.0;
constexpr double axis_in = -36.0, axis_out = 36.0;
constexpr double gear_width = 16.0;
constexpr BearingSize bearing_size{17.0, 40.0, 12.0, 8, 6.7469};

double involute(double angle) { return std::tan(angle) - angle; }

// Half of the angle that a tooth takes at this radius, for a pressure angle of 20°.
double half_tooth(int teeth, double radius) {
  const double pressure = 20.0 * M_PI / 180.0;
  const double base = 0.5 * module * teeth * std::cos(pressure);
  // Each flank gives 0.06 mm of play.
  const double at_pitch = 0.5 * M_PI / teeth - 0.06 / (0.5 * module * teeth);
  return at_pitch + involute(pressure) - involute(std::acos(std::min(1.0, base / radius)));
}

Corner polar(double radius, double angle) { return {radius * std::cos(angle), radius * std::sin(angle)}; }

// How far the middle of an arc stands off its chord, to the right of the chord's direction.
double bulge(const Corner &from, const Corner &middle, const Corner &to) {
  const double dx = to.radius - from.radius, dy = to.height - from.height;
  return ((middle.radius - from.radius) * dy - (middle.height - from.height) * dx) / std::hypot(dx, dy);
}

// The outline of a spur gear: flanks as arcs through three points of the involute.
TopoDS_Shape toothed(int teeth, double width) {
  const double pitch = 0.5 * module * teeth;
  const double tip = pitch + module, root = pitch - 1.25 * module;
  const double middle = 0.5 * (root + tip);
  std::vector<Corner> outline;
  const auto add = [&](Corner from, const Corner &through, const Corner &to) {
    from.bulge = bulge(from, through, to);
    outline.push_back(from);
  };
  for (int tooth = 0; tooth < teeth; ++tooth) {
    const double center = 2.0 * M_PI * tooth / teeth, next = 2.0 * M_PI * (tooth + 1) / teeth;
    const double foot = half_tooth(teeth, root), waist = half_tooth(teeth, middle), head = half_tooth(teeth, tip);
    add(polar(root, center - foot), polar(middle, center - waist), polar(tip, center - head));
    add(polar(tip, center - head), polar(tip, center), polar(tip, center + head));
    add(polar(tip, center + head), polar(middle, center + waist), polar(root, center + foot));
    add(polar(root, center + foot), polar(root, 0.5 * (center + next)), polar(root, next - foot));
  }
  return placed(raised(outline, width), moved(0, 0, -0.5 * width));
}

// A gear around Z with a bore, and a thinner web with holes where there is room.
TopoDS_Shape gear(int teeth, double bore) {
  const double half = 0.5 * gear_width, root = 0.5 * module * teeth - 1.25 * module;
  std::vector<TopoDS_Shape> tools{turned({
      {0, -half - 1}, {bore + 1, -half - 1}, {bore + 1, -half}, {bore, -half + 1}, {bore, half - 1}, {bore + 1, half}, {bore + 1, half + 1}, {0, half + 1}})};
  const double hub = bore + 6.0, rim = root - 4.5;
  if (rim - hub > 8.0) {
    for (const double side : {-1.0, 1.0}) {
      const double floor = side * 3.5, top = side * (half + 1.0);
      tools.push_back(turned({{hub, floor}, {rim, floor}, {rim + 1.0, top}, {hub - 1.0, top}}));
    }
    for (int index = 0; index < 6; ++index) {
      const Corner place = polar(0.5 * (hub + rim), index * M_PI / 3.0);
      tools.push_back(bar(place.radius, place.height, -half, half, std::min(6.5, 0.36 * (rim - hub))));
    }
  }
  return cut(toothed(teeth, gear_width), tools);
}

// A stepped shaft around Z; the drive end is at the top.
TopoDS_Shape shaft(double drive_end) {
  const TopoDS_Shape body = turned({
      {0, -46}, {7.5, -46}, {8.5, -45}, {8.5, -31}, {10, -30.5}, {10, 30.5}, {8.5, 31}, {8.5, 60},
      {7, 61}, {7, drive_end - 1}, {6, drive_end}, {0, drive_end}});
  return cut(body, {block(-2.5, 4.5, 66, 2.5, 10, drive_end - 6)});
}

// Along Y, seats for the bearings.
std::vector<TopoDS_Shape> seats(double from, double to) {
  std::vector<TopoDS_Shape> tools;
  for (const double axis : {axis_in, axis_out}) {
    tools.push_back(placed(bar(axis, 0, from, to, 20), turned_about_x(-90)));
  }
  return tools;
}

TopoDS_Shape bosses() {
  std::vector<TopoDS_Shape> parts;
  for (const double axis : {axis_in, axis_out}) {
    parts.push_back(placed(bar(axis, 0, -50, 50, 28), turned_about_x(-90)));
  }
  return joined(parts);
}

TopoDS_Shape housing() {
  const TopoDS_Shape outer = block(-75, -44, -72, 105, 44, 0, 10);
  const TopoDS_Shape ears = block(-93, -44, -12, 123, 44, 0, 12);
  const TopoDS_Shape foot = rounded_at_height(block(-93, -56, -80, 123, 56, -70, 12), -70, 2);
  const TopoDS_Shape lower = cut(bosses(), {block(-200, -100, 0, 200, 100, 100)});
  std::vector<TopoDS_Shape> tools = seats(-60, 60);
  tools.push_back(block(-68, -30, -65, 98, 30, 1, 7));
  for (const double x : {-84.0, 114.0}) {
    for (const double y : {-32.0, 0.0, 32.0}) {
      tools.push_back(bar(x, y, -13, 1, 3.3));
    }
    for (const double y : {-46.0, 46.0}) {
      tools.push_back(bar(x, y, -81, -69, 3.3));
      tools.push_back(bar(x, y, -73, -69, 6));
    }
  }
  tools.push_back(placed(bar(0, 0, -80, -60, 5), moved(105 + 68, 0, -54) * turned_about_y(90)));
  return cut(joined({outer, ears, foot, lower}), tools);
}

TopoDS_Shape cover() {
  const TopoDS_Shape outer = rounded_at_height(block(-75, -44, 0, 105, 44, 68, 10), 68, 8);
  const TopoDS_Shape ears = block(-93, -44, 0, 123, 44, 12, 12);
  const TopoDS_Shape upper = cut(bosses(), {block(-200, -100, -100, 200, 100, 0)});
  std::vector<TopoDS_Shape> tools = seats(-60, 60);
  tools.push_back(block(-68, -30, -1, 98, 30, 61, 7));
  for (const double y : {-32.0, 0.0, 32.0}) {
    tools.push_back(bar(-84, y, -1, 13, 3.3));
  }
  // Cut away, so that the gears are seen.
  tools.push_back(block(-6, -100, -1, 200, 100, 100));
  return cut(joined({outer, ears, upper}), tools);
}

// A hexagon socket screw M6 × 16; the head stands on z = 0.
TopoDS_Shape bolt() {
  const TopoDS_Shape body = turned({{0, -16}, {2.4, -16}, {3, -15.4}, {3, 0}, {5, 0}, {5, 5.4}, {4.4, 6}, {0, 6}});
  return cut(body, {hexagon(5, 2.8, 7)});
}

TDF_Label bearing(Kit &kit) {
  const TDF_Label inner = bearing_inner_ring(kit, bearing_size), outer = bearing_outer_ring(kit, bearing_size);
  const TDF_Label sphere = kit.part("Ball", ball(0.5 * bearing_size.ball_diameter), polished);
  const TDF_Label assembly = kit.assembly("Bearing 6203");
  kit.place(assembly, inner, gp_Trsf(), "Inner ring");
  kit.place(assembly, outer, gp_Trsf(), "Outer ring");
  for (int index = 0; index < bearing_size.ball_count; ++index) {
    kit.place(assembly, sphere, bearing_ball_place(bearing_size, index), "Ball " + std::to_string(index + 1));
  }
  return assembly;
}

// Along Y at one of the two axes: what is built along Z is laid down, its top towards −Y.
gp_Trsf on_axis(double axis, double y) { return moved(axis, y, 0) * turned_about_x(90); }

TDF_Label shaft_assembly(Kit &kit, const char *name, const TDF_Label &shaft, const std::vector<std::pair<TDF_Label, double>> &gears, double phase) {
  const TDF_Label assembly = kit.assembly(name);
  kit.place(assembly, shaft, gp_Trsf(), std::string(name) + " shaft");
  for (const auto &[gear, height] : gears) {
    kit.place(assembly, gear, moved(0, 0, height) * turned_about_z(phase), "");
  }
  return assembly;
}

void add_bolts(Kit &kit, const TDF_Label &box) {
  const TDF_Label screw = kit.part("Bolt M6", bolt(), black_oxide);
  const TDF_Label washer = kit.part("Washer 6", turned({{3.2, 0}, {6, 0}, {6, 1.6}, {3.2, 1.6}}), zinc);
  int number = 0;
  const auto add = [&](double x, double y, double z) {
    ++number;
    kit.place(box, washer, moved(x, y, z), "Washer " + std::to_string(number));
    return kit.place(box, screw, moved(x, y, z + 1.6), "Bolt " + std::to_string(number));
  };
  for (const double y : {-32.0, 0.0, 32.0}) {
    add(-84, y, 12);
    const TDF_Label right = add(114, y, 0);
    if (y == 0.0) {
      // One bolt is marked: an occurrence with a colour of its own.
      kit.paint(right, signal_red);
    }
  }
}

// Four screws around each bearing cap.
void add_cap_screws(Kit &kit, const TDF_Label &box) {
  const TDF_Label screw = kit.part("Bolt M4", turned({{0, -8}, {2, -8}, {2, 0}, {3.5, 0}, {3.5, 2.4}, {2.8, 3}, {1.6, 3}, {1.6, 1.2}, {0, 1.2}}), black_oxide);
  int number = 0;
  for (const double axis : {axis_in, axis_out}) {
    for (const double side : {-1.0, 1.0}) {
      for (int quarter = 0; quarter < 4; ++quarter) {
        const double angle = (quarter + 0.5) * M_PI / 2.0;
        const gp_Trsf where = moved(axis + 21 * std::cos(angle), side * 56, 21 * std::sin(angle)) * turned_about_x(-90 * side);
        kit.place(box, screw, where, "Cap bolt " + std::to_string(++number));
      }
    }
  }
}

} // namespace

void build_gearbox(Kit &kit) {
  const TDF_Label box = kit.assembly("Gearbox");
  const TDF_Label lower = kit.part("Gehäuse", housing(), machine_blue);
  const TDF_Label upper = kit.part("Gehäusedeckel", cover(), machine_blue);
  kit.place(box, lower, gp_Trsf(), "Housing");
  kit.place(box, upper, gp_Trsf(), "Cover");

  const TDF_Label g24 = kit.part("Gear 24T", gear(24, 10), steel), g48 = kit.part("Gear 48T", gear(48, 10), steel);
  const TDF_Label g18 = kit.part("Gear 18T", gear(18, 10), brass), g54 = kit.part("Gear 54T", gear(54, 10), brass);
  const TDF_Label long_shaft = kit.part("Antriebswelle", shaft(104), polished);
  const TDF_Label short_shaft = kit.part("Abtriebswelle", shaft(96), polished);
  // A tooth of one meets a gap of the other: half a tooth pitch, from the direction of its partner.
  const TDF_Label input = shaft_assembly(kit, "Input", long_shaft, {{g24, 13.0}, {g18, -13.0}}, 0.0);
  kit.place(box, input, on_axis(axis_in, 0), "Input");
  const TDF_Label output = kit.assembly("Output");
  kit.place(output, short_shaft, gp_Trsf(), "Output shaft");
  kit.place(output, g48, moved(0, 0, 13) * turned_about_z(180.0 + 180.0 / 48), "");
  kit.place(output, g54, moved(0, 0, -13) * turned_about_z(180.0 + 180.0 / 54), "");
  kit.place(box, output, on_axis(axis_out, 0), "Output");

  const TDF_Label rolling = bearing(kit);
  const TDF_Label lid = kit.part("Lagerdeckel", turned({{9, 0}, {27, 0}, {27, 5}, {26, 6}, {14, 6}, {13, 4.5}, {9, 4.5}}), machine_grey);
  const TDF_Label blind = kit.part("Lagerdeckel geschlossen", turned({{0, 0}, {27, 0}, {27, 5}, {26, 6}, {0, 6}}), machine_grey);
  for (const double axis : {axis_in, axis_out}) {
    const std::string side = axis < 0 ? "input" : "output";
    kit.place(box, rolling, on_axis(axis, -37), "Bearing " + side + " front");
    kit.place(box, rolling, on_axis(axis, 37), "Bearing " + side + " rear");
    kit.place(box, lid, on_axis(axis, -50), "Bearing cap " + side + " front");
    kit.place(box, blind, moved(axis, 50, 0) * turned_about_x(-90), "Bearing cap " + side + " rear");
  }
  const TopoDS_Shape plug = joined({hexagon(13, 0, 6), bar(0, 0, -8, 0, 5), bar(0, 0, -0.5, 1.2, 8.5)});
  kit.place(box, kit.part("Ölablassschraube", plug, brass), moved(105, 0, -54) * turned_about_y(90), "Oil drain plug");
  add_bolts(kit, box);
  add_cap_screws(kit, box);
}

} // namespace hartomat::samples
