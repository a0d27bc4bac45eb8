//! Lines and boxes as triangles of one mesh, with soft edges, so that thousands of them are one shape.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, Pos2, Rect, Vec2, pos2, vec2};
use std::f32::consts::{FRAC_PI_2, PI};

/// Width of the soft edge in points.
const FEATHER: f32 = 1.0;

/// A box with hard edges.
pub(crate) fn fill_rect(mesh: &mut Mesh, rect: Rect, color: Color32) {
    mesh.add_colored_rect(rect, color);
}

/// Corners of a quarter circle.
const QUARTER: usize = 4;

/// A box with round corners and soft edges; `rounded` says whether the upper and the lower corners
/// are round.
pub(crate) fn rounded_rect(
    mesh: &mut Mesh,
    rect: Rect,
    radius: f32,
    rounded: [bool; 2],
    color: Color32,
) {
    let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let corners = [
        (
            pos2(rect.right(), rect.bottom()),
            vec2(-1.0, -1.0),
            0.0,
            rounded[1],
        ),
        (
            pos2(rect.left(), rect.bottom()),
            vec2(1.0, -1.0),
            1.0,
            rounded[1],
        ),
        (
            pos2(rect.left(), rect.top()),
            vec2(1.0, 1.0),
            2.0,
            rounded[0],
        ),
        (
            pos2(rect.right(), rect.top()),
            vec2(-1.0, 1.0),
            3.0,
            rounded[0],
        ),
    ];
    let mut ring = Vec::with_capacity(4 * (QUARTER + 1));
    for (corner, inwards, quarter, is_round) in corners {
        if !is_round {
            ring.push(corner);
            continue;
        }
        let center = corner + inwards * radius;
        for step in 0..=QUARTER {
            let turn = (quarter + step as f32 / QUARTER as f32) * FRAC_PI_2;
            ring.push(center + Vec2::angled(turn) * radius);
        }
    }
    convex(mesh, &ring, color);
}

/// A disc with a soft edge.
pub(crate) fn disc(mesh: &mut Mesh, center: Pos2, radius: f32, color: Color32) {
    let around = (0..12).map(|step| center + Vec2::angled(step as f32 * PI / 6.0) * radius);
    convex(mesh, &around.collect::<Vec<_>>(), color);
}

/// A convex shape whose points go around clockwise, with a soft edge that reaches outwards.
fn convex(mesh: &mut Mesh, ring: &[Pos2], color: Color32) {
    let count = ring.len() as u32;
    let base = mesh.vertices.len() as u32;
    for (number, point) in ring.iter().enumerate() {
        let before = ring[(number + ring.len() - 1) % ring.len()];
        let after = ring[(number + 1) % ring.len()];
        let outwards = -(after - before).normalized().rot90();
        push(mesh, *point, color);
        push(
            mesh,
            *point + outwards * FEATHER * 0.7,
            Color32::TRANSPARENT,
        );
    }
    for number in 0..count {
        let (at, next) = (base + 2 * number, base + 2 * ((number + 1) % count));
        if number > 0 && number + 1 < count {
            mesh.add_triangle(base, at, next);
        }
        mesh.add_triangle(at, at + 1, next);
        mesh.add_triangle(next, at + 1, next + 1);
    }
}

/// A line through points, `width` points wide, with soft edges.
pub(crate) fn polyline(mesh: &mut Mesh, points: &[Pos2], width: f32, color: Color32) {
    if points.len() < 2 || color == Color32::TRANSPARENT {
        return;
    }
    let half = (width - FEATHER).max(0.0) / 2.0;
    let core = if width < FEATHER {
        color.gamma_multiply(width / FEATHER)
    } else {
        color
    };
    let base = mesh.vertices.len() as u32;
    for (number, point) in points.iter().enumerate() {
        let normal = normal_at(points, number);
        push(
            mesh,
            *point - normal * (half + FEATHER),
            Color32::TRANSPARENT,
        );
        push(mesh, *point - normal * half, core);
        push(mesh, *point + normal * half, core);
        push(
            mesh,
            *point + normal * (half + FEATHER),
            Color32::TRANSPARENT,
        );
    }
    for segment in 0..points.len() as u32 - 1 {
        let at = base + segment * 4;
        for strip in 0..3 {
            let corner = at + strip;
            mesh.add_triangle(corner, corner + 1, corner + 4);
            mesh.add_triangle(corner + 1, corner + 5, corner + 4);
        }
    }
}

fn push(mesh: &mut Mesh, pos: Pos2, color: Color32) {
    mesh.vertices.push(Vertex {
        pos,
        uv: WHITE_UV,
        color,
    });
}

fn normal_at(points: &[Pos2], number: usize) -> Vec2 {
    let before = points[number.saturating_sub(1)];
    let after = points[(number + 1).min(points.len() - 1)];
    let direction = (after - before).normalized();
    if direction == Vec2::ZERO {
        Vec2::Y
    } else {
        direction.rot90()
    }
}

/// The curve of an edge from an output to an input: leaves to the right, arrives from the left.
pub(crate) fn curve(from: Pos2, to: Pos2, segments: usize, points: &mut Vec<Pos2>) {
    let reach = bend(from, to);
    let (a, b) = (from + Vec2::new(reach, 0.0), to - Vec2::new(reach, 0.0));
    let first = usize::from(!points.is_empty());
    for step in first..=segments {
        let t = step as f32 / segments as f32;
        let s = 1.0 - t;
        let (w0, w1, w2, w3) = (s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t);
        points.push(pos2(
            w0 * from.x + w1 * a.x + w2 * b.x + w3 * to.x,
            w0 * from.y + w1 * a.y + w2 * b.y + w3 * to.y,
        ));
    }
}

fn bend(from: Pos2, to: Pos2) -> f32 {
    let across = (to.x - from.x).abs() * 0.5;
    let down = (to.y - from.y).abs();
    if to.x >= from.x {
        across.max(down.min(60.0) * 0.5)
    } else {
        (across * 0.6 + down * 0.25).clamp(30.0, 220.0)
    }
}

/// The path of an edge through its reroute points, `segments` pieces between each two.
pub(crate) fn edge_path(through: &[Pos2], segments: usize) -> Vec<Pos2> {
    let mut points = Vec::with_capacity(through.len() * segments);
    if segments <= 1 {
        points.extend(through);
        return points;
    }
    for pair in through.windows(2) {
        curve(pair[0], pair[1], segments, &mut points);
    }
    points
}

/// How far a point is from a path.
pub(crate) fn distance(path: &[Pos2], point: Pos2) -> f32 {
    let near = path
        .windows(2)
        .map(|pair| segment_distance(pair[0], pair[1], point));
    near.fold(f32::INFINITY, f32::min)
}

fn segment_distance(a: Pos2, b: Pos2, point: Pos2) -> f32 {
    let along = b - a;
    let length = along.length_sq();
    let t = if length > 0.0 {
        ((point - a).dot(along) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (a + along * t - point).length()
}

/// Whether two paths cross.
pub(crate) fn cross(one: &[Pos2], other: &[Pos2]) -> bool {
    one.windows(2).any(|a| {
        other
            .windows(2)
            .any(|b| segments_cross(a[0], a[1], b[0], b[1]))
    })
}

fn segments_cross(a: Pos2, b: Pos2, c: Pos2, d: Pos2) -> bool {
    let side = |p: Pos2, q: Pos2, r: Pos2| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    // Half-open, so that a line through a corner crosses one of the two pieces that meet there.
    let differ = |one: f32, other: f32| (one > 0.0) != (other > 0.0);
    differ(side(a, b, c), side(a, b, d)) && differ(side(c, d, a), side(c, d, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_begin_and_end_at_their_ports_and_bend_back_when_they_must() {
        let (from, to) = (pos2(0.0, 0.0), pos2(-100.0, 50.0));
        let path = edge_path(&[from, to], 16);
        assert_eq!((path[0], path[16]), (from, to));
        assert!(path.iter().any(|point| point.x > 5.0));
    }

    #[test]
    fn a_cut_meets_what_it_crosses() {
        let edge = edge_path(&[pos2(0.0, 0.0), pos2(200.0, 40.0)], 12);
        assert!(cross(&edge, &[pos2(100.0, -50.0), pos2(100.0, 100.0)]));
        assert!(!cross(&edge, &[pos2(300.0, -50.0), pos2(300.0, 100.0)]));
        assert!(distance(&edge, pos2(100.0, 20.0)) < 1.0);
    }

    #[test]
    fn a_line_has_no_more_triangles_than_it_needs() {
        let mut mesh = Mesh::default();
        polyline(
            &mut mesh,
            &[pos2(0.0, 0.0), pos2(10.0, 0.0)],
            2.0,
            Color32::RED,
        );
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (8, 18));
        assert!(mesh.is_valid());
    }
}
