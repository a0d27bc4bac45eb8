//! FLIP of two stills pixel by pixel, for whoever draws it.

use hartomat_schema::{HdrThresholds, SampleFormat};

use crate::error::ReadError;
use crate::still::{self, Plan};

/// Pictures with more pixels are measured on averages of 2 × 2.
const FULL_UP_TO: u64 = 4 << 20;

/// FLIP of two stills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerceivedMap {
    /// Width in measured pixels.
    pub width: usize,
    /// Height in measured pixels.
    pub height: usize,
    /// Pixels of the picture along the edge of a measured pixel: 1 or 2.
    pub scale: usize,
    /// FLIP from 0 to 1 as 0 to 255, row by row.
    pub values: Vec<u8>,
}

/// What a viewer notices between two stills, on each pixel of small pictures and on averages of
/// 2 × 2 pixels of large ones. None where the sides can't be set against each other: they differ in
/// size, or one alone is scene light.
///
/// # Errors
/// [`ReadError`] where a side isn't a picture that can be read.
pub fn perceived_map(control: &[u8], candidate: &[u8]) -> Result<Option<PerceivedMap>, ReadError> {
    let stills = [still::open(control)?, still::open(candidate)?];
    let headers = [&stills[0].header, &stills[1].header];
    let is_light = headers.map(|header| header.samples == SampleFormat::Float);
    let sizes = headers.map(|header| (header.width_px, header.height_px));
    if is_light[0] != is_light[1] || sizes[0] != sizes[1] {
        return Ok(None);
    }
    let (width, height) = (sizes[0].0 as usize, sizes[0].1 as usize);
    let is_large = width as u64 * height as u64 > FULL_UP_TO;
    let scale = if is_large { 2 } else { 1 };
    let plan = Plan {
        width,
        height,
        flip_scale: Some(scale),
        hdr: HdrThresholds::default(),
        ignored: &[],
        keep_flip: true,
    };
    let [a, b] = &stills;
    let measured = still::measure_stills([a, b], &plan).map_err(|(_side, err)| err)?;
    let byte = |value: &f32| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    let (width, height) = (width.div_ceil(scale), height.div_ceil(scale));
    let mut values: Vec<u8> = measured.flip.iter().map(byte).collect();
    // Bands that are equal aren't measured: what is left out differs in nothing.
    values.resize(width * height, 0);
    Ok(Some(PerceivedMap {
        width,
        height,
        scale,
        values,
    }))
}
