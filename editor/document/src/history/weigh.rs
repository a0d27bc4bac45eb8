//! About how many bytes parts of a workflow take in memory.

use hartomat_schema::{Edge, Node, Workflow};
use serde_json::{Map, Value};

/// An allocation's own bytes, and a map's per entry.
const ALLOCATION: usize = 24;
const ENTRY: usize = 48;

pub(super) fn node(node: &Node) -> usize {
    size_of::<Node>()
        + 4 * ALLOCATION
        + node.id.as_str().len()
        + node.node_type.as_str().len()
        + node.label.as_ref().map_or(0, String::len)
        + map(&node.settings)
        + map(&node.extra)
}

pub(super) fn edge(edge: &Edge) -> usize {
    let ends = [&edge.from, &edge.to];
    let ends = ends.map(|end| end.node.as_str().len() + end.port.as_str().len() + 2 * ALLOCATION);
    size_of::<Edge>()
        + ends.iter().sum::<usize>()
        + edge.via.len() * size_of::<[f64; 2]>()
        + map(&edge.extra)
}

/// Everything but nodes and edges.
pub(super) fn rest(workflow: &Workflow) -> usize {
    let texts = workflow.name.len() + workflow.description.len();
    let contract = workflow.contract.iter().map(|part| map(&part.extra) + 128);
    let frames = workflow.frames.iter();
    let frames = frames.map(|frame| frame.title.len() + map(&frame.extra) + 128);
    let notes = workflow.notes.iter();
    let notes = notes.map(|note| note.text.len() + map(&note.extra) + 128);
    let bookmarks = workflow.bookmarks.iter();
    let bookmarks = bookmarks.map(|bookmark| map(&bookmark.extra) + 128);
    size_of::<Workflow>()
        + texts
        + contract
            .chain(frames)
            .chain(notes)
            .chain(bookmarks)
            .sum::<usize>()
        + map(&workflow.extra)
}

fn map(map: &Map<String, Value>) -> usize {
    let entries = map
        .iter()
        .map(|(key, member)| key.len() + ENTRY + value(member));
    entries.sum()
}

fn value(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len() + ALLOCATION,
            Value::Array(items) => items.iter().map(self::value).sum::<usize>() + ALLOCATION,
            Value::Object(members) => map(members) + ALLOCATION,
            _ => 0,
        }
}
