//! A contact sheet: frames of a turn at a glance, beside each other in reading order.

use std::path::PathBuf;

use image::imageops::{FilterType, resize};
use image::{Rgb, RgbImage};

use super::encode::{before_white, open_frame};
use crate::RenderError;
use crate::encode::write_png;

/// The most frames of a sheet; of more, some are left out evenly.
const MOST: usize = 24;
/// The longest side of a frame on it, in pixels.
const CELL_PX: u32 = 240;
/// Space around the frames, in pixels.
const GAP_PX: u32 = 8;
/// What stands around them, in sRGB.
const AROUND: Rgb<u8> = Rgb([24, 24, 26]);

/// A sheet of frames as a PNG, with its width and height. `frames` are PNG files of this size in order.
///
/// # Errors
/// [`RenderError::Frame`] for a frame that can't be read.
pub fn contact_sheet(
    frames: &[PathBuf],
    [width, height]: [u32; 2],
) -> Result<(Vec<u8>, [u32; 2]), RenderError> {
    let shown = frames.len().clamp(1, MOST);
    let chosen = (0..shown).map(|index| index * frames.len() / shown);
    let factor = (f64::from(CELL_PX) / f64::from(width.max(height))).min(1.0);
    let [cell_width, cell_height] =
        [width, height].map(|side| ((f64::from(side) * factor).round() as u32).max(1));
    let columns = columns(shown as u32, [cell_width, cell_height]);
    let rows = (shown as u32).div_ceil(columns);
    let size = [
        columns * (cell_width + GAP_PX) + GAP_PX,
        rows * (cell_height + GAP_PX) + GAP_PX,
    ];
    let mut sheet = RgbImage::from_pixel(size[0], size[1], AROUND);
    for (place, index) in chosen.enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let frame = open_frame(&frames[index], [width, height], number)?;
        let size = (frame.width(), frame.height());
        let frame = RgbImage::from_raw(size.0, size.1, before_white(&frame))
            .expect("a picture has as many pixels as its size says");
        let small = resize(&frame, cell_width, cell_height, FilterType::Triangle);
        let place = place as u32;
        let left = GAP_PX + place % columns * (cell_width + GAP_PX);
        let top = GAP_PX + place / columns * (cell_height + GAP_PX);
        image::imageops::replace(&mut sheet, &small, left.into(), top.into());
    }
    Ok((write_png(sheet.as_raw(), size, true, false)?, size))
}

/// As many as make the sheet about as wide as three halves of its height.
fn columns(count: u32, [width, height]: [u32; 2]) -> u32 {
    let ideal = (f64::from(count) * 1.5 * f64::from(height) / f64::from(width)).sqrt();
    (ideal.round() as u32).clamp(1, count)
}
