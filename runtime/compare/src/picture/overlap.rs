//! Decodes two pictures where they overlap from the top left, and measures each pixel's difference.

use hartomat_schema::SampleFormat;

use super::{DifferenceMeasure, DifferenceStyle, FULL_DELTA, magma};
use crate::error::ReadError;
use crate::still::{self, Plan, RowSource, Sample, Still, linear_to_srgb, srgb_to_linear};

/// Two pictures and their difference, averaged down to what is drawn.
pub(crate) struct Overlap {
    pub(crate) size: [usize; 2],
    pub(crate) pictures: [Vec<[u8; 3]>; 2],
    pub(crate) difference: Vec<[u8; 3]>,
    /// What a reader should know: sizes, and by how much the pictures are reduced.
    pub(crate) caption: String,
}

/// Decoded RGBA, 0 to 255, straight alpha, cut to the common size.
struct Pixels {
    rgba: Vec<[u8; 4]>,
}

pub(crate) fn overlap(
    control: &[u8],
    candidate: &[u8],
    style: &DifferenceStyle,
) -> Result<Overlap, ReadError> {
    let stills = [still::open(control)?, still::open(candidate)?];
    let sizes = [0, 1].map(|side: usize| {
        let header = &stills[side].header;
        [header.width_px as usize, header.height_px as usize]
    });
    let common = [sizes[0][0].min(sizes[1][0]), sizes[0][1].min(sizes[1][1])];
    let (a, b) = rayon::join(|| decode(&stills[0], common), || decode(&stills[1], common));
    let pixels = [a?, b?];
    let longest = style.longest_side_px.max(1) as usize;
    let factor = common[0].max(common[1]).div_ceil(longest);
    let values = difference(&stills, sizes, &pixels, common, style)?;
    let size = common.map(|side| (side / factor).max(1));
    let difference = reduce(size, factor, |x, y| {
        let at = y.min(common[1] - 1) * common[0] + x.min(common[0] - 1);
        [values[at], 0.0, 0.0]
    });
    let difference = difference
        .into_iter()
        .map(|[value, ..]| magma::color(value))
        .collect();
    let pictures = pixels.map(|pixels| shown(&pixels, size, common, factor));
    Ok(Overlap {
        size,
        pictures,
        difference,
        caption: caption(sizes, factor),
    })
}

fn caption(sizes: [[usize; 2]; 2], factor: usize) -> String {
    let [a, b] = sizes.map(|[width, height]| format!("{width}×{height}"));
    let mut caption = if a == b {
        a
    } else {
        format!("{a} / {b}, top left")
    };
    if factor > 1 {
        caption.push_str(&format!(", 1/{factor}"));
    }
    caption
}

fn decode(still: &Still<'_>, [width, height]: [usize; 2]) -> Result<Pixels, ReadError> {
    let mut rgba = Vec::with_capacity(width * height);
    let full = still.header.width_px as usize;
    let mut source = RowSource::open(still)?;
    if still.header.samples == SampleFormat::Float {
        let mut row = vec![0.0_f32; full * 4];
        for _ in 0..height {
            source.next_rows(&mut row, 4)?;
            let shown = |value: &f32| {
                (linear_to_srgb(f64::from(value.clamp(0.0, 1.0))) * 255.0 + 0.5) as u8
            };
            let pixels = row.chunks_exact(4).take(width);
            rgba.extend(pixels.map(|p| [shown(&p[0]), shown(&p[1]), shown(&p[2]), 255]));
        }
        return Ok(Pixels { rgba });
    }
    if still.header.samples == SampleFormat::Unsigned16 {
        let mut row = vec![0_u16; full * 4];
        for _ in 0..height {
            source.next_rows(&mut row, 4)?;
            let shown = |value: u16| (value.in_255() + 0.5) as u8;
            let pixels = row.chunks_exact(4).take(width);
            rgba.extend(pixels.map(|p| [shown(p[0]), shown(p[1]), shown(p[2]), shown(p[3])]));
        }
        return Ok(Pixels { rgba });
    }
    let mut row = vec![0_u8; full * 4];
    for _ in 0..height {
        source.next_rows(&mut row, 4)?;
        rgba.extend_from_slice(&row.as_chunks::<4>().0[..width]);
    }
    Ok(Pixels { rgba })
}

/// Each pixel's difference, 0 to 1.
fn difference(
    stills: &[Still<'_>; 2],
    sizes: [[usize; 2]; 2],
    pixels: &[Pixels; 2],
    common: [usize; 2],
    style: &DifferenceStyle,
) -> Result<Vec<f32>, ReadError> {
    let same_kind = (stills[0].header.samples == SampleFormat::Float)
        == (stills[1].header.samples == SampleFormat::Float);
    if style.measure == DifferenceMeasure::Flip && sizes[0] == sizes[1] && same_kind {
        let plan = Plan {
            width: common[0],
            height: common[1],
            flip_scale: Some(1),
            hdr: hartomat_schema::HdrThresholds::default(),
            ignored: &[],
            keep_flip: true,
        };
        let [a, b] = stills;
        return still::measure_stills([a, b], &plan)
            .map(|measurement| measurement.flip)
            .map_err(|(_side, err)| err);
    }
    let [a, b] = pixels;
    let delta = |(a, b): (&[u8; 4], &[u8; 4])| {
        let largest = (0..4)
            .map(|channel| a[channel].abs_diff(b[channel]))
            .max()
            .unwrap_or(0);
        f32::from(largest) / FULL_DELTA
    };
    Ok(a.rgba.iter().zip(&b.rgba).map(delta).collect())
}

/// The picture over a checkerboard where it is transparent, averaged in linear light.
fn shown(pixels: &Pixels, size: [usize; 2], common: [usize; 2], factor: usize) -> Vec<[u8; 3]> {
    let table: Vec<f32> = (0..=255)
        .map(|value| srgb_to_linear(f64::from(value) / 255.0) as f32)
        .collect();
    let linear = reduce(size, factor, |x, y| {
        let [r, g, b, alpha] = pixels.rgba[y.min(common[1] - 1) * common[0] + x.min(common[0] - 1)];
        let square = (x / (8 * factor) + y / (8 * factor)) % 2;
        let ground = if square == 0 { table[112] } else { table[86] };
        let alpha = f32::from(alpha) / 255.0;
        [r, g, b].map(|value| table[usize::from(value)] * alpha + ground * (1.0 - alpha))
    });
    let encode = |value: f32| (linear_to_srgb(f64::from(value)) * 255.0 + 0.5) as u8;
    linear.into_iter().map(|rgb| rgb.map(encode)).collect()
}

/// Averages over squares of `factor` × `factor` pixels.
fn reduce(
    [width, height]: [usize; 2],
    factor: usize,
    pixel: impl Fn(usize, usize) -> [f32; 3],
) -> Vec<[f32; 3]> {
    let mut out = Vec::with_capacity(width * height);
    let share = 1.0 / (factor * factor) as f32;
    for y in 0..height {
        for x in 0..width {
            let mut sum = [0.0; 3];
            for dy in 0..factor {
                for dx in 0..factor {
                    let value = pixel(x * factor + dx, y * factor + dy);
                    for channel in 0..3 {
                        sum[channel] += value[channel];
                    }
                }
            }
            out.push(sum.map(|value| value * share));
        }
    }
    out
}
