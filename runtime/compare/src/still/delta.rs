//! The numeric pass over rows: deltas per channel, histogram, largest delta and where it is.
//!
//! 8-bit rows take a path that the compiler vectorises; deeper ones go through 32-bit floats in
//! units of 1/255. Colours are premultiplied by alpha, so that what can't be seen doesn't count.

use hartomat_schema::HdrThresholds;
use pulp::{Arch, NullaryFnOnce};

use super::sample::Sample;

/// Deltas of a number of rows. Sums are whole numbers for 8-bit samples.
#[derive(Clone)]
pub(crate) struct RowDeltas {
    pub(crate) pixels: u64,
    pub(crate) differing: u64,
    pub(crate) sum: [f64; 4],
    pub(crate) signed: [f64; 4],
    pub(crate) squares: [f64; 4],
    pub(crate) max: f32,
    pub(crate) max_at: Option<[usize; 2]>,
    pub(crate) histogram: [u64; 256],
    pub(crate) alpha_max: f32,
    pub(crate) alpha_max_at: Option<[usize; 2]>,
    pub(crate) alpha_over_2: u64,
    pub(crate) hidden_rgb: u64,
    pub(crate) not_opaque: [bool; 2],
    pub(crate) not_finite: [u64; 2],
    pub(crate) not_finite_mismatch: u64,
    pub(crate) beyond_relative: u64,
}

impl Default for RowDeltas {
    fn default() -> Self {
        Self {
            pixels: 0,
            differing: 0,
            sum: [0.0; 4],
            signed: [0.0; 4],
            squares: [0.0; 4],
            max: 0.0,
            max_at: None,
            histogram: [0; 256],
            alpha_max: 0.0,
            alpha_max_at: None,
            alpha_over_2: 0,
            hidden_rgb: 0,
            not_opaque: [false; 2],
            not_finite: [0; 2],
            not_finite_mismatch: 0,
            beyond_relative: 0,
        }
    }
}

impl RowDeltas {
    /// Adds the deltas of rows further down.
    pub(crate) fn add(&mut self, below: &Self) {
        self.pixels += below.pixels;
        self.differing += below.differing;
        for channel in 0..4 {
            self.sum[channel] += below.sum[channel];
            self.signed[channel] += below.signed[channel];
            self.squares[channel] += below.squares[channel];
        }
        if below.max > self.max {
            (self.max, self.max_at) = (below.max, below.max_at);
        }
        if below.alpha_max > self.alpha_max {
            (self.alpha_max, self.alpha_max_at) = (below.alpha_max, below.alpha_max_at);
        }
        for (count, more) in self.histogram.iter_mut().zip(&below.histogram) {
            *count += more;
        }
        self.alpha_over_2 += below.alpha_over_2;
        self.hidden_rgb += below.hidden_rgb;
        for side in 0..2 {
            self.not_opaque[side] |= below.not_opaque[side];
            self.not_finite[side] += below.not_finite[side];
        }
        self.not_finite_mismatch += below.not_finite_mismatch;
        self.beyond_relative += below.beyond_relative;
    }
}

/// What the pass needs to know beside the rows.
#[derive(Clone, Copy)]
pub(crate) struct RowFormat {
    pub(crate) width: usize,
    pub(crate) channels: usize,
    pub(crate) hdr: HdrThresholds,
    pub(crate) arch: Arch,
}

/// Measures one row, number `y`, and writes each pixel's largest delta in 1/255 to `heat`.
pub(crate) fn measure_row<S: Sample>(
    [a, b]: [&[S]; 2],
    y: usize,
    format: RowFormat,
    deltas: &mut RowDeltas,
    heat: &mut [u8],
) {
    deltas.pixels += format.width as u64;
    if !S::LINEAR && a == b {
        deltas.histogram[0] += format.width as u64;
        if format.channels == 4 && deltas.not_opaque != [true; 2] {
            let translucent = a.chunks_exact(4).any(|pixel| pixel[3] != S::OPAQUE);
            deltas.not_opaque = deltas.not_opaque.map(|before| before || translucent);
        }
        heat.fill(0);
        return;
    }
    match (S::as_bytes(a), S::as_bytes(b)) {
        (Some(a), Some(b)) if format.channels == 3 => {
            byte_row::<3>([a, b], y, format.arch, deltas, heat)
        }
        (Some(a), Some(b)) => rgba8_row([a, b], y, format.arch, deltas, heat),
        _ => float_row([a, b], y, format, deltas, heat),
    }
}

/// Bytes that are summed together: whole pixels of 3 and of 4 bytes.
const CHUNK: usize = 48;

/// Sums by byte position, so that neighbouring bytes are independent of each other.
struct Sums {
    absolute: [u32; CHUNK],
    squares: [u32; CHUNK],
    signed: [i32; CHUNK],
}

/// Deltas of a row of pixels of `N` bytes: sums, and each pixel's largest.
struct ByteRow<'a, const N: usize> {
    a: &'a [u8],
    b: &'a [u8],
    heat: &'a mut [u8],
}

impl<const N: usize> NullaryFnOnce for ByteRow<'_, N> {
    type Output = Sums;

    #[inline(always)]
    fn call(self) -> Sums {
        let mut sums = Sums {
            absolute: [0; CHUNK],
            squares: [0; CHUNK],
            signed: [0; CHUNK],
        };
        let (a_chunks, a_rest) = self.a.as_chunks::<CHUNK>();
        let (b_chunks, b_rest) = self.b.as_chunks::<CHUNK>();
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            for at in 0..CHUNK {
                let delta = i32::from(b[at]) - i32::from(a[at]);
                sums.absolute[at] += delta.unsigned_abs();
                sums.squares[at] += (delta * delta) as u32;
                sums.signed[at] += delta;
            }
        }
        for (at, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
            let delta = i32::from(b) - i32::from(a);
            sums.absolute[at] += delta.unsigned_abs();
            sums.squares[at] += (delta * delta) as u32;
            sums.signed[at] += delta;
        }
        let (a, _) = self.a.as_chunks::<N>();
        let (b, _) = self.b.as_chunks::<N>();
        for ((a, b), heat) in a.iter().zip(b).zip(self.heat) {
            *heat = a[0]
                .abs_diff(b[0])
                .max(a[1].abs_diff(b[1]))
                .max(a[2].abs_diff(b[2]));
        }
        sums
    }
}

fn byte_row<const N: usize>(
    [a, b]: [&[u8]; 2],
    y: usize,
    arch: Arch,
    deltas: &mut RowDeltas,
    heat: &mut [u8],
) {
    let sums = arch.dispatch(ByteRow::<N> {
        a,
        b,
        heat: &mut *heat,
    });
    for at in 0..CHUNK {
        deltas.sum[at % N] += f64::from(sums.absolute[at]);
        deltas.squares[at % N] += f64::from(sums.squares[at]);
        deltas.signed[at % N] += f64::from(sums.signed[at]);
    }
    count_heat(heat, y, deltas);
}

fn rgba8_row([a, b]: [&[u8]; 2], y: usize, arch: Arch, deltas: &mut RowDeltas, heat: &mut [u8]) {
    let opaque = |row: &[u8]| {
        let (pixels, _) = row.as_chunks::<4>();
        pixels.iter().fold(255, |all, pixel| all & pixel[3]) == 255
    };
    let (a_opaque, b_opaque) = (opaque(a), opaque(b));
    deltas.not_opaque[0] |= !a_opaque;
    deltas.not_opaque[1] |= !b_opaque;
    if a_opaque && b_opaque {
        return byte_row::<4>([a, b], y, arch, deltas, heat);
    }
    let (a_pixels, _) = a.as_chunks::<4>();
    let (b_pixels, _) = b.as_chunks::<4>();
    for (x, (a, b)) in a_pixels.iter().zip(b_pixels).enumerate() {
        let delta = a[3].abs_diff(b[3]);
        deltas.alpha_over_2 += u64::from(delta > 2);
        if f32::from(delta) > deltas.alpha_max {
            deltas.alpha_max = f32::from(delta);
            deltas.alpha_max_at = Some([x, y]);
        }
        deltas.hidden_rgb += u64::from(a[3] == 0 && b[3] == 0 && a != b);
    }
    byte_row::<4>([&premultiply(a), &premultiply(b)], y, arch, deltas, heat);
}

/// 8-bit colours times alpha, rounded.
fn premultiply(row: &[u8]) -> Vec<u8> {
    let mut out = row.to_vec();
    let (pixels, _) = out.as_chunks_mut::<4>();
    for pixel in pixels {
        let alpha = u16::from(pixel[3]);
        for channel in &mut pixel[..3] {
            let product = u16::from(*channel) * alpha + 128;
            *channel = ((product + (product >> 8)) >> 8) as u8;
        }
    }
    out
}

/// Histogram and largest delta from each pixel's largest delta.
fn count_heat(heat: &[u8], y: usize, deltas: &mut RowDeltas) {
    // Four tables, so that equal neighbours don't wait for each other.
    let mut tables = [[0_u32; 256]; 4];
    let (fours, rest) = heat.as_chunks::<4>();
    for four in fours {
        for (table, &value) in tables.iter_mut().zip(four) {
            table[usize::from(value)] += 1;
        }
    }
    for &value in rest {
        tables[0][usize::from(value)] += 1;
    }
    for (value, count) in deltas.histogram.iter_mut().enumerate() {
        *count += tables
            .iter()
            .map(|table| u64::from(table[value]))
            .sum::<u64>();
    }
    let equal: u64 = tables.iter().map(|table| u64::from(table[0])).sum();
    deltas.differing += heat.len() as u64 - equal;
    let max = heat.iter().copied().max().unwrap_or(0);
    if f32::from(max) > deltas.max {
        deltas.max = f32::from(max);
        deltas.max_at = heat.iter().position(|&value| value == max).map(|x| [x, y]);
    }
}

/// 16-bit and float rows. Samples that are no number count on their own, and as 0.
fn float_row<S: Sample>(
    [a, b]: [&[S]; 2],
    y: usize,
    format: RowFormat,
    deltas: &mut RowDeltas,
    heat: &mut [u8],
) {
    let pixels = a
        .chunks_exact(format.channels)
        .zip(b.chunks_exact(format.channels));
    for (x, ((a, b), heat)) in pixels.zip(heat).enumerate() {
        let (a, b) = (float_pixel(a), float_pixel(b));
        let (a, b) = if S::LINEAR {
            finite_pair(a, b, deltas)
        } else {
            (a, b)
        };
        let alpha = [a[3], b[3]].map(|alpha| alpha / 255.0);
        // Scene light is stored premultiplied.
        let weights = if S::LINEAR { [1.0; 2] } else { alpha };
        let mut largest = 0.0_f32;
        let mut beyond = false;
        for channel in 0..3 {
            let (from, to) = (a[channel] * weights[0], b[channel] * weights[1]);
            let delta = to - from;
            deltas.sum[channel] += f64::from(delta.abs());
            deltas.signed[channel] += f64::from(delta);
            deltas.squares[channel] += f64::from(delta) * f64::from(delta);
            largest = largest.max(delta.abs());
            let allowed = format.hdr.absolute
                + format.hdr.relative * f64::from(from.abs().max(to.abs())) / 255.0;
            beyond |= f64::from(delta.abs()) / 255.0 > allowed;
        }
        let alpha_delta = (b[3] - a[3]).abs();
        deltas.sum[3] += f64::from(alpha_delta);
        deltas.alpha_over_2 += u64::from(alpha_delta > 2.0);
        if alpha_delta > deltas.alpha_max {
            (deltas.alpha_max, deltas.alpha_max_at) = (alpha_delta, Some([x, y]));
        }
        deltas.not_opaque[0] |= alpha[0] < 1.0;
        deltas.not_opaque[1] |= alpha[1] < 1.0;
        deltas.hidden_rgb += u64::from(alpha == [0.0; 2] && a != b && !S::LINEAR);
        deltas.beyond_relative += u64::from(beyond);
        deltas.differing += u64::from(largest > 0.0);
        let step = largest.ceil().min(255.0) as u8;
        deltas.histogram[usize::from(step)] += 1;
        *heat = step;
        if largest > deltas.max {
            (deltas.max, deltas.max_at) = (largest, Some([x, y]));
        }
    }
}

fn float_pixel<S: Sample>(pixel: &[S]) -> [f32; 4] {
    let alpha = pixel.get(3).map_or(255.0, |alpha| alpha.in_255());
    [
        pixel[0].in_255(),
        pixel[1].in_255(),
        pixel[2].in_255(),
        alpha,
    ]
}

fn finite_pair(a: [f32; 4], b: [f32; 4], deltas: &mut RowDeltas) -> ([f32; 4], [f32; 4]) {
    for (a, b) in a.iter().zip(&b) {
        deltas.not_finite[0] += u64::from(!a.is_finite());
        deltas.not_finite[1] += u64::from(!b.is_finite());
        let same_kind = a.is_finite() == b.is_finite()
            && a.is_nan() == b.is_nan()
            && (a.is_finite() || a.is_nan() || a == b);
        deltas.not_finite_mismatch += u64::from(!same_kind);
    }
    let or_zero = |value: f32| if value.is_finite() { value } else { 0.0 };
    (a.map(or_zero), b.map(or_zero))
}
