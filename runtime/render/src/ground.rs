//! The floor under the product: an endless plane that fades into the backdrop.

use glam::{DVec3, Vec3A};
use hartomat_schema::Scene;

use crate::surface::Surface;

/// Distances from the product, in its radii, over which the floor fades out.
const FADE_RADII: [f32; 2] = [1.6, 6.5];

/// The floor.
#[derive(Debug, Clone)]
pub(crate) struct GroundPlane {
    height: f32,
    reach: [f32; 2],
    center: Vec3A,
    pub(crate) surface: Surface,
    pub(crate) shadow_only: bool,
}

impl GroundPlane {
    /// The scene's floor relative to `origin`, where it has one.
    pub(crate) fn of(scene: &Scene, origin: DVec3) -> Option<Self> {
        let ground = scene.ground.as_ref()?;
        let corner = |corner: [f64; 3]| (DVec3::from_array(corner) - origin).as_vec3a();
        let (least, most) = (corner(scene.bbox.min_mm), corner(scene.bbox.max_mm));
        let radius = 0.5 * (most - least).length();
        Some(Self {
            // A hair below, so that faces lying on it aren't level with it.
            height: least.z - 2e-4 * radius,
            reach: FADE_RADII.map(|radii| radii * radius),
            center: 0.5 * (least + most),
            surface: Surface::of_ground(ground),
            shadow_only: ground.shadow_only,
        })
    }

    /// Distance along a ray from above.
    pub(crate) fn intersect(&self, origin: Vec3A, direction: Vec3A) -> Option<f32> {
        let above = origin.z - self.height;
        (above > 0.0 && direction.z < -1e-6).then(|| -above / direction.z)
    }

    /// How far the floor has faded at a point: 0 near the product to 1 far away.
    pub(crate) fn faded(&self, point: Vec3A) -> f32 {
        let away = (point - self.center).truncate().length();
        let share = ((away - self.reach[0]) / (self.reach[1] - self.reach[0])).clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    }
}
