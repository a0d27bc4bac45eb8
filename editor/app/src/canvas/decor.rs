//! What lies around the graph: the grid, frames, comments.

use std::sync::Arc;

use egui::epaint::text::LayoutJob;
use egui::epaint::{Mesh, RectShape, StrokeKind};
use egui::{Align2, Color32, CornerRadius, FontId, Painter, Rect, Shape, Stroke, pos2, vec2};
use hartomat_document::{FrameIndex, NoteIndex};
use hartomat_schema::{Frame as DocumentFrame, Note};
use hartomat_ui::Icon;
use hartomat_ui::theme::{self, radius, size};

use crate::canvas::draw::Canvas;
use crate::canvas::node_paint::clipped;
use crate::canvas::view_model::frame_rect;
use crate::canvas::{Detail, Resized, notes, stroke};
use crate::command::Action;
use crate::messages::{text, text_with};

/// Distance of the grid's dots in graph points.
const GRID: f32 = 24.0;
/// The least distance of dots on screen.
const LEAST: f32 = 18.0;
/// Half the side of a frame's corner to be grasped, on screen.
const CORNER: f32 = 9.0;
/// The smallest text of a comment, on screen.
const LEAST_TEXT: f32 = 9.0;

/// Dots that say how far one has moved and how close one is.
pub(super) fn grid(canvas: &Canvas<'_>) {
    let mut distance = GRID;
    while distance * canvas.frame.zoom() < LEAST {
        distance *= 2.0;
    }
    let shown = canvas.frame.visible();
    let strength = (distance * canvas.frame.zoom() / (2.0 * LEAST)).clamp(0.35, 1.0);
    let color = canvas.look.palette.grid.gamma_multiply(strength);
    let mut mesh = Mesh::default();
    let first = |low: f32| (low / distance).ceil() * distance;
    let mut y = first(shown.top());
    while y < shown.bottom() {
        let mut x = first(shown.left());
        while x < shown.right() {
            let dot = Rect::from_center_size(canvas.screen(pos2(x, y)), vec2(1.6, 1.6));
            stroke::fill_rect(&mut mesh, dot, color);
            x += distance;
        }
        y += distance;
    }
    canvas.back.add(Shape::Mesh(Arc::new(mesh)));
}

/// What an empty canvas says.
pub(super) fn empty(canvas: &Canvas<'_>) {
    let workflow = canvas.session.document.workflow();
    let is_empty = workflow.nodes.is_empty() && workflow.notes.is_empty();
    if !is_empty || canvas.session.canvas.add_menu.is_some() {
        return;
    }
    let palette = &canvas.look.palette;
    let middle = canvas.frame.canvas.center();
    let key = canvas.context.keymap.label(Action::Add).unwrap_or_default();
    let lines = [
        (
            Icon::Graph.glyph().to_owned(),
            Icon::font(40.0),
            palette.text_faint,
            -46.0,
        ),
        (
            text("canvas.empty").to_owned(),
            theme::semibold(size::HEADING),
            palette.text,
            0.0,
        ),
        (
            text_with("canvas.empty_help", &[("key", &key)]),
            theme::regular(size::TEXT),
            palette.text_weak,
            26.0,
        ),
    ];
    for (words, font, color, below) in lines {
        let at = middle + vec2(0.0, below);
        canvas
            .back
            .text(at, Align2::CENTER_CENTER, words, font, color);
    }
}

/// Frames, behind everything else.
pub(super) fn frames(canvas: &Canvas<'_>) {
    let workflow = canvas.session.document.workflow();
    for (number, frame) in workflow.frames.iter().enumerate() {
        let rect = placed_frame(canvas, FrameIndex(number), frame);
        let rect = canvas.frame.rect_to_screen(rect);
        if rect.intersects(canvas.frame.canvas) {
            one_frame(canvas, FrameIndex(number), frame, rect);
        }
    }
}

/// Where a frame is just now, in graph points.
pub(super) fn placed_frame(canvas: &Canvas<'_>, index: FrameIndex, frame: &DocumentFrame) -> Rect {
    let rect = frame_rect(frame.rect);
    match resized(canvas) {
        Some((Resized::Frame(frame), rect)) if frame == index => rect,
        _ if canvas.drag.moved().frames.contains(&index) => rect.translate(canvas.drag.offset),
        _ => rect,
    }
}

/// What gets another size just now.
fn resized(canvas: &Canvas<'_>) -> Option<(Resized, Rect)> {
    canvas.session.canvas.gesture.as_ref()?.resized()
}

fn one_frame(canvas: &Canvas<'_>, index: FrameIndex, frame: &DocumentFrame, rect: Rect) {
    let palette = &canvas.look.palette;
    let color = own_color(frame).unwrap_or(palette.accent_text);
    let corner = CornerRadius::same((10.0 * canvas.frame.zoom()).round() as u8);
    let is_selected = canvas.session.document.selection().frames.contains(&index);
    canvas
        .back
        .rect_filled(rect, corner, color.gamma_multiply(0.07));
    let outline = if is_selected {
        Stroke::new(2.0, palette.accent_text)
    } else {
        Stroke::new(1.0, color.gamma_multiply(0.4))
    };
    canvas
        .back
        .add(RectShape::stroke(rect, corner, outline, StrokeKind::Inside));
    if rect.width() > 40.0 {
        frame_title(
            canvas,
            frame,
            rect,
            palette.text_strong.lerp_to_gamma(color, 0.35),
        );
    }
    if Detail::at(canvas.frame.zoom()) == Detail::Full {
        corner_mark(&canvas.back, rect, color.gamma_multiply(0.6));
    }
}

/// Within the frame where there is room above its nodes, or else over it.
fn frame_title(canvas: &Canvas<'_>, frame: &DocumentFrame, rect: Rect, color: Color32) {
    let zoom = canvas.frame.zoom();
    let font = theme::semibold((14.0 * zoom).clamp(9.5, 16.0));
    let title = clipped(&canvas.back, &frame.title, font, color, rect.width() - 12.0);
    let at = if Detail::at(zoom) == Detail::Full {
        rect.min + vec2(10.0, 6.0)
    } else {
        rect.min + vec2(2.0, -title.size().y - 3.0)
    };
    canvas.back.galley(at, title, color);
}

fn corner_mark(painter: &Painter, rect: Rect, color: Color32) {
    for inset in [4.0, CORNER] {
        let from = rect.max - vec2(inset + 3.0, 3.0);
        let to = rect.max - vec2(3.0, inset + 3.0);
        painter.line_segment([from, to], Stroke::new(1.2, color));
    }
}

/// The colour that somebody gave a frame.
fn own_color(frame: &DocumentFrame) -> Option<Color32> {
    let text = frame.extra.get("color")?.as_str()?;
    Color32::from_hex(text).ok()
}

/// Comments, in front of nodes.
pub(super) fn notes(canvas: &Canvas<'_>) {
    let workflow = canvas.session.document.workflow();
    for (number, note) in workflow.notes.iter().enumerate() {
        let index = NoteIndex(number);
        let rect = placed_note(canvas, index, note);
        let rect = canvas.frame.rect_to_screen(rect);
        if rect.intersects(canvas.frame.canvas) {
            one_note(canvas, index, note, rect);
        }
    }
}

/// Where a comment is just now, in graph points.
fn placed_note(canvas: &Canvas<'_>, index: NoteIndex, note: &Note) -> Rect {
    let rect = notes::rect(note);
    match resized(canvas) {
        Some((Resized::Note(note), rect)) if note == index => rect,
        _ if canvas.drag.moved().notes.contains(&index) => rect.translate(canvas.drag.offset),
        _ => rect,
    }
}

fn one_note(canvas: &Canvas<'_>, index: NoteIndex, note: &Note, rect: Rect) {
    let palette = &canvas.look.palette;
    let color = palette.severity(hartomat_ui::theme::Severity::Warning);
    let zoom = canvas.frame.zoom();
    let corner = CornerRadius::same((f32::from(radius::MEDIUM) * zoom).round() as u8);
    let fill = palette.raised.lerp_to_gamma(color, 0.13);
    canvas.front.rect_filled(rect, corner, fill);
    let is_selected = canvas.session.document.selection().notes.contains(&index);
    let outline = if is_selected {
        Stroke::new(2.0, palette.accent_text)
    } else {
        Stroke::new(1.0, color.gamma_multiply(0.35))
    };
    canvas
        .front
        .add(RectShape::stroke(rect, corner, outline, StrokeKind::Inside));
    if Detail::at(zoom) != Detail::Boxes {
        note_text(canvas, note, rect);
    }
    if Detail::at(zoom) == Detail::Full {
        corner_mark(&canvas.front, rect, color.gamma_multiply(0.6));
    }
}

/// A comment's text. From afar it gets no smaller than can be read: as much of it as there is room for.
fn note_text(canvas: &Canvas<'_>, note: &Note, rect: Rect) {
    let ink = canvas.look.palette.text;
    let scaled = size::TEXT * canvas.frame.zoom();
    let font: FontId = theme::regular(scaled.max(LEAST_TEXT));
    let inner = rect.shrink((9.0 * canvas.frame.zoom()).max(3.0));
    let row = canvas
        .front
        .ctx()
        .fonts_mut(|fonts| fonts.row_height(&font));
    let mut job = LayoutJob::simple(note.text.clone(), font, ink, inner.width());
    if scaled < LEAST_TEXT {
        job.wrap.max_rows = ((inner.height() / row) as usize).max(1);
    }
    let text = canvas.front.layout_job(job);
    let clip = inner.expand(1.0).intersect(canvas.front.clip_rect());
    let painter = canvas.front.with_clip_rect(clip);
    painter.galley(inner.min, text, ink);
}
