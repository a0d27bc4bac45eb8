//! Measured numbers of a pair of videos, frame by frame.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::numbers::{BiasNumbers, FlipNumbers, ImageNumbers, Region};

/// Numbers of a pair of videos that have equally many frames of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VideoNumbers {
    /// How many frames were compared.
    pub compared: u64,
    /// Frames per second, to say when a frame is shown.
    pub fps: f64,
    /// Mean delta over all frames in 1/255. Shown, never decides.
    pub mean_delta: f64,
    /// The frames that differ at all, in order; all others are equal. This is the curve of the difference.
    pub frames: Vec<FrameNumbers>,
    /// By how many frames the candidate runs late (above 0) or early (below 0), where its frames are those
    /// of the control moved in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames_late: Option<i32>,
}

/// Numbers of a pair of frames that differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrameNumbers {
    /// Its number, from 1.
    pub number: u64,
    /// How many pixels were compared.
    pub pixels: u64,
    /// How many of them differ at all.
    pub differing: u64,
    /// Mean absolute delta over pixels and colour channels in 1/255.
    pub mean_delta: f64,
    /// Largest delta of a channel in 1/255.
    pub max_delta: f64,
    /// Where the largest delta is.
    pub max_at: Option<Region>,
    /// Share of pixels with a delta over 2/255, 0 to 1.
    pub over_2_share: f64,
    /// Share of pixels with a delta over 4/255.
    pub over_4_share: f64,
    /// Share of pixels with a delta over 16/255.
    pub over_16_share: f64,
    /// Shifts of luminance.
    pub bias: BiasNumbers,
    /// The perceptual difference, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flip: Option<FlipNumbers>,
}

impl FrameNumbers {
    /// What is kept of a frame's numbers.
    pub fn of(number: u64, image: &ImageNumbers) -> Self {
        Self {
            number,
            pixels: image.pixels,
            differing: image.differing,
            mean_delta: image.mean_delta,
            max_delta: image.max_delta,
            max_at: image.max_at,
            over_2_share: image.over_2_share,
            over_4_share: image.over_4_share,
            over_16_share: image.over_16_share,
            bias: image.bias.clone(),
            flip: image.flip.clone(),
        }
    }

    /// The frame as a still, as far as anything of it is judged.
    pub fn image(&self) -> ImageNumbers {
        ImageNumbers {
            pixels: self.pixels,
            differing: self.differing,
            mean_delta: self.mean_delta,
            rms: 0.0,
            psnr_db: None,
            max_delta: self.max_delta,
            max_at: self.max_at,
            over_1_share: 0.0,
            over_2_share: self.over_2_share,
            over_4_share: self.over_4_share,
            over_16_share: self.over_16_share,
            histogram: Vec::new(),
            channels: Vec::new(),
            alpha: None,
            hidden_rgb: 0,
            bias: self.bias.clone(),
            control_not_finite: 0,
            candidate_not_finite: 0,
            not_finite_mismatch: 0,
            beyond_relative_share: None,
            flip: self.flip.clone(),
            ignored: Vec::new(),
        }
    }

    /// How much a viewer notices: FLIP of the worst tile, or the share of pixels over 4/255.
    pub fn severity(&self) -> f64 {
        let flip = self.flip.as_ref().map(|flip| flip.worst_tile);
        flip.unwrap_or(self.over_4_share)
    }
}
