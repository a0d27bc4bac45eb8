//! Filters bands across as they arrive and, as soon as a band's neighbours are known, down; then
//! compares. Holds three bands and no whole picture.
//!
//! A band that is equal on both sides and has equal neighbours isn't filtered: its FLIP is 0. Where
//! only a neighbour differs, the missing rows are zeros on both sides, and no output row reads both
//! them and a differing row, because a band is taller than the farthest kernel reaches both ways.

use pulp::Arch;
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
                self.arch.dispatch(
                    #[inline(always)]
                    || self.compare_rows(first, chunk),
                );
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
        let even = |plane: usize, half: &[f32]| -> Lane {
            let y = y as isize;
            let mut sum = self
                .block(side, plane, y, left)
                .map(|value| half[0] * value);
            for (k, &weight) in half.iter().enumerate().skip(1) {
                let above = self.block(side, plane, y - k as isize, left);
                let below = self.block(side, plane, y + k as isize, left);
                for at in 0..BLOCK {
                    sum[at] += weight * (above[at] + below[at]);
                }
            }
            sum
        };
        let kernels = &self.kernels;
        let wide = even(2, &kernels.blue_yellow[0]);
        let narrow = even(3, &kernels.blue_yellow[1]);
        let mut slope_down = [0.0; BLOCK];
        for (k, &weight) in kernels.slope.iter().enumerate().skip(1) {
            let above = self.block(side, 4, y as isize - k as isize, left);
            let below = self.block(side, 4, y as isize + k as isize, left);
            for at in 0..BLOCK {
                slope_down[at] += weight * (below[at] - above[at]);
            }
        }
        Filtered {
            color: [
                even(0, &kernels.luminance),
                even(1, &kernels.red_green),
                std::array::from_fn(|at| wide[at] + narrow[at]),
            ],
            edge: [even(5, &kernels.smooth), slope_down],
            point: [even(6, &kernels.smooth), even(4, &kernels.curve)],
        }
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
    let mut row = Padded {
        planes: std::array::from_fn(|_| vec![0.0; length]),
        pad,
    };
    arch.dispatch(
        #[inline(always)]
        || {
            for y in 0..linear.rows {
                row.load(linear, y, width);
                let start = y * linear.stride;
                for left in (0..linear.stride).step_by(BLOCK) {
                    let blocks = row.filter(kernels, left);
                    for (plane, block) in slot.planes.iter_mut().zip(&blocks) {
                        plane[start + left..start + left + BLOCK].copy_from_slice(block);
                    }
                }
            }
        },
    );
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
        [
            self.even(0, left, &kernels.luminance),
            self.even(1, left, &kernels.red_green),
            self.even(2, left, &kernels.blue_yellow[0]),
            self.even(2, left, &kernels.blue_yellow[1]),
            self.even(3, left, &kernels.smooth),
            self.odd(3, left, &kernels.slope),
            self.even(3, left, &kernels.curve),
        ]
    }

    #[inline(always)]
    fn block(&self, plane: usize, start: usize) -> &Lane {
        self.planes[plane][start..]
            .first_chunk()
            .expect("rows are padded")
    }

    #[inline(always)]
    fn even(&self, plane: usize, left: usize, half: &[f32]) -> Lane {
        let center = left + self.pad;
        let mut sum = self.block(plane, center).map(|value| half[0] * value);
        for (k, &weight) in half.iter().enumerate().skip(1) {
            let (before, after) = (self.block(plane, center - k), self.block(plane, center + k));
            for at in 0..BLOCK {
                sum[at] += weight * (before[at] + after[at]);
            }
        }
        sum
    }

    #[inline(always)]
    fn odd(&self, plane: usize, left: usize, half: &[f32]) -> Lane {
        let center = left + self.pad;
        let mut sum = [0.0; BLOCK];
        for (k, &weight) in half.iter().enumerate().skip(1) {
            let (before, after) = (self.block(plane, center - k), self.block(plane, center + k));
            for at in 0..BLOCK {
                sum[at] += weight * (after[at] - before[at]);
            }
        }
        sum
    }
}
