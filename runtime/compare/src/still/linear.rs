//! Turns bands of samples into planes of linear light, at full or half resolution, and measures
//! shifts of luminance tile by tile on them.

use hartomat_schema::{BiasNumbers, Region};

use super::sample::Sample;
use crate::flip::{Linear, tone};

/// Edge of a tile of the bias statistics in pixels of the file, and rows of a band.
pub(crate) const BIAS_TILE: usize = 32;

/// Largest |z| that is told apart.
const MOST_Z: f64 = 1000.0;

/// Tiles darker than this are held against it, so that black doesn't divide by nothing.
const DARKEST: f64 = 1e-3;

/// How samples become light.
#[derive(Clone, Copy)]
pub(crate) struct Tones<'a> {
    /// Light of each sample value; empty for scene light.
    pub(crate) table: &'a [f32],
    /// Factor of scene light before tone mapping.
    pub(crate) exposure: f32,
}

/// Fills `out` with the band's linear light, averaged over `scale` × `scale` pixels and multiplied
/// by alpha.
pub(crate) fn linear_band<S: Sample>(
    band: &[S],
    width: usize,
    channels: usize,
    scale: usize,
    tones: Tones<'_>,
    out: &mut Linear,
) {
    let row_samples = width * channels;
    let rows = band.len() / row_samples;
    let scaled_width = width.div_ceil(scale);
    out.resize(scaled_width, rows.div_ceil(scale));
    let stride = out.stride;
    for (y, rows) in band.chunks(scale * row_samples).enumerate() {
        let upper = &rows[..row_samples];
        // An odd last row stands for both.
        let lower = if scale == 2 && rows.len() > row_samples {
            &rows[row_samples..]
        } else {
            upper
        };
        let start = y * stride;
        let planes = out
            .planes
            .each_mut()
            .map(|plane| &mut plane[start..start + scaled_width]);
        match (scale, channels) {
            (1, 3) => full_row::<S, 3>(upper, tones, planes),
            (1, _) => full_row::<S, 4>(upper, tones, planes),
            (_, 3) => half_row::<S, 3>(upper, lower, tones, planes),
            (_, _) => half_row::<S, 4>(upper, lower, tones, planes),
        }
    }
}

#[inline(always)]
fn light<S: Sample, const N: usize>(
    pixel: &[S; N],
    Tones { table, exposure }: Tones<'_>,
) -> [f32; 3] {
    if S::LINEAR {
        // Scene light comes premultiplied.
        let shown = |channel: usize| {
            let value = pixel[channel].in_255() / 255.0;
            if value.is_finite() {
                tone(value * exposure)
            } else {
                0.0
            }
        };
        return [shown(0), shown(1), shown(2)];
    }
    let at = |channel: usize| table[pixel[channel].table_index()];
    let rgb = [at(0), at(1), at(2)];
    if N == 3 || pixel[3] == S::OPAQUE {
        return rgb;
    }
    let alpha = pixel[3].in_255() / 255.0;
    [rgb[0] * alpha, rgb[1] * alpha, rgb[2] * alpha]
}

fn full_row<S: Sample, const N: usize>(row: &[S], tones: Tones<'_>, planes: [&mut [f32]; 3]) {
    let [r, g, b] = planes;
    let (pixels, _) = row.as_chunks::<N>();
    for (x, pixel) in pixels.iter().enumerate() {
        [r[x], g[x], b[x]] = light(pixel, tones);
    }
}

fn half_row<S: Sample, const N: usize>(
    upper: &[S],
    lower: &[S],
    tones: Tones<'_>,
    planes: [&mut [f32]; 3],
) {
    let [r, g, b] = planes;
    let (upper, _) = upper.as_chunks::<N>();
    let (lower, _) = lower.as_chunks::<N>();
    let whole = upper.len() / 2;
    for x in 0..whole {
        let [p, q] = [light(&upper[2 * x], tones), light(&upper[2 * x + 1], tones)];
        let [s, t] = [light(&lower[2 * x], tones), light(&lower[2 * x + 1], tones)];
        r[x] = ((p[0] + q[0]) + (s[0] + t[0])) * 0.25;
        g[x] = ((p[1] + q[1]) + (s[1] + t[1])) * 0.25;
        b[x] = ((p[2] + q[2]) + (s[2] + t[2])) * 0.25;
    }
    // An odd last column stands for both.
    if let (Some(upper), Some(lower), true) = (upper.last(), lower.last(), upper.len() % 2 == 1) {
        let (p, s) = (light(upper, tones), light(lower, tones));
        r[whole] = (p[0] + s[0]) * 0.5;
        g[whole] = (p[1] + s[1]) * 0.5;
        b[whole] = (p[2] + s[2]) * 0.5;
    }
}

/// The tiles' statistics, gathered band by band.
#[derive(Default)]
pub(crate) struct BiasTiles {
    z_squares: f64,
    beyond_4: u64,
    worst: f64,
    worst_tile: Option<[usize; 2]>,
    relative: Vec<f32>,
}

/// Share of each channel in luminance (Rec. 709).
const LUMINANCE: [f32; 3] = [0.2126, 0.7152, 0.0722];

impl BiasTiles {
    /// A band of tiles that are equal on both sides.
    pub(crate) fn add_equal_band(&mut self, width: usize) {
        self.relative
            .extend(std::iter::repeat_n(0.0, width.div_ceil(BIAS_TILE)));
    }

    /// A band of tiles, number `band`, from planes at `scale`.
    pub(crate) fn add_band(
        &mut self,
        sides: [&Linear; 2],
        band: usize,
        width: usize,
        scale: usize,
    ) {
        let scaled_width = width.div_ceil(scale);
        let edge = BIAS_TILE / scale;
        for (tile, left) in (0..scaled_width).step_by(edge).enumerate() {
            let columns = edge.min(scaled_width - left);
            let (mut control, mut delta, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
            for row in 0..sides[0].rows {
                let start = row * sides[0].stride + left;
                let (c, d, s) = tile_row(sides, start, columns);
                control += f64::from(c);
                delta += f64::from(d);
                squares += f64::from(s);
            }
            let samples = (sides[0].rows * columns) as f64;
            self.add_tile([tile, band], samples, control / samples, [delta, squares]);
        }
    }

    fn add_tile(&mut self, at: [usize; 2], samples: f64, mean: f64, [delta, squares]: [f64; 2]) {
        let shift = delta / samples;
        self.relative.push((shift / mean.max(DARKEST)) as f32);
        // Slivers at the border have too few samples for a statistic.
        if samples < 32.0 {
            return;
        }
        let variance = ((squares - delta * shift) / (samples - 1.0)).max(0.0);
        let error = (variance / samples).sqrt();
        let z = if shift == 0.0 {
            0.0
        } else {
            (shift.abs() / error.max(1e-30)).min(MOST_Z)
        };
        self.z_squares += z * z;
        self.beyond_4 += u64::from(z > 4.0);
        if z > self.worst {
            (self.worst, self.worst_tile) = (z, Some(at));
        }
    }

    /// The numbers over all tiles of a picture of `size` pixels.
    pub(crate) fn finish(mut self, size: [usize; 2]) -> BiasNumbers {
        let tiles = self.relative.len();
        let middle = tiles / 2;
        let median = if tiles == 0 {
            0.0
        } else {
            *self
                .relative
                .select_nth_unstable_by(middle, f32::total_cmp)
                .1
        };
        BiasNumbers {
            tile_px: BIAS_TILE as u32,
            tiles: tiles as u64,
            z_rms: (self.z_squares / tiles.max(1) as f64).sqrt(),
            beyond_4_share: self.beyond_4 as f64 / tiles.max(1) as f64,
            worst_z: self.worst,
            worst_at: self
                .worst_tile
                .map(|tile| tile_region(tile, BIAS_TILE, size)),
            median_relative_bias: f64::from(median),
        }
    }
}

/// Sums of the control's luminance, of the delta and of its square over part of a row.
fn tile_row(sides: [&Linear; 2], start: usize, columns: usize) -> (f32, f32, f32) {
    let planes = |side: usize| {
        sides[side]
            .planes
            .each_ref()
            .map(|plane| &plane[start..start + columns])
    };
    let ([ar, ag, ab], [br, bg, bb]) = (planes(0), planes(1));
    let (mut control, mut delta, mut squares) = (0.0, 0.0, 0.0);
    for at in 0..columns {
        let a = LUMINANCE[0] * ar[at] + LUMINANCE[1] * ag[at] + LUMINANCE[2] * ab[at];
        let b = LUMINANCE[0] * br[at] + LUMINANCE[1] * bg[at] + LUMINANCE[2] * bb[at];
        control += a;
        delta += b - a;
        squares += (b - a) * (b - a);
    }
    (control, delta, squares)
}

/// The pixels of a tile of `edge` pixels at column and row `tile`, cut off at the border.
pub(crate) fn tile_region(tile: [usize; 2], edge: usize, size: [usize; 2]) -> Region {
    let [x, y] = tile.map(|index| index * edge);
    Region {
        x_px: x as u32,
        y_px: y as u32,
        width_px: edge.min(size[0].saturating_sub(x)) as u32,
        height_px: edge.min(size[1].saturating_sub(y)) as u32,
    }
}
