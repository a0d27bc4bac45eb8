//! The quick way into an 8-bit PNG: inflate the pixels as a whole, undo the row filters as rows are
//! asked for.

use super::png_chunks::PngChunks;
use crate::error::ReadError;

/// Inflated pixels whose rows are still filtered.
pub(crate) struct Inflated {
    filtered: Vec<u8>,
    row_bytes: usize,
    channels: usize,
    next_row: usize,
    above: Vec<u8>,
}

impl Inflated {
    /// Inflates the pixels.
    ///
    /// # Errors
    /// [`ReadError::Malformed`] where the stream is damaged or has another length than the header says.
    pub(crate) fn open(chunks: &PngChunks<'_>, channels: usize) -> Result<Self, ReadError> {
        let row_bytes = chunks.width_px as usize * channels;
        let mut filtered = vec![0; (row_bytes + 1) * chunks.height_px as usize];
        let joined;
        let stream = match chunks.data.as_slice() {
            [one] => *one,
            many => {
                joined = many.concat();
                &joined
            }
        };
        let written = libdeflater::Decompressor::new()
            .zlib_decompress(stream, &mut filtered)
            .map_err(|err| {
                ReadError::malformed("png", format!("the pixels don't inflate: {err}"))
            })?;
        if written != filtered.len() {
            return Err(ReadError::malformed("png", "there are too few rows"));
        }
        Ok(Self {
            filtered,
            row_bytes,
            channels,
            next_row: 0,
            above: vec![0; row_bytes],
        })
    }

    /// 3 or 4.
    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// The next row, unfiltered.
    pub(crate) fn read_row(&mut self, out: &mut [u8]) -> Result<(), ReadError> {
        let start = self.next_row * (self.row_bytes + 1);
        let row = self.filtered.get(start..start + self.row_bytes + 1);
        let row = row.ok_or_else(|| ReadError::malformed("png", "there are too few rows"))?;
        let (filter, row) = row.split_first().expect("a row has a filter byte");
        match self.channels {
            3 => unfilter::<3>(*filter, row, &self.above, out)?,
            _ => unfilter::<4>(*filter, row, &self.above, out)?,
        }
        self.above.copy_from_slice(out);
        self.next_row += 1;
        Ok(())
    }
}

/// Undoes a row filter (PNG, section 9) for pixels of `N` bytes.
fn unfilter<const N: usize>(
    filter: u8,
    row: &[u8],
    above: &[u8],
    out: &mut [u8],
) -> Result<(), ReadError> {
    let (row, _) = row.as_chunks::<N>();
    let (above_pixels, _) = above.as_chunks::<N>();
    let (out_pixels, _) = out.as_chunks_mut::<N>();
    let pixels = out_pixels.iter_mut().zip(row).zip(above_pixels);
    let mut left = [0_u8; N];
    match filter {
        0 => out_pixels.copy_from_slice(row),
        1 => {
            for (out, row) in out_pixels.iter_mut().zip(row) {
                left = std::array::from_fn(|at| row[at].wrapping_add(left[at]));
                *out = left;
            }
        }
        2 => {
            for ((out, row), above) in pixels {
                *out = std::array::from_fn(|at| row[at].wrapping_add(above[at]));
            }
        }
        3 => {
            for ((out, row), above) in pixels {
                left = std::array::from_fn(|at| {
                    let mean = (u16::from(left[at]) + u16::from(above[at])) / 2;
                    row[at].wrapping_add(mean as u8)
                });
                *out = left;
            }
        }
        4 => {
            let mut corner = [0_u8; N];
            for ((out, row), above) in pixels {
                left = std::array::from_fn(|at| {
                    row[at].wrapping_add(paeth(left[at], above[at], corner[at]))
                });
                corner = *above;
                *out = left;
            }
        }
        other => {
            let reason = format!("row filter {other} doesn't exist");
            return Err(ReadError::malformed("png", reason));
        }
    }
    Ok(())
}

/// Of left, above and corner the one nearest to left + above − corner.
#[inline(always)]
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let (to_left, to_above) = ((b - c).abs(), (a - c).abs());
    let to_corner = (a + b - 2 * c).abs();
    let best = if to_above <= to_corner { above } else { corner };
    if to_left <= to_above && to_left <= to_corner {
        left
    } else {
        best
    }
}
