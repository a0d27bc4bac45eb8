//! Decodes a still row by row, hashing the canonical pixels on the way.
//!
//! Canonical pixels are RGB, or RGBA where the file has alpha; 8-bit samples as they are, 16-bit
//! big-endian, floats little-endian. Grey and palettes are expanded first.

use std::io::Cursor;

use hartomat_schema::{Blake3, SampleFormat};
use image::{ImageDecoder, ImageFormat};

use super::header::{self, Still};
use super::sample::Sample;
use crate::error::ReadError;

/// Delivers a still's rows from top to bottom.
pub(crate) struct RowSource<'a> {
    width: usize,
    channels: usize,
    samples: SampleFormat,
    inner: Inner<'a>,
    raw: Vec<u8>,
    canonical: Vec<u8>,
    hasher: blake3::Hasher,
    format: &'static str,
}

enum Inner<'a> {
    /// A PNG without interlacing, row by row.
    Png {
        reader: Box<png::Reader<Cursor<&'a [u8]>>>,
        channels: usize,
    },
    /// Decoded as a whole.
    Whole {
        bytes: Vec<u8>,
        row_bytes: usize,
        channels: usize,
        next: usize,
    },
}

impl<'a> RowSource<'a> {
    /// Begins to decode.
    ///
    /// # Errors
    /// [`ReadError::Malformed`] where the compressed pixels are damaged.
    pub(crate) fn open(still: &Still<'a>) -> Result<Self, ReadError> {
        let header = &still.header;
        let (inner, format) = match header.format.as_str() {
            "png" => (open_png(still)?, "png"),
            "jpeg" => (open_whole(still, ImageFormat::Jpeg, "jpeg")?, "jpeg"),
            "webp" => (open_whole(still, ImageFormat::WebP, "webp")?, "webp"),
            _ => (open_whole(still, ImageFormat::OpenExr, "exr")?, "exr"),
        };
        Ok(Self {
            width: header.width_px as usize,
            channels: if header.has_alpha { 4 } else { 3 },
            samples: header.samples,
            inner,
            raw: Vec::new(),
            canonical: Vec::new(),
            hasher: blake3::Hasher::new(),
            format,
        })
    }

    /// Pixels that are decoded already: RGB, row by row.
    pub(crate) fn of_rgb(bytes: Vec<u8>, width: usize) -> RowSource<'static> {
        RowSource {
            width,
            channels: 3,
            samples: SampleFormat::Unsigned8,
            inner: Inner::Whole {
                bytes,
                row_bytes: width * 3,
                channels: 3,
                next: 0,
            },
            raw: Vec::new(),
            canonical: Vec::new(),
            hasher: blake3::Hasher::new(),
            format: "frame",
        }
    }

    /// 3 for RGB, 4 for RGBA.
    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Luminance of each pixel, where samples are scene light.
    pub(crate) fn luminances(&self) -> Vec<f32> {
        match &self.inner {
            Inner::Whole {
                bytes, channels, ..
            } if self.samples == SampleFormat::Float => bytes
                .chunks_exact(4 * channels)
                .map(|pixel| {
                    let value = |at: usize| {
                        let at = if *channels < 3 { 0 } else { 4 * at };
                        f32::from_le_bytes([pixel[at], pixel[at + 1], pixel[at + 2], pixel[at + 3]])
                    };
                    0.2126 * value(0) + 0.7152 * value(1) + 0.0722 * value(2)
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Decodes as many rows as `out` holds, with `channels` samples per pixel, at least as many as
    /// the file has.
    pub(crate) fn next_rows<S: Sample>(
        &mut self,
        out: &mut [S],
        channels: usize,
    ) -> Result<(), ReadError> {
        let row_samples = self.width * channels;
        if channels == self.channels
            && self.samples == SampleFormat::Unsigned8
            && let Some(bytes) = S::as_bytes_mut(out)
        {
            for row in bytes.chunks_exact_mut(row_samples) {
                if self.inner.channels() == channels {
                    self.inner.read_row(row, self.format)?;
                } else {
                    self.read_canonical()?;
                    row.copy_from_slice(&self.canonical);
                }
            }
            self.hasher.update(bytes);
            return Ok(());
        }
        for row in out.chunks_exact_mut(row_samples) {
            self.read_canonical()?;
            self.hasher.update(&self.canonical);
            convert_row(&self.canonical, self.samples, self.channels, row, channels);
        }
        Ok(())
    }

    /// BLAKE3 of size, channels, depth and all the canonical pixels that were read.
    pub(crate) fn hash(mut self) -> Blake3 {
        let depth: u64 = match self.samples {
            SampleFormat::Unsigned8 => 8,
            SampleFormat::Unsigned16 => 16,
            SampleFormat::Float => 32,
        };
        for value in [self.width as u64, self.channels as u64, depth] {
            self.hasher.update(&value.to_le_bytes());
        }
        Blake3::from_bytes(self.hasher.finalize().as_bytes())
    }

    /// Reads the next row into `canonical`.
    fn read_canonical(&mut self) -> Result<(), ReadError> {
        let sample_bytes = match self.samples {
            SampleFormat::Unsigned8 => 1,
            SampleFormat::Unsigned16 => 2,
            SampleFormat::Float => 4,
        };
        let stored = self.inner.channels();
        self.raw.resize(self.width * stored * sample_bytes, 0);
        self.inner.read_row(&mut self.raw, self.format)?;
        if stored == self.channels {
            std::mem::swap(&mut self.raw, &mut self.canonical);
            return Ok(());
        }
        self.canonical.clear();
        for pixel in self.raw.chunks_exact(stored * sample_bytes) {
            let (color, alpha) = pixel.split_at(sample_bytes);
            match stored {
                1 | 2 => (0..3).for_each(|_| self.canonical.extend_from_slice(color)),
                _ => self.canonical.extend_from_slice(&pixel[..3 * sample_bytes]),
            }
            if self.channels == 4 {
                match stored {
                    2 => self.canonical.extend_from_slice(alpha),
                    _ => self
                        .canonical
                        .extend(std::iter::repeat_n(0xff, sample_bytes)),
                }
            }
        }
        Ok(())
    }
}

impl Inner<'_> {
    /// Channels as they are stored: 1 grey, 2 grey and alpha, 3, 4.
    fn channels(&self) -> usize {
        match self {
            Self::Png { channels, .. } | Self::Whole { channels, .. } => *channels,
        }
    }

    fn read_row(&mut self, out: &mut [u8], format: &'static str) -> Result<(), ReadError> {
        match self {
            Self::Png { reader, .. } => match reader.read_row(out) {
                Ok(Some(_)) => Ok(()),
                Ok(None) => Err(ReadError::malformed(format, "there are too few rows")),
                Err(err) => Err(ReadError::malformed(format, err)),
            },
            Self::Whole {
                bytes,
                row_bytes,
                next,
                ..
            } => {
                let row = bytes.get(*next..*next + *row_bytes);
                let row =
                    row.ok_or_else(|| ReadError::malformed(format, "there are too few rows"))?;
                *next += *row_bytes;
                out.copy_from_slice(row);
                Ok(())
            }
        }
    }
}

fn open_png<'a>(still: &Still<'a>) -> Result<Inner<'a>, ReadError> {
    let header = &still.header;
    let limits = png::Limits { bytes: 64 << 20 };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(still.bytes), limits);
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.ignore_checksums(true);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder
        .read_info()
        .map_err(|err| ReadError::malformed("png", err))?;
    let (color_type, _depth) = reader.output_color_type();
    let channels = color_type.samples();
    if !reader.info().interlaced {
        return Ok(Inner::Png {
            reader: Box::new(reader),
            channels,
        });
    }
    let size = reader
        .output_buffer_size()
        .expect("the size was checked with the header");
    let mut bytes = vec![0; size];
    reader
        .next_frame(&mut bytes)
        .map_err(|err| ReadError::malformed("png", err))?;
    let row_bytes = size / header.height_px as usize;
    Ok(Inner::Whole {
        bytes,
        row_bytes,
        channels,
        next: 0,
    })
}

fn open_whole<'a>(
    still: &Still<'a>,
    format: ImageFormat,
    name: &'static str,
) -> Result<Inner<'a>, ReadError> {
    let decoder = header::decoder(still.bytes, format, name)?;
    let channels = usize::from(decoder.color_type().channel_count());
    let size =
        usize::try_from(decoder.total_bytes()).expect("the size was checked with the header");
    let mut bytes = vec![0; size];
    decoder
        .read_image(&mut bytes)
        .map_err(|err| ReadError::malformed(name, err))?;
    let row_bytes = size / still.header.height_px as usize;
    Ok(Inner::Whole {
        bytes,
        row_bytes,
        channels,
        next: 0,
    })
}

/// Canonical bytes to samples, adding alpha where the other side has it.
fn convert_row<S: Sample>(
    canonical: &[u8],
    format: SampleFormat,
    from_channels: usize,
    out: &mut [S],
    channels: usize,
) {
    let pixels = out.chunks_exact_mut(channels);
    match format {
        SampleFormat::Unsigned8 => {
            for (pixel, bytes) in pixels.zip(canonical.chunks_exact(from_channels)) {
                fill_pixel(pixel, bytes.iter().map(|&byte| S::from_u8(byte)));
            }
        }
        SampleFormat::Unsigned16 => {
            for (pixel, bytes) in pixels.zip(canonical.chunks_exact(from_channels * 2)) {
                let samples = bytes
                    .chunks_exact(2)
                    .map(|two| u16::from_be_bytes([two[0], two[1]]));
                fill_pixel(pixel, samples.map(S::from_u16));
            }
        }
        SampleFormat::Float => {
            for (pixel, bytes) in pixels.zip(canonical.chunks_exact(from_channels * 4)) {
                let samples = bytes
                    .chunks_exact(4)
                    .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
                fill_pixel(pixel, samples.map(S::from_f32));
            }
        }
    }
}

fn fill_pixel<S: Sample>(pixel: &mut [S], samples: impl Iterator<Item = S>) {
    let mut filled = 0;
    for (out, sample) in pixel.iter_mut().zip(samples) {
        *out = sample;
        filled += 1;
    }
    pixel[filled..].fill(S::OPAQUE);
}
