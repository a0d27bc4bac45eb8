//! Frames, notes and bookmarks: what the canvas shows and runs don't see.

use hartomat_schema::{Bookmark, Frame, Note, Workflow};
use serde_json::{Map, Value, json};

use super::{EditError, FrameChange};
use crate::{FrameIndex, NodeSizes, NoteIndex, Rect, Selection};

/// Between a frame and what it goes around.
const MARGIN: f64 = 24.0;
/// Above that, for the title.
const TITLE: f64 = 32.0;
/// A frame around nothing.
const EMPTY: [f64; 4] = [0.0, 0.0, 320.0, 200.0];

/// Draws a frame around things.
pub(super) fn add_frame(
    workflow: &mut Workflow,
    title: &str,
    items: &Selection,
    sizes: &NodeSizes,
) -> Result<(), EditError> {
    let rect = match bounds(workflow, items, sizes)? {
        Some(rect) => with_margin(rect).into(),
        None => EMPTY,
    };
    add_frame_at(workflow, title, rect);
    Ok(())
}

/// Draws a frame.
pub(super) fn add_frame_at(workflow: &mut Workflow, title: &str, rect: [f64; 4]) {
    workflow.frames.push(Frame {
        title: title.to_owned(),
        rect: upright(rect),
        extra: Map::new(),
    });
}

/// The frame around a rectangle.
pub(super) fn with_margin(rect: Rect) -> Rect {
    let rect = rect.expanded(MARGIN);
    Rect {
        y: rect.y - TITLE,
        height: rect.height + TITLE,
        ..rect
    }
}

/// A rectangle that was drawn from any corner.
fn upright([x, y, width, height]: [f64; 4]) -> [f64; 4] {
    [
        x.min(x + width),
        y.min(y + height),
        width.abs(),
        height.abs(),
    ]
}

/// What things take up together.
fn bounds(
    workflow: &Workflow,
    items: &Selection,
    sizes: &NodeSizes,
) -> Result<Option<Rect>, EditError> {
    let mut rects = Vec::new();
    for id in &items.nodes {
        let node = workflow.node(id);
        rects.push(sizes.rect(node.ok_or_else(|| EditError::NoSuchNode(id.clone()))?));
    }
    for FrameIndex(index) in &items.frames {
        let frame = workflow.frames.get(*index).ok_or(EditError::NoSuchFrame)?;
        rects.push(frame.rect.into());
    }
    for NoteIndex(index) in &items.notes {
        let note = workflow.notes.get(*index).ok_or(EditError::NoSuchNote)?;
        rects.push(sizes.note_rect(note));
    }
    Ok(Rect::around(rects))
}

/// Changes a frame.
pub(super) fn edit_frame(
    workflow: &mut Workflow,
    FrameIndex(index): FrameIndex,
    change: &FrameChange,
) -> Result<(), EditError> {
    let frame = workflow
        .frames
        .get_mut(index)
        .ok_or(EditError::NoSuchFrame)?;
    match change {
        FrameChange::Title(title) => frame.title.clone_from(title),
        FrameChange::Rect(rect) => frame.rect = upright(*rect),
        FrameChange::Color(None) => {
            frame.extra.shift_remove("color");
        }
        FrameChange::Color(Some(color)) => {
            let digits = color.strip_prefix('#').unwrap_or_default();
            if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(EditError::NoColor(crate::names::clip(color)));
            }
            frame
                .extra
                .insert("color".to_owned(), Value::String(color.clone()));
        }
    }
    Ok(())
}

/// Makes a frame so large that things stand inside.
pub(super) fn join_frame(
    workflow: &mut Workflow,
    FrameIndex(index): FrameIndex,
    items: &Selection,
    sizes: &NodeSizes,
) -> Result<(), EditError> {
    let mut items = items.clone();
    items.frames.remove(&FrameIndex(index));
    let bounds = bounds(workflow, &items, sizes)?;
    let frame = workflow
        .frames
        .get_mut(index)
        .ok_or(EditError::NoSuchFrame)?;
    if let Some(bounds) = bounds {
        frame.rect = Rect::from(frame.rect).union(with_margin(bounds)).into();
    }
    Ok(())
}

/// Adds a note.
pub(super) fn add_note(
    workflow: &mut Workflow,
    text: &str,
    position: [f64; 2],
    size: Option<[f64; 2]>,
) {
    let mut extra = Map::new();
    if let Some(size) = size {
        extra.insert("size".to_owned(), json!(size));
    }
    workflow.notes.push(Note {
        text: text.to_owned(),
        position,
        extra,
    });
}

fn note(workflow: &mut Workflow, NoteIndex(index): NoteIndex) -> Result<&mut Note, EditError> {
    workflow.notes.get_mut(index).ok_or(EditError::NoSuchNote)
}

/// Changes a note's text.
pub(super) fn edit_note(
    workflow: &mut Workflow,
    index: NoteIndex,
    text: &str,
) -> Result<(), EditError> {
    text.clone_into(&mut note(workflow, index)?.text);
    Ok(())
}

/// Gives a note a place and a size.
pub(super) fn resize_note(
    workflow: &mut Workflow,
    index: NoteIndex,
    position: [f64; 2],
    size: [f64; 2],
) -> Result<(), EditError> {
    let note = note(workflow, index)?;
    note.position = position;
    note.extra.insert("size".to_owned(), json!(size));
    Ok(())
}

/// Remembers a view under a key, in the order of keys.
pub(super) fn set_bookmark(
    workflow: &mut Workflow,
    key: u8,
    center: [f64; 2],
    zoom: f64,
) -> Result<(), EditError> {
    if !(1..=9).contains(&key) {
        return Err(EditError::NoBookmarkKey(key));
    }
    let bookmarks = &mut workflow.bookmarks;
    if let Some(there) = bookmarks.iter_mut().find(|there| there.key == key) {
        (there.center, there.zoom) = (center, zoom);
        return Ok(());
    }
    let place = bookmarks.iter().position(|there| there.key > key);
    let new = Bookmark {
        key,
        center,
        zoom,
        extra: Map::new(),
    };
    bookmarks.insert(place.unwrap_or(bookmarks.len()), new);
    Ok(())
}
