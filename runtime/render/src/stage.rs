//! The stage: geometry, surfaces, lights and floor, ready for light paths.

use glam::{DVec3, Vec3A};
use hartomat_schema::{Background, Scene};

use crate::RenderError;
use crate::bsdf::glass_tint;
use crate::geometry::Geometry;
use crate::ggx::dielectric_fresnel;
use crate::glb::{Glb, GlbMaterial};
use crate::ground::GroundPlane;
use crate::light::{Environment, Panel};
use crate::surface::{Surface, check_material, in_range};

/// More soft boxes than this are a mistake.
const MAX_LIGHTS: usize = 16;
/// Glass boundaries that a shadow ray passes before it counts as blocked.
const MAX_SHADOW_PASSES: usize = 32;

/// Colours of a GLB, so that geometry can be kept while materials change.
pub(crate) struct GlbLook {
    /// Mesh index and the GLB's own material, per primitive.
    primitives: Vec<(usize, Option<GlbMaterial>)>,
}

impl GlbLook {
    pub(crate) fn of(glb: &Glb) -> Self {
        let meshes = glb.meshes.iter().enumerate();
        let primitives = meshes.flat_map(|(index, mesh)| {
            mesh.primitives
                .iter()
                .map(move |primitive| (index, primitive.material))
        });
        Self {
            primitives: primitives.collect(),
        }
    }
}

/// Everything that light meets.
pub(crate) struct Stage<'a> {
    pub(crate) geometry: &'a Geometry,
    /// By primitive.
    surfaces: Vec<Surface>,
    has_glass: bool,
    pub(crate) panels: Vec<Panel>,
    /// Chance of each panel when one is picked.
    pub(crate) chances: Vec<f32>,
    pub(crate) environment: Environment,
    pub(crate) ground: Option<GroundPlane>,
    /// Scene light that shows as the backdrop's colour; none over transparency.
    pub(crate) backdrop: Option<Vec3A>,
    /// Gap that keeps rays off the surface they leave.
    pub(crate) gap: f32,
    /// Size of grain, which small products have finer.
    pub(crate) grain_mm: f32,
}

impl<'a> Stage<'a> {
    /// Resolves a scene against its geometry.
    pub(crate) fn new(
        scene: &Scene,
        geometry: &'a Geometry,
        look: &GlbLook,
    ) -> Result<Self, RenderError> {
        check_scene(scene)?;
        let surface = |&(mesh, own): &(usize, Option<GlbMaterial>)| {
            Surface::new(scene.materials.get(mesh).and_then(Option::as_ref), own)
        };
        let surfaces: Vec<_> = look.primitives.iter().map(surface).collect();
        let origin = geometry.origin.as_vec3a();
        let panels: Vec<_> = scene
            .lights
            .iter()
            .map(|light| Panel::new(light, origin))
            .collect();
        let power: f32 = panels.iter().map(Panel::power).sum();
        let backdrop = match scene.background {
            Background::Color { rgb } => Some(Vec3A::from_array(rgb) * (-scene.exposure_ev).exp2()),
            Background::Transparent => None,
        };
        Ok(Self {
            geometry,
            has_glass: surfaces.iter().any(|surface| surface.transmission > 0.0),
            surfaces,
            chances: panels
                .iter()
                .map(|panel| panel.power() / power.max(1e-20))
                .collect(),
            panels,
            environment: Environment::new(&scene.environment),
            ground: GroundPlane::of(scene, geometry.origin),
            backdrop,
            gap: 2e-5 * geometry.radius,
            grain_mm: (0.012 * geometry.radius).clamp(1e-3, 0.7),
        })
    }

    /// The surface of a triangle.
    pub(crate) fn surface(&self, triangle: usize) -> &Surface {
        &self.surfaces[self.geometry.shade(triangle).primitive as usize]
    }

    /// Share of light that gets from `origin` along `direction` to a panel `distance` away.
    ///
    /// Glass tints shadows, but doesn't bend them: caustics would cost more than they give.
    pub(crate) fn light_path(&self, panel: usize, ray: (Vec3A, Vec3A), distance: f32) -> Vec3A {
        let (origin, direction) = ray;
        let reach = distance * 0.9999;
        if let Some(floor) = &self.ground
            && floor
                .intersect(origin, direction)
                .is_some_and(|t| t < reach)
        {
            return Vec3A::ZERO;
        }
        let mut share = self.geometry_path(origin, direction, reach);
        for (index, other) in self.panels.iter().enumerate() {
            if index != panel
                && share.max_element() > 0.0
                && let Some((t, opacity)) = other.intersect(origin, direction)
                && t < reach
            {
                share *= 1.0 - opacity;
            }
        }
        share
    }

    /// Share of light that gets past the product.
    pub(crate) fn geometry_path(&self, origin: Vec3A, direction: Vec3A, reach: f32) -> Vec3A {
        if !self.has_glass {
            let blocked = self.geometry.occluded(origin, direction, reach);
            return if blocked { Vec3A::ZERO } else { Vec3A::ONE };
        }
        let (mut share, mut start, mut left) = (Vec3A::ONE, origin, reach);
        for _ in 0..MAX_SHADOW_PASSES {
            let Some(hit) = self.geometry.intersect(start, direction, left) else {
                return share;
            };
            share *= self.straight_through(hit.triangle, direction);
            if share.max_element() < 1e-3 {
                return Vec3A::ZERO;
            }
            start += direction * (hit.distance + self.gap);
            left -= hit.distance + self.gap;
        }
        Vec3A::ZERO
    }

    /// Share of light that passes a boundary without being bent.
    pub(crate) fn straight_through(&self, triangle: usize, direction: Vec3A) -> Vec3A {
        let surface = self.surface(triangle);
        if surface.transmission <= 0.0 {
            return Vec3A::ZERO;
        }
        let cosine = direction.dot(self.geometry.plane_normal(triangle)).abs();
        let passes = 1.0 - dielectric_fresnel(cosine, 1.0 / surface.ior);
        glass_tint(surface) * surface.transmission * passes
    }
}

/// Refuses scenes whose numbers would make nonsense of the picture.
pub(crate) fn check_scene(scene: &Scene) -> Result<(), RenderError> {
    let wide = |place: &str, field: &str, values: &[f32]| {
        values
            .iter()
            .try_for_each(|&value| in_range(place, field, value, -1e9, 1e9))
    };
    let light = |place: &str, field: &str, rgb: &[f32; 3]| {
        rgb.iter()
            .try_for_each(|&value| in_range(place, field, value, 0.0, 1e6))
    };
    for material in scene.materials.iter().flatten() {
        check_material(material, &format!("material {}", material.key))?;
    }
    wide("camera", "position", &scene.camera.position)?;
    wide("camera", "target", &scene.camera.target)?;
    in_range(
        "camera",
        "vertical_fov_deg",
        scene.camera.vertical_fov_deg,
        0.5,
        150.0,
    )?;
    if DVec3::from_array(scene.bbox.min_mm)
        .cmpgt(DVec3::from_array(scene.bbox.max_mm))
        .any()
    {
        let value = format!("{:?} to {:?}", scene.bbox.min_mm, scene.bbox.max_mm);
        let expected = "a box with its smallest corner first".to_owned();
        return Err(RenderError::Setting {
            field: "bbox".to_owned(),
            value,
            expected,
        });
    }
    light("environment", "top", &scene.environment.top)?;
    light("environment", "horizon", &scene.environment.horizon)?;
    light("environment", "bottom", &scene.environment.bottom)?;
    in_range(
        "scene",
        "number of lights",
        scene.lights.len() as f32,
        0.0,
        MAX_LIGHTS as f32,
    )?;
    for panel in &scene.lights {
        let place = format!("light {}", panel.name);
        wide(&place, "position", &panel.position)?;
        wide(&place, "target", &panel.target)?;
        panel
            .size
            .iter()
            .try_for_each(|&edge| in_range(&place, "size", edge, 1e-6, 1e9))?;
        light(&place, "radiance", &panel.radiance)?;
        in_range(&place, "softness", panel.softness, 0.0, 1.0)?;
    }
    if let Some(ground) = &scene.ground {
        ground
            .base_color
            .iter()
            .try_for_each(|&c| in_range("ground", "base_color", c, 0.0, 1.0))?;
        in_range("ground", "roughness", ground.roughness, 0.0, 1.0)?;
    }
    if let Background::Color { rgb } = scene.background {
        rgb.iter()
            .try_for_each(|&c| in_range("background", "rgb", c, 0.0, 1.0))?;
    }
    in_range("scene", "exposure_ev", scene.exposure_ev, -20.0, 20.0)
}
