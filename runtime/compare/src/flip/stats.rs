//! Gathers FLIP values into mean, percentiles and worst tile; the same whatever the thread count.

use super::TILE;

/// Steps of the histogram that percentiles are read from.
const STEPS: usize = 4096;

/// Running statistics.
pub(crate) struct FlipStats {
    width: usize,
    sum: f64,
    count: u64,
    histogram: Vec<u64>,
    worst: f64,
    worst_tile: Option<[usize; 2]>,
}

impl FlipStats {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            sum: 0.0,
            count: 0,
            histogram: vec![0; STEPS],
            worst: 0.0,
            worst_tile: None,
        }
    }

    /// Rows of zeros.
    pub(crate) fn add_equal_rows(&mut self, rows: usize) {
        let pixels = (rows * self.width) as u64;
        self.count += pixels;
        self.histogram[0] += pixels;
    }

    /// Rows of values from row `top` on, which is a multiple of [`TILE`].
    pub(crate) fn add_rows(&mut self, values: &[f32], stride: usize, top: usize) {
        for (index, tile_row) in values.chunks(TILE * stride).enumerate() {
            self.add_tile_row(tile_row, stride, top / TILE + index);
        }
    }

    fn add_tile_row(&mut self, values: &[f32], stride: usize, tile_row: usize) {
        let rows = values.len() / stride;
        for left in (0..self.width).step_by(TILE) {
            let columns = TILE.min(self.width - left);
            let mut tile_sum = 0.0;
            for row in values.chunks_exact(stride) {
                let row = &row[left..left + columns];
                let mut row_sum = 0.0;
                for &value in row {
                    let step = (value * STEPS as f32) as usize;
                    self.histogram[step.min(STEPS - 1)] += 1;
                    row_sum += value;
                }
                tile_sum += f64::from(row_sum);
            }
            let pixels = rows * columns;
            self.sum += tile_sum;
            self.count += pixels as u64;
            // A sliver at the border is held against a quarter of a tile at least, so that a few
            // pixels don't make a worst tile.
            let mean = tile_sum / pixels.max(TILE * TILE / 4) as f64;
            if mean > self.worst {
                self.worst = mean;
                self.worst_tile = Some([left / TILE, tile_row]);
            }
        }
    }

    pub(crate) fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    /// Mean and column and row of the worst tile.
    pub(crate) fn worst_tile(&self) -> (f64, Option<[usize; 2]>) {
        (self.worst, self.worst_tile)
    }

    /// The value that this share of the pixels stays at or below.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let target = share * self.count as f64;
        let mut below = 0.0;
        for (step, &count) in self.histogram.iter().enumerate() {
            let count = count as f64;
            if below + count >= target && count > 0.0 {
                let within = if step == 0 {
                    0.0
                } else {
                    (target - below) / count
                };
                return (step as f64 + within) / STEPS as f64;
            }
            below += count;
        }
        0.0
    }
}
