//! A point of a surface, as a ray found it: normals, frame, and where new rays start.
//!
//! New rays start at [`ShadePoint::leave`], never at the hit itself: on tessellated curves they start
//! on the curve that the normals describe, which keeps facets out of shadows.

use glam::{Vec3, Vec3A};

use crate::geometry::Hit;
use crate::relief::grained;
use crate::stage::Stage;
use crate::surface::Surface;

/// A surface point.
pub(crate) struct ShadePoint {
    pub(crate) position: Vec3A,
    /// The point on the smooth surface, on the viewer's side.
    smooth: Vec3A,
    /// Normal of the facet, on the viewer's side.
    pub(crate) plane: Vec3A,
    /// Whether the ray came from outside.
    pub(crate) outside: bool,
    pub(crate) frame: Frame,
    pub(crate) surface: Surface,
    gap: f32,
}

/// A shading frame; Z is the normal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) x: Vec3A,
    pub(crate) y: Vec3A,
    pub(crate) z: Vec3A,
}

impl Frame {
    pub(crate) fn around(z: Vec3A) -> Self {
        let (x, y) = Vec3::from(z).any_orthonormal_pair();
        Self {
            x: x.into(),
            y: y.into(),
            z,
        }
    }

    pub(crate) fn to_local(self, v: Vec3A) -> Vec3A {
        Vec3A::new(v.dot(self.x), v.dot(self.y), v.dot(self.z))
    }

    pub(crate) fn to_world(self, v: Vec3A) -> Vec3A {
        self.x * v.x + self.y * v.y + self.z * v.z
    }
}

impl ShadePoint {
    /// The point where a ray along `direction` met a triangle; `fine` structure is for what the camera
    /// sees sharply.
    pub(crate) fn of_hit(stage: &Stage<'_>, hit: &Hit, direction: Vec3A, fine: bool) -> Self {
        let geometry = stage.geometry;
        let corners = geometry.corners(hit.triangle);
        let weights = [
            1.0 - hit.weights.x - hit.weights.y,
            hit.weights.x,
            hit.weights.y,
        ];
        let blend = |values: [Vec3A; 3]| {
            values[0] * weights[0] + values[1] * weights[1] + values[2] * weights[2]
        };
        let position = blend(corners);
        let outward = geometry.plane_normal(hit.triangle);
        let outside = outward.dot(direction) < 0.0;
        let normals = geometry.shade(hit.triangle).normals();
        // Hanika, "Hacking the Shadow Terminator" (2021): project on each vertex' tangent plane.
        let lifted = std::array::from_fn(|corner| {
            let below = (position - corners[corner]).dot(normals[corner]).min(0.0);
            position - normals[corner] * below
        });
        let side = if outside { 1.0 } else { -1.0 };
        let surface = stage.surface(hit.triangle).clone();
        let mut normal = blend(normals).try_normalize().unwrap_or(outward);
        if fine {
            normal = geometry.rounded(hit.triangle, position, normal);
            if surface.grain > 0.0 {
                normal = grained(normal, position, stage.grain_mm, surface.grain);
            }
        }
        let normal = facing(normal * side, direction);
        let frame = if surface.anisotropy > 0.0 {
            let marks = geometry.making(hit.triangle).marks(position, normal);
            Frame {
                x: marks,
                y: normal.cross(marks),
                z: normal,
            }
        } else {
            Frame::around(normal)
        };
        Self {
            position,
            smooth: if outside { blend(lifted) } else { position },
            plane: outward * side,
            outside,
            frame,
            surface,
            gap: stage.gap,
        }
    }

    /// A point of the floor.
    pub(crate) fn of_floor(position: Vec3A, surface: &Surface, gap: f32) -> Self {
        Self {
            position,
            smooth: position,
            plane: Vec3A::Z,
            outside: true,
            frame: Frame {
                x: Vec3A::X,
                y: Vec3A::Y,
                z: Vec3A::Z,
            },
            surface: surface.clone(),
            gap,
        }
    }

    /// Where a ray along `direction` starts.
    pub(crate) fn leave(&self, direction: Vec3A) -> Vec3A {
        if direction.dot(self.plane) > 0.0 {
            self.smooth + self.plane * self.gap
        } else {
            self.position - self.plane * self.gap
        }
    }
}

/// The normal, bent so far that the viewer sees its front.
fn facing(normal: Vec3A, direction: Vec3A) -> Vec3A {
    let away = normal.dot(direction);
    if away < -0.01 {
        return normal;
    }
    (normal - direction * (away + 0.02))
        .try_normalize()
        .unwrap_or(-direction)
}
