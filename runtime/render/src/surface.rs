//! A material made ready for shading: what the scene says, what the GLB says, and who wins.

use glam::Vec3A;
use hartomat_schema::{Ground, Material};

use crate::RenderError;
use crate::glb::GlbMaterial;

/// Below this, a reflection is a mirror's to single precision.
const MIN_ALPHA: f32 = 1.5e-3;

/// A surface in numbers; one per pair of material and GLB material.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Surface {
    pub(crate) base: Vec3A,
    pub(crate) metallic: f32,
    pub(crate) roughness: f32,
    pub(crate) coat: f32,
    pub(crate) coat_roughness: f32,
    pub(crate) transmission: f32,
    pub(crate) ior: f32,
    pub(crate) anisotropy: f32,
    pub(crate) grain: f32,
}

impl Surface {
    /// The scene's material with the GLB's colour where it takes one; the GLB's own where there is
    /// none; light grey plastic where there is neither.
    pub(crate) fn new(material: Option<&Material>, own: Option<GlbMaterial>) -> Self {
        match (material, own) {
            (Some(material), Some(own)) if material.takes_cad_color => {
                let mut surface = Self::of(material);
                surface.base = Vec3A::new(own.color[0], own.color[1], own.color[2]);
                surface
            }
            (Some(material), _) => Self::of(material),
            (None, Some(own)) => Self {
                base: Vec3A::new(own.color[0], own.color[1], own.color[2]),
                // CAD exporters leave glTF's defaults (metal, rough) in place: they mean "unknown".
                metallic: if own.roughness >= 1.0 {
                    0.0
                } else {
                    own.metallic
                },
                roughness: if own.roughness >= 1.0 {
                    0.42
                } else {
                    own.roughness
                },
                transmission: if own.color[3] < 0.95 {
                    1.0 - own.color[3]
                } else {
                    0.0
                },
                ..Self::plastic()
            },
            (None, None) => Self::plastic(),
        }
    }

    fn plastic() -> Self {
        Self {
            base: Vec3A::splat(0.5),
            metallic: 0.0,
            roughness: 0.42,
            coat: 0.0,
            coat_roughness: 0.1,
            transmission: 0.0,
            ior: 1.5,
            anisotropy: 0.0,
            grain: 0.0,
        }
    }

    fn of(material: &Material) -> Self {
        Self {
            base: Vec3A::from_array(material.base_color),
            metallic: material.metallic,
            roughness: material.roughness,
            coat: material.clear_coat,
            coat_roughness: material.clear_coat_roughness,
            transmission: material.transmission,
            ior: material.ior,
            anisotropy: material.anisotropy,
            grain: material.grain,
        }
    }

    /// The floor of a studio.
    pub(crate) fn of_ground(ground: &Ground) -> Self {
        Self {
            base: Vec3A::from_array(ground.base_color),
            roughness: ground.roughness,
            ..Self::plastic()
        }
    }

    /// GGX roughness of the base layer along and across the direction of brushing.
    pub(crate) fn alpha(&self) -> [f32; 2] {
        let alpha = self.roughness * self.roughness;
        [
            alpha * (1.0 - 0.85 * self.anisotropy),
            alpha * (1.0 + 0.6 * self.anisotropy),
        ]
        .map(|alpha| alpha.clamp(MIN_ALPHA, 1.0))
    }

    /// GGX roughness of the clear coat.
    pub(crate) fn coat_alpha(&self) -> f32 {
        (self.coat_roughness * self.coat_roughness).clamp(MIN_ALPHA, 1.0)
    }

    /// Whether it reflects like a mirror and does nothing else.
    pub(crate) fn is_mirror(&self) -> bool {
        self.metallic >= 1.0 && self.roughness < 0.13 && self.coat <= 0.0
    }

    /// Reflectance at normal incidence where the surface isn't metal.
    pub(crate) fn dielectric_f0(&self) -> f32 {
        ((self.ior - 1.0) / (self.ior + 1.0)).powi(2)
    }
}

/// Refuses values that have no meaning for light.
pub(crate) fn check_material(material: &Material, place: &str) -> Result<(), RenderError> {
    let share = |field: &str, value: f32| in_range(place, field, value, 0.0, 1.0);
    for (channel, value) in ["r", "g", "b"].iter().zip(material.base_color) {
        share(&format!("base_color.{channel}"), value)?;
    }
    share("metallic", material.metallic)?;
    share("roughness", material.roughness)?;
    share("clear_coat", material.clear_coat)?;
    share("clear_coat_roughness", material.clear_coat_roughness)?;
    share("transmission", material.transmission)?;
    share("anisotropy", material.anisotropy)?;
    share("grain", material.grain)?;
    in_range(place, "ior", material.ior, 1.0, 4.0)
}

/// A setting that must lie in a range; NaN never does.
pub(crate) fn in_range(
    place: &str,
    field: &str,
    value: f32,
    least: f32,
    most: f32,
) -> Result<(), RenderError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(RenderError::Setting {
        field: format!("{place}: {field}"),
        value: value.to_string(),
        expected: format!("{least} to {most}"),
    })
}
