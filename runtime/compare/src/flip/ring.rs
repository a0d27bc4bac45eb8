//! Filters bands across as they arrive and, as soon as a band's neighbours are known, down; then
//! compares. Holds three bands and no whole picture.
//!
//! A band that is equal on both sides and has equal neighbours isn't filtered: its FLIP is 0. Where
//! only a neighbour differs, the missing rows are zeros on both sides, and no output row reads both
//! them and a differing row, because a band is taller than the farthest kernel reaches both ways.

use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

use super::kernel::Kernels;
use super::pixel::{
    BLOCK, Features, Lane, Linear, color_difference, combined, feature_difference,
    largest_color_difference, opponent,
};

/// Planes after filtering across: luminance, red-green, two of blue-yellow, smooth, slope, curve.
const PLANES: usize = 7;

/// Rows that one thread compares at a time.
const ROWS_PER_TASK: usize = 4;

struct Slot {
    planes: [Vec<f32>; PLANES],
    zero: bool,
}

/// The bands of two pictures on their way through FLIP.
pub(crate) struct FlipBands {
    kernels: Kernels,
    arch: Arch,
    largest: f32,
    stride: usize,
    height: usize,
    band_rows: usize,
    /// Three bands for each of the two sides.
    slots: [[Slot; 3]; 2],
}

impl FlipBands {
    /// For pictures of `width` × `height` measured pixels that come in bands of `band_rows` rows.
    pub(crate) fn new(
        width: usize,
        height: usize,
        band_rows: usize,
        pixels_per_degree: f32,
    ) -> Self {
        let kernels = Kernels::new(f64::from(pixels_per_degree));
        assert!(
            2 * kernels.reach < band_rows,
            "a band is taller than the kernels reach both ways"
        );
        let stride = width.next_multiple_of(BLOCK);
        let slot = || Slot {
            planes: std::array::from_fn(|_| vec![0.0; stride * band_rows.min(height)]),
            zero: true,
        };
        let slots = std::array::from_fn(|_| std::array::from_fn(|_| slot()));
        let largest = largest_color_difference();
        Self {
            kernels,
            arch: Arch::new(),
            largest,
            stride,
            height,
            band_rows,
            slots,
        }
    }

    /// Takes in a band; none where it doesn't matter because it and its neighbours are equal.
    pub(crate) fn push(&mut self, band: usize, width: usize, sides: Option<[&Linear; 2]>) {
        let (kernels, arch) = (&self.kernels, self.arch);
        let [control, candidate] = self.slots.each_mut().map(|slots| &mut slots[band % 3]);
        match sides {
            Some([a, b]) => {
                rayon::join(
                    || filter_across(arch, kernels, a, width, control),
                    || filter_across(arch, kernels, b, width, candidate),
                );
            }
            None => {
                for slot in [control, candidate] {
                    if !slot.zero {
                        slot.planes.iter_mut().for_each(|plane| plane.fill(0.0));
                        slot.zero = true;
                    }
                }
            }
        }
    }

    /// FLIP of a band whose lower neighbour was pushed, or which is the last. Rows of `stride`.
    pub(crate) fn compare(&self, band: usize, values: &mut Vec<f32>) {
        let top = band * self.band_rows;
        let rows = self.band_rows.min(self.height - top);
        values.resize(rows * self.stride, 0.0);
        values
            .par_chunks_mut(ROWS_PER_TASK * self.stride)
            .enumerate()
            .for_each(|(index, chunk)| {
                let first = top + index * ROWS_PER_TASK;
                self.arch.dispatch(CompareRows {
                    bands: self,
                    first,
                    values: chunk,
                });
            });
    }

    /// Width of a row of values.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    #[inline(always)]
    fn compare_rows(&self, first: usize, values: &mut [f32]) {
        for left in (0..self.stride).step_by(BLOCK) {
            for (row, values) in values.chunks_exact_mut(self.stride).enumerate() {
                let control = self.filter_down(0, first + row, left);
                let candidate = self.filter_down(1, first + row, left);
                let values: &mut Lane = values[left..].first_chunk_mut().expect("whole blocks");
                for (at, value) in values.iter_mut().enumerate() {
                    let color =
                        color_difference(control.color(at), candidate.color(at), self.largest);
                    let feature = feature_difference(control.features(at), candidate.features(at));
                    *value = combined(color, feature);
                }
            }
        }
    }

    /// The block of `plane` in row `y`, which is clamped to the picture.
    #[inline(always)]
    fn block(&self, side: usize, plane: usize, y: isize, left: usize) -> &Lane {
        let y = y.clamp(0, self.height as isize - 1) as usize;
        let slot = &self.slots[side][(y / self.band_rows) % 3];
        let start = (y % self.band_rows) * self.stride + left;
        slot.planes[plane][start..]
            .first_chunk()
            .expect("whole blocks")
    }

    #[inline(always)]
    fn filter_down(&self, side: usize, y: usize, left: usize) -> Filtered {
        let kernels = &self.kernels;
        let y = y as isize;
        let wide = self.even(side, 2, y, left, &kernels.blue_yellow[0]);
        let mut blue_yellow = self.even(side, 3, y, left, &kernels.blue_yellow[1]);
        for at in 0..BLOCK {
            blue_yellow[at] += wide[at];
        }
        let (edge_down, point_down) = self.edge_and_point(side, y, left);
        Filtered {
            color: [
                self.even(side, 0, y, left, &kernels.luminance),
                self.even(side, 1, y, left, &kernels.red_green),
                blue_yellow,
            ],
            edge: [self.even(side, 5, y, left, &kernels.smooth), edge_down],
            point: [self.even(side, 6, y, left, &kernels.smooth), point_down],
        }
    }

    /// A kernel with equal halves, down.
    #[inline(always)]
    fn even(&self, side: usize, plane: usize, y: isize, left: usize, half: &[f32]) -> Lane {
        let mut sum = scaled(self.block(side, plane, y, left), half[0]);
        for (k, &weight) in half.iter().enumerate().skip(1) {
            let above = self.block(side, plane, y - k as isize, left);
            let below = self.block(side, plane, y + k as isize, left);
            add_even(&mut sum, weight, above, below);
        }
        sum
    }

    /// First and second derivative of the smoothed grey, down.
    #[inline(always)]
    fn edge_and_point(&self, side: usize, y: isize, left: usize) -> (Lane, Lane) {
        let kernels = &self.kernels;
        let mut edge = [0.0; BLOCK];
        let mut point = scaled(self.block(side, 4, y, left), kernels.curve[0]);
        let halves = kernels.slope.iter().zip(&kernels.curve).enumerate();
        for (k, (&slope, &curve)) in halves.skip(1) {
            let above = self.block(side, 4, y - k as isize, left);
            let below = self.block(side, 4, y + k as isize, left);
            for at in 0..BLOCK {
                edge[at] += slope * (below[at] - above[at]);
                point[at] += curve * (above[at] + below[at]);
            }
        }
        (edge, point)
    }
}

#[inline(always)]
fn scaled(block: &Lane, weight: f32) -> Lane {
    let mut out = [0.0; BLOCK];
    for at in 0..BLOCK {
        out[at] = weight * block[at];
    }
    out
}

#[inline(always)]
fn add_even(sum: &mut Lane, weight: f32, before: &Lane, after: &Lane) {
    for at in 0..BLOCK {
        sum[at] += weight * (before[at] + after[at]);
    }
}

/// A block after both filters.
struct Filtered {
    color: [Lane; 3],
    edge: [Lane; 2],
    point: [Lane; 2],
}

impl Filtered {
    #[inline(always)]
    fn color(&self, at: usize) -> [f32; 3] {
        [self.color[0][at], self.color[1][at], self.color[2][at]]
    }

    #[inline(always)]
    fn features(&self, at: usize) -> Features {
        Features {
            edge: [self.edge[0][at], self.edge[1][at]],
            point: [self.point[0][at], self.point[1][at]],
        }
    }
}

/// A row in opponent colours with its ends repeated, so that kernels read past them.
struct Padded {
    planes: [Vec<f32>; 4],
    pad: usize,
}

fn filter_across(arch: Arch, kernels: &Kernels, linear: &Linear, width: usize, slot: &mut Slot) {
    slot.zero = false;
    let pad = kernels.reach;
    let length = linear.stride + 2 * pad;
    let row = Padded {
        planes: std::array::from_fn(|_| vec![0.0; length]),
        pad,
    };
    arch.dispatch(FilterAcross {
        kernels,
        linear,
        width,
        slot,
        row,
    });
}

/// Filtering a band across. A type of its own rather than a closure, because a closure's shim isn't
/// always inlined, and then the compiler forgets what the machine can do.
struct FilterAcross<'a> {
    kernels: &'a Kernels,
    linear: &'a Linear,
    width: usize,
    slot: &'a mut Slot,
    row: Padded,
}

impl NullaryFnOnce for FilterAcross<'_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let stride = self.linear.stride;
        for y in 0..self.linear.rows {
            self.row.load(self.linear, y, self.width);
            for left in (0..stride).step_by(BLOCK) {
                let blocks = self.row.filter(self.kernels, left);
                for (plane, block) in self.slot.planes.iter_mut().zip(&blocks) {
                    let start = y * stride + left;
                    plane[start..start + BLOCK].copy_from_slice(block);
                }
            }
        }
    }
}

/// Filtering rows down and comparing them, for the same reason a type of its own.
struct CompareRows<'a> {
    bands: &'a FlipBands,
    first: usize,
    values: &'a mut [f32],
}

impl NullaryFnOnce for CompareRows<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.bands.compare_rows(self.first, self.values);
    }
}

impl Padded {
    #[inline(always)]
    fn load(&mut self, linear: &Linear, y: usize, width: usize) {
        let start = y * linear.stride;
        let [r, g, b] = linear
            .planes
            .each_ref()
            .map(|plane| &plane[start..start + width]);
        let pad = self.pad;
        let [luma, red_green, blue_yellow, grey] = self
            .planes
            .each_mut()
            .map(|plane| &mut plane[pad..pad + width]);
        for at in 0..width {
            let [y, cx, cz] = opponent([r[at], g[at], b[at]]);
            luma[at] = y;
            red_green[at] = cx;
            blue_yellow[at] = cz;
            grey[at] = (y + 16.0) * (1.0 / 116.0);
        }
        for plane in &mut self.planes {
            let (first, last) = (plane[pad], plane[pad + width - 1]);
            plane[..pad].fill(first);
            plane[pad + width..].fill(last);
        }
    }

    #[inline(always)]
    fn filter(&self, kernels: &Kernels, left: usize) -> [Lane; PLANES] {
        let [wide, narrow] = self.two(2, left, &kernels.blue_yellow);
        let [smooth, slope, curve] = self.features(left, kernels);
        [
            self.even(0, left, &kernels.luminance),
            self.even(1, left, &kernels.red_green),
            wide,
            narrow,
            smooth,
            slope,
            curve,
        ]
    }

    #[inline(always)]
    fn block(&self, plane: usize, start: usize) -> &Lane {
        self.planes[plane][start..]
            .first_chunk()
            .expect("rows are padded")
    }

    /// A kernel with equal halves, across.
    #[inline(always)]
    fn even(&self, plane: usize, left: usize, half: &[f32]) -> Lane {
        let center = left + self.pad;
        let mut sum = scaled(self.block(plane, center), half[0]);
        for (k, &weight) in half.iter().enumerate().skip(1) {
            let (before, after) = (self.block(plane, center - k), self.block(plane, center + k));
            add_even(&mut sum, weight, before, after);
        }
        sum
    }

    /// Two kernels with equal halves over the same plane.
    #[inline(always)]
    fn two(&self, plane: usize, left: usize, halves: &[Vec<f32>; 2]) -> [Lane; 2] {
        // The narrow one ends first.
        let [wide, narrow] = halves;
        let center = left + self.pad;
        let middle = self.block(plane, center);
        let mut sums = [scaled(middle, wide[0]), scaled(middle, narrow[0])];
        for (k, &weight) in wide.iter().enumerate().skip(1) {
            let (before, after) = (self.block(plane, center - k), self.block(plane, center + k));
            add_even(&mut sums[0], weight, before, after);
            if let Some(&weight) = narrow.get(k) {
                add_even(&mut sums[1], weight, before, after);
            }
        }
        sums
    }

    /// The grey smoothed, and its first and second derivative.
    #[inline(always)]
    fn features(&self, left: usize, kernels: &Kernels) -> [Lane; 3] {
        let center = left + self.pad;
        let middle = self.block(3, center);
        let mut smooth = scaled(middle, kernels.smooth[0]);
        let mut slope = [0.0; BLOCK];
        let mut curve = scaled(middle, kernels.curve[0]);
        let halves = kernels
            .smooth
            .iter()
            .zip(&kernels.slope)
            .zip(&kernels.curve)
            .enumerate();
        for (k, ((&g, &first), &second)) in halves.skip(1) {
            let (before, after) = (self.block(3, center - k), self.block(3, center + k));
            for at in 0..BLOCK {
                let sum = before[at] + after[at];
                smooth[at] += g * sum;
                slope[at] += first * (after[at] - before[at]);
                curve[at] += second * sum;
            }
        }
        [smooth, slope, curve]
    }
}
