//! Drafts: the unsaved state of a document as text, beside the saved version and never over it.
//!
//! One line says what the draft is of and vouches for the rest by its digest; then follows the
//! document. A draft that was cut off or damaged is refused with a sentence.

use std::sync::Arc;

use hartomat_schema::{
    Diagnostic, Digest, ReadWorkflow, Timestamp, Workflow, read::limits, read_workflow,
};
use serde_json::{Map, Value, json};

use crate::names::clip;

/// The value of the first line's `schema` key.
const SCHEMA: &str = "hartomat.draft/1";
/// Bytes of the first line.
const HEADER_BYTES: usize = 64 << 10;
/// Names of changes that are kept.
const MOST_CHANGES: usize = 50;

/// The unsaved state of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The document.
    pub workflow: Arc<Workflow>,
    /// What it was made from; none for a document that was never saved.
    pub base: Option<DraftBase>,
    /// The last changes, by name, oldest first: for the list that offers it.
    pub changes: Vec<String>,
    /// When it was written.
    pub at: Timestamp,
}

/// The saved document that a draft was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftBase {
    /// Its revision.
    pub revision: u64,
    /// Digest of its text.
    pub digest: Digest,
}

/// Why a text is no draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Larger than any document.
    #[error("a draft has at most {limit} bytes, this one has {size}")]
    TooLarge {
        /// Its bytes.
        size: usize,
        /// How many it may have.
        limit: usize,
    },
    /// No draft's first line.
    #[error("this is no draft: {0}")]
    NoDraft(&'static str),
    /// Made by a later version.
    #[error("the draft was made by a newer version of HartOMat Studio: it is `{0}`")]
    Newer(String),
    /// The end is missing, or something in it is another.
    #[error("the draft is damaged: it was cut off or changed")]
    Damaged,
    /// The document in it can't be read.
    #[error("the document in the draft can't be read: {}", first(.0))]
    Unreadable(Vec<Diagnostic>),
}

fn first(found: &[Diagnostic]) -> String {
    let first = found.first();
    first.map_or_else(String::new, |diagnostic| diagnostic.message.clone())
}

impl Draft {
    /// The text to write, atomically.
    pub fn to_text(&self) -> String {
        let document = self.workflow.to_json();
        let header = json!({
            "schema": SCHEMA,
            "at": self.at.0,
            "revision": self.base.map(|base| base.revision),
            "base": self.base.map(|base| base.digest.to_string()),
            "changes": self.changes.iter().map(|name| clip(name)).collect::<Vec<_>>(),
            "bytes": document.len(),
            "digest": Digest::of(document.as_bytes()).to_string(),
        });
        format!("{header}\n{document}")
    }

    /// Reads a text that nobody has looked at yet.
    pub fn from_text(text: &[u8]) -> Result<Self, DraftError> {
        let limit = limits::DOCUMENT_BYTES + HEADER_BYTES;
        if text.len() > limit {
            let size = text.len();
            return Err(DraftError::TooLarge { size, limit });
        }
        let end = text
            .iter()
            .take(HEADER_BYTES)
            .position(|byte| *byte == b'\n');
        let end = end.ok_or(DraftError::NoDraft("its first line doesn't end"))?;
        let (header, document) = (&text[..end], &text[end + 1..]);
        // The reader of JSON stops at 128 levels, and the line is short.
        let header: Map<String, Value> = serde_json::from_slice(header)
            .map_err(|_err| DraftError::NoDraft("its first line is no JSON object"))?;
        check_schema(&header)?;
        let digest = digest(&header, "digest").ok_or(DraftError::Damaged)?;
        if Digest::of(document) != digest {
            return Err(DraftError::Damaged);
        }
        let workflow = match read_workflow(document) {
            Ok(ReadWorkflow::Current(workflow)) => workflow,
            Ok(ReadWorkflow::Legacy { .. }) => {
                return Err(DraftError::NoDraft("it holds a legacy workflow"));
            }
            Err(found) => return Err(DraftError::Unreadable(found)),
        };
        let changes = header.get("changes").and_then(Value::as_array);
        let changes = changes.into_iter().flatten().filter_map(Value::as_str);
        let revision = header.get("revision").and_then(Value::as_u64);
        Ok(Self {
            workflow: Arc::new(*workflow),
            base: revision.and_then(|revision| {
                let digest = self::digest(&header, "base")?;
                Some(DraftBase { revision, digest })
            }),
            changes: changes.take(MOST_CHANGES).map(clip).collect(),
            at: Timestamp(header.get("at").and_then(Value::as_i64).unwrap_or_default()),
        })
    }
}

fn check_schema(header: &Map<String, Value>) -> Result<(), DraftError> {
    match header.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => Ok(()),
        Some(other) if other.starts_with("hartomat.draft/") => Err(DraftError::Newer(clip(other))),
        _ => Err(DraftError::NoDraft(
            "its first line doesn't say that it is one",
        )),
    }
}

fn digest(header: &Map<String, Value>, key: &str) -> Option<Digest> {
    header.get(key)?.as_str()?.parse().ok()
}
