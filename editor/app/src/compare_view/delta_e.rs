//! CIE ΔE 2000: how far apart two colours look. After G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000
//! Color-Difference Formula", 2005, whose test data the tests hold it against.

/// White of sRGB: D65.
const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];
/// 25 to the power of 7.
const FAR: f64 = 6_103_515_625.0;

/// CIE ΔE 2000 of two colours in linear sRGB, 0 to 1: below 1 nobody sees a difference.
pub fn delta_e_2000(a: [f32; 3], b: [f32; 3]) -> f64 {
    between(lab(a), lab(b))
}

fn lab(linear: [f32; 3]) -> [f64; 3] {
    let [red, green, blue] = linear.map(|value| f64::from(value.clamp(0.0, 1.0)));
    let xyz = [
        0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue,
        0.212_672_9 * red + 0.715_152_2 * green + 0.072_175_0 * blue,
        0.019_333_9 * red + 0.119_192_0 * green + 0.950_304_1 * blue,
    ];
    let root = |axis: usize| {
        let share = xyz[axis] / WHITE[axis];
        let edge = 6.0_f64 / 29.0;
        if share > edge.powi(3) {
            share.cbrt()
        } else {
            share / (3.0 * edge * edge) + 4.0 / 29.0
        }
    };
    let (x, y, z) = (root(0), root(1), root(2));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn between([l1, a1, b1]: [f64; 3], [l2, a2, b2]: [f64; 3]) -> f64 {
    let mean_chroma = (a1.hypot(b1) + a2.hypot(b2)) / 2.0;
    let seventh = mean_chroma.powi(7);
    let stretch = 1.5 - 0.5 * (seventh / (seventh + FAR)).sqrt();
    let (a1, a2) = (a1 * stretch, a2 * stretch);
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| match (a, b) {
        (0.0, 0.0) => 0.0,
        _ => b.atan2(a).to_degrees().rem_euclid(360.0),
    };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let is_gray = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if is_gray => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let mean_hue = match h1 + h2 {
        sum if is_gray => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let (mean_l, mean_c) = ((l1 + l2) / 2.0, (c1 + c2) / 2.0);
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(mean_hue - 30.0)
        + 0.24 * cos(2.0 * mean_hue)
        + 0.32 * cos(3.0 * mean_hue + 6.0)
        - 0.20 * cos(4.0 * mean_hue - 63.0);
    let from_middle = (mean_l - 50.0).powi(2);
    let weight_l = 1.0 + 0.015 * from_middle / (20.0 + from_middle).sqrt();
    let weight_c = 1.0 + 0.045 * mean_c;
    let weight_h = 1.0 + 0.015 * mean_c * t;
    let seventh = mean_c.powi(7);
    let bend = 60.0 * (-((mean_hue - 275.0) / 25.0).powi(2)).exp();
    let rotation = -bend.to_radians().sin() * 2.0 * (seventh / (seventh + FAR)).sqrt();
    let l = (l2 - l1) / weight_l;
    let c = (c2 - c1) / weight_c;
    let h = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin() / weight_h;
    (l * l + c * c + h * h + rotation * c * h).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_pairs_come_out_as_published() {
        for (a, b, expected) in [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, 3.1571, -77.2803], [50.0, 0.0, -82.7485], 2.8615),
            ([50.0, 2.8361, -74.0200], [50.0, 0.0, -82.7485], 3.4412),
            ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([50.0, 2.5, 0.0], [50.0, 3.2592, 0.3350], 1.0000),
            (
                [60.2574, -34.0099, 36.2677],
                [60.4626, -34.1751, 39.4387],
                1.2644,
            ),
            (
                [63.0109, -31.0961, -5.8663],
                [62.8187, -29.7946, -4.0864],
                1.2630,
            ),
            (
                [2.0776, 0.0795, -1.1350],
                [0.9033, -0.0636, -0.5514],
                0.9082,
            ),
        ] {
            assert!((between(a, b) - expected).abs() < 1e-4, "{a:?} {b:?}");
            assert!((between(b, a) - expected).abs() < 1e-4, "both ways");
        }
    }

    #[test]
    fn black_and_white_are_a_hundred_apart_and_equals_not_at_all() {
        assert!((delta_e_2000([0.0; 3], [1.0; 3]) - 100.0).abs() < 0.01);
        assert_eq!(delta_e_2000([0.2, 0.5, 0.1], [0.2, 0.5, 0.1]), 0.0);
    }
}
