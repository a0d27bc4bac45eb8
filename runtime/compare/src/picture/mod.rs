//! Draws comparisons: a difference picture, and control, candidate and difference side by side.
//!
//! Equal inputs give equal bytes. Pictures of different sizes are laid over each other from the top
//! left and never resampled, so that what is shown is what was measured.

mod canvas;
mod font;
mod magma;
mod overlap;
mod perceived;

pub use perceived::{PerceivedMap, perceived_map};

use canvas::Canvas;
use overlap::{Overlap, overlap};

use crate::error::ReadError;

/// How a difference picture is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceStyle {
    /// What is drawn.
    pub measure: DifferenceMeasure,
    /// Whether a scale stands below the picture.
    pub legend: bool,
    /// Longest side of each picture in pixels; larger ones are averaged down by a whole factor.
    pub longest_side_px: u32,
}

/// What a difference picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceMeasure {
    /// FLIP, 0 to 1: what a viewer notices.
    Flip,
    /// The largest delta of each pixel, brightest at 16/255 and more.
    Delta,
}

impl Default for DifferenceStyle {
    fn default() -> Self {
        Self {
            measure: DifferenceMeasure::Flip,
            legend: true,
            longest_side_px: 2048,
        }
    }
}

/// Deltas from this on are drawn in the brightest colour.
const FULL_DELTA: f32 = 16.0;

/// Space around and between pictures.
const GUTTER: usize = 8;

/// Height of a line of labels.
const LABELS: usize = 28;

/// The difference of two stills as a PNG, in a perceptually even map from black over violet and
/// orange to pale yellow.
///
/// # Errors
/// [`ReadError`] where a side isn't a picture that can be read.
pub fn difference_picture(
    control: &[u8],
    candidate: &[u8],
    style: &DifferenceStyle,
) -> Result<Vec<u8>, ReadError> {
    let overlap = overlap(control, candidate, style)?;
    let [width, height] = overlap.size;
    let legend = if style.legend { LABELS } else { 0 };
    let mut canvas = Canvas::new(width.max(legend_width(style)), height + legend);
    canvas.draw(&overlap.difference, width, [0, 0]);
    if style.legend {
        draw_legend(&mut canvas, style, [0, height]);
    }
    Ok(canvas.into_png())
}

/// Control, candidate and their difference side by side as a PNG, labelled.
///
/// # Errors
/// [`ReadError`] where a side isn't a picture that can be read.
pub fn side_by_side(
    control: &[u8],
    candidate: &[u8],
    style: &DifferenceStyle,
) -> Result<Vec<u8>, ReadError> {
    let overlap = overlap(control, candidate, style)?;
    let Overlap {
        size: [width, height],
        pictures,
        difference,
        ..
    } = &overlap;
    let step = (*width).max(MIN_COLUMN) + GUTTER;
    let mut canvas = Canvas::new(GUTTER + 3 * step, height + 2 * LABELS + GUTTER);
    let [a, b] = pictures;
    let columns = [("CONTROL", a), ("CANDIDATE", b), ("DIFFERENCE", difference)];
    for (column, (label, picture)) in columns.into_iter().enumerate() {
        let left = GUTTER + column * step;
        canvas.text(label, [left, GUTTER], canvas::INK);
        canvas.draw(picture, *width, [left, LABELS]);
    }
    let left = GUTTER + 2 * step;
    draw_legend(&mut canvas, style, [left, LABELS + height]);
    canvas.text(
        &overlap.caption,
        [GUTTER, LABELS + height + GUTTER],
        canvas::FAINT,
    );
    Ok(canvas.into_png())
}

/// Narrowest column that a label and the scale fit in.
const MIN_COLUMN: usize = 168;

/// Width of the scale.
const SCALE: usize = 96;

fn legend_width(style: &DifferenceStyle) -> usize {
    if style.legend { MIN_COLUMN } else { 0 }
}

fn draw_legend(canvas: &mut Canvas, style: &DifferenceStyle, [left, top]: [usize; 2]) {
    let (name, last) = match style.measure {
        DifferenceMeasure::Flip => ("FLIP 0", "1"),
        DifferenceMeasure::Delta => ("0", "16/255"),
    };
    let y = top + GUTTER;
    let start = canvas.text(name, [left, y], canvas::FAINT) + 4;
    for x in 0..SCALE {
        let color = magma::color(x as f32 / (SCALE - 1) as f32);
        for row in 0..font::HEIGHT {
            canvas.set([start + x, y + row], color);
        }
    }
    canvas.text(last, [start + SCALE + 4, y], canvas::FAINT);
}
