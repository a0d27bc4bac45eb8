//! The last steps of a history as text, so that undo outlives the program.
//!
//! One line says which step is the present one and vouches for the rest by its digest. The oldest
//! state follows whole, then a line per step with what differs from the one before.

use hartomat_schema::{Digest, Workflow};
use serde_json::{Map, Value, json};

use super::shared::SharedState;
use super::{History, HistoryEntry};
use crate::{EditLabel, Selection};

/// The value of the first line's `schema` key.
const SCHEMA: &str = "hartomat.history/1";
/// Steps back that are kept.
const MOST_STEPS: usize = 200;
/// Bytes of all steps together; older ones go first.
const MOST_BYTES: usize = 16 << 20;
/// Bytes of a text that is looked at.
const MOST_READ: usize = 64 << 20;

/// A part of a history that can be written, and that was read.
#[derive(Debug, Clone)]
pub struct KeptHistory(History);

impl KeptHistory {
    pub(crate) fn of(history: &History) -> Self {
        Self(history.clone())
    }

    pub(crate) fn into_history(self) -> History {
        self.0
    }

    /// The text to write.
    pub fn to_text(&self) -> String {
        let History {
            entries, present, ..
        } = &self.0;
        let first = present.saturating_sub(MOST_STEPS);
        let mut lines: Vec<String> = Vec::new();
        for (before, entry) in entries.iter().zip(entries.iter().skip(1)).skip(first) {
            let mut line = entry.state.delta(&before.state);
            line.insert("label".to_owned(), label_value(&entry.label));
            lines.push(Value::Object(line).to_string());
        }
        let dropped = surplus(&lines, present - first);
        let oldest = &entries[first + dropped];
        let mut body = whole(oldest);
        for line in &lines[dropped..] {
            body.push('\n');
            body.push_str(line);
        }
        let head = json!({
            "schema": SCHEMA,
            "present": present - first - dropped,
            "digest": Digest::of(body.as_bytes()).to_string(),
        });
        format!("{head}\n{body}")
    }

    /// Reads a text that nobody has looked at yet; none where it is no history, or a damaged one.
    pub fn from_text(text: &[u8]) -> Option<Self> {
        if text.len() > MOST_READ {
            return None;
        }
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = (&text[..end], &text[end + 1..]);
        let head: Map<String, Value> = serde_json::from_slice(head).ok()?;
        let digest: Digest = head.get("digest")?.as_str()?.parse().ok()?;
        if head.get("schema")?.as_str()? != SCHEMA || Digest::of(body) != digest {
            return None;
        }
        let present = usize::try_from(head.get("present")?.as_u64()?).ok()?;
        let mut lines = body.split(|byte| *byte == b'\n');
        let first: Map<String, Value> = serde_json::from_slice(lines.next()?).ok()?;
        let workflow: Workflow = serde_json::from_value(first.get("state")?.clone()).ok()?;
        let mut history = History::new(&workflow, read_label(&first)?);
        for line in lines {
            let step: Map<String, Value> = serde_json::from_slice(line).ok()?;
            let workflow = history.last_state().with_delta(&step)?;
            history.push(&workflow, read_label(&step)?, Selection::default());
        }
        let is_there = present < history.entries.len();
        history.go_to(present, Selection::default());
        is_there.then_some(Self(history))
    }
}

impl History {
    fn last_state(&self) -> &SharedState {
        &self.entries[self.present].state
    }
}

/// How many of the oldest steps are too many, at most all that lie before the present.
fn surplus(lines: &[String], before_present: usize) -> usize {
    let mut bytes: usize = lines.iter().map(String::len).sum();
    let sizes = lines.iter().take(before_present).map(String::len);
    sizes
        .take_while(|size| {
            let is_surplus = bytes > MOST_BYTES;
            bytes -= size;
            is_surplus
        })
        .count()
}

fn whole(entry: &HistoryEntry) -> String {
    let state = entry.state.to_workflow();
    json!({ "label": label_value(&entry.label), "state": state }).to_string()
}

fn label_value(label: &EditLabel) -> Value {
    json!({ "key": label.key, "count": label.count, "subject": label.subject })
}

fn read_label(line: &Map<String, Value>) -> Option<EditLabel> {
    let label = line.get("label")?;
    let key = label.get("key")?.as_str()?;
    Some(EditLabel {
        key: EditLabel::keys().find(|known| *known == key)?,
        count: usize::try_from(label.get("count")?.as_u64()?).ok()?,
        subject: label.get("subject")?.as_str()?.to_owned(),
    })
}
