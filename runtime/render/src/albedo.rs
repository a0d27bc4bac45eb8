//! How much a GGX surface reflects in all: the table behind energy compensation.
//!
//! A surface with reflectance F₀ reflects F₀·a + b in single scattering (Karis' split of Schlick's
//! Fresnel). Computed once per process with fixed points, so that it is the same everywhere.

use std::sync::OnceLock;

use glam::Vec3A;

use crate::ggx::{Ggx, schlick};
use crate::sampler::Sampler;

const SIZE: usize = 32;
const POINTS: u32 = 256;

/// The pair (a, b) for an artist's roughness and the cosine of the view.
pub(crate) fn split_albedo(roughness: f32, cosine: f32) -> [f32; 2] {
    static TABLE: OnceLock<Vec<[f32; 2]>> = OnceLock::new();
    let table = TABLE.get_or_init(build);
    let at = |value: f32| {
        let scaled = (value * SIZE as f32 - 0.5).clamp(0.0, (SIZE - 1) as f32);
        let low = (scaled as usize).min(SIZE - 2);
        (low, scaled - low as f32)
    };
    let ((row, down), (column, right)) = (at(roughness), at(cosine));
    std::array::from_fn(|part| {
        let cell = |r: usize, c: usize| table[r * SIZE + c][part];
        let top = cell(row, column) * (1.0 - right) + cell(row, column + 1) * right;
        let bottom = cell(row + 1, column) * (1.0 - right) + cell(row + 1, column + 1) * right;
        top * (1.0 - down) + bottom * down
    })
}

fn build() -> Vec<[f32; 2]> {
    let center = |index: usize| (index as f32 + 0.5) / SIZE as f32;
    (0..SIZE * SIZE)
        .map(|cell| integrate(center(cell / SIZE), center(cell % SIZE)))
        .collect()
}

fn integrate(roughness: f32, cosine: f32) -> [f32; 2] {
    let ggx = Ggx::isotropic((roughness * roughness).max(1e-4));
    let wo = Vec3A::new((1.0 - cosine * cosine).sqrt(), 0.0, cosine);
    let mut sums = [0.0; 2];
    for point in 0..POINTS {
        let half = ggx.sample_normal(wo, Sampler::new(0, 0, point).pair());
        let wi = 2.0 * wo.dot(half) * half - wo;
        if wi.z > 0.0 {
            let (weight, fresnel) = (ggx.unmasked(wo, wi), schlick(wo.dot(half)));
            sums[0] += (1.0 - fresnel) * weight;
            sums[1] += fresnel * weight;
        }
    }
    sums.map(|sum| sum / POINTS as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smooth_surfaces_reflect_all_and_rough_ones_lose_what_is_made_up_for() {
        let [a, b] = split_albedo(0.02, 0.8);
        assert!((a + b - 1.0).abs() < 0.01, "{}", a + b);
        let [a, b] = split_albedo(1.0, 0.5);
        assert!((0.35..0.75).contains(&(a + b)), "{}", a + b);
    }
}
