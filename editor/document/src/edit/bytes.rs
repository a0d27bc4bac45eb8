//! How many bytes a document has as it is written: no edit makes one that is too large to be read.

use std::io::{self, Write};

use hartomat_schema::{Workflow, read::limits};
use serde_json::{Map, Value};

use super::EditError;
use super::guard::written_bytes;

/// The most of a line in the outer levels without its texts: indentation, a known key, a number.
const LINE: usize = 48;

/// Refuses what makes a document larger than the reader takes: `before` is a part of the whole, which
/// becomes `after`. A document that is too large already may still become smaller.
pub(crate) fn check_growth(
    whole: &Workflow,
    before: &Workflow,
    after: &Workflow,
) -> Result<(), EditError> {
    let limit = limits::DOCUMENT_BYTES;
    // To measure takes as long as to write; nearly every document is far from the limit.
    let (least, most) = (at_most(before), at_most(after));
    if most <= least {
        return Ok(());
    }
    let rest = if std::ptr::eq(whole, before) {
        0
    } else {
        at_most(whole).saturating_sub(least)
    };
    if rest + most <= limit {
        return Ok(());
    }
    let old = bytes(whole);
    let size = (old + bytes(after)).saturating_sub(bytes(before));
    if size > limit && size > old {
        return Err(EditError::TooLarge { size, limit });
    }
    Ok(())
}

/// What a document has at most.
fn at_most(workflow: &Workflow) -> usize {
    let head = [
        workflow.schema.as_str(),
        workflow.id.as_str(),
        workflow.name.as_str(),
        workflow.description.as_str(),
    ];
    let contract = workflow.contract.iter().map(|part| {
        let format = part.format.as_deref().unwrap_or_default();
        5 * LINE + texts(&[part.kind.as_str(), format]) + members(&part.extra, 3)
    });
    let nodes = workflow.nodes.iter().map(|node| {
        let label = node.label.as_deref().unwrap_or_default();
        13 * LINE
            + texts(&[node.id.as_str(), node.node_type.as_str(), label])
            + members(&node.settings, 4)
            + members(&node.extra, 3)
    });
    let edges = workflow.edges.iter().map(|edge| {
        let (from, to) = (&edge.from, &edge.to);
        let ends = [
            from.node.as_str(),
            from.port.as_str(),
            to.node.as_str(),
            to.port.as_str(),
        ];
        (12 + 4 * edge.via.len()) * LINE + texts(&ends) + members(&edge.extra, 3)
    });
    let frames = workflow.frames.iter();
    let frames = frames.map(|frame| 9 * LINE + texts(&[&frame.title]) + members(&frame.extra, 3));
    let notes = workflow.notes.iter();
    let notes = notes.map(|note| 7 * LINE + texts(&[&note.text]) + members(&note.extra, 3));
    let bookmarks = workflow.bookmarks.iter();
    let bookmarks = bookmarks.map(|bookmark| 8 * LINE + members(&bookmark.extra, 3));
    let parts = contract.chain(nodes).chain(edges);
    let decoration = frames.chain(notes).chain(bookmarks);
    let inside: usize = parts.chain(decoration).sum();
    24 * LINE + texts(&head) + members(&workflow.extra, 1) + inside
}

fn texts(words: &[&str]) -> usize {
    words.iter().map(|words| written_bytes(words)).sum()
}

/// The most that members of an object have at a depth.
fn members(own: &Map<String, Value>, depth: usize) -> usize {
    let members = own.iter();
    members
        .map(|(key, value)| written_bytes(key) + value_at(value, depth))
        .sum()
}

fn value_at(value: &Value, depth: usize) -> usize {
    // Indentation, punctuation, and the longest number.
    let line = 2 * depth + 32;
    line + match value {
        Value::String(words) => written_bytes(words),
        Value::Array(items) => {
            let items = items.iter();
            line + items.map(|item| value_at(item, depth + 1)).sum::<usize>()
        }
        Value::Object(own) => line + members(own, depth + 1),
        _ => 0,
    }
}

/// What a document has, exactly.
fn bytes(workflow: &Workflow) -> usize {
    let mut counter = Counter(0);
    serde_json::to_writer_pretty(&mut counter, workflow).expect("a workflow has text keys");
    // And the last line's end.
    counter.0 + 1
}

/// Counts what is written, and keeps nothing.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{ReadWorkflow, read_workflow};
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_estimated_is_never_less_than_what_is_written() {
        let corpus = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../runtime/schema/corpus/valid"
        );
        let mut count = 0;
        for entry in std::fs::read_dir(corpus).unwrap() {
            let text = std::fs::read(entry.unwrap().path()).unwrap();
            let Ok(ReadWorkflow::Current(mut workflow)) = read_workflow(&text) else {
                continue;
            };
            count += 1;
            let mut deep = json!([f64::MIN, "\u{1}\"\n", {"key": u64::MAX}, [], {}]);
            for _ in 0..50 {
                deep = json!([deep]);
            }
            workflow.extra.insert("deep".to_owned(), deep);
            for node in &mut workflow.nodes {
                node.position = [f64::MIN, f64::MIN_POSITIVE];
            }
            for edge in &mut workflow.edges {
                edge.via.push([f64::MIN, f64::MIN_POSITIVE]);
            }
            let written = workflow.to_json().len();
            assert_eq!(bytes(&workflow), written);
            assert!(at_most(&workflow) >= written);
        }
        assert!(count > 3);
    }
}
