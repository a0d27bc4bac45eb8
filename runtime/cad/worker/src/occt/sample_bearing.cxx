// A deep-groove ball bearing 6205, open to the front so that balls and cage are seen.
#include "hartomat-cad-worker/src/occt/samples_kit.hxx"

#include <cmath>

namespace hartomat::samples {

namespace {

// Radii of a bearing's parts, from its size.
struct Radii {
  double bore, inner_land, pitch, outer_land, outside, groove_half, groove_depth;

  explicit Radii(const BearingSize &size) {
    bore = 0.5 * size.bore;
    outside = 0.5 * size.outside;
    pitch = 0.5 * (bore + outside);
    // The groove follows the ball a little wider (4 %) and stops short of its middle.
    const double ball = 0.5 * size.ball_diameter;
    const double groove = 1.04 * ball;
    inner_land = pitch - 0.62 * ball;
    outer_land = pitch + 0.62 * ball;
    const double reach = groove - ball + 0.62 * ball;
    groove_half = std::sqrt(groove * groove - reach * reach);
    groove_depth = groove - reach;
  }
};

} // namespace

TDF_Label bearing_inner_ring(Kit &kit, const BearingSize &size) {
  const Radii r(size);
  const double half = 0.5 * size.width, edge = 0.04 * size.width;
  return kit.part("Inner ring", turned({
      {r.bore + edge, -half}, {r.inner_land - edge, -half}, {r.inner_land, -half + edge},
      {r.inner_land, -r.groove_half, -r.groove_depth}, {r.inner_land, r.groove_half},
      {r.inner_land, half - edge}, {r.inner_land - edge, half}, {r.bore + edge, half},
      {r.bore, half - edge}, {r.bore, -half + edge}}), polished);
}

TDF_Label bearing_outer_ring(Kit &kit, const BearingSize &size) {
  const Radii r(size);
  const double half = 0.5 * size.width, edge = 0.04 * size.width;
  return kit.part("Outer ring", turned({
      {r.outer_land + edge, -half}, {r.outside - edge, -half}, {r.outside, -half + edge},
      {r.outside, half - edge}, {r.outside - edge, half}, {r.outer_land + edge, half},
      {r.outer_land, half - edge}, {r.outer_land, r.groove_half, -r.groove_depth},
      {r.outer_land, -r.groove_half}, {r.outer_land, -half + edge}}), steel);
}

gp_Trsf bearing_ball_place(const BearingSize &size, int index) {
  const double angle = 2.0 * M_PI * index / size.ball_count;
  const double pitch = 0.25 * (size.bore + size.outside);
  return moved(pitch * std::cos(angle), pitch * std::sin(angle), 0.0);
}

void build_ball_bearing(Kit &kit) {
  const BearingSize size{25.0, 52.0, 15.0, 9, 7.9375};
  const Radii r(size);
  const TDF_Label inner = bearing_inner_ring(kit, size);
  const TDF_Label outer = bearing_outer_ring(kit, size);
  const TDF_Label sphere = kit.part("Ball", ball(0.5 * size.ball_diameter), polished);

  const double rib = 1.15;
  std::vector<TopoDS_Shape> pockets;
  for (int index = 0; index < size.ball_count; ++index) {
    pockets.push_back(placed(ball(0.5 * size.ball_diameter + 0.15), bearing_ball_place(size, index)));
  }
  const TopoDS_Shape ring = turned({{r.pitch - rib, -3.2}, {r.pitch + rib, -3.2}, {r.pitch + rib, 3.2}, {r.pitch - rib, 3.2}});
  const TDF_Label cage = kit.part("Cage", cut(ring, pockets), brass);

  const double gap = 0.12;
  const TDF_Label seal = kit.part("Seal", turned({
      {r.inner_land + gap, -7.1}, {r.outer_land - gap, -7.1}, {r.outer_land - gap, -6.0}, {r.outer_land - 1.1, -5.6},
      {r.pitch + 1.0, -6.1}, {r.pitch - 1.0, -6.1}, {r.inner_land + 1.1, -5.6}, {r.inner_land + gap, -6.0}}), rubber);

  const TDF_Label bearing = kit.assembly("Ball bearing 6205");
  kit.place(bearing, inner, gp_Trsf(), "Inner ring");
  kit.place(bearing, outer, gp_Trsf(), "Outer ring");
  for (int index = 0; index < size.ball_count; ++index) {
    kit.place(bearing, sphere, bearing_ball_place(size, index), "Ball " + std::to_string(index + 1));
  }
  kit.place(bearing, cage, gp_Trsf(), "Cage");
  kit.place(bearing, seal, gp_Trsf(), "Seal");
}

} // namespace hartomat::samples
