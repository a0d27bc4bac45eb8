//! Smooths what noise remains: non-local means in two halves, guided by the surfaces behind.
//!
//! After Rousselle, Manzi and Zwicker, "Robust Denoising using Feature and Color Information" (2013),
//! with one scale. Each half of the samples is averaged with weights found in the other half, so that
//! noise can't choose its own weights. A pixel mixes only with pixels whose neighbourhood differs by
//! no more than the measured noise, which is why edges and lettering stay.

use rayon::prelude::*;

use crate::embedded::PixelSums;

/// Pixels to each side from which a pixel may borrow.
const REACH: isize = 6;
/// How many standard deviations count as alike.
const STRENGTH: f32 = 0.9;
/// Rows that one piece of work covers.
const BAND: usize = 24;
/// Variance that even a noiseless pixel is granted, in compressed light.
const VARIANCE_FLOOR: f32 = 2e-7;

/// A picture in two halves of its samples.
pub(crate) struct Noisy {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Factor from scene light to exposed light.
    pub(crate) exposure: f32,
    pub(crate) pixels: Vec<PixelSums>,
}

impl Noisy {
    /// The mean of both halves.
    pub(crate) fn pixels(&self) -> Vec<[f32; 4]> {
        let mean = |sums: &PixelSums| {
            std::array::from_fn(|channel| 0.5 * (sums.halves[0][channel] + sums.halves[1][channel]))
        };
        self.pixels.iter().map(mean).collect()
    }
}

/// The picture with less noise. The same on any number of threads: a pixel's sum has one order.
pub(crate) fn denoise(noisy: &Noisy) -> Vec<[f32; 4]> {
    let plane = Plane::new(noisy);
    let bands: Vec<Vec<[f32; 4]>> = (0..noisy.height.div_ceil(BAND))
        .into_par_iter()
        .map(|band| plane.band(band * BAND, ((band + 1) * BAND).min(noisy.height)))
        .collect();
    let expand = |pixel: [f32; 4]| {
        let light = [0, 1, 2].map(|c| pixel[c] / (1.0 - pixel[c]).max(1e-4) / noisy.exposure);
        [light[0], light[1], light[2], pixel[3]]
    };
    bands.into_iter().flatten().map(expand).collect()
}

/// What the filter reads, in light compressed to 0 to 1 so that highlights don't drown the rest.
struct Plane {
    width: usize,
    height: usize,
    halves: [Vec<[f32; 4]>; 2],
    /// Variance of one half, smoothed over neighbours.
    variance: Vec<[f32; 4]>,
    /// Albedo, normal and depth, scaled so that a difference of 1 means another surface.
    features: Vec<[f32; 7]>,
}

impl Plane {
    fn new(noisy: &Noisy) -> Self {
        let compress = |pixel: [f32; 4]| {
            let [r, g, b, alpha] = pixel;
            let [r, g, b] = [r, g, b].map(|c| {
                let light = (c * noisy.exposure).max(0.0);
                light / (1.0 + light)
            });
            [r, g, b, alpha]
        };
        let half = |side: usize| {
            noisy
                .pixels
                .iter()
                .map(|sums| compress(sums.halves[side]))
                .collect()
        };
        let halves: [Vec<[f32; 4]>; 2] = [half(0), half(1)];
        let raw: Vec<[f32; 4]> = halves[0]
            .iter()
            .zip(&halves[1])
            .map(|(a, b)| std::array::from_fn(|c| 0.5 * (a[c] - b[c]).powi(2)))
            .collect();
        let feature = |sums: &PixelSums| {
            let (albedo, normal) = (sums.albedo * 6.0, sums.normal * 4.0);
            let depth = (sums.depth.max(1e-6)).ln() * 25.0;
            [
                albedo.x, albedo.y, albedo.z, normal.x, normal.y, normal.z, depth,
            ]
        };
        let features = noisy.pixels.iter().map(feature).collect();
        let (width, height) = (noisy.width, noisy.height);
        let variance = smooth(&raw, width, height);
        Self {
            width,
            height,
            halves,
            variance,
            features,
        }
    }

    /// Rows `top` to `bottom`, filtered.
    fn band(&self, top: usize, bottom: usize) -> Vec<[f32; 4]> {
        let count = (bottom - top) * self.width;
        let mut sums = [vec![[0.0_f32; 5]; count], vec![[0.0_f32; 5]; count]];
        let mut scratch = Scratch::new((bottom - top + 2) * self.width);
        for dy in -REACH..=REACH {
            for dx in -REACH..=REACH {
                self.add_offset([dx, dy], top, bottom, &mut scratch, &mut sums);
            }
        }
        let [first, second] = &sums;
        first
            .iter()
            .zip(second)
            .map(|(a, b)| std::array::from_fn(|c| 0.5 * (a[c] / a[4] + b[c] / b[4])))
            .collect()
    }

    /// Adds every pixel's neighbour at one offset.
    fn add_offset(
        &self,
        [dx, dy]: [isize; 2],
        top: usize,
        bottom: usize,
        scratch: &mut Scratch,
        sums: &mut [Vec<[f32; 5]>; 2],
    ) {
        let width = self.width;
        // One row more above and below: a neighbourhood is three pixels square.
        for (line, row) in scratch.distance.chunks_mut(width).enumerate() {
            let y = (top + line).saturating_sub(1).min(self.height - 1);
            let other_y = self.clamp_y(y as isize + dy);
            for (x, distance) in row.iter_mut().enumerate() {
                let other = other_y * width + self.clamp_x(x as isize + dx);
                *distance = self.distance(y * width + x, other);
            }
        }
        for y in top..bottom {
            let Some(other_y) = y.checked_add_signed(dy).filter(|&y| y < self.height) else {
                continue;
            };
            let line = y - top;
            for x in 0..width {
                let Some(other_x) = x.checked_add_signed(dx).filter(|&x| x < width) else {
                    continue;
                };
                let (own, other) = (y * width + x, other_y * width + other_x);
                let alike = self.feature_weight(own, other);
                if alike < 1e-3 {
                    continue;
                }
                let patch = scratch.patch(line, x, width);
                for side in 0..2 {
                    // Weights of one half, colours of the other.
                    let weight = alike * (-patch[side].max(0.0)).exp();
                    let color = self.halves[1 - side][other];
                    let sum = &mut sums[1 - side][line * width + x];
                    for channel in 0..4 {
                        sum[channel] += weight * color[channel];
                    }
                    sum[4] += weight;
                }
            }
        }
    }

    fn clamp_x(&self, x: isize) -> usize {
        x.clamp(0, self.width as isize - 1) as usize
    }

    fn clamp_y(&self, y: isize) -> usize {
        y.clamp(0, self.height as isize - 1) as usize
    }

    /// Squared difference of two pixels beyond their noise, in units of it, for both halves.
    fn distance(&self, own: usize, other: usize) -> [f32; 2] {
        let (a, b) = (&self.variance[own], &self.variance[other]);
        let mut sums = [0.0; 2];
        for channel in 0..4 {
            let noise = a[channel] + b[channel].min(a[channel]);
            let scale = VARIANCE_FLOOR + STRENGTH * STRENGTH * (a[channel] + b[channel]);
            for (side, sum) in sums.iter_mut().enumerate() {
                let difference =
                    self.halves[side][own][channel] - self.halves[side][other][channel];
                *sum += (difference * difference - noise) / scale;
            }
        }
        sums
    }

    /// How likely both pixels show the same surface.
    fn feature_weight(&self, own: usize, other: usize) -> f32 {
        let (a, b) = (&self.features[own], &self.features[other]);
        let sum: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
        (-sum).exp()
    }
}

/// Pixel distances at one offset.
struct Scratch {
    distance: Vec<[f32; 2]>,
}

impl Scratch {
    fn new(count: usize) -> Self {
        Self {
            distance: vec![[0.0; 2]; count],
        }
    }

    /// Mean distance of the neighbourhoods of one pixel pair; `line` counts from the band's top.
    fn patch(&self, line: usize, x: usize, width: usize) -> [f32; 2] {
        let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
        let mut sums = [0.0; 2];
        for row in line..line + 3 {
            for column in [left, x, right] {
                let distance = self.distance[row * width + column];
                sums = [sums[0] + distance[0], sums[1] + distance[1]];
            }
        }
        // Nine pixels of four channels.
        sums.map(|sum| sum / 36.0)
    }
}

/// Mean over five by five pixels: two samples alone say little about their variance.
fn smooth(values: &[[f32; 4]], width: usize, height: usize) -> Vec<[f32; 4]> {
    let line = |values: &[[f32; 4]], count: usize, at: usize, stride: usize, position: usize| {
        let (first, last) = (position.saturating_sub(2), (position + 2).min(count - 1));
        let mut sum = [0.0; 4];
        for step in first..=last {
            let value = values[at + step * stride];
            sum = std::array::from_fn(|c| sum[c] + value[c]);
        }
        sum.map(|sum| sum / (last - first + 1) as f32)
    };
    let across: Vec<[f32; 4]> = (0..width * height)
        .into_par_iter()
        .map(|index| line(values, width, index / width * width, 1, index % width))
        .collect();
    (0..width * height)
        .into_par_iter()
        .map(|index| line(&across, height, index % width, width, index / width))
        .collect()
}
