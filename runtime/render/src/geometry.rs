//! Triangles and the tree that finds them: all instances flattened, relative to one origin.
//!
//! Positions are millimetres relative to [`Geometry::origin`], so that single precision serves
//! products far from the CAD file's zero. The tree is built on one thread with a fixed order.

use std::time::Duration;

use glam::{DAffine3, DVec3, Vec2, Vec3, Vec3A};
use obvhs::BvhBuildParams;
use obvhs::cwbvh::CwBvh;
use obvhs::cwbvh::builder::build_cwbvh_from_tris;
use obvhs::ray::{Ray, RayHit};
use obvhs::rt_triangle::RtTriangle;
use obvhs::triangle::Triangle;

use crate::RenderError;
use crate::edges::EdgeTree;
use crate::glb::{Glb, GlbPrimitive};
use crate::relief::Making;

/// What shading needs of a triangle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TriangleShade {
    /// Vertex normals, octahedral.
    normals: [u32; 3],
    /// Index into the list of primitives (mesh by mesh, in the order of the GLB).
    pub(crate) primitive: u32,
    /// Index of the instance.
    pub(crate) instance: u32,
}

/// Everything that rays can hit but the ground.
pub(crate) struct Geometry {
    /// The point of the world, in millimetres, that is zero here.
    pub(crate) origin: DVec3,
    /// Radius of a sphere around zero that holds everything.
    pub(crate) radius: f32,
    bvh: CwBvh,
    triangles: Vec<RtTriangle>,
    shades: Vec<TriangleShade>,
    edges: Option<EdgeTree>,
    /// By instance.
    makings: Vec<Making>,
}

/// Where a ray meets a triangle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) distance: f32,
    pub(crate) triangle: usize,
    /// Weights of the second and third vertex.
    pub(crate) weights: Vec2,
}

impl Geometry {
    pub(crate) fn new(glb: &Glb) -> Result<Self, RenderError> {
        let (mut least, mut most) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        for point in glb.points() {
            least = least.min(point);
            most = most.max(point);
        }
        let origin = 0.5 * (least + most);
        let radius = (0.5 * (most - least).length()) as f32;
        let (triangles, shades) = flatten(glb, origin);
        if triangles.is_empty() || radius <= 0.0 {
            return Err(RenderError::NothingToDraw { hidden: 0 });
        }
        let params = if triangles.len() > 2_000_000 {
            BvhBuildParams::fast_build()
        } else {
            BvhBuildParams::medium_build()
        };
        let mut core_time = Duration::ZERO;
        let bvh = build_cwbvh_from_tris(&triangles, params, &mut core_time);
        let order = |index: &u32| *index as usize;
        let in_order = bvh.primitive_indices.iter().map(order);
        Ok(Self {
            origin,
            radius,
            triangles: in_order
                .clone()
                .map(|index| RtTriangle::from(&triangles[index]))
                .collect(),
            shades: in_order.map(|index| shades[index]).collect(),
            edges: EdgeTree::new(glb, origin, radius),
            makings: Making::of(glb, origin),
            bvh,
        })
    }

    /// The nearest triangle along a ray.
    pub(crate) fn intersect(&self, origin: Vec3A, direction: Vec3A, limit: f32) -> Option<Hit> {
        let ray = Ray::new(origin, direction, 0.0, limit);
        let mut hit = RayHit::none();
        let found = self
            .bvh
            .ray_traverse(ray, &mut hit, |ray, id| self.triangles[id].intersect(ray));
        found.then(|| {
            let triangle = hit.primitive_id as usize;
            let weights = self.triangles[triangle].compute_barycentric(&ray);
            Hit {
                distance: hit.t,
                triangle,
                weights,
            }
        })
    }

    /// Whether anything lies on the ray before `limit`.
    pub(crate) fn occluded(&self, origin: Vec3A, direction: Vec3A, limit: f32) -> bool {
        let ray = Ray::new(origin, direction, 0.0, limit);
        !self
            .bvh
            .ray_traverse_miss(ray, |ray, id| self.triangles[id].intersect(ray))
    }

    /// What shading needs of a triangle.
    pub(crate) fn shade(&self, triangle: usize) -> &TriangleShade {
        &self.shades[triangle]
    }

    /// Corners of a triangle.
    pub(crate) fn corners(&self, triangle: usize) -> [Vec3A; 3] {
        let RtTriangle { v0, e1, e2, .. } = self.triangles[triangle];
        [v0, v0 - e1, v0 + e2]
    }

    /// Unit normal of a triangle's plane.
    pub(crate) fn plane_normal(&self, triangle: usize) -> Vec3A {
        self.triangles[triangle].compute_normal()
    }

    /// How the part of a triangle was made.
    pub(crate) fn making(&self, triangle: usize) -> &Making {
        &self.makings[self.shades[triangle].instance as usize]
    }

    /// A triangle's shading normal at a point, bent where an edge is near.
    pub(crate) fn rounded(&self, triangle: usize, point: Vec3A, normal: Vec3A) -> Vec3A {
        let Some(edges) = &self.edges else {
            return normal;
        };
        edges.bend(
            point,
            self.plane_normal(triangle),
            self.shades[triangle].instance,
            normal,
        )
    }
}

impl TriangleShade {
    /// Unit normals of the three vertices.
    pub(crate) fn normals(&self) -> [Vec3A; 3] {
        self.normals.map(octahedral_decode)
    }
}

fn flatten(glb: &Glb, origin: DVec3) -> (Vec<Triangle>, Vec<TriangleShade>) {
    let mut first_primitive = Vec::with_capacity(glb.meshes.len());
    let mut count = 0;
    for mesh in &glb.meshes {
        first_primitive.push(count);
        count += mesh.primitives.len() as u32;
    }
    let (mut triangles, mut shades) = (Vec::new(), Vec::new());
    for (index, instance) in glb.instances.iter().enumerate() {
        for (offset, primitive) in glb.meshes[instance.mesh].primitives.iter().enumerate() {
            let placed = Placed::new(primitive, &instance.to_world, origin);
            for corners in &primitive.triangles {
                let Some((triangle, normals)) = placed.triangle(*corners) else {
                    continue;
                };
                triangles.push(triangle);
                shades.push(TriangleShade {
                    normals,
                    primitive: first_primitive[instance.mesh] + offset as u32,
                    instance: index as u32,
                });
            }
        }
    }
    (triangles, shades)
}

/// A primitive's vertices where an instance puts them.
struct Placed {
    positions: Vec<Vec3A>,
    normals: Vec<Vec3A>,
    mirrored: bool,
}

impl Placed {
    fn new(primitive: &GlbPrimitive, to_world: &DAffine3, origin: DVec3) -> Self {
        let place =
            |point: &Vec3| (to_world.transform_point3(point.as_dvec3()) - origin).as_vec3a();
        let turn = to_world.matrix3.inverse().transpose();
        let mirrored = to_world.matrix3.determinant() < 0.0;
        let direct = |normal: &Vec3| {
            (turn * normal.as_dvec3())
                .try_normalize()
                .map_or(Vec3A::ZERO, |normal| normal.as_vec3a())
        };
        Self {
            positions: primitive.positions.iter().map(place).collect(),
            normals: primitive.normals.iter().map(direct).collect(),
            mirrored,
        }
    }

    /// None for a triangle without area.
    fn triangle(&self, corners: [u32; 3]) -> Option<(Triangle, [u32; 3])> {
        let mut corners = corners.map(|corner| corner as usize);
        if self.mirrored {
            corners.swap(1, 2);
        }
        let [v0, v1, v2] = corners.map(|corner| self.positions[corner]);
        let triangle = Triangle { v0, v1, v2 };
        let plane = (v1 - v0).cross(v2 - v0).try_normalize()?;
        let normals = corners.map(|corner| match self.normals.get(corner) {
            // A normal that contradicts the triangle is worse than none.
            Some(&normal) if normal.dot(plane) > 0.05 => octahedral_encode(normal),
            _ => octahedral_encode(plane),
        });
        Some((triangle, normals))
    }
}

/// A unit vector in 2 × 16 bits; after Cigolle et al., "A Survey of Efficient Representations for
/// Independent Unit Vectors" (2014).
fn octahedral_encode(normal: Vec3A) -> u32 {
    let flat = normal / (normal.x.abs() + normal.y.abs() + normal.z.abs());
    let sign = |value: f32| if value >= 0.0 { 1.0 } else { -1.0 };
    let (x, y) = if flat.z >= 0.0 {
        (flat.x, flat.y)
    } else {
        (
            (1.0 - flat.y.abs()) * sign(flat.x),
            (1.0 - flat.x.abs()) * sign(flat.y),
        )
    };
    let quantise = |value: f32| {
        ((value * 0.5 + 0.5) * 65_535.0)
            .round()
            .clamp(0.0, 65_535.0) as u32
    };
    quantise(x) | quantise(y) << 16
}

fn octahedral_decode(bits: u32) -> Vec3A {
    let value = |bits: u32| bits as f32 / 65_535.0 * 2.0 - 1.0;
    let (x, y) = (value(bits & 0xffff), value(bits >> 16));
    let z = 1.0 - x.abs() - y.abs();
    let fold = (-z).max(0.0);
    let toward = |value: f32| {
        if value >= 0.0 {
            value - fold
        } else {
            value + fold
        }
    };
    Vec3A::new(toward(x), toward(y), z).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_normals_come_back() {
        for step in 0..500 {
            let angle = step as f32 * 0.37;
            let z = (step as f32 / 250.0 - 1.0).clamp(-1.0, 1.0);
            let ring = (1.0 - z * z).sqrt();
            let normal = Vec3A::new(ring * angle.cos(), ring * angle.sin(), z);
            let back = octahedral_decode(octahedral_encode(normal));
            assert!(back.dot(normal) > 0.999_999, "{normal} came back as {back}");
        }
    }
}
