//! The GGX microfacet distribution in the shading frame (normal along Z), with two roughnesses.
//!
//! Directions point away from the surface. Sampling picks visible normals only, after Dupuy and
//! Benyoub, "Sampling Visible GGX Normals with Spherical Caps" (2023).

use glam::Vec3A;

/// A distribution: roughness along X and along Y (squares of the artist's roughness).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ggx {
    pub(crate) alpha: [f32; 2],
}

impl Ggx {
    pub(crate) fn isotropic(alpha: f32) -> Self {
        Self { alpha: [alpha; 2] }
    }

    /// Density of normals.
    fn distribution(self, half: Vec3A) -> f32 {
        let [ax, ay] = self.alpha;
        let stretched = (half.x / ax).powi(2) + (half.y / ay).powi(2) + half.z * half.z;
        1.0 / (std::f32::consts::PI * ax * ay * stretched * stretched)
    }

    /// Smith's Λ.
    fn lambda(self, direction: Vec3A) -> f32 {
        let [ax, ay] = self.alpha;
        let slope = (ax * direction.x).powi(2) + (ay * direction.y).powi(2);
        0.5 * ((1.0 + slope / (direction.z * direction.z).max(1e-12)).sqrt() - 1.0)
    }

    /// Reflection without Fresnel, times the cosine of `wi`, and the density of sampling `wi`.
    pub(crate) fn reflect(self, wo: Vec3A, wi: Vec3A, half: Vec3A) -> (f32, f32) {
        let (lambda_o, lambda_i) = (self.lambda(wo), self.lambda(wi));
        let common = self.distribution(half) / (4.0 * wo.z);
        (
            common / (1.0 + lambda_o + lambda_i),
            common / (1.0 + lambda_o),
        )
    }

    /// Share of what a visible facet sends towards `wi` that is not masked.
    pub(crate) fn unmasked(self, wo: Vec3A, wi: Vec3A) -> f32 {
        let (lambda_o, lambda_i) = (self.lambda(wo), self.lambda(wi));
        (1.0 + lambda_o) / (1.0 + lambda_o + lambda_i)
    }

    /// A normal visible from `wo`.
    pub(crate) fn sample_normal(self, wo: Vec3A, random: [f32; 2]) -> Vec3A {
        let [ax, ay] = self.alpha;
        let standard = Vec3A::new(wo.x * ax, wo.y * ay, wo.z).normalize();
        let (sin_phi, cos_phi) = (std::f32::consts::TAU * random[0]).sin_cos();
        let z = (1.0 - random[1]) * (1.0 + standard.z) - standard.z;
        let sin_theta = (1.0 - z * z).max(0.0).sqrt();
        let half = Vec3A::new(sin_theta * cos_phi, sin_theta * sin_phi, z) + standard;
        Vec3A::new(half.x * ax, half.y * ay, half.z.max(1e-7)).normalize()
    }
}

/// Schlick's Fresnel weight, (1 − cos θ)⁵.
pub(crate) fn schlick(cosine: f32) -> f32 {
    let inverse = (1.0 - cosine).clamp(0.0, 1.0);
    let square = inverse * inverse;
    square * square * inverse
}

/// Fresnel reflectance of a dielectric boundary; `eta` is the ratio of indices, incident over other.
pub(crate) fn dielectric_fresnel(cosine: f32, eta: f32) -> f32 {
    let sin_squared = eta * eta * (1.0 - cosine * cosine);
    if sin_squared >= 1.0 {
        return 1.0;
    }
    let refracted = (1.0 - sin_squared).sqrt();
    let parallel = (cosine - eta * refracted) / (cosine + eta * refracted);
    let perpendicular = (eta * cosine - refracted) / (eta * cosine + refracted);
    0.5 * (parallel * parallel + perpendicular * perpendicular)
}
