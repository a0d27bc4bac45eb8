//! Reads a still's header and refuses what is too large, before any memory is set aside for it.

use std::collections::BTreeMap;
use std::io::Cursor;

use hartomat_schema::{ImageHeader, SampleFormat};
use image::{ColorType, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::beside;
use super::png_chunks::{self, PngChunks};
use crate::error::ReadError;

/// Longest side of a picture in pixels.
pub const LONGEST_SIDE_PX: u32 = 16_384;

/// Most bytes that the decoded samples of one picture may take.
pub const MOST_DECODED_BYTES: u64 = 512 << 20;

/// A still whose header was read.
pub(crate) struct Still<'a> {
    pub(crate) header: ImageHeader,
    pub(crate) bytes: &'a [u8],
    /// The chunks, where it is a PNG.
    pub(crate) png: Option<PngChunks<'a>>,
    /// What says how colours are meant, by name.
    pub(crate) color: BTreeMap<String, String>,
    /// Pictures of an animation, of which the first is decoded; 1 for a still.
    pub(crate) frames: u32,
    /// Layers beside the one that is decoded.
    pub(crate) layers: Vec<String>,
}

impl Still<'_> {
    /// What alone is decoded, where the file holds more than that.
    pub(crate) fn part(&self) -> Option<&'static str> {
        match (self.frames, self.layers.is_empty()) {
            (2.., _) => Some("first frame"),
            (_, false) => Some("first colour layer"),
            _ => None,
        }
    }
}

/// Reads the header.
///
/// # Errors
/// [`ReadError`] where the file is damaged, too large, or of a format that isn't read here.
pub(crate) fn open(bytes: &[u8]) -> Result<Still<'_>, ReadError> {
    let still = if png_chunks::is_png(bytes) {
        open_png(bytes)?
    } else {
        open_other(bytes)?
    };
    check_size(&still.header)?;
    Ok(still)
}

fn open_png(bytes: &[u8]) -> Result<Still<'_>, ReadError> {
    let png = png_chunks::scan(bytes)?;
    let color_model = match png.color_type {
        0 => "grey",
        2 => "rgb",
        3 => "palette",
        4 => "grey_alpha",
        6 => "rgba",
        other => {
            let reason = format!("color type {other} doesn't exist");
            return Err(ReadError::malformed("png", reason));
        }
    };
    let samples = if png.bit_depth == 16 {
        SampleFormat::Unsigned16
    } else {
        SampleFormat::Unsigned8
    };
    let header = ImageHeader {
        format: "png".to_owned(),
        width_px: png.width_px,
        height_px: png.height_px,
        color_model: color_model.to_owned(),
        has_alpha: matches!(png.color_type, 4 | 6) || png.has_transparent_color,
        depth_bits: png.bit_depth,
        samples,
    };
    let color = png.color.clone();
    let frames = png.pictures();
    Ok(Still {
        header,
        bytes,
        png: Some(png),
        color,
        frames,
        layers: Vec::new(),
    })
}

fn open_other(bytes: &[u8]) -> Result<Still<'_>, ReadError> {
    let (format, name) = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => (ImageFormat::Jpeg, "jpeg"),
        Ok(ImageFormat::WebP) => (ImageFormat::WebP, "webp"),
        Ok(ImageFormat::OpenExr) => (ImageFormat::OpenExr, "exr"),
        _ if bytes.is_empty() => return Err(ReadError::malformed("image", "the file is empty")),
        _ => {
            return Err(ReadError::Unsupported {
                what: "a file of this image format".to_owned(),
            });
        }
    };
    let mut decoder = decoder(bytes, format, name)?;
    let (width_px, height_px) = decoder.dimensions();
    let color_type = decoder.color_type();
    let profile = decoder
        .icc_profile()
        .map_err(|err| ReadError::malformed(name, err))?;
    let depth_bits = color_type.bytes_per_pixel() * 8 / color_type.channel_count();
    let header = ImageHeader {
        format: name.to_owned(),
        width_px,
        height_px,
        color_model: color_model(color_type).to_owned(),
        has_alpha: color_type.has_alpha(),
        depth_bits,
        samples: match depth_bits {
            8 => SampleFormat::Unsigned8,
            16 => SampleFormat::Unsigned16,
            _ => SampleFormat::Float,
        },
    };
    let color = profile
        .map(|profile| {
            let hash = blake3::hash(&profile).to_hex();
            (
                "ICC profile".to_owned(),
                format!("{} bytes, blake3 {}", profile.len(), &hash[..12]),
            )
        })
        .into_iter()
        .collect();
    let (frames, layers) = match format {
        ImageFormat::WebP => (beside::webp_frames(bytes), Vec::new()),
        ImageFormat::OpenExr => (1, beside::exr_channels(bytes)?),
        _ => (1, Vec::new()),
    };
    Ok(Still {
        header,
        bytes,
        png: None,
        color,
        frames,
        layers,
    })
}

/// A decoder of the `image` crate that has read the header and nothing else.
pub(crate) fn decoder<'a>(
    bytes: &'a [u8],
    format: ImageFormat,
    name: &'static str,
) -> Result<impl ImageDecoder + 'a, ReadError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE_PX);
    limits.max_image_height = Some(LONGEST_SIDE_PX);
    limits.max_alloc = Some(2 * MOST_DECODED_BYTES);
    reader.limits(limits);
    reader
        .into_decoder()
        .map_err(|err| ReadError::malformed(name, err))
}

fn color_model(color_type: ColorType) -> &'static str {
    match (color_type.has_color(), color_type.has_alpha()) {
        (false, false) => "grey",
        (false, true) => "grey_alpha",
        (true, false) => "rgb",
        (true, true) => "rgba",
    }
}

fn check_size(header: &ImageHeader) -> Result<(), ReadError> {
    let (width, height) = (header.width_px, header.height_px);
    if width == 0 || height == 0 {
        return Err(ReadError::malformed("image", "it has no pixels"));
    }
    let longest = width.max(height);
    if longest > LONGEST_SIDE_PX {
        let (value, limit) = (longest.into(), LONGEST_SIDE_PX.into());
        return Err(ReadError::TooLarge {
            what: "the longest side in pixels",
            value,
            limit,
        });
    }
    let bytes_per_sample = match header.samples {
        SampleFormat::Unsigned8 => 1,
        SampleFormat::Unsigned16 => 2,
        SampleFormat::Float => 4,
    };
    let channels = if header.has_alpha { 4 } else { 3 };
    let value = u64::from(width) * u64::from(height) * channels * bytes_per_sample;
    if value > MOST_DECODED_BYTES {
        let limit = MOST_DECODED_BYTES;
        return Err(ReadError::TooLarge {
            what: "the decoded picture in bytes",
            value,
            limit,
        });
    }
    Ok(())
}
