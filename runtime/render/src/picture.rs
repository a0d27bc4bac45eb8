//! A rendered picture: linear light with premultiplied alpha, and how it is to be shown.

use hartomat_schema::{Background, Scene, ToneMapping};

use crate::tone::tone_map;

/// How linear light becomes a picture to look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Exposure in stops.
    pub exposure_ev: f32,
    /// Tone mapping.
    pub tone_mapping: ToneMapping,
    /// What stands behind transparent pixels; its colour is not tone-mapped.
    pub background: Background,
}

/// A rendered picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Scene-linear RGB premultiplied with alpha, row by row from the top left.
    pub pixels: Vec<[f32; 4]>,
    /// Whether a denoiser ran.
    pub denoised: bool,
    /// How to show it.
    pub look: Look,
}

impl Picture {
    /// Display-linear straight RGBA, 0 to 1: exposed, tone-mapped, and set before the background.
    pub fn developed(&self) -> Vec<[f32; 4]> {
        self.pixels
            .iter()
            .map(|&pixel| self.look.develop(pixel))
            .collect()
    }
}

impl Look {
    /// The look that a scene asks for.
    pub(crate) fn of(scene: &Scene) -> Self {
        Self {
            exposure_ev: scene.exposure_ev,
            tone_mapping: scene.tone_mapping,
            background: scene.background,
        }
    }

    /// One pixel from premultiplied scene light to straight display light.
    pub fn develop(&self, pixel: [f32; 4]) -> [f32; 4] {
        let alpha = pixel[3].clamp(0.0, 1.0);
        let gain = if alpha > 1e-4 {
            self.exposure_ev.exp2() / alpha
        } else {
            0.0
        };
        let straight = [pixel[0] * gain, pixel[1] * gain, pixel[2] * gain];
        let shown = tone_map(self.tone_mapping, straight);
        match self.background {
            Background::Transparent => [shown[0], shown[1], shown[2], alpha],
            Background::Color { rgb } => {
                let over = |channel: usize| shown[channel] * alpha + rgb[channel] * (1.0 - alpha);
                [over(0), over(1), over(2), 1.0]
            }
        }
    }
}
