//! Drafts: complete to the last committed gesture, or refused.

use std::sync::Arc;

use hartomat_document::{Draft, DraftBase, DraftError, Edit, OpenDocument, Saved};
use hartomat_schema::Timestamp;
use proptest::prelude::*;

use crate::support::{catalogue, id, move_nodes, still, valid};

fn edited() -> OpenDocument {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(valid("unknown_keys_at_every_level"), 7);
    for edit in [
        Edit::SetName("Mine".to_owned()),
        move_nodes([id("still")], [1.0, 2.0]),
    ] {
        document.apply(&edit, catalogue).unwrap();
    }
    document
}

/// The document as a draft, as the editor writes it.
fn draft(document: &OpenDocument, at: i64) -> Draft {
    let names = document.history().take(document.present() + 1).skip(1);
    Draft {
        workflow: Arc::clone(document.committed()),
        base: document.saved().map(|saved| DraftBase {
            revision: saved.revision,
            digest: saved.digest(),
        }),
        changes: names.map(|entry| entry.label.to_string()).collect(),
        at: Timestamp(at),
    }
}

#[test]
fn a_draft_holds_the_document_to_the_last_committed_gesture() {
    let mut document = edited();
    let committed = document.workflow().to_json();
    document
        .preview(&move_nodes([id("still")], [50.0, 0.0]), catalogue())
        .unwrap();
    let draft = draft(&document, 1_700_000_000_000);
    let read = Draft::from_text(draft.to_text().as_bytes()).unwrap();
    assert_eq!(read, draft);
    assert_eq!(read.workflow.to_json(), committed);
    assert_eq!(read.changes, ["Rename workflow", "Move Hero shot"]);
    let base = read.base.unwrap();
    assert_eq!(base.revision, 7);
    assert_eq!(base.digest, document.saved().unwrap().digest());
}

#[test]
fn a_recovered_draft_lies_over_the_saved_document() {
    let document = edited();
    let text = draft(&document, 5).to_text();
    let draft = Draft::from_text(text.as_bytes()).unwrap();
    let saved = Saved::new(7, valid("unknown_keys_at_every_level"));
    assert_eq!(saved.digest(), draft.base.unwrap().digest);
    let mut found = OpenDocument::recovered((*draft.workflow).clone(), Some(saved));
    assert!(found.is_dirty());
    assert_eq!(found.workflow().to_json(), document.workflow().to_json());
    found.undo();
    assert!(!found.is_dirty());
    assert_eq!(
        found.workflow().to_json(),
        valid("unknown_keys_at_every_level").to_json()
    );
    let never_saved = OpenDocument::recovered(still(), None);
    assert!(never_saved.is_dirty() && never_saved.saved().is_none());
}

#[test]
fn what_was_cut_off_or_changed_is_refused() {
    let text = draft(&edited(), 5).to_text();
    assert_eq!(
        Draft::from_text(&text.as_bytes()[..text.len() - 1]),
        Err(DraftError::Damaged)
    );
    let changed = text.replace("\"Mine\"", "\"Mime\"");
    assert_eq!(
        Draft::from_text(changed.as_bytes()),
        Err(DraftError::Damaged)
    );
    let newer = text.replace("hartomat.draft/1", "hartomat.draft/2");
    assert_eq!(
        Draft::from_text(newer.as_bytes()).unwrap_err().to_string(),
        "the draft was made by a newer version of HartOMat Studio: it is `hartomat.draft/2`"
    );
    for text in [
        "",
        "{}",
        "{}\n",
        "[1]\n{}",
        &"[".repeat(100_000),
        &still().to_json(),
    ] {
        assert!(Draft::from_text(text.as_bytes()).is_err(), "{text:.20}");
    }
    let huge = vec![b'x'; 9 << 20];
    assert!(matches!(
        Draft::from_text(&huge),
        Err(DraftError::TooLarge { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever byte a disk loses or flips, a draft is what was written or none at all.
    #[test]
    fn a_damaged_draft_is_never_half_a_document(at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let draft = draft(&edited(), 5);
        let mut text = draft.to_text().into_bytes();
        let at = at.index(text.len());
        if cut {
            text.truncate(at);
        } else {
            text[at] = byte;
        }
        if let Ok(read) = Draft::from_text(&text) {
            prop_assert_eq!(read.workflow.to_json(), draft.workflow.to_json());
        }
    }
}
