//! What stands in a draft's file: a line that says where the document is from and what it was edited
//! over, then the draft itself as the document model writes it, with its own digest.

use std::path::PathBuf;
use std::sync::Arc;

use hartomat_document::{Draft, DraftError};
use hartomat_schema::{Digest, Workflow, WorkflowId};
use serde_json::{Map, Value, json};

/// Where the document of a draft is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftOrigin {
    /// It was never saved.
    New,
    /// The library.
    Library(WorkflowId),
    /// A file with these bytes.
    File(PathBuf, Option<Digest>),
}

impl DraftOrigin {
    /// Whether both are of one workflow, at whichever revision.
    pub fn is_same_workflow(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Library(one), Self::Library(other)) => one == other,
            (Self::File(one, _), Self::File(other, _)) => one == other,
            _ => false,
        }
    }
}

/// A draft.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftContent {
    /// The document as it was edited.
    pub draft: Draft,
    /// The saved document that it was edited over.
    pub saved: Option<Arc<Workflow>>,
    /// Where that is from.
    pub origin: DraftOrigin,
}

impl DraftContent {
    /// As it is written.
    pub fn to_text(&self) -> String {
        let origin = match &self.origin {
            DraftOrigin::New => json!("new"),
            DraftOrigin::Library(id) => json!({ "library": id }),
            DraftOrigin::File(path, digest) => json!({ "file": path, "digest": digest }),
        };
        let head = json!({ "origin": origin, "saved": self.saved.as_deref() });
        format!("{head}\n{}", self.draft.to_text())
    }

    /// Where the document of a draft is from, as its first line says.
    pub fn origin_in(text: &[u8]) -> DraftOrigin {
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let head: Map<String, Value> = serde_json::from_slice(line).unwrap_or_default();
        read_origin(head.get("origin").unwrap_or(&Value::Null))
    }

    /// Reads a draft. What is damaged of the first line costs only what it says; the document is
    /// whole or refused.
    pub fn read(text: &[u8]) -> Result<Self, DraftError> {
        let end = text
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(text.len());
        let (head, draft) = (&text[..end], text.get(end + 1..).unwrap_or_default());
        let mut head: Map<String, Value> = serde_json::from_slice(head).unwrap_or_default();
        let draft = Draft::from_text(draft)?;
        let saved = head.shift_remove("saved");
        let saved = saved.and_then(|saved| serde_json::from_value::<Workflow>(saved).ok());
        Ok(Self {
            saved: saved.filter(|_| draft.base.is_some()).map(Arc::new),
            origin: read_origin(head.get("origin").unwrap_or(&Value::Null)),
            draft,
        })
    }
}

fn read_origin(value: &Value) -> DraftOrigin {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(id) = text("library").and_then(|id| WorkflowId::new(id).ok()) {
        return DraftOrigin::Library(id);
    }
    match text("file") {
        Some(path) => {
            let digest = text("digest").and_then(|digest| digest.parse().ok());
            DraftOrigin::File(PathBuf::from(path), digest)
        }
        None => DraftOrigin::New,
    }
}

#[cfg(test)]
mod tests {
    use hartomat_document::DraftBase;
    use hartomat_schema::Timestamp;

    use super::*;

    fn workflow(name: &str) -> Arc<Workflow> {
        let value = json!({
            "schema": "hartomat.workflow/1", "id": "w", "name": name, "family": "cad_file",
            "nodes": [], "edges": [], "from_later": { "kept": [1.0, -0.0] }
        });
        Arc::new(serde_json::from_value(value).unwrap())
    }

    fn content(origin: DraftOrigin) -> DraftContent {
        DraftContent {
            draft: Draft {
                workflow: workflow("Mine"),
                base: Some(DraftBase {
                    revision: 3,
                    digest: Digest::of(b"saved"),
                }),
                changes: vec!["Change samples".to_owned()],
                at: Timestamp(12),
            },
            saved: Some(workflow("Saved")),
            origin,
        }
    }

    #[test]
    fn a_draft_comes_back_byte_for_byte() {
        for origin in [
            DraftOrigin::New,
            DraftOrigin::Library(WorkflowId::literal("w")),
            DraftOrigin::File(PathBuf::from("a/b.json"), Some(Digest::of(b"x"))),
        ] {
            let draft = content(origin);
            let read = DraftContent::read(draft.to_text().as_bytes()).unwrap();
            assert_eq!(read, draft);
            assert_eq!(
                read.draft.workflow.to_json(),
                draft.draft.workflow.to_json()
            );
        }
    }

    #[test]
    fn half_a_draft_is_refused_and_a_damaged_head_costs_only_itself() {
        let text = content(DraftOrigin::New).to_text();
        assert!(DraftContent::read(&text.as_bytes()[..text.len() - 5]).is_err());
        assert!(DraftContent::read(b"").is_err());
        let (_, draft) = text.split_once('\n').unwrap();
        let read = DraftContent::read(format!("{{\n{draft}").as_bytes()).unwrap();
        assert_eq!(read.origin, DraftOrigin::New);
        assert_eq!(read.saved, None);
        assert_eq!(read.draft.workflow.name, "Mine");
    }
}
