//! Filters bands across as they arrive and, as soon as a band's neighbours are known, down; then
//! compares. Holds three bands and no whole picture.
//!
//! A band that is equal on both sides and has equal neighbours isn't filtered: its FLIP is 0. Where
//! only a neighbour differs, the missing rows are zeros on both sides, and no output row reads both
//! them and a differing row, because a band is taller than the farthest kernel reaches both ways.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::kernel::Kernels;
use super::pixel::{
    BLOCK, Features, Lane, Linear, color_difference, combined, feature_difference,
    largest_color_difference, opponent,
};
use super::sums::{Neighbours, even, odd};

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
    fn compare_rows<S: Simd>(&self, simd: S, first: usize, values: &mut [f32]) {
        let rows = first..first + values.len() / self.stride;
        let around: Vec<_> = rows
            .map(|y| [self.around(0, y), self.around(1, y)])
            .collect();
        for left in (0..self.stride).step_by(BLOCK) {
            let rows = values.chunks_exact_mut(self.stride).zip(&around);
            for (values, [control, candidate]) in rows {
                let control = control.filter(simd, &self.kernels, left);
                let candidate = candidate.filter(simd, &self.kernels, left);
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

    /// One side's row `y` and its neighbours, looked up once for all blocks of the row.
    fn around(&self, side: usize, y: usize) -> Around<'_> {
        let row = |plane: usize, y: isize| {
            let y = y.clamp(0, self.height as isize - 1) as usize;
            let start = (y % self.band_rows) * self.stride;
            let slot = &self.slots[side][(y / self.band_rows) % 3];
            &slot.planes[plane][start..start + self.stride]
        };
        let y = y as isize;
        let pairs = |plane: usize| {
            let distances = 0..=self.kernels.reach as isize;
            distances
                .map(|k| (row(plane, y - k), row(plane, y + k)))
                .collect()
        };
        Around {
            planes: std::array::from_fn(pairs),
        }
    }
}

/// A row and its neighbours in each plane: the ones `k` rows above and below at index `k`, clamped
/// to the picture.
struct Around<'a> {
    planes: [Vec<(&'a [f32], &'a [f32])>; PLANES],
}

impl Around<'_> {
    /// Filters a block down.
    #[inline(always)]
    fn filter<S: Simd>(&self, simd: S, kernels: &Kernels, left: usize) -> Filtered {
        let column = |plane: usize| Column {
            pairs: &self.planes[plane],
            left,
        };
        let wide = even(simd, &kernels.blue_yellow[0], column(2));
        let mut blue_yellow = even(simd, &kernels.blue_yellow[1], column(3));
        for at in 0..BLOCK {
            blue_yellow[at] += wide[at];
        }
        Filtered {
            color: [
                even(simd, &kernels.luminance, column(0)),
                even(simd, &kernels.red_green, column(1)),
                blue_yellow,
            ],
            edge: [
                even(simd, &kernels.smooth, column(5)),
                odd(simd, &kernels.slope, column(4)),
            ],
            point: [
                even(simd, &kernels.smooth, column(6)),
                even(simd, &kernels.curve, column(4)),
            ],
        }
    }
}

/// A block in a plane, among the rows around it.
#[derive(Clone, Copy)]
struct Column<'a> {
    pairs: &'a [(&'a [f32], &'a [f32])],
    left: usize,
}

impl<'a> Neighbours<'a> for Column<'a> {
    #[inline(always)]
    fn pair(self, k: usize) -> (&'a Lane, &'a Lane) {
        let (above, below) = self.pairs[k];
        (block(above, self.left), block(below, self.left))
    }
}

#[inline(always)]
fn block(row: &[f32], start: usize) -> &Lane {
    row[start..].first_chunk().expect("rows are padded")
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

/// Filtering a band across.
struct FilterAcross<'a> {
    kernels: &'a Kernels,
    linear: &'a Linear,
    width: usize,
    slot: &'a mut Slot,
    row: Padded,
}

impl WithSimd for FilterAcross<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let stride = self.linear.stride;
        for y in 0..self.linear.rows {
            self.row.load(self.linear, y, self.width);
            for left in (0..stride).step_by(BLOCK) {
                let blocks = self.row.filter(simd, self.kernels, left);
                for (plane, block) in self.slot.planes.iter_mut().zip(&blocks) {
                    let start = y * stride + left;
                    plane[start..start + BLOCK].copy_from_slice(block);
                }
            }
        }
    }
}

/// Filtering rows down and comparing them.
struct CompareRows<'a> {
    bands: &'a FlipBands,
    first: usize,
    values: &'a mut [f32],
}

impl WithSimd for CompareRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.bands.compare_rows(simd, self.first, self.values);
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
    fn filter<S: Simd>(&self, simd: S, kernels: &Kernels, left: usize) -> [Lane; PLANES] {
        let center = left + self.pad;
        let pairs = |plane: usize| Run {
            row: &self.planes[plane],
            center,
        };
        [
            even(simd, &kernels.luminance, pairs(0)),
            even(simd, &kernels.red_green, pairs(1)),
            even(simd, &kernels.blue_yellow[0], pairs(2)),
            even(simd, &kernels.blue_yellow[1], pairs(2)),
            even(simd, &kernels.smooth, pairs(3)),
            odd(simd, &kernels.slope, pairs(3)),
            even(simd, &kernels.curve, pairs(3)),
        ]
    }
}

/// A block in a padded row.
#[derive(Clone, Copy)]
struct Run<'a> {
    row: &'a [f32],
    center: usize,
}

impl<'a> Neighbours<'a> for Run<'a> {
    #[inline(always)]
    fn pair(self, k: usize) -> (&'a Lane, &'a Lane) {
        (
            block(self.row, self.center - k),
            block(self.row, self.center + k),
        )
    }
}
