//! Rounded edges: where two faces of a part meet outside, shading bends from one to the other.
//!
//! CAD edges are perfectly sharp and catch no light; real ones are broken. Only normals change, the
//! silhouette stays. Edges are found once, per mesh, from vertices that lie at the same place.

use std::time::Duration;

use glam::{DAffine3, DVec3, Vec3, Vec3A};
use obvhs::BvhBuildParams;
use obvhs::aabb::Aabb;
use obvhs::bvh2::Bvh2;
use obvhs::bvh2::builder::build_bvh2;

use crate::glb::{Glb, GlbMesh};

/// Radius of the rounding, in radii of the product.
pub(crate) const ROUNDING: f32 = 0.0045;
/// And at most this share of a part's thinnest extent.
pub(crate) const PART_SHARE: f32 = 0.06;
/// Faces that meet flatter than this (cosine of 25°) are one curved surface.
const FLAT_COSINE: f32 = 0.906;
/// More edges than this cost more time than they give; then all stay sharp.
const MAX_EDGES: usize = 3_000_000;

/// Edges of all instances.
pub(crate) struct EdgeTree {
    bvh: Bvh2,
    edges: Vec<Edge>,
}

#[derive(Clone, Copy)]
struct Edge {
    start: Vec3A,
    end: Vec3A,
    normals: [Vec3A; 2],
    radius: f32,
    instance: u32,
}

impl EdgeTree {
    /// The edges of everything drawn, relative to `origin`; none where there are none.
    pub(crate) fn new(glb: &Glb, origin: DVec3, radius: f32) -> Option<Self> {
        let creases: Vec<Vec<Crease>> = glb.meshes.iter().map(creases).collect();
        let count: usize = glb
            .instances
            .iter()
            .map(|instance| creases[instance.mesh].len())
            .sum();
        if count == 0 || count > MAX_EDGES {
            return None;
        }
        let mut edges = Vec::with_capacity(count);
        for (index, instance) in glb.instances.iter().enumerate() {
            let thin = thinnest_mm(&glb.meshes[instance.mesh], &instance.to_world);
            let rounding = (ROUNDING * radius).min(PART_SHARE * thin);
            let placed = creases[instance.mesh].iter();
            edges.extend(
                placed.map(|crease| crease.placed(&instance.to_world, origin, rounding, index)),
            );
        }
        let boxes: Vec<Aabb> = edges.iter().map(Edge::reach).collect();
        let mut core_time = Duration::ZERO;
        let bvh = build_bvh2(&boxes, BvhBuildParams::fast_build(), &mut core_time);
        Some(Self { bvh, edges })
    }

    /// The normal at a point of an instance's face, bent towards the faces behind near edges.
    pub(crate) fn bend(&self, point: Vec3A, plane: Vec3A, instance: u32, normal: Vec3A) -> Vec3A {
        let mut bent = normal;
        self.bvh.point_traverse(point, |bvh, node| {
            let node = &bvh.nodes[node as usize];
            let first = node.first_index as usize;
            for &index in &bvh.primitive_indices[first..first + node.prim_count as usize] {
                let edge = &self.edges[index as usize];
                if edge.instance == instance {
                    bent += edge.pull(point, plane);
                }
            }
            true
        });
        bent.try_normalize().unwrap_or(normal)
    }
}

impl Edge {
    fn reach(&self) -> Aabb {
        let margin = Vec3A::splat(self.radius);
        Aabb::new(
            self.start.min(self.end) - margin,
            self.start.max(self.end) + margin,
        )
    }

    /// What the other face adds to the normal at a point of this one.
    fn pull(&self, point: Vec3A, plane: Vec3A) -> Vec3A {
        let along = self.end - self.start;
        let share = (point - self.start).dot(along) / along.length_squared();
        let distance = (self.start + along * share.clamp(0.0, 1.0) - point).length();
        let near = 1.0 - distance / self.radius;
        if near <= 0.0 {
            return Vec3A::ZERO;
        }
        let own = usize::from(plane.dot(self.normals[1]) > plane.dot(self.normals[0]));
        if plane.dot(self.normals[own]) < FLAT_COSINE {
            return Vec3A::ZERO;
        }
        // Half of each on the edge itself, none of the other at the radius.
        self.normals[1 - own] * (near / (2.0 - near))
    }
}

/// An edge in its mesh's own frame.
struct Crease {
    ends: [Vec3; 2],
    normals: [Vec3; 2],
}

impl Crease {
    fn placed(&self, to_world: &DAffine3, origin: DVec3, radius: f32, instance: usize) -> Edge {
        let place = |point: Vec3| (to_world.transform_point3(point.as_dvec3()) - origin).as_vec3a();
        let turn = to_world.matrix3.inverse().transpose();
        let direct = |normal: Vec3| (turn * normal.as_dvec3()).normalize_or_zero().as_vec3a();
        Edge {
            start: place(self.ends[0]),
            end: place(self.ends[1]),
            normals: self.normals.map(direct),
            radius,
            instance: instance as u32,
        }
    }
}

/// Thinnest extent of a placed part.
pub(crate) fn thinnest_mm(mesh: &GlbMesh, to_world: &DAffine3) -> f32 {
    let points = || {
        mesh.primitives
            .iter()
            .flat_map(|primitive| primitive.positions.iter())
    };
    let least = points().copied().fold(Vec3::INFINITY, Vec3::min);
    let most = points().copied().fold(Vec3::NEG_INFINITY, Vec3::max);
    (most - least).min_element() * to_world.matrix3.determinant().abs().cbrt() as f32
}

/// A side of a triangle: its welded ends in order, the vertex across, and the face's normal there.
struct Side {
    ends: [u32; 2],
    points: [Vec3; 2],
    across: Vec3,
    normal: Vec3,
}

/// Edges where exactly two faces meet, outwards and not flat.
fn creases(mesh: &GlbMesh) -> Vec<Crease> {
    let mut sides = sides(mesh);
    sides.sort_by_key(|side| side.ends);
    let mut creases = Vec::new();
    for pair in sides.chunk_by(|a, b| a.ends == b.ends) {
        let [a, b] = pair else { continue };
        let outwards = (b.across - a.points[0]).dot(a.normal) < 0.0;
        if outwards && a.normal.dot(b.normal) < FLAT_COSINE {
            creases.push(Crease {
                ends: a.points,
                normals: [a.normal, b.normal],
            });
        }
    }
    creases
}

fn sides(mesh: &GlbMesh) -> Vec<Side> {
    let welded = weld(mesh);
    let mut sides = Vec::new();
    for (primitive, ids) in mesh.primitives.iter().zip(&welded) {
        for corners in &primitive.triangles {
            let corners = corners.map(|corner| corner as usize);
            let points = corners.map(|corner| primitive.positions[corner]);
            let plane = (points[1] - points[0])
                .cross(points[2] - points[0])
                .normalize_or_zero();
            if plane == Vec3::ZERO {
                continue;
            }
            for first in 0..3 {
                let second = (first + 1) % 3;
                let smooth = [first, second].map(|at| primitive.normals.get(corners[at]));
                let normal = match smooth {
                    [Some(a), Some(b)] if (*a + *b).dot(plane) > 0.1 => (*a + *b).normalize(),
                    _ => plane,
                };
                let (a, b) = (ids[corners[first]], ids[corners[second]]);
                let ends = if a < b { [a, b] } else { [b, a] };
                if a != b {
                    let across = points[(first + 2) % 3];
                    sides.push(Side {
                        ends,
                        points: [points[first], points[second]],
                        across,
                        normal,
                    });
                }
            }
        }
    }
    sides
}

/// One number per place, by primitive and vertex.
fn weld(mesh: &GlbMesh) -> Vec<Vec<u32>> {
    let mut places: Vec<([i64; 3], usize, usize)> = Vec::new();
    for (primitive, data) in mesh.primitives.iter().enumerate() {
        for (vertex, point) in data.positions.iter().enumerate() {
            // A tenth of a micrometre: CAD meshes share edge points exactly.
            let place = point
                .to_array()
                .map(|metres| (f64::from(metres) * 1e7).round() as i64);
            places.push((place, primitive, vertex));
        }
    }
    places.sort_unstable();
    let mut ids: Vec<Vec<u32>> = mesh
        .primitives
        .iter()
        .map(|primitive| vec![0; primitive.positions.len()])
        .collect();
    for (place, same) in places.chunk_by(|a, b| a.0 == b.0).enumerate() {
        for &(_, primitive, vertex) in same {
            ids[primitive][vertex] = place as u32;
        }
    }
    ids
}
