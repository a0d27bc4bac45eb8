//! Transforms picture files: crop, resize, pad, background, format.
//!
//! Colour is filtered in linear light and premultiplied, so that neither dark fringes nor gamma shifts
//! appear. Pictures are strangers: the header is checked before anything is decoded.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{ImageBuffer, ImageReader, Limits, Rgba};

use crate::encode::{EncodeOptions, encode_display, srgb_decode};
use crate::{ImageFormat, RenderError};

const MAX_SIDE_PX: u32 = 16_384;
const MAX_DECODED_BYTES: u64 = 512 << 20;

/// How a picture fits a size of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// As large as fits inside, the rest padded.
    Contain,
    /// As small as covers all, the rest cropped.
    Cover,
    /// Stretched.
    Stretch,
}

/// Where a picture stands in what is padded or cropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// In the middle.
    Center,
    /// At the top left.
    TopLeft,
    /// In the middle of the bottom edge.
    Bottom,
}

/// What to do, in this order: crop, resize, pad, background, format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransformRequest {
    /// Left, top, width and height in pixels of what is kept.
    pub crop_px: Option<[u32; 4]>,
    /// Width and height in pixels of the result before padding.
    pub resize_px: Option<([u32; 2], Fit)>,
    /// Pixels added at the left, top, right and bottom.
    pub pad_px: [u32; 4],
    /// Where the picture stands when [`Fit`] pads or crops.
    pub anchor: Anchor,
    /// Linear colour behind everything transparent; none keeps transparency.
    pub background: Option<[f32; 3]>,
    /// Format of the result.
    pub format: ImageFormat,
    /// What the format leaves open.
    pub options: EncodeOptions,
}

impl TransformRequest {
    /// Changes nothing but the format.
    pub fn convert(format: ImageFormat) -> Self {
        Self {
            crop_px: None,
            resize_px: None,
            pad_px: [0; 4],
            anchor: Anchor::Center,
            background: None,
            format,
            options: EncodeOptions::default(),
        }
    }
}

/// Premultiplied linear pixels.
type Canvas = ImageBuffer<Rgba<f32>, Vec<f32>>;

/// Width and height of a picture file, read from its header alone.
pub fn image_size(bytes: &[u8]) -> Result<[u32; 2], RenderError> {
    let (width, height) = reader(bytes)?
        .into_dimensions()
        .map_err(|err| decode_error(&err))?;
    Ok([width, height])
}

/// Decodes a picture file to its last pixel: its format's key and its size.
///
/// Errors: a file that is no picture, a damaged one, more than 16,384 pixels a side or 512 MiB.
pub fn check_picture(bytes: &[u8]) -> Result<(&'static str, [u32; 2]), RenderError> {
    let [width, height] = image_size(bytes)?;
    check_size("picture", width, height)?;
    let reader = reader(bytes)?;
    let format = reader.format();
    let picture = reader.decode().map_err(|err| decode_error(&err))?;
    let is_deep = picture.color().bytes_per_pixel() > picture.color().channel_count();
    let key = match format {
        Some(image::ImageFormat::Png) if is_deep => "png16",
        Some(image::ImageFormat::Png) => "png",
        Some(image::ImageFormat::Jpeg) => "jpeg",
        Some(image::ImageFormat::WebP) => "webp",
        Some(image::ImageFormat::OpenExr) => "exr",
        _ => "unknown",
    };
    Ok((key, [picture.width(), picture.height()]))
}

/// Transforms a picture file.
///
/// Errors: a file that is no picture or a damaged one, more than 16,384 pixels a side or 512 MiB,
/// a crop outside the picture, an empty result.
pub fn transform(bytes: &[u8], request: &TransformRequest) -> Result<Vec<u8>, RenderError> {
    let mut canvas = read(bytes)?;
    if let Some(crop) = request.crop_px {
        canvas = cropped(&canvas, crop)?;
    }
    if let Some((size, fit)) = request.resize_px {
        check_size("resize", size[0], size[1])?;
        canvas = resized(&canvas, size, fit, request.anchor);
    }
    if request.pad_px != [0; 4] {
        canvas = padded(&canvas, request.pad_px)?;
    }
    let size = [canvas.width(), canvas.height()];
    let straight: Vec<[f32; 4]> = canvas
        .pixels()
        .map(|pixel| finished(pixel.0, request.background))
        .collect();
    encode_display(&straight, size, request.format, &request.options)
}

fn decode_error(err: &dyn std::fmt::Display) -> RenderError {
    RenderError::Decode {
        problem: err.to_string(),
    }
}

fn check_size(field: &str, width: u32, height: u32) -> Result<(), RenderError> {
    let bytes = u64::from(width) * u64::from(height) * 16;
    let sides = (1..=MAX_SIDE_PX).contains(&width) && (1..=MAX_SIDE_PX).contains(&height);
    if sides && bytes <= MAX_DECODED_BYTES {
        return Ok(());
    }
    Err(RenderError::Setting {
        field: field.to_owned(),
        value: format!("{width} × {height} pixels"),
        expected: format!("1 to {MAX_SIDE_PX} pixels a side and at most 33,554,432 pixels in all"),
    })
}

fn reader(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, RenderError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|err| decode_error(&err))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    Ok(reader)
}

fn read(bytes: &[u8]) -> Result<Canvas, RenderError> {
    let [width, height] = image_size(bytes)?;
    check_size("picture", width, height)?;
    let reader = reader(bytes)?;
    let linear = reader.format() == Some(image::ImageFormat::OpenExr);
    let decoded = reader
        .decode()
        .map_err(|err| decode_error(&err))?
        .into_rgba32f();
    let mut canvas: Canvas = decoded;
    for pixel in canvas.pixels_mut() {
        let [r, g, b, alpha] = pixel
            .0
            .map(|value| if value.is_finite() { value } else { 0.0 });
        let alpha = alpha.clamp(0.0, 1.0);
        // EXR is linear and premultiplied already; everything else is sRGB and straight.
        let [r, g, b] = if linear {
            [r, g, b]
        } else {
            [r, g, b].map(|c| srgb_decode(c) * alpha)
        };
        pixel.0 = [r, g, b, alpha];
    }
    Ok(canvas)
}

fn cropped(canvas: &Canvas, [left, top, width, height]: [u32; 4]) -> Result<Canvas, RenderError> {
    let inside = width > 0
        && height > 0
        && left
            .checked_add(width)
            .is_some_and(|right| right <= canvas.width())
        && top
            .checked_add(height)
            .is_some_and(|bottom| bottom <= canvas.height());
    if !inside {
        return Err(RenderError::Setting {
            field: "crop".to_owned(),
            value: format!("{width} × {height} at {left}, {top}"),
            expected: format!("inside {} × {}", canvas.width(), canvas.height()),
        });
    }
    Ok(image::imageops::crop_imm(canvas, left, top, width, height).to_image())
}

fn resized(canvas: &Canvas, [width, height]: [u32; 2], fit: Fit, anchor: Anchor) -> Canvas {
    let scales = [
        f64::from(width) / f64::from(canvas.width()),
        f64::from(height) / f64::from(canvas.height()),
    ];
    let scaled = |scale: f64| {
        let side = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
        (
            side(canvas.width()).min(MAX_SIDE_PX),
            side(canvas.height()).min(MAX_SIDE_PX),
        )
    };
    let (inner_width, inner_height) = match fit {
        Fit::Stretch => (width, height),
        Fit::Contain => scaled(scales[0].min(scales[1])),
        Fit::Cover => scaled(scales[0].max(scales[1])),
    };
    let filter = FilterType::Lanczos3;
    let mut inner = image::imageops::resize(canvas, inner_width, inner_height, filter);
    // Lanczos rings: no negative light, no light beyond its coverage's range.
    for pixel in inner.pixels_mut() {
        pixel.0 = [0, 1, 2, 3].map(|channel| pixel.0[channel].max(0.0));
        pixel.0[3] = pixel.0[3].min(1.0);
    }
    if (inner_width, inner_height) == (width, height) {
        return inner;
    }
    let offset = |outer: u32, inner: u32, end: bool| {
        let free = i64::from(outer) - i64::from(inner);
        match (anchor, end) {
            (Anchor::TopLeft, _) => 0,
            (Anchor::Bottom, true) => free,
            _ => free / 2,
        }
    };
    let mut outer = Canvas::new(width, height);
    let (x, y) = (
        offset(width, inner_width, false),
        offset(height, inner_height, true),
    );
    image::imageops::replace(&mut outer, &inner, x, y);
    outer
}

fn padded(canvas: &Canvas, [left, top, right, bottom]: [u32; 4]) -> Result<Canvas, RenderError> {
    let sum = |a: u32, b: u32, c: u32| a.saturating_add(b).saturating_add(c);
    let (width, height) = (
        sum(left, canvas.width(), right),
        sum(top, canvas.height(), bottom),
    );
    check_size("pad", width, height)?;
    let mut outer = Canvas::new(width, height);
    image::imageops::replace(&mut outer, canvas, i64::from(left), i64::from(top));
    Ok(outer)
}

/// Straight display light from premultiplied, over the background where there is one.
fn finished([r, g, b, alpha]: [f32; 4], background: Option<[f32; 3]>) -> [f32; 4] {
    match background {
        Some(back) => {
            let over = |value: f32, back: f32| (value + back * (1.0 - alpha)).clamp(0.0, 1.0);
            [over(r, back[0]), over(g, back[1]), over(b, back[2]), 1.0]
        }
        None if alpha > 1e-4 => {
            let straight = |value: f32| (value / alpha).clamp(0.0, 1.0);
            [straight(r), straight(g), straight(b), alpha]
        }
        None => [0.0; 4],
    }
}
