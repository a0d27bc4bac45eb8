//! The filter weights of FLIP for a number of pixels per degree, one half each: index 0 is the centre.

use std::f64::consts::PI;

/// Weights below this share of the sum can't change a 32-bit result.
const NEGLIGIBLE: f64 = 1e-7;

/// Half kernels. `even` ones continue with the same sign on the other side, `slope` with the opposite.
pub(crate) struct Kernels {
    /// Contrast sensitivity to luminance.
    pub(crate) luminance: Vec<f32>,
    /// Contrast sensitivity to red against green.
    pub(crate) red_green: Vec<f32>,
    /// Contrast sensitivity to blue against yellow: the wide of two parts, and its share of the sum.
    pub(crate) blue_yellow: [Vec<f32>; 2],
    /// Gaussian of the feature detectors, summing to 1.
    pub(crate) smooth: Vec<f32>,
    /// First derivative: detects edges.
    pub(crate) slope: Vec<f32>,
    /// Second derivative: detects points.
    pub(crate) curve: Vec<f32>,
    /// Farthest neighbour that any kernel reads.
    pub(crate) reach: usize,
}

/// `a · sqrt(π / b) · exp(−π² d² / b)`, with `d` in degrees (paper, equation 1 and table 1).
const LUMINANCE: (f64, f64) = (1.0, 0.0047);
const RED_GREEN: (f64, f64) = (1.0, 0.0053);
const BLUE_YELLOW: [(f64, f64); 2] = [(34.1, 0.04), (13.5, 0.025)];

/// Width of the feature detectors in degrees (paper, section 4.2).
const FEATURE_WIDTH: f64 = 0.082;

impl Kernels {
    pub(crate) fn new(pixels_per_degree: f64) -> Self {
        let widest = BLUE_YELLOW[0].1;
        let radius = (3.0 * (widest / (2.0 * PI * PI)).sqrt() * pixels_per_degree).ceil() as usize;
        let gauss = |b: f64| gaussian(radius, pixels_per_degree, b);
        let (smooth, slope, curve) = features(pixels_per_degree);
        let blue_yellow = blue_yellow(radius, pixels_per_degree);
        let luminance = normalized(&gauss(LUMINANCE.1), 1.0);
        let red_green = normalized(&gauss(RED_GREEN.1), 1.0);
        let lengths = [
            &luminance,
            &red_green,
            &blue_yellow[0],
            &blue_yellow[1],
            &smooth,
        ];
        let reach = lengths.iter().map(|half| half.len() - 1).max().unwrap_or(0);
        Self {
            luminance,
            red_green,
            blue_yellow,
            smooth,
            slope,
            curve,
            reach,
        }
    }
}

fn gaussian(radius: usize, pixels_per_degree: f64, b: f64) -> Vec<f64> {
    (0..=radius)
        .map(|k| {
            let degrees = k as f64 / pixels_per_degree;
            (-PI * PI * degrees * degrees / b).exp()
        })
        .collect()
}

/// Sum of a half kernel over both sides.
fn two_sided(half: &[f64]) -> f64 {
    half[0] + 2.0 * half[1..].iter().sum::<f64>()
}

/// The half kernel scaled so that both sides sum to `total`, without its negligible tail.
fn normalized(half: &[f64], total: f64) -> Vec<f32> {
    let scale = total / two_sided(half);
    let kept = half
        .iter()
        .take_while(|&&weight| weight * scale > NEGLIGIBLE)
        .count();
    half[..kept.max(1)]
        .iter()
        .map(|weight| (weight * scale) as f32)
        .collect()
}

/// The sum of two Gaussians isn't separable, but each of them is: each half is scaled by the root
/// of its share, because it is applied once across and once down.
fn blue_yellow(radius: usize, pixels_per_degree: f64) -> [Vec<f32>; 2] {
    let halves = BLUE_YELLOW.map(|(_, b)| gaussian(radius, pixels_per_degree, b));
    let weights: [f64; 2] = std::array::from_fn(|index| {
        let (a, b) = BLUE_YELLOW[index];
        a * (PI / b).sqrt() * two_sided(&halves[index]).powi(2)
    });
    let sum = weights[0] + weights[1];
    std::array::from_fn(|index| normalized(&halves[index], (weights[index] / sum).sqrt()))
}

fn features(pixels_per_degree: f64) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let deviation = 0.5 * FEATURE_WIDTH * pixels_per_degree;
    let variance = deviation * deviation;
    let radius = (3.0 * deviation).ceil() as usize;
    let smooth: Vec<f64> = (0..=radius)
        .map(|k| (-((k * k) as f64) / (2.0 * variance)).exp())
        .collect();
    let slope: Vec<f64> = smooth
        .iter()
        .enumerate()
        .map(|(k, g)| k as f64 * g)
        .collect();
    let curve: Vec<f64> = smooth
        .iter()
        .enumerate()
        .map(|(k, g)| ((k * k) as f64 / variance - 1.0) * g)
        .collect();
    // Positive weights sum to 1 and negative ones to −1.
    let slope_sum: f64 = slope.iter().sum();
    let sided = |k: usize, weight: f64| if k == 0 { weight } else { 2.0 * weight };
    let part = |sign: f64| -> f64 {
        let signed = curve
            .iter()
            .enumerate()
            .map(|(k, &weight)| sided(k, weight * sign));
        signed.filter(|&weight| weight > 0.0).sum()
    };
    let (positive, negative) = (part(1.0), part(-1.0));
    let smooth_sum = two_sided(&smooth);
    let curve = curve
        .iter()
        .map(|&weight| (weight / if weight > 0.0 { positive } else { negative }) as f32)
        .collect();
    (
        smooth
            .iter()
            .map(|weight| (weight / smooth_sum) as f32)
            .collect(),
        slope
            .iter()
            .map(|weight| (weight / slope_sum) as f32)
            .collect(),
        curve,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_sum_to_what_the_paper_asks_for() {
        for pixels_per_degree in [67.02, 33.51, 20.0] {
            let kernels = Kernels::new(pixels_per_degree);
            let sum = |half: &[f32]| half[0] + 2.0 * half[1..].iter().sum::<f32>();
            assert!((sum(&kernels.luminance) - 1.0).abs() < 1e-5);
            assert!((sum(&kernels.smooth) - 1.0).abs() < 1e-5);
            assert!(sum(&kernels.curve).abs() < 1e-5);
            assert!((kernels.slope.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            let [wide, narrow] = &kernels.blue_yellow;
            assert!((sum(wide).powi(2) + sum(narrow).powi(2) - 1.0).abs() < 1e-5);
        }
    }
}
