//! Between sRGB, linear light and OKLCH.

use egui::Color32;

/// One channel from sRGB to linear light, both 0 to 1.
pub fn linear(encoded: f32) -> f32 {
    if encoded <= 0.040_45 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light of an opaque colour.
pub fn linear_of(color: Color32) -> [f32; 3] {
    let [red, green, blue, _] = color.to_array();
    [red, green, blue].map(|channel| linear(f32::from(channel) / 255.0))
}

fn encoded(linear: f32) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let encoded = if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    (encoded * 255.0).round() as u8
}

/// The sRGB colour of a linear one.
pub fn color_of_linear([red, green, blue]: [f32; 3]) -> Color32 {
    Color32::from_rgb(encoded(red), encoded(green), encoded(blue))
}

/// A colour by lightness (0 to 1), chroma (0 to about 0.3) and hue in degrees, in OKLCH: colours of the
/// same lightness look equally light. The chroma is lowered until a screen can show the colour.
/// Formulas: Björn Ottosson, "A perceptual color space for image processing", 2020.
pub(super) fn oklch(lightness: f32, chroma: f32, hue: f32) -> Color32 {
    let mut chroma = chroma;
    loop {
        let rgb = oklch_linear(lightness, chroma, hue);
        let is_shown = rgb.iter().all(|channel| (-0.001..=1.001).contains(channel));
        if is_shown || chroma < 0.005 {
            return color_of_linear(rgb);
        }
        chroma *= 0.95;
    }
}

fn oklch_linear(lightness: f32, chroma: f32, hue: f32) -> [f32; 3] {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_axis_runs_from_black_to_white() {
        assert_eq!(oklch(0.0, 0.0, 0.0), Color32::BLACK);
        assert_eq!(oklch(1.0, 0.0, 0.0), Color32::WHITE);
    }

    #[test]
    fn the_hue_of_pure_red_is_red() {
        let red = oklch(0.628, 0.2577, 29.23);
        let [r, g, b, _] = red.to_array();
        assert!(r > 250 && g < 8 && b < 8, "{red:?}");
    }

    #[test]
    fn linear_light_round_trips() {
        for value in 0..=255 {
            let color = Color32::from_gray(value);
            assert_eq!(color_of_linear(linear_of(color)), color);
        }
    }
}
