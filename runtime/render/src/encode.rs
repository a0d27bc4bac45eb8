//! Pictures as files. Equal pictures give equal bytes: no clock, no host name, no metadata but sRGB.

use std::fmt;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use serde::{Deserialize, Serialize};

use crate::{Picture, RenderError};

/// A file format for pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// PNG, 8 bits per channel.
    Png,
    /// PNG, 16 bits per channel.
    Png16,
    /// JPEG; has no transparency.
    Jpeg,
    /// WebP, lossless.
    Webp,
    /// OpenEXR: scene-linear light, premultiplied, neither tone-mapped nor set before a background.
    Exr,
}

impl ImageFormat {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Png, Self::Png16, Self::Jpeg, Self::Webp, Self::Exr];

    /// The key as it stands in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Png16 => "png16",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
            Self::Exr => "exr",
        }
    }

    /// A format by its key; `jpg` is understood as well.
    pub fn from_key(key: &str) -> Option<Self> {
        let key = if key == "jpg" { "jpeg" } else { key };
        Self::ALL.into_iter().find(|format| format.as_str() == key)
    }

    /// File extension without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png | Self::Png16 => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Exr => "exr",
        }
    }

    /// Media type, such as `image/png`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png | Self::Png16 => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Exr => "image/x-exr",
        }
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What formats leave open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncodeOptions {
    /// JPEG quality, 1 to 100.
    pub jpeg_quality: u8,
    /// Linear colour behind transparent pixels where the format has no transparency.
    pub matte: [f32; 3],
}

impl Default for EncodeOptions {
    /// Quality 92 over white.
    fn default() -> Self {
        Self {
            jpeg_quality: 92,
            matte: [1.0; 3],
        }
    }
}

/// The picture as a file.
pub fn encode(
    picture: &Picture,
    format: ImageFormat,
    options: &EncodeOptions,
) -> Result<Vec<u8>, RenderError> {
    if format == ImageFormat::Exr {
        return write_exr(picture.width_px, picture.height_px, &picture.pixels);
    }
    let developed = picture.developed();
    encode_display(
        &developed,
        [picture.width_px, picture.height_px],
        format,
        options,
    )
}

/// Display-linear straight RGBA as a file.
pub(crate) fn encode_display(
    pixels: &[[f32; 4]],
    [width, height]: [u32; 2],
    format: ImageFormat,
    options: &EncodeOptions,
) -> Result<Vec<u8>, RenderError> {
    let opaque = pixels.iter().all(|pixel| pixel[3] >= 1.0);
    match format {
        ImageFormat::Png => write_png(&bytes_8(pixels, opaque), [width, height], opaque, false),
        ImageFormat::Png16 => write_png(&bytes_16(pixels, opaque), [width, height], opaque, true),
        ImageFormat::Jpeg => {
            let over: Vec<_> = pixels
                .iter()
                .map(|&pixel| over_matte(pixel, options.matte))
                .collect();
            let mut file = Vec::new();
            JpegEncoder::new_with_quality(&mut file, options.jpeg_quality.clamp(1, 100))
                .write_image(
                    &bytes_8(&over, true),
                    width,
                    height,
                    ExtendedColorType::Rgb8,
                )
                .map_err(|source| failed(format, source))?;
            Ok(file)
        }
        ImageFormat::Webp => {
            let kind = if opaque {
                ExtendedColorType::Rgb8
            } else {
                ExtendedColorType::Rgba8
            };
            let mut file = Vec::new();
            WebPEncoder::new_lossless(&mut file)
                .write_image(&bytes_8(pixels, opaque), width, height, kind)
                .map_err(|source| failed(format, source))?;
            Ok(file)
        }
        ImageFormat::Exr => {
            let premultiply = |pixel: &[f32; 4]| {
                [
                    pixel[0] * pixel[3],
                    pixel[1] * pixel[3],
                    pixel[2] * pixel[3],
                    pixel[3],
                ]
            };
            write_exr(
                width,
                height,
                &pixels.iter().map(premultiply).collect::<Vec<_>>(),
            )
        }
    }
}

fn failed(
    format: ImageFormat,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> RenderError {
    RenderError::Encode {
        format,
        source: source.into(),
    }
}

fn over_matte(pixel: [f32; 4], matte: [f32; 3]) -> [f32; 4] {
    let over = |channel: usize| pixel[channel] * pixel[3] + matte[channel] * (1.0 - pixel[3]);
    [over(0), over(1), over(2), 1.0]
}

/// The sRGB transfer function (IEC 61966-2-1), from linear.
pub(crate) fn srgb_encode(linear: f32) -> f32 {
    let linear = linear.clamp(0.0, 1.0);
    if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

/// The sRGB transfer function, to linear.
pub(crate) fn srgb_decode(encoded: f32) -> f32 {
    if encoded <= 0.040_45 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    }
}

/// 8-bit sRGB.
fn bytes_8(pixels: &[[f32; 4]], opaque: bool) -> Vec<u8> {
    let quantise = |value: f32| (value * 255.0 + 0.5) as u8;
    let mut bytes = Vec::with_capacity(pixels.len() * 4);
    for pixel in pixels {
        bytes.extend(pixel[..3].iter().map(|&value| quantise(srgb_encode(value))));
        if !opaque {
            bytes.push(quantise(pixel[3].clamp(0.0, 1.0)));
        }
    }
    bytes
}

fn bytes_16(pixels: &[[f32; 4]], opaque: bool) -> Vec<u8> {
    let quantise = |value: f32| ((value * 65_535.0 + 0.5) as u16).to_be_bytes();
    let mut bytes = Vec::with_capacity(pixels.len() * 8);
    for pixel in pixels {
        for &value in &pixel[..3] {
            bytes.extend(quantise(srgb_encode(value)));
        }
        if !opaque {
            bytes.extend(quantise(pixel[3].clamp(0.0, 1.0)));
        }
    }
    bytes
}

/// RGB, or RGBA where it isn't opaque, as a PNG.
pub(crate) fn write_png(
    data: &[u8],
    [width, height]: [u32; 2],
    opaque: bool,
    deep: bool,
) -> Result<Vec<u8>, RenderError> {
    let format = if deep {
        ImageFormat::Png16
    } else {
        ImageFormat::Png
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(if opaque {
        png::ColorType::Rgb
    } else {
        png::ColorType::Rgba
    });
    encoder.set_depth(if deep {
        png::BitDepth::Sixteen
    } else {
        png::BitDepth::Eight
    });
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder
        .write_header()
        .map_err(|source| failed(format, source))?;
    writer
        .write_image_data(data)
        .map_err(|source| failed(format, source))?;
    writer.finish().map_err(|source| failed(format, source))?;
    Ok(file)
}

fn write_exr(width: u32, height: u32, pixels: &[[f32; 4]]) -> Result<Vec<u8>, RenderError> {
    let mut file = Cursor::new(Vec::new());
    let bytes: Vec<u8> = pixels
        .iter()
        .flatten()
        .flat_map(|value| value.to_ne_bytes())
        .collect();
    image::codecs::openexr::OpenExrEncoder::new(&mut file)
        .write_image(&bytes, width, height, ExtendedColorType::Rgba32F)
        .map_err(|source| failed(ImageFormat::Exr, source))?;
    Ok(file.into_inner())
}
