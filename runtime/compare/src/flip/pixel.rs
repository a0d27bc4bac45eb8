//! FLIP's colour spaces and its difference of two filtered pixels, a block of pixels at a time.

use super::math::{cube_root, power};

/// Pixels that are computed together.
pub(crate) const BLOCK: usize = 32;

/// A block of one plane.
pub(crate) type Lane = [f32; BLOCK];

/// Linear RGB rows as planes; each row takes `stride` values.
#[derive(Debug, Default, Clone)]
pub(crate) struct Linear {
    pub(crate) planes: [Vec<f32>; 3],
    pub(crate) stride: usize,
    pub(crate) rows: usize,
}

impl Linear {
    /// Makes room for `rows` rows of `width` pixels; rows are padded to whole blocks.
    pub(crate) fn resize(&mut self, width: usize, rows: usize) {
        self.stride = width.next_multiple_of(BLOCK);
        self.rows = rows;
        for plane in &mut self.planes {
            plane.resize(self.stride * rows, 0.0);
        }
    }
}

/// sRGB primaries to XYZ, with the paper's rational constants.
const TO_XYZ: [[f64; 3]; 3] = [
    [
        10_135_552.0 / 24_577_794.0,
        8_788_810.0 / 24_577_794.0,
        4_435_075.0 / 24_577_794.0,
    ],
    [
        2_613_072.0 / 12_288_897.0,
        8_788_810.0 / 12_288_897.0,
        887_015.0 / 12_288_897.0,
    ],
    [
        1_425_312.0 / 73_733_382.0,
        8_788_810.0 / 73_733_382.0,
        70_074_185.0 / 73_733_382.0,
    ],
];

/// XYZ of white, the sums of the rows.
const WHITE: [f64; 3] = [
    TO_XYZ[0][0] + TO_XYZ[0][1] + TO_XYZ[0][2],
    TO_XYZ[1][0] + TO_XYZ[1][1] + TO_XYZ[1][2],
    TO_XYZ[2][0] + TO_XYZ[2][1] + TO_XYZ[2][2],
];

/// Linear RGB to XYZ relative to white.
const RGB_TO_XYZ: [[f32; 3]; 3] = relative(TO_XYZ);

/// XYZ relative to white back to linear RGB.
const XYZ_TO_RGB: [[f32; 3]; 3] = inverse();

const fn relative(matrix: [[f64; 3]; 3]) -> [[f32; 3]; 3] {
    let mut out = [[0.0; 3]; 3];
    let mut row = 0;
    while row < 3 {
        let mut column = 0;
        while column < 3 {
            out[row][column] = (matrix[row][column] / WHITE[row]) as f32;
            column += 1;
        }
        row += 1;
    }
    out
}

const fn inverse() -> [[f32; 3]; 3] {
    let m = TO_XYZ;
    let mut cofactors = [[0.0; 3]; 3];
    let mut row = 0;
    while row < 3 {
        let mut column = 0;
        while column < 3 {
            let (a, b) = ((row + 1) % 3, (row + 2) % 3);
            let (c, d) = ((column + 1) % 3, (column + 2) % 3);
            cofactors[row][column] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
            column += 1;
        }
        row += 1;
    }
    let determinant =
        m[0][0] * cofactors[0][0] + m[0][1] * cofactors[0][1] + m[0][2] * cofactors[0][2];
    let mut out = [[0.0; 3]; 3];
    let mut row = 0;
    while row < 3 {
        let mut column = 0;
        while column < 3 {
            out[row][column] = (cofactors[column][row] / determinant * WHITE[column]) as f32;
            column += 1;
        }
        row += 1;
    }
    out
}

#[inline(always)]
fn dot(row: &[f32; 3], v: [f32; 3]) -> f32 {
    row[0] * v[0] + row[1] * v[1] + row[2] * v[2]
}

#[inline(always)]
fn apply(matrix: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    [dot(&matrix[0], v), dot(&matrix[1], v), dot(&matrix[2], v)]
}

/// Linear RGB to the linearised opponent space YCxCz.
#[inline(always)]
pub(crate) fn opponent(rgb: [f32; 3]) -> [f32; 3] {
    let [x, y, z] = apply(&RGB_TO_XYZ, rgb);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// YCxCz to Hunt-adjusted CIELAB, by way of displayable linear RGB.
#[inline(always)]
fn adjusted_lab(ycxcz: [f32; 3]) -> [f32; 3] {
    let y = (ycxcz[0] + 16.0) * (1.0 / 116.0);
    let xyz = [
        y + ycxcz[1] * (1.0 / 500.0),
        y,
        y - ycxcz[2] * (1.0 / 200.0),
    ];
    let [r, g, b] = apply(&XYZ_TO_RGB, xyz);
    let [x, y, z] = apply(
        &RGB_TO_XYZ,
        [displayable(r), displayable(g), displayable(b)],
    );
    let (fx, fy, fz) = (lab_curve(x), lab_curve(y), lab_curve(z));
    let lightness = 116.0 * fy - 16.0;
    let hunt = 0.01 * lightness;
    [
        lightness,
        500.0 * (fx - fy) * hunt,
        200.0 * (fy - fz) * hunt,
    ]
}

#[inline(always)]
fn displayable(value: f32) -> f32 {
    value.clamp(0.0, 1.0)
}

#[inline(always)]
fn lab_curve(t: f32) -> f32 {
    const DELTA: f32 = 6.0 / 29.0;
    let linear = t * (1.0 / (3.0 * DELTA * DELTA)) + 4.0 / 29.0;
    let root = cube_root(t);
    if t > DELTA * DELTA * DELTA {
        root
    } else {
        linear
    }
}

#[inline(always)]
fn hyab(a: [f32; 3], b: [f32; 3]) -> f32 {
    let (da, db) = (a[1] - b[1], a[2] - b[2]);
    (a[0] - b[0]).abs() + (da * da + db * db).sqrt()
}

/// Exponent of the colour difference (paper, section 4.1.3).
const COLOR_EXPONENT: f32 = 0.7;

/// Largest colour difference: green against blue, to the power of the exponent.
pub(crate) fn largest_color_difference() -> f32 {
    let green = adjusted_lab(opponent([0.0, 1.0, 0.0]));
    let blue = adjusted_lab(opponent([0.0, 0.0, 1.0]));
    hyab(green, blue).powf(COLOR_EXPONENT)
}

/// Colour difference 0 to 1 of two filtered pixels, errors below a threshold spread over most of
/// the range (paper, section 4.1.3).
#[inline(always)]
pub(crate) fn color_difference(a: [f32; 3], b: [f32; 3], largest: f32) -> f32 {
    const SPLIT_FROM: f32 = 0.4;
    const SPLIT_TO: f32 = 0.95;
    let error = power(hyab(adjusted_lab(a), adjusted_lab(b)), COLOR_EXPONENT);
    let split = SPLIT_FROM * largest;
    let low = error * (SPLIT_TO / split);
    let high = SPLIT_TO + (error - split) * ((1.0 - SPLIT_TO) / (largest - split));
    if error < split { low } else { high }
}

/// What the four feature detectors found in one pixel: edges and points, across and down.
#[derive(Clone, Copy)]
pub(crate) struct Features {
    pub(crate) edge: [f32; 2],
    pub(crate) point: [f32; 2],
}

#[inline(always)]
fn length(v: [f32; 2]) -> f32 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// Feature difference 0 to 1 (paper, section 4.2).
#[inline(always)]
pub(crate) fn feature_difference(a: Features, b: Features) -> f32 {
    let edge = (length(a.edge) - length(b.edge)).abs();
    let point = (length(a.point) - length(b.point)).abs();
    (edge.max(point) * std::f32::consts::FRAC_1_SQRT_2).sqrt()
}

/// FLIP of a pixel: feature differences amplify colour differences (paper, section 4.3).
#[inline(always)]
pub(crate) fn combined(color: f32, feature: f32) -> f32 {
    power(color, 1.0 - feature.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opponent_space_and_back_changes_nothing_displayable() {
        let rgb = [0.2, 0.5, 0.8];
        let xyz = apply(&RGB_TO_XYZ, rgb);
        let back = apply(&XYZ_TO_RGB, xyz);
        for channel in 0..3 {
            assert!((rgb[channel] - back[channel]).abs() < 1e-5);
        }
        let white = opponent([1.0; 3]);
        assert!((white[0] - 100.0).abs() < 1e-3 && white[1].abs() < 1e-3 && white[2].abs() < 1e-3);
    }

    #[test]
    fn black_against_white_is_one() {
        let largest = largest_color_difference();
        let color = color_difference(opponent([0.0; 3]), opponent([1.0; 3]), largest);
        assert!((0.8..=1.0).contains(&color), "{color}");
    }
}
