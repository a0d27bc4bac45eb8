//! The one pass over two pictures: decodes both side by side, band by band, and measures each band
//! while it is in the cache. Never holds two decoded pictures.
//!
//! Sums are gathered per row and added in the order of rows, so the numbers don't depend on threads.

use hartomat_schema::{
    AlphaNumbers, Blake3, ChannelNumbers, FlipNumbers, HdrThresholds, IgnoredRegion, ImageNumbers,
    Region,
};
use rayon::prelude::*;

use super::delta::{RowDeltas, RowFormat, measure_row};
use super::linear::{BIAS_TILE, BiasTiles, Tones, linear_band, tile_region};
use super::rows::RowSource;
use super::sample::{Sample, linear_table};
use crate::error::ReadError;
use crate::flip::{FlipBands, FlipStats, Linear, PIXELS_PER_DEGREE, TILE, exposures};

/// Rows that are decoded and measured together.
const BAND: usize = BIAS_TILE;

/// Rows that one thread measures at a time.
const ROWS_PER_TASK: usize = 8;

/// What to measure.
#[derive(Clone)]
pub(crate) struct Plan<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// 1 or 2; none leaves FLIP out.
    pub(crate) flip_scale: Option<usize>,
    pub(crate) hdr: HdrThresholds,
    pub(crate) ignored: &'a [IgnoredRegion],
    /// Whether to keep each measured pixel's FLIP.
    pub(crate) keep_flip: bool,
}

/// What was measured.
pub(crate) struct Measurement {
    pub(crate) numbers: ImageNumbers,
    /// Hashes of the canonical pixels.
    pub(crate) hashes: [Blake3; 2],
    /// Whether a side has a pixel that isn't opaque.
    pub(crate) not_opaque: [bool; 2],
    /// FLIP at the measured scale, where asked for, rows without padding.
    pub(crate) flip: Vec<f32>,
}

/// Decodes and measures.
///
/// # Errors
/// The side, 0 for the control and 1 for the candidate, and what is wrong with it.
pub(crate) fn measure<S: Sample>(
    mut sources: [RowSource<'_>; 2],
    plan: &Plan<'_>,
) -> Result<Measurement, (usize, ReadError)> {
    let channels = sources[0].channels().max(sources[1].channels());
    let exposures = match plan.flip_scale {
        Some(_) if S::LINEAR => exposures(sources[0].luminances()),
        _ => vec![1.0],
    };
    let mut pass = Pass::<S>::new(plan, channels, exposures);
    for band in 0..plan.height.div_ceil(BAND) {
        let rows = BAND.min(plan.height - band * BAND);
        pass.next.resize(rows * plan.width * channels);
        let [control, candidate] = &mut sources;
        let Pair { sides: [a, b], .. } = &mut pass.next;
        let (from, to) = rayon::join(
            || control.next_rows(a, channels),
            || candidate.next_rows(b, channels),
        );
        from.map_err(|err| (0, err))?;
        to.map_err(|err| (1, err))?;
        pass.take_band(band);
    }
    let hashes = sources.map(RowSource::hash);
    Ok(pass.finish(hashes))
}

/// A band of both pictures.
struct Pair<S> {
    sides: [Vec<S>; 2],
    equal: bool,
}

impl<S: Sample> Pair<S> {
    fn empty() -> Self {
        Self {
            sides: [Vec::new(), Vec::new()],
            equal: true,
        }
    }

    fn resize(&mut self, samples: usize) {
        for side in &mut self.sides {
            side.resize(samples, S::default());
        }
    }
}

struct Pass<'a, S> {
    plan: &'a Plan<'a>,
    format: RowFormat,
    table: Vec<f32>,
    /// Factors of scene light; 1 alone for display colours.
    exposures: Vec<f32>,
    /// The band that was just decoded, and the one above it, which waits to know its neighbours.
    next: Pair<S>,
    waiting: Pair<S>,
    /// Whether the band above the waiting one is equal.
    equal_above: bool,
    deltas: RowDeltas,
    alpha_tile: (f64, Option<[usize; 2]>),
    bias: BiasTiles,
    linear: [Linear; 2],
    flip: Option<Flip>,
    /// Largest delta of each pixel of the band in 1/255.
    band_heat: Vec<u8>,
}

struct Flip {
    /// One for each exposure.
    bands: Vec<FlipBands>,
    stats: FlipStats,
    values: Vec<f32>,
    /// The largest value over the exposures.
    worst: Vec<f32>,
    /// Whether the last three bands that were pushed are equal, newest last.
    equal: [bool; 3],
    map: Vec<f32>,
}

impl<'a, S: Sample> Pass<'a, S> {
    fn new(plan: &'a Plan<'a>, channels: usize, exposures: Vec<f32>) -> Self {
        let flip = plan.flip_scale.map(|scale| {
            let (width, height) = (plan.width.div_ceil(scale), plan.height.div_ceil(scale));
            let density = PIXELS_PER_DEGREE / scale as f32;
            Flip {
                bands: exposures
                    .iter()
                    .map(|_| FlipBands::new(width, height, BAND / scale, density))
                    .collect(),
                stats: FlipStats::new(width),
                values: Vec::new(),
                worst: Vec::new(),
                equal: [true; 3],
                map: Vec::new(),
            }
        });
        Self {
            plan,
            format: RowFormat {
                width: plan.width,
                channels,
                hdr: plan.hdr,
                arch: pulp::Arch::new(),
            },
            table: linear_table::<S>(),
            exposures,
            next: Pair::empty(),
            waiting: Pair::empty(),
            equal_above: true,
            deltas: RowDeltas::default(),
            alpha_tile: (0.0, None),
            bias: BiasTiles::default(),
            linear: [Linear::default(), Linear::default()],
            flip,
            band_heat: Vec::new(),
        }
    }

    fn scale(&self) -> usize {
        self.plan.flip_scale.unwrap_or(2)
    }

    fn bands(&self) -> usize {
        self.plan.height.div_ceil(BAND)
    }

    /// Measures the decoded band, and finishes the one above it.
    fn take_band(&mut self, band: usize) {
        self.leave_out_ignored(band);
        self.measure_rows(band);
        self.next.equal = self.next.sides[0] == self.next.sides[1];
        std::mem::swap(&mut self.next, &mut self.waiting);
        // Now `waiting` is this band and `next` the one above it.
        if band > 0 {
            let equal_below = self.waiting.equal;
            self.finish_band(band - 1, equal_below);
        }
    }

    /// The control's pixels stand in for the candidate's where the picture is to be left out.
    fn leave_out_ignored(&mut self, band: usize) {
        let [control, candidate] = &mut self.next.sides;
        let channels = self.format.channels;
        let rows = control.len() / (self.plan.width * channels);
        for ignored in self.plan.ignored {
            let region = ignored.region;
            let left = (region.x_px as usize).min(self.plan.width);
            let right = (left + region.width_px as usize).min(self.plan.width);
            for row in 0..rows {
                let y = band * BAND + row;
                let top = region.y_px as usize;
                if (top..top + region.height_px as usize).contains(&y) {
                    let start = row * self.plan.width;
                    let range = (start + left) * channels..(start + right) * channels;
                    candidate[range.clone()].copy_from_slice(&control[range]);
                }
            }
        }
    }

    fn measure_rows(&mut self, band: usize) {
        let (plan, format) = (self.plan, self.format);
        let row_samples = plan.width * format.channels;
        let [a, b] = &self.next.sides;
        self.band_heat.resize(a.len() / format.channels, 0);
        let tasks: Vec<RowDeltas> = a
            .par_chunks(ROWS_PER_TASK * row_samples)
            .zip(b.par_chunks(ROWS_PER_TASK * row_samples))
            .zip(self.band_heat.par_chunks_mut(ROWS_PER_TASK * plan.width))
            .enumerate()
            .map(|(task, ((a, b), heat))| {
                let mut deltas = RowDeltas::default();
                let top = band * BAND + task * ROWS_PER_TASK;
                let rows = a.chunks_exact(row_samples).zip(b.chunks_exact(row_samples));
                for (row, ((a, b), heat)) in rows.zip(heat.chunks_exact_mut(plan.width)).enumerate()
                {
                    measure_row([a, b], top + row, format, &mut deltas, heat);
                }
                deltas
            })
            .collect();
        let mut translucent = false;
        for task in &tasks {
            self.deltas.add(task);
            translucent |= task.alpha_max > 0.0;
        }
        if translucent {
            self.measure_alpha_tiles(band);
        }
    }

    fn measure_alpha_tiles(&mut self, band: usize) {
        let [a, b] = &self.next.sides;
        let row_samples = self.plan.width * 4;
        for left in (0..self.plan.width).step_by(BIAS_TILE) {
            let columns = BIAS_TILE.min(self.plan.width - left);
            let mut sum = 0.0;
            for (a, b) in a.chunks_exact(row_samples).zip(b.chunks_exact(row_samples)) {
                let part = left * 4..(left + columns) * 4;
                let pixels = a[part.clone()].chunks_exact(4).zip(b[part].chunks_exact(4));
                let delta = |(a, b): (&[S], &[S])| (a[3].in_255() - b[3].in_255()).abs();
                let row: f32 = pixels.map(delta).filter(|delta| delta.is_finite()).sum();
                sum += f64::from(row);
            }
            let pixels = columns * (a.len() / row_samples);
            let mean = sum / pixels.max(BIAS_TILE * BIAS_TILE / 4) as f64;
            if mean > self.alpha_tile.0 {
                self.alpha_tile = (mean, Some([left / BIAS_TILE, band]));
            }
        }
    }

    /// Finishes the band in `next`: bias and FLIP, which need to know its neighbours.
    fn finish_band(&mut self, band: usize, equal_below: bool) {
        let equal = self.next.equal;
        let calm = self.equal_above && equal && equal_below;
        self.equal_above = equal;
        let needed = if self.flip.is_some() { !calm } else { !equal };
        let (width, scale) = (self.plan.width, self.scale());
        if equal {
            self.bias.add_equal_band(width);
        }
        for (index, &exposure) in self.exposures.iter().enumerate() {
            if needed {
                let tones = Tones {
                    table: &self.table,
                    exposure,
                };
                let channels = self.format.channels;
                let [a, b] = &self.next.sides;
                let [control, candidate] = &mut self.linear;
                rayon::join(
                    || linear_band(a, width, channels, scale, tones, control),
                    || linear_band(b, width, channels, scale, tones, candidate),
                );
            }
            let [control, candidate] = &self.linear;
            if index == 0 && !equal {
                self.bias.add_band([control, candidate], band, width, scale);
            }
            if let Some(flip) = &mut self.flip {
                let planes = needed.then_some([control, candidate]);
                flip.bands[index].push(band, width.div_ceil(scale), planes);
            }
        }
        let last = band + 1 == self.bands();
        if let Some(flip) = &mut self.flip {
            flip.equal = [flip.equal[1], flip.equal[2], equal];
            if band > 0 {
                flip.compare(band - 1, flip.equal == [true; 3], self.plan);
            }
            if last {
                flip.compare(band, flip.equal[1..] == [true; 2], self.plan);
            }
        }
    }

    fn finish(mut self, hashes: [Blake3; 2]) -> Measurement {
        // The last band is still waiting.
        std::mem::swap(&mut self.next, &mut self.waiting);
        self.finish_band(self.bands() - 1, true);
        let size = [self.plan.width, self.plan.height];
        let not_opaque = self.deltas.not_opaque;
        let alpha = (self.format.channels == 4).then(|| self.alpha_numbers());
        let mut numbers = image_numbers(&self.deltas, S::LINEAR);
        numbers.alpha = alpha;
        numbers.bias = self.bias.finish(size);
        numbers.ignored = self.plan.ignored.to_vec();
        let mut map = Vec::new();
        if let Some(flip) = self.flip {
            let scale = self.plan.flip_scale.unwrap_or(1);
            numbers.flip = Some(flip_numbers(&flip.stats, scale, size, S::LINEAR));
            map = flip.map;
        }
        Measurement {
            numbers,
            hashes,
            not_opaque,
            flip: map,
        }
    }

    fn alpha_numbers(&self) -> AlphaNumbers {
        let pixels = self.deltas.pixels.max(1) as f64;
        let size = [self.plan.width, self.plan.height];
        AlphaNumbers {
            mean: self.deltas.sum[3] / pixels,
            max: f64::from(self.deltas.alpha_max),
            max_at: self.deltas.alpha_max_at.map(pixel),
            over_2_share: self.deltas.alpha_over_2 as f64 / pixels,
            worst_tile: self.alpha_tile.0,
            worst_tile_at: self
                .alpha_tile
                .1
                .map(|tile| tile_region(tile, BIAS_TILE, size)),
        }
    }
}

impl Flip {
    fn compare(&mut self, band: usize, calm: bool, plan: &Plan<'_>) {
        let scale = plan.flip_scale.unwrap_or(1);
        let (width, height) = (plan.width.div_ceil(scale), plan.height.div_ceil(scale));
        let top = band * BAND / scale;
        let rows = (BAND / scale).min(height - top);
        if calm {
            self.stats.add_equal_rows(rows);
            if plan.keep_flip {
                self.map.resize(self.map.len() + rows * width, 0.0);
            }
            return;
        }
        for (index, bands) in self.bands.iter().enumerate() {
            bands.compare(band, &mut self.values);
            if index == 0 {
                std::mem::swap(&mut self.values, &mut self.worst);
                continue;
            }
            for (worst, &value) in self.worst.iter_mut().zip(&self.values) {
                *worst = worst.max(value);
            }
        }
        let stride = self.bands[0].stride();
        self.stats.add_rows(&self.worst, stride, top);
        if plan.keep_flip {
            for row in self.worst.chunks_exact(stride) {
                self.map.extend_from_slice(&row[..width]);
            }
        }
    }
}

fn pixel([x, y]: [usize; 2]) -> Region {
    Region::pixel(x as u32, y as u32)
}

fn flip_numbers(stats: &FlipStats, scale: usize, size: [usize; 2], hdr: bool) -> FlipNumbers {
    let (worst_tile, tile) = stats.worst_tile();
    FlipNumbers {
        scale: scale as u32,
        pixels_per_degree: f64::from(PIXELS_PER_DEGREE) / scale as f64,
        hdr,
        mean: stats.mean(),
        p95: stats.percentile(0.95),
        p99: stats.percentile(0.99),
        worst_tile,
        worst_tile_at: tile.map(|tile| tile_region(tile, TILE * scale, size)),
    }
}

fn image_numbers(deltas: &RowDeltas, float: bool) -> ImageNumbers {
    let pixels = deltas.pixels.max(1) as f64;
    let over = |least: usize| deltas.histogram[least + 1..].iter().sum::<u64>() as f64 / pixels;
    let squares: f64 = deltas.squares[..3].iter().sum();
    let mean_square = squares / (3.0 * pixels);
    let channels = ["red", "green", "blue"]
        .iter()
        .enumerate()
        .map(|(at, name)| ChannelNumbers {
            channel: (*name).to_owned(),
            mean: deltas.sum[at] / pixels,
            signed_mean: deltas.signed[at] / pixels,
            rms: (deltas.squares[at] / pixels).sqrt(),
        });
    ImageNumbers {
        pixels: deltas.pixels,
        differing: deltas.differing,
        mean_delta: deltas.sum[..3].iter().sum::<f64>() / (3.0 * pixels),
        rms: mean_square.sqrt(),
        psnr_db: (mean_square > 0.0).then(|| 10.0 * (255.0 * 255.0 / mean_square).log10()),
        max_delta: f64::from(deltas.max),
        max_at: deltas.max_at.map(pixel),
        over_1_share: over(1),
        over_2_share: over(2),
        over_4_share: over(4),
        over_16_share: over(16),
        histogram: deltas.histogram.to_vec(),
        channels: channels.collect(),
        alpha: None,
        hidden_rgb: deltas.hidden_rgb,
        bias: hartomat_schema::BiasNumbers::default(),
        control_not_finite: deltas.not_finite[0],
        candidate_not_finite: deltas.not_finite[1],
        not_finite_mismatch: deltas.not_finite_mismatch,
        beyond_relative_share: float.then(|| deltas.beyond_relative as f64 / pixels),
        flip: None,
        ignored: Vec::new(),
    }
}

/// The numbers of a pair whose payload proves the pixels equal.
pub(crate) fn equal_numbers(width: u32, height: u32, has_alpha: bool) -> ImageNumbers {
    let mut deltas = RowDeltas {
        pixels: u64::from(width) * u64::from(height),
        ..RowDeltas::default()
    };
    deltas.histogram[0] = deltas.pixels;
    let mut numbers = image_numbers(&deltas, false);
    numbers.alpha = has_alpha.then_some(AlphaNumbers {
        mean: 0.0,
        max: 0.0,
        max_at: None,
        over_2_share: 0.0,
        worst_tile: 0.0,
        worst_tile_at: None,
    });
    numbers
}
