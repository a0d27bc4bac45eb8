//! Tone mapping: from exposed scene light to display light, both linear with Rec. 709 primaries.
//!
//! AgX follows Troy Sobotka's description (inset primaries, log2 encoding from −10 to +6.5 stops
//! around middle grey, a sigmoid through a pivot); filmic is Krzysztof Narkowicz's fit of the ACES
//! curve (2015). Constants stand beside the formulae.

use glam::{Mat3, Vec3};
use hartomat_schema::ToneMapping;

/// Maps one colour; the result lies within 0 to 1.
pub fn tone_map(curve: ToneMapping, rgb: [f32; 3]) -> [f32; 3] {
    let light = Vec3::from_array(rgb.map(|value| {
        if value.is_finite() {
            value.max(0.0)
        } else {
            0.0
        }
    }));
    let shown = match curve {
        ToneMapping::Agx => agx(light),
        ToneMapping::Filmic => filmic(light),
        ToneMapping::Standard => light,
    };
    shown.clamp(Vec3::ZERO, Vec3::ONE).to_array()
}

/// Light that the curve shows as this colour, as near as it comes: whites have no end on it.
pub(crate) fn light_shown_as(curve: ToneMapping, rgb: [f32; 3]) -> [f32; 3] {
    let most = |value: f32| value.clamp(0.0, 16.0);
    let mut light = rgb;
    for _round in 0..60 {
        let shown = tone_map(curve, light);
        for channel in 0..3 {
            let ratio = (rgb[channel] + 1e-5) / (shown[channel] + 1e-5);
            light[channel] = most((light[channel] + 1e-6) * ratio.sqrt().clamp(0.25, 4.0));
        }
    }
    light
}

/// Narkowicz 2015, with his exposure factor of 0.6 folded in so that middle grey stays near itself.
fn filmic(light: Vec3) -> Vec3 {
    let x = light * 0.6;
    x * (2.51 * x + Vec3::splat(0.03)) / (x * (2.43 * x + Vec3::splat(0.59)) + Vec3::splat(0.14))
}

/// Inset of the Rec. 709 primaries (Sobotka's AgX), columns as glam takes them.
const INSET: Mat3 = Mat3::from_cols(
    Vec3::new(0.842_479_06, 0.042_328_24, 0.042_375_654),
    Vec3::new(0.078_433_6, 0.878_468_64, 0.078_433_6),
    Vec3::new(0.079_223_745, 0.079_166_13, 0.879_143),
);
/// Stops below and above middle grey that the curve covers.
const RANGE_EV: (f32, f32) = (-10.0, 6.5);
const MIDDLE_GREY: f32 = 0.18;
/// Slope of the sigmoid at its pivot; 2.0 is AgX's base look, more is its "punchy" direction.
const SLOPE: f32 = 2.4;
/// Saturation after the curve; 1.0 is the base look.
const SATURATION: f32 = 1.18;

fn agx(light: Vec3) -> Vec3 {
    let inset = INSET * light;
    let curved = inset.to_array().map(|value| {
        let stops = (value.max(1e-10) / MIDDLE_GREY).log2();
        sigmoid(((stops - RANGE_EV.0) / (RANGE_EV.1 - RANGE_EV.0)).clamp(0.0, 1.0))
    });
    // The sigmoid gives values for a display of gamma 2.4; back to linear before the outset.
    let linear = Vec3::from_array(curved.map(|value| value.powf(2.4)));
    let outset = INSET.inverse() * linear;
    let grey = outset.dot(Vec3::new(0.2126, 0.7152, 0.0722));
    Vec3::splat(grey) + (outset - Vec3::splat(grey)) * SATURATION
}

/// A curve from (0, 0) to (1, 1) with slope [`SLOPE`] at the pivot, where middle grey stays itself.
///
/// Each half is y = yp + s·h(m·(x − xp) / s) with h(t) = t / (1 + tᵖ)^(1/p); s follows from the
/// end point that the half must reach.
fn sigmoid(x: f32) -> f32 {
    let pivot = (
        -RANGE_EV.0 / (RANGE_EV.1 - RANGE_EV.0),
        MIDDLE_GREY.powf(1.0 / 2.4),
    );
    let half = |run: f32, rise: f32, power: f32, distance: f32| {
        let reach = SLOPE * run;
        let scale = reach / ((reach / rise).powf(power) - 1.0).powf(1.0 / power);
        let t = SLOPE * distance / scale;
        scale * t / (1.0 + t.powf(power)).powf(1.0 / power)
    };
    if x >= pivot.0 {
        pivot.1 + half(1.0 - pivot.0, 1.0 - pivot.1, 3.25, x - pivot.0)
    } else {
        pivot.1 - half(pivot.0, pivot.1, 3.0, pivot.0 - x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_rise_and_keep_grey_neutral() {
        for curve in [ToneMapping::Agx, ToneMapping::Filmic, ToneMapping::Standard] {
            let mut last = -1.0;
            for step in 0..200 {
                let light = 1e-4 * 1.08_f32.powi(step);
                let [r, g, b] = tone_map(curve, [light; 3]);
                assert!(r >= last - 1e-6, "{curve:?} falls at {light}");
                assert!(
                    (r - g).abs() < 2e-3 && (g - b).abs() < 2e-3,
                    "{curve:?} tints {light}"
                );
                last = r;
            }
            assert!(last > 0.95, "{curve:?} reaches white, got {last}");
        }
    }

    #[test]
    fn a_backdrop_is_shown_in_its_colour() {
        for curve in [ToneMapping::Agx, ToneMapping::Filmic, ToneMapping::Standard] {
            for rgb in [
                [0.0; 3],
                [0.02, 0.03, 0.05],
                [0.5, 0.2, 0.1],
                [0.9, 0.9, 0.88],
            ] {
                let shown = tone_map(curve, light_shown_as(curve, rgb));
                let apart = (0..3).map(|channel| (shown[channel] - rgb[channel]).abs());
                let apart = apart.fold(0.0, f32::max);
                assert!(apart < 0.02, "{curve:?} {rgb:?}: {shown:?}");
            }
        }
    }

    #[test]
    fn agx_keeps_middle_grey_and_survives_nonsense() {
        let [grey, ..] = tone_map(ToneMapping::Agx, [0.18; 3]);
        assert!((grey - 0.18).abs() < 0.01, "{grey}");
        for value in [f32::NAN, f32::INFINITY, -3.0, 1e30] {
            let mapped = tone_map(ToneMapping::Agx, [value, 0.2, 0.1]);
            assert!(mapped.iter().all(|channel| (0.0..=1.0).contains(channel)));
        }
    }
}
