//! Exposures of HDR-FLIP: scene light is compared as a viewer would see it from the darkest to the
//! brightest sensible exposure, and the worst counts for each pixel.
//!
//! After P. Andersson, J. Nilsson, P. Shirley, T. Akenine-Möller: "Visualizing Errors in Rendered High
//! Dynamic Range Images", Eurographics short papers 2021. Tone mapping is K. Narkowicz's fit of ACES.

/// Numerator and denominator of the tone mapping, from the square down.
const CURVE: [[f64; 3]; 2] = [
    [0.6 * 0.6 * 2.51, 0.6 * 0.03, 0.0],
    [0.6 * 0.6 * 2.43, 0.6 * 0.59, 0.14],
];

/// What the brightest and the median light are mapped to in the first and the last exposure.
const BRIGHT: f64 = 0.85;

/// Most exposures, for pictures whose median is almost black.
const MOST_EXPOSURES: f64 = 24.0;

/// Factors of the exposures for a picture with these luminances.
pub(crate) fn exposures(mut luminances: Vec<f32>) -> Vec<f32> {
    luminances.retain(|value| value.is_finite());
    let brightest = luminances.iter().copied().fold(0.0, f32::max);
    let middle = luminances.len() / 2;
    if brightest <= 0.0 {
        return vec![1.0];
    }
    let median = *luminances.select_nth_unstable_by(middle, f32::total_cmp).1;
    let [a, b, c] = [0, 1, 2].map(|at: usize| CURVE[0][at] - BRIGHT * CURVE[1][at]);
    let bright = (-b + (b * b - 4.0 * a * c).sqrt()) / (2.0 * a);
    let start = (bright / f64::from(brightest)).log2();
    let stop = (bright / f64::from(median).max(1e-30))
        .log2()
        .min(start + MOST_EXPOSURES);
    let count = (stop - start).ceil().max(2.0);
    let step = (stop - start) / (count - 1.0);
    (0..count as usize)
        .map(|index| (start + step * index as f64).exp2() as f32)
        .collect()
}

/// Tone mapping to what a screen shows, 0 to 1, linear.
#[inline(always)]
pub(crate) fn tone(x: f32) -> f32 {
    const TOP: [f32; 2] = [CURVE[0][0] as f32, CURVE[0][1] as f32];
    const BOTTOM: [f32; 3] = [CURVE[1][0] as f32, CURVE[1][1] as f32, CURVE[1][2] as f32];
    // Beyond this the curve is flat, and its square would overflow.
    let x = x.clamp(0.0, 1e6);
    let mapped = x * (TOP[0] * x + TOP[1]) / (x * (BOTTOM[0] * x + BOTTOM[1]) + BOTTOM[2]);
    mapped.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_exposure_shows_the_brightest_and_the_last_the_median() {
        let factors = exposures(vec![0.5, 1.0, 2.0, 4.0, 64.0]);
        let (first, last) = (factors[0], factors[factors.len() - 1]);
        assert!((f64::from(tone(64.0 * first)) - BRIGHT).abs() < 1e-4);
        assert!((f64::from(tone(2.0 * last)) - BRIGHT).abs() < 1e-4);
        assert_eq!(exposures(vec![0.0, f32::NAN]), [1.0]);
    }
}
