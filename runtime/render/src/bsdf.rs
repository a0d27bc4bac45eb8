//! How a surface scatters light: clear coat over metal, or over a dielectric with diffuse below.
//!
//! Energy: each layer gets what the layers above don't reflect, and single-scattering losses of
//! rough metal are made up for after Turquin, "Practical multiple scattering compensation" (2019).
//! No lobe may give back more than it got; the furnace test measures that.

use glam::Vec3A;

use crate::albedo::split_albedo;
use crate::ggx::{Ggx, dielectric_fresnel, schlick};
use crate::light::luminance;
use crate::surface::Surface;

/// Reflectance at normal incidence of clear coats (index 1.5).
const COAT_F0: f32 = 0.04;

/// A surface seen from one direction, in the shading frame (normal along Z).
pub(crate) struct Bsdf {
    wo: Vec3A,
    coat: Ggx,
    coat_weight: f32,
    spec: Ggx,
    f0: Vec3A,
    spec_scale: Vec3A,
    diffuse: Vec3A,
    /// Chances of sampling coat, specular and diffuse.
    chances: [f32; 3],
}

/// A sampled direction.
pub(crate) struct BsdfSample {
    pub(crate) wi: Vec3A,
    /// Scattering times cosine over density.
    pub(crate) weight: Vec3A,
    pub(crate) density: f32,
}

impl Bsdf {
    /// `wo` points towards the viewer and lies above the surface.
    pub(crate) fn new(surface: &Surface, wo: Vec3A) -> Self {
        let [a, b] = split_albedo(surface.roughness, wo.z);
        let f0 = Vec3A::splat(surface.dielectric_f0()).lerp(surface.base, surface.metallic);
        let compensation = Vec3A::ONE + f0 * ((1.0 - (a + b)) / (a + b).max(0.05));
        let spec_albedo = ((f0 * a + b) * compensation).min(Vec3A::ONE);
        let [coat_a, coat_b] = split_albedo(surface.coat_roughness, wo.z);
        let coat_albedo = surface.coat * (COAT_F0 * coat_a + coat_b);
        let below_coat = 1.0 - coat_albedo;
        let diffuse =
            surface.base * (1.0 - surface.metallic) * (Vec3A::ONE - spec_albedo) * below_coat;
        let weights = [
            coat_albedo,
            luminance(spec_albedo) * below_coat,
            luminance(diffuse),
        ];
        let sum: f32 = weights.iter().sum::<f32>().max(1e-6);
        Self {
            wo,
            coat: Ggx::isotropic(surface.coat_alpha()),
            coat_weight: surface.coat,
            spec: Ggx {
                alpha: surface.alpha(),
            },
            f0,
            spec_scale: compensation * below_coat,
            diffuse,
            chances: weights.map(|weight| weight / sum),
        }
    }

    /// Scattering towards `wi` times its cosine, and the density of sampling `wi`.
    pub(crate) fn evaluate(&self, wi: Vec3A) -> (Vec3A, f32) {
        if wi.z <= 0.0 || self.wo.z <= 0.0 {
            return (Vec3A::ZERO, 0.0);
        }
        let half = (self.wo + wi).normalize();
        let fresnel = schlick(self.wo.dot(half));
        let cosine = wi.z * std::f32::consts::FRAC_1_PI;
        let mut value = self.diffuse * cosine;
        let mut density = self.chances[2] * cosine;
        let (spec, spec_density) = self.spec.reflect(self.wo, wi, half);
        value += (self.f0 + (Vec3A::ONE - self.f0) * fresnel) * self.spec_scale * spec;
        density += self.chances[1] * spec_density;
        if self.coat_weight > 0.0 {
            let (coat, coat_density) = self.coat.reflect(self.wo, wi, half);
            value += self.coat_weight * (COAT_F0 + (1.0 - COAT_F0) * fresnel) * coat;
            density += self.chances[0] * coat_density;
        }
        (value, density)
    }

    /// Picks a direction; none where the pick lies below the surface.
    pub(crate) fn sample(&self, random: [f32; 2], lobe: f32) -> Option<BsdfSample> {
        let wi = if lobe < self.chances[0] + self.chances[1] {
            let ggx = if lobe < self.chances[0] {
                self.coat
            } else {
                self.spec
            };
            let half = ggx.sample_normal(self.wo, random);
            2.0 * self.wo.dot(half) * half - self.wo
        } else {
            let radius = random[0].sqrt();
            let (sin, cos) = (std::f32::consts::TAU * random[1]).sin_cos();
            Vec3A::new(
                radius * cos,
                radius * sin,
                (1.0 - random[0]).max(0.0).sqrt(),
            )
        };
        let (value, density) = self.evaluate(wi);
        (density > 1e-9).then(|| BsdfSample {
            wi,
            weight: value / density,
            density,
        })
    }
}

/// A direction through or off glass.
pub(crate) struct GlassSample {
    pub(crate) wi: Vec3A,
    pub(crate) weight: Vec3A,
    pub(crate) transmitted: bool,
}

/// Picks a direction through or off a glass surface; Walter et al. (2007), visible normals.
///
/// Masked light is given back instead of lost, so that frosted glass stays bright.
pub(crate) fn sample_glass(
    surface: &Surface,
    wo: Vec3A,
    entering: bool,
    random: [f32; 2],
    choice: f32,
) -> Option<GlassSample> {
    let half = Ggx {
        alpha: surface.alpha(),
    }
    .sample_normal(wo, random);
    let cosine = wo.dot(half);
    let eta = if entering {
        1.0 / surface.ior
    } else {
        surface.ior
    };
    if choice < dielectric_fresnel(cosine, eta) {
        let wi = 2.0 * cosine * half - wo;
        return (wi.z > 0.0).then_some(GlassSample {
            wi,
            weight: Vec3A::ONE,
            transmitted: false,
        });
    }
    let refracted = (1.0 - eta * eta * (1.0 - cosine * cosine)).max(0.0).sqrt();
    let wi = (eta * cosine - refracted) * half - eta * wo;
    (wi.z < 0.0).then(|| GlassSample {
        wi,
        weight: glass_tint(surface),
        transmitted: true,
    })
}

/// Share of light that passes one boundary, by colour; two boundaries make the base colour.
pub(crate) fn glass_tint(surface: &Surface) -> Vec3A {
    surface.base.max(Vec3A::ZERO).powf(0.5)
}
