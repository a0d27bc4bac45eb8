//! FLIP, the perceptual difference of two pictures, computed band by band.
//!
//! After P. Andersson, J. Nilsson, T. Akenine-Möller, M. Oskarsson, K. Åström, M. Fairchild: "FLIP: A
//! Difference Evaluator for Alternating Images", HPG 2020; constants are the paper's. The rule here:
//! no fused multiply-add and no reordered sums, so that every machine gets the same bits.

mod exposure;
mod kernel;
mod math;
mod pixel;
mod ring;
mod stats;
mod sums;

pub(crate) use exposure::{exposures, tone};
pub(crate) use pixel::Linear;
pub(crate) use ring::FlipBands;
pub(crate) use stats::FlipStats;

/// Pixels per degree of a viewer 0.7 m from a 0.7 m wide screen of 3840 pixels, the paper's default.
pub(crate) const PIXELS_PER_DEGREE: f32 = 67.020_64;

/// Edge of a tile in measured pixels.
pub(crate) const TILE: usize = 16;
