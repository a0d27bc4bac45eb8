//! All pixels of a picture at their own depth, and smaller copies of it: each half as wide as the
//! one before, so that a large picture is seen at once.

use image::{DynamicImage, ImageError};

/// The most pixels that are read.
const MOST: u64 = 512 << 20;

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

/// Samples as they are in the file, red, green, blue and alpha.
#[derive(Debug, Clone)]
enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
    /// Linear light.
    Float(Vec<f32>),
}

/// A picture at one size.
#[derive(Debug, Clone)]
struct Level {
    size: [usize; 2],
    samples: Samples,
}

/// A picture at all sizes.
#[derive(Debug, Clone)]
pub struct Pixels {
    levels: Vec<Level>,
    /// Whether any pixel may be transparent.
    pub has_alpha: bool,
}

/// The smallest copy fits into a tile.
const SMALLEST: usize = super::tiles::TILE;

impl Pixels {
    /// Reads a PNG, JPEG, WebP or EXR.
    pub fn decode(bytes: &[u8]) -> Result<Self, PixelsError> {
        let reader = image::ImageReader::new(std::io::Cursor::new(bytes));
        let reader = reader
            .with_guessed_format()
            .map_err(|err| PixelsError::Read(ImageError::IoError(err)))?;
        let picture = reader.decode().map_err(PixelsError::Read)?;
        let (width, height) = (picture.width(), picture.height());
        if u64::from(width) * u64::from(height) > MOST {
            return Err(PixelsError::TooLarge(width, height));
        }
        Ok(Self::new(picture))
    }

    fn new(picture: DynamicImage) -> Self {
        let has_alpha = picture.color().has_alpha();
        let size = [picture.width() as usize, picture.height() as usize];
        let samples = match picture {
            DynamicImage::ImageRgb32F(_) | DynamicImage::ImageRgba32F(_) => {
                Samples::Float(picture.into_rgba32f().into_raw())
            }
            DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_)
            | DynamicImage::ImageRgb16(_)
            | DynamicImage::ImageRgba16(_) => Samples::Sixteen(picture.into_rgba16().into_raw()),
            other => Samples::Eight(other.into_rgba8().into_raw()),
        };
        let mut levels = vec![Level { size, samples }];
        while levels
            .last()
            .is_some_and(|level| level.size[0].max(level.size[1]) > SMALLEST)
        {
            let half = levels.last().map(Level::half);
            levels.extend(half);
        }
        Self { levels, has_alpha }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.levels[0].size
    }

    /// Width and height of a smaller copy.
    pub fn level_size(&self, level: usize) -> [usize; 2] {
        self.levels[level.min(self.levels.len() - 1)].size
    }

    /// How many sizes there are.
    pub fn level_count(&self) -> usize {
        self.levels.len()
    }

    /// Whether samples are linear light rather than encoded for a screen.
    pub fn is_linear(&self) -> bool {
        matches!(self.levels[0].samples, Samples::Float(_))
    }

    /// Red, green, blue and alpha at a place of a copy; none outside of it. 1 is full scale.
    pub fn at(&self, level: usize, x: usize, y: usize) -> Option<[f32; 4]> {
        self.levels.get(level)?.at(x, y)
    }
}

impl Level {
    fn at(&self, x: usize, y: usize) -> Option<[f32; 4]> {
        let [width, height] = self.size;
        if x >= width || y >= height {
            return None;
        }
        let begin = (y * width + x) * 4;
        let range = begin..begin + 4;
        let mut found = [0.0; 4];
        match &self.samples {
            Samples::Eight(samples) => {
                for (value, sample) in found.iter_mut().zip(&samples[range]) {
                    *value = f32::from(*sample) / 255.0;
                }
            }
            Samples::Sixteen(samples) => {
                for (value, sample) in found.iter_mut().zip(&samples[range]) {
                    *value = f32::from(*sample) / 65535.0;
                }
            }
            Samples::Float(samples) => found.copy_from_slice(&samples[range]),
        }
        Some(found)
    }

    fn half(&self) -> Self {
        let size = self.size.map(|side| side.div_ceil(2).max(1));
        let samples = match &self.samples {
            Samples::Eight(of) => {
                let of = |index: usize| f32::from(of[index]);
                Samples::Eight(halve(self.size, size, of, |mean| mean.round() as u8))
            }
            Samples::Sixteen(of) => {
                let of = |index: usize| f32::from(of[index]);
                Samples::Sixteen(halve(self.size, size, of, |mean| mean.round() as u16))
            }
            Samples::Float(of) => {
                Samples::Float(halve(self.size, size, |index| of[index], |mean| mean))
            }
        };
        Self { size, samples }
    }
}

/// Means of 2 × 2 samples; at an odd edge the last row or column counts twice.
fn halve<T>(
    from: [usize; 2],
    to: [usize; 2],
    sample: impl Fn(usize) -> f32,
    make: impl Fn(f32) -> T,
) -> Vec<T> {
    let mut made = Vec::with_capacity(to[0] * to[1] * 4);
    for y in 0..to[1] {
        let rows = [2 * y, (2 * y + 1).min(from[1] - 1)];
        for x in 0..to[0] {
            let columns = [2 * x, (2 * x + 1).min(from[0] - 1)];
            for channel in 0..4 {
                let mut sum = 0.0;
                for row in rows {
                    for column in columns {
                        sum += sample((row * from[0] + column) * 4 + channel);
                    }
                }
                made.push(make(sum / 4.0));
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn checker(width: u32, height: u32) -> Pixels {
        let picture = RgbaImage::from_fn(width, height, |x, y| {
            let bright = u8::from((x + y) % 2 == 0) * 200;
            Rgba([bright, bright, bright, 255])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        Pixels::decode(bytes.get_ref()).unwrap()
    }

    #[test]
    fn smaller_copies_are_means_and_the_smallest_is_one_tile() {
        let pixels = checker(1001, 600);
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
    fn what_is_no_picture_is_refused_with_a_reason() {
        assert!(Pixels::decode(b"no picture").is_err());
    }
}
