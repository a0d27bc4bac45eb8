//! Reads the linear light that Blender wrote, and believes nothing about the file.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

use crate::RenderError;

/// Premultiplied linear pixels of an OpenEXR file that must have exactly this size.
pub(crate) fn read(
    file: &[u8],
    width_px: u32,
    height_px: u32,
) -> Result<Vec<[f32; 4]>, RenderError> {
    let failed = |reason: String| RenderError::BlenderFailed { reason };
    let mut limits = Limits::default();
    limits.max_image_width = Some(width_px);
    limits.max_image_height = Some(height_px);
    let mut reader = ImageReader::with_format(Cursor::new(file), ImageFormat::OpenExr);
    reader.limits(limits);
    let picture = reader
        .decode()
        .map_err(|err| failed(format!("wrote a picture that can't be read: {err}")))?;
    if (picture.width(), picture.height()) != (width_px, height_px) {
        return Err(failed(format!(
            "wrote a picture of {} × {} pixels instead of {width_px} × {height_px}",
            picture.width(),
            picture.height()
        )));
    }
    let pixels: Vec<[f32; 4]> = picture.into_rgba32f().into_raw().as_chunks().0.to_vec();
    if pixels.iter().flatten().any(|value| !value.is_finite()) {
        return Err(failed(
            "wrote a picture with values that are no numbers".to_owned(),
        ));
    }
    Ok(pixels)
}
