//! The fine structure of surfaces: the grain of castings and the direction of turning or brushing.

use glam::{DVec3, Vec3A};

use crate::glb::{Glb, GlbInstance, GlbMesh};
use crate::sampler::hash;

/// How a part was made, guessed from its shape: round parts are turned, others brushed lengthwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making {
    pub(crate) center: Vec3A,
    pub(crate) axis: Vec3A,
    pub(crate) turned: bool,
}

/// Extents that differ by less than this share are one diameter.
const ROUND: f32 = 0.03;

impl Making {
    /// One per instance.
    pub(crate) fn of(glb: &Glb, origin: DVec3) -> Vec<Self> {
        let making =
            |instance: &GlbInstance| Self::guess(&glb.meshes[instance.mesh], instance, origin);
        glb.instances.iter().map(making).collect()
    }

    pub(crate) fn guess(mesh: &GlbMesh, instance: &GlbInstance, origin: DVec3) -> Self {
        let points = || {
            mesh.primitives
                .iter()
                .flat_map(|primitive| primitive.positions.iter())
        };
        let least = points().fold(Vec3A::INFINITY, |least, &point| least.min(point.into()));
        let most = points().fold(Vec3A::NEG_INFINITY, |most, &point| most.max(point.into()));
        let (size, middle) = (most - least, 0.5 * (least + most));
        let round = |a: usize, b: usize| (size[a] - size[b]).abs() <= ROUND * size[a].max(size[b]);
        let turning = (0..3).find(|&axis| round((axis + 1) % 3, (axis + 2) % 3));
        let longest = (0..3)
            .max_by(|&a, &b| size[a].total_cmp(&size[b]))
            .unwrap_or(0);
        let axis = Vec3A::AXES[turning.unwrap_or(longest)].as_dvec3();
        Self {
            center: (instance.to_world.transform_point3(middle.as_dvec3()) - origin).as_vec3a(),
            axis: instance
                .to_world
                .transform_vector3(axis)
                .normalize_or(DVec3::Z)
                .as_vec3a(),
            turned: turning.is_some(),
        }
    }

    /// Direction of the marks that a tool leaves at a point, in the surface with this normal.
    pub(crate) fn marks(&self, point: Vec3A, normal: Vec3A) -> Vec3A {
        let around = self.axis.cross(point - self.center);
        let wanted = if self.turned && around.length_squared() > 0.0 {
            around
        } else {
            self.axis
        };
        let flat = |direction: Vec3A| (direction - normal * direction.dot(normal)).try_normalize();
        let other = if self.axis.z.abs() < 0.9 {
            Vec3A::Z
        } else {
            Vec3A::X
        };
        flat(wanted)
            .or_else(|| flat(other))
            .or_else(|| flat(Vec3A::Y))
            .unwrap_or_else(|| normal.any_orthonormal_vector())
    }
}

/// Tilts a normal as grain of a size (in millimetres) and strength (0 to 1) does.
pub(crate) fn grained(normal: Vec3A, point: Vec3A, size: f32, strength: f32) -> Vec3A {
    let fine = slope(point / size) + 0.5 * slope(point * (2.3 / size) + Vec3A::splat(17.3));
    let flat = fine - normal * fine.dot(normal);
    (normal + flat * (0.16 * strength)).normalize()
}

/// Three independent smooth noises, as a vector: what a random field's gradient looks like.
fn slope(point: Vec3A) -> Vec3A {
    let cell = point.floor();
    let inside = point - cell;
    let ease = inside * inside * (3.0 - 2.0 * inside);
    let corner = cell.as_ivec3();
    let mut sum = Vec3A::ZERO;
    for offset in 0..8 {
        let at = [offset & 1, offset >> 1 & 1, offset >> 2];
        let weight: f32 = (0..3)
            .map(|axis| {
                if at[axis] == 1 {
                    ease[axis]
                } else {
                    1.0 - ease[axis]
                }
            })
            .product();
        let place = [corner.x + at[0], corner.y + at[1], corner.z + at[2]];
        let mixed = hash((place[0] as u32).wrapping_mul(0x8da6_b343))
            ^ hash((place[1] as u32).wrapping_mul(0xd816_3841))
            ^ hash((place[2] as u32).wrapping_mul(0xcb1a_b31f));
        let random = [
            hash(mixed),
            hash(mixed ^ 0x68bc_21eb),
            hash(mixed ^ 0x02e5_be93),
        ];
        let vector = Vec3A::from_array(random.map(|bits| bits as f32 / 2_147_483_648.0 - 1.0));
        sum += vector * weight;
    }
    sum
}
