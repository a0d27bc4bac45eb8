//! What keeps a document readable: no edit makes one that the reader would refuse.

use hartomat_schema::{Workflow, read::limits};
use serde_json::Value;

use super::{Edit, EditError, FrameChange};

/// Refuses numbers that JSON can't hold, and texts and values that are too large.
pub(super) fn check(edit: &Edit) -> Result<(), EditError> {
    if !numbers(edit).iter().all(|number| number.is_finite()) {
        return Err(EditError::NotFinite);
    }
    match edit {
        Edit::SetSetting { value, pointer, .. } => {
            text(pointer)?;
            check_value(value, 4)
        }
        Edit::Rename {
            label: Some(words), ..
        }
        | Edit::AddFrame { title: words, .. }
        | Edit::AddFrameAt { title: words, .. }
        | Edit::EditFrame {
            change: FrameChange::Title(words),
            ..
        }
        | Edit::AddNote { text: words, .. }
        | Edit::EditNote { text: words, .. }
        | Edit::RenameSetting { to: words, .. }
        | Edit::SetName(words)
        | Edit::SetDescription(words) => text(words),
        Edit::SetContract(contract) => contract
            .iter()
            .try_for_each(|part| text(part.format.as_deref().unwrap_or_default())),
        _ => Ok(()),
    }
}

/// The positions, distances and sizes of an edit.
fn numbers(edit: &Edit) -> Vec<f64> {
    match edit {
        Edit::AddNode { position, .. }
        | Edit::AddConnected { position, .. }
        | Edit::AddOnEdge { position, .. }
        | Edit::Paste { position, .. }
        | Edit::AddReroute { position, .. }
        | Edit::MoveReroute { position, .. } => position.to_vec(),
        Edit::Move { by, .. } | Edit::Duplicate { by, .. } => by.to_vec(),
        Edit::AddFrameAt { rect, .. }
        | Edit::EditFrame {
            change: FrameChange::Rect(rect),
            ..
        } => rect.to_vec(),
        Edit::AddNote { position, size, .. } => [*position, size.unwrap_or_default()].concat(),
        Edit::ResizeNote { position, size, .. } => [*position, *size].concat(),
        Edit::SetBookmark { center, zoom, .. } => vec![center[0], center[1], *zoom],
        _ => Vec::new(),
    }
}

/// A text as long as a document may hold, escapes counted as written.
fn text(words: &str) -> Result<(), EditError> {
    let size = written_bytes(words);
    let limit = limits::STRING_BYTES;
    if size > limit {
        return Err(EditError::TooLong { size, limit });
    }
    Ok(())
}

/// Bytes of a text as it is written, with quotes and escapes.
pub(super) fn written_bytes(words: &str) -> usize {
    let escaped = words.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    });
    escaped.sum::<usize>() + 2
}

/// A value of a document, at a depth of it.
fn check_value(value: &Value, depth: usize) -> Result<(), EditError> {
    if depth > limits::DEPTH - 4 {
        return Err(EditError::TooDeep(limits::DEPTH));
    }
    match value {
        Value::String(words) => text(words),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(members) => members.iter().try_for_each(|(key, member)| {
            text(key)?;
            check_value(member, depth + 1)
        }),
        _ => Ok(()),
    }
}

/// Refuses documents with more nodes or edges than the reader takes, and with places beyond every
/// number, as sums of far ones are.
pub(super) fn check_document(workflow: &Workflow) -> Result<(), EditError> {
    for (what, limit, count) in [
        ("nodes", limits::NODES, workflow.nodes.len()),
        ("edges", limits::EDGES, workflow.edges.len()),
    ] {
        if count > limit {
            return Err(EditError::TooMany { what, limit });
        }
    }
    let nodes = workflow.nodes.iter().flat_map(|node| &node.position);
    let edges = workflow.edges.iter().flat_map(|edge| &edge.via).flatten();
    let frames = workflow.frames.iter().flat_map(|frame| &frame.rect);
    let notes = workflow.notes.iter().flat_map(|note| &note.position);
    let mut numbers = nodes.chain(edges).chain(frames).chain(notes);
    if numbers.all(|number| number.is_finite()) {
        Ok(())
    } else {
        Err(EditError::NotFinite)
    }
}
