//! Comments on the canvas.

use egui::{Rect, vec2};
use hartomat_schema::Note;

use crate::canvas::view::from_document;

/// Width of a comment that says nothing about its size.
pub(crate) const WIDTH: f32 = 200.0;
/// Its height.
pub(crate) const HEIGHT: f32 = 80.0;

/// Where a comment is, in graph points.
pub(crate) fn rect(note: &Note) -> Rect {
    let side = |number: usize, usual: f32| {
        let given = note.extra.get("size").and_then(|size| size.get(number));
        let given = given.and_then(serde_json::Value::as_f64);
        given.map_or(usual, |length| (length as f32).clamp(40.0, 4000.0))
    };
    Rect::from_min_size(
        from_document(note.position),
        vec2(side(0, WIDTH), side(1, HEIGHT)),
    )
}
