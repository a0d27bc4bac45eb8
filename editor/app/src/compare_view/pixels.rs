//! All pixels of a picture at their own depth, and smaller copies of it: each half as wide as the
//! one before, so that a large picture is seen at once. Bounded: what would take too much memory is
//! refused before it is decoded.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageReader, Limits, Rgba32FImage};

/// The most memory that a decoded picture may take, in bytes; its smaller copies take a third more.
const MOST_BYTES: u64 = 1 << 30;

/// A picture that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum PixelsError {
    /// Its bytes are no picture.
    #[error("the picture can't be read")]
    Read(#[source] ImageError),
    /// It is too large.
    #[error("the picture has {0} × {1} pixels, which is more than is looked at")]
    TooLarge(u32, u32),
}

/// A picture at all sizes.
#[derive(Debug, Clone)]
pub struct Pixels {
    levels: Vec<DynamicImage>,
    /// Whether any pixel may be transparent.
    pub has_alpha: bool,
}

/// The smallest copy fits into a tile.
const SMALLEST: usize = super::tiles::TILE;

impl Pixels {
    /// Reads a PNG, JPEG, WebP or EXR.
    pub fn decode(bytes: &[u8]) -> Result<Self, PixelsError> {
        let reader = ImageReader::new(Cursor::new(bytes));
        let mut reader = reader
            .with_guessed_format()
            .map_err(|err| PixelsError::Read(ImageError::IoError(err)))?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(2 * MOST_BYTES);
        reader.limits(limits);
        let decoder = reader.into_decoder().map_err(PixelsError::Read)?;
        let (width, height) = decoder.dimensions();
        // Three channels of floats get a fourth.
        if decoder.total_bytes() > MOST_BYTES || u64::from(width) * u64::from(height) > MOST_BYTES {
            return Err(PixelsError::TooLarge(width, height));
        }
        let picture = DynamicImage::from_decoder(decoder).map_err(PixelsError::Read)?;
        Ok(Self::new(picture))
    }

    /// Of one channel, row by row; none where there are too few values.
    pub(super) fn of_gray(size: [usize; 2], values: Vec<u8>) -> Option<Self> {
        let [width, height] = size.map(|side| u32::try_from(side).ok());
        let gray = GrayImage::from_raw(width?, height?, values)?;
        Some(Self::with_copies(DynamicImage::ImageLuma8(gray), false))
    }

    fn new(picture: DynamicImage) -> Self {
        let has_alpha = picture.color().has_alpha();
        let picture = match picture {
            kept @ (DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_)) => kept,
            light @ (DynamicImage::ImageRgb32F(_) | DynamicImage::ImageRgba32F(_)) => {
                DynamicImage::ImageRgba32F(light.into_rgba32f())
            }
            deep @ (DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_)
            | DynamicImage::ImageRgb16(_)
            | DynamicImage::ImageRgba16(_)) => DynamicImage::ImageRgba16(deep.into_rgba16()),
            other if has_alpha => DynamicImage::ImageRgba8(other.into_rgba8()),
            other => DynamicImage::ImageRgb8(other.into_rgb8()),
        };
        Self::with_copies(picture, has_alpha)
    }

    fn with_copies(picture: DynamicImage, has_alpha: bool) -> Self {
        let mut levels = vec![picture];
        while let Some(last) = levels.last()
            && size_of(last).iter().any(|side| *side > SMALLEST)
        {
            levels.push(half(last));
        }
        Self { levels, has_alpha }
    }

    /// What it takes in memory with its smaller copies, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.as_bytes().len()).sum()
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [usize; 2] {
        size_of(&self.levels[0])
    }

    /// Width and height of a smaller copy.
    pub fn level_size(&self, level: usize) -> [usize; 2] {
        size_of(&self.levels[level.min(self.levels.len() - 1)])
    }

    /// How many sizes there are.
    pub fn level_count(&self) -> usize {
        self.levels.len()
    }

    /// Whether samples are linear light rather than encoded for a screen.
    pub fn is_linear(&self) -> bool {
        matches!(self.levels[0], DynamicImage::ImageRgba32F(_))
    }

    /// The most that an encoded sample can be in its file: 255 or 65535; none for linear light.
    pub fn full_scale(&self) -> Option<f32> {
        match self.levels[0] {
            DynamicImage::ImageRgba32F(_) => None,
            DynamicImage::ImageRgba16(_) => Some(65535.0),
            _ => Some(255.0),
        }
    }

    /// Red, green, blue and alpha at a place of a copy; none outside of it. 1 is full scale.
    pub fn at(&self, level: usize, x: usize, y: usize) -> Option<[f32; 4]> {
        let picture = self.levels.get(level)?;
        let [width, height] = size_of(picture);
        if x >= width || y >= height {
            return None;
        }
        let at = y * width + x;
        Some(match picture {
            DynamicImage::ImageLuma8(gray) => {
                let value = f32::from(gray.as_raw()[at]) / 255.0;
                [value, value, value, 1.0]
            }
            DynamicImage::ImageRgb8(rgb) => {
                let of = &rgb.as_raw()[at * 3..at * 3 + 3];
                let of = |channel: usize| f32::from(of[channel]) / 255.0;
                [of(0), of(1), of(2), 1.0]
            }
            DynamicImage::ImageRgba8(rgba) => {
                let of = &rgba.as_raw()[at * 4..at * 4 + 4];
                [0, 1, 2, 3].map(|channel: usize| f32::from(of[channel]) / 255.0)
            }
            DynamicImage::ImageRgba16(rgba) => {
                let of = &rgba.as_raw()[at * 4..at * 4 + 4];
                [0, 1, 2, 3].map(|channel: usize| f32::from(of[channel]) / 65535.0)
            }
            DynamicImage::ImageRgba32F(rgba) => {
                let of = &rgba.as_raw()[at * 4..at * 4 + 4];
                [of[0], of[1], of[2], of[3]]
            }
            _ => return None,
        })
    }

    /// A piece of a row as bytes, with how many make a pixel; none where samples are deeper.
    pub(super) fn row(
        &self,
        level: usize,
        y: usize,
        columns: std::ops::Range<usize>,
    ) -> Option<(&[u8], usize)> {
        let picture = self.levels.get(level)?;
        let (bytes, channels) = match picture {
            DynamicImage::ImageLuma8(gray) => (gray.as_raw(), 1),
            DynamicImage::ImageRgb8(rgb) => (rgb.as_raw(), 3),
            DynamicImage::ImageRgba8(rgba) => (rgba.as_raw(), 4),
            _ => return None,
        };
        let [width, height] = size_of(picture);
        if y >= height || columns.end > width {
            return None;
        }
        let begin = y * width;
        let range = (begin + columns.start) * channels..(begin + columns.end) * channels;
        Some((&bytes[range], channels))
    }
}

fn size_of(picture: &DynamicImage) -> [usize; 2] {
    [picture.width() as usize, picture.height() as usize]
}

fn half(picture: &DynamicImage) -> DynamicImage {
    let [width, height] = [picture.width(), picture.height()].map(|side| side.div_ceil(2).max(1));
    match picture {
        // Light has no upper end, which a thumbnail would cut off.
        DynamicImage::ImageRgba32F(light) => {
            DynamicImage::ImageRgba32F(half_of_light(light, width, height))
        }
        other => other.thumbnail_exact(width, height),
    }
}

/// Means of 2 × 2 samples; at an odd edge the last row or column counts twice.
fn half_of_light(light: &Rgba32FImage, width: u32, height: u32) -> Rgba32FImage {
    let row_of = light.width() as usize * 4;
    let (last_column, last_row) = (light.width() as usize - 1, light.height() as usize - 1);
    let from = light.as_raw();
    let mut made = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height as usize {
        let upper = &from[2 * y * row_of..][..row_of];
        let lower = &from[(2 * y + 1).min(last_row) * row_of..][..row_of];
        for x in 0..width as usize {
            let (left, right) = (2 * x * 4, (2 * x + 1).min(last_column) * 4);
            for channel in 0..4 {
                let above = upper[left + channel] + upper[right + channel];
                let below = lower[left + channel] + lower[right + channel];
                made.push((above + below) / 4.0);
            }
        }
    }
    Rgba32FImage::from_raw(width, height, made).expect("as many samples as were made")
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, Rgb32FImage, Rgba, RgbaImage};

    use super::*;

    fn bytes_of(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn checker(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, |x, y| {
            let bright = u8::from((x + y) % 2 == 0) * 200;
            Rgba([bright, bright, bright, 255])
        }))
    }

    #[test]
    fn smaller_copies_are_means_and_the_smallest_is_one_tile() {
        let bytes = bytes_of(&checker(1001, 600), ImageFormat::Png);
        let pixels = Pixels::decode(&bytes).unwrap();
        assert_eq!(pixels.size(), [1001, 600]);
        assert_eq!(pixels.level_size(1), [501, 300]);
        let smallest = pixels.level_size(pixels.level_count() - 1);
        assert!(smallest[0].max(smallest[1]) <= SMALLEST, "{smallest:?}");
        let [red, _, _, alpha] = pixels.at(1, 10, 10).unwrap();
        assert!((red - 100.0 / 255.0).abs() < 0.01);
        assert!((alpha - 1.0).abs() < 0.01);
        assert_eq!(pixels.at(0, 1001, 0), None);
    }

    #[test]
    fn every_format_that_is_promised_is_read() {
        let opaque = DynamicImage::ImageRgb8(checker(64, 48).into_rgb8());
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let pixels = Pixels::decode(&bytes_of(&opaque, format)).unwrap();
            assert_eq!(pixels.size(), [64, 48], "{format:?}");
            assert!(!pixels.is_linear() && !pixels.has_alpha);
        }
    }

    #[test]
    fn light_beyond_white_stays_what_it_is_in_smaller_copies() {
        let light = Rgb32FImage::from_pixel(600, 300, Rgb([4.0, 0.25, 0.0]));
        let bytes = bytes_of(&DynamicImage::ImageRgb32F(light), ImageFormat::OpenExr);
        let pixels = Pixels::decode(&bytes).unwrap();
        assert!(pixels.is_linear());
        assert_eq!(pixels.at(0, 5, 5).unwrap(), [4.0, 0.25, 0.0, 1.0]);
        assert_eq!(pixels.at(1, 5, 5).unwrap(), [4.0, 0.25, 0.0, 1.0]);
    }

    #[test]
    fn what_is_no_picture_is_refused_with_a_reason() {
        assert!(Pixels::decode(b"no picture").is_err());
    }

    #[test]
    fn what_takes_too_much_memory_is_refused_before_it_is_decoded() {
        // A header of 40,000 × 40,000 pixels of four bytes, and the beginning of the first one.
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 40_000, 40_000);
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().unwrap();
        writer.write_chunk(png::chunk::IDAT, &[0x78, 0x01]).unwrap();
        drop(writer);
        let err = Pixels::decode(&bytes).unwrap_err();
        assert!(
            matches!(err, PixelsError::TooLarge(40_000, 40_000)),
            "{err}"
        );
    }
}
