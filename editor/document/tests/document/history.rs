//! Undo and redo over everything, gestures, what is saved and what isn't.

use std::sync::Arc;

use hartomat_document::{Edit, KeptHistory, OpenDocument, Selection};
use hartomat_schema::{Workflow, WorkflowId};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{catalogue, id, ids, large, move_nodes, nodes, still, texts, valid};
use crate::what_edits::{Seed, make, seed};

fn position(document: &OpenDocument, node: &str) -> [f64; 2] {
    document.workflow().node(&id(node)).unwrap().position
}

fn labels(document: &OpenDocument) -> Vec<String> {
    document
        .history()
        .map(|entry| entry.label.to_string())
        .collect()
}

fn start(which: usize) -> hartomat_schema::Workflow {
    match which {
        0 => valid("unknown_keys_at_every_level"),
        1 => valid("reroutes_frames_notes_bookmarks"),
        2 => valid("thumbnail"),
        _ => crate::support::read(&texts("assets/workflows")[0].1).unwrap(),
    }
}

/// Labels, the present one, and every state from the oldest to the newest.
fn all_of(document: &mut OpenDocument) -> (Vec<String>, usize, Vec<String>) {
    let (labels, present) = (labels(document), document.present());
    let states = (0..labels.len()).map(|index| {
        document.go_to(index);
        document.workflow().to_json()
    });
    let states = states.collect();
    document.go_to(present);
    (labels, present, states)
}

fn come_back(document: &OpenDocument) -> OpenDocument {
    let text = document.kept_history().to_text();
    let kept = KeptHistory::from_text(text.as_bytes()).unwrap();
    let draft = Workflow::clone(document.workflow());
    OpenDocument::recovered_with(draft, document.saved().cloned(), kept)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_kept_history_comes_back_with_every_step(
        which in 0..4_usize,
        seeds in prop::collection::vec((seed(), 0..4_u8), 1..20),
        undone in 0..6_usize,
    ) {
        let mut document = OpenDocument::opened(start(which), 1);
        for (seed, how) in &seeds {
            if let Some(edit) = make(seed, document.workflow()) {
                do_it(&mut document, &edit, *how);
            }
        }
        document.commit_gesture();
        for _ in 0..undone {
            document.undo();
        }
        let mut again = come_back(&document);
        prop_assert_eq!(again.is_dirty(), document.is_dirty());
        prop_assert_eq!(again.workflow().to_json(), document.workflow().to_json());
        prop_assert_eq!(all_of(&mut again), all_of(&mut document));
    }
}

#[test]
fn a_draft_that_is_newer_than_its_history_is_the_next_step() {
    let mut document = OpenDocument::opened(still(), 1);
    let name = |name: &str| Edit::SetName(name.to_owned());
    document.apply(&name("One"), catalogue()).unwrap();
    let kept = document.kept_history();
    document.apply(&name("Two"), catalogue()).unwrap();
    let draft = Workflow::clone(document.workflow());
    let mut again = OpenDocument::recovered_with(draft, document.saved().cloned(), kept);
    assert_eq!(again.workflow().name, "Two");
    again.undo();
    assert_eq!(again.workflow().name, "One");
    again.undo();
    assert!(!again.is_dirty(), "that is what was saved");
}

#[test]
fn of_a_long_history_the_last_steps_are_kept_and_damage_is_refused() {
    let mut document = OpenDocument::opened(large(300), 1);
    for step in 0..250 {
        let by = [f64::from(step), 1.0];
        let node = document.workflow().nodes[0].id.clone();
        let edit = move_nodes([node], by);
        document.apply(&edit, catalogue()).unwrap();
    }
    let text = document.kept_history().to_text();
    let mut again = come_back(&document);
    assert_eq!(again.present(), 200);
    while again.undo().is_some() {}
    document.go_to(document.present() - 200);
    assert_eq!(again.workflow().to_json(), document.workflow().to_json());
    assert!(
        text.len() < 400_000,
        "steps hold what differs: {}",
        text.len()
    );
    assert!(KeptHistory::from_text(&text.as_bytes()[..text.len() - 9]).is_none());
    assert!(KeptHistory::from_text(text.replacen("300", "301", 1).as_bytes()).is_none());
    assert!(KeptHistory::from_text(b"").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undo_to_the_bottom_is_the_start_and_redo_to_the_top_the_end(
        which in 0..4_usize,
        seeds in prop::collection::vec((seed(), 0..4_u8), 1..25),
    ) {
        let mut document = OpenDocument::opened(start(which), 1);
        let bottom = document.workflow().to_json();
        let mut states = vec![bottom.clone()];
        for (seed, how) in &seeds {
            let Some(edit) = make(seed, document.workflow()) else { continue };
            let before = (document.workflow().to_json(), document.present());
            let changed = do_it(&mut document, &edit, *how);
            prop_assert_eq!(document.present(), before.1 + usize::from(changed));
            if changed {
                states.push(document.workflow().to_json());
            } else {
                prop_assert_eq!(document.workflow().to_json(), before.0);
            }
        }
        let top = document.workflow().to_json();
        prop_assert_eq!(document.is_dirty(), top != bottom);
        while document.undo().is_some() {
            prop_assert_eq!(&document.workflow().to_json(), &states[document.present()]);
        }
        prop_assert_eq!(document.workflow().to_json(), bottom);
        prop_assert!(!document.is_dirty());
        while document.redo().is_some() {}
        prop_assert_eq!(document.workflow().to_json(), top);
        for index in [0, states.len() - 1, states.len() / 2] {
            document.go_to(index);
            prop_assert_eq!(&document.workflow().to_json(), &states[index]);
        }
        // Reading what was written gives the same document again.
        let text = document.workflow().to_json();
        let again = crate::support::read(&text).map(|workflow| workflow.to_json());
        prop_assert_eq!(again, Some(text));
    }

    #[test]
    fn a_gesture_shows_what_the_edit_alone_would_make(
        which in 0..4_usize,
        seeds in prop::collection::vec(seed(), 1..12),
        ends_well: bool,
    ) {
        let catalogue = catalogue();
        let mut document = OpenDocument::opened(start(which), 1);
        let base = document.workflow().clone();
        document.begin_gesture();
        let mut shown = base.to_json();
        let mut revision = document.revision();
        for seed in &seeds {
            let Some(edit) = make(seed, &base) else { continue };
            match (edit.apply(&base, catalogue), document.preview(&edit, catalogue)) {
                (Ok(after), Ok(_)) => {
                    shown = after.to_json();
                    prop_assert!(document.revision() > revision);
                    revision = document.revision();
                }
                (Err(alone), Err(within)) => prop_assert_eq!(alone, within),
                (alone, within) => prop_assert!(false, "{:?} {:?}", alone.is_ok(), within),
            }
            prop_assert_eq!(&document.workflow().to_json(), &shown);
            prop_assert_eq!(document.committed().to_json(), base.to_json());
        }
        if ends_well {
            prop_assert_eq!(document.commit_gesture(), shown != base.to_json());
            prop_assert_eq!(document.present(), usize::from(shown != base.to_json()));
            document.undo();
        } else {
            document.abort_gesture();
            prop_assert_eq!(document.present(), 0);
        }
        prop_assert_eq!(document.workflow().to_json(), base.to_json());
        prop_assert!(!document.is_dirty());
    }
}

/// At once, in a gesture, in a gesture after others, or in a gesture that is given up.
fn do_it(document: &mut OpenDocument, edit: &Edit, how: u8) -> bool {
    let catalogue = catalogue();
    match how {
        0 => document
            .apply(edit, catalogue)
            .is_ok_and(|applied| applied.is_changed),
        3 => {
            let _ = document.preview(edit, catalogue);
            document.abort_gesture();
            false
        }
        how => {
            document.begin_gesture();
            if how == 2 {
                let other = move_nodes(
                    document
                        .workflow()
                        .nodes
                        .first()
                        .map(|node| node.id.clone()),
                    [7.0, 7.0],
                );
                document.preview(&other, catalogue).unwrap();
            }
            if document.preview(edit, catalogue).is_err() {
                document.abort_gesture();
                return false;
            }
            document.commit_gesture()
        }
    }
}

#[test]
fn a_drag_is_one_named_entry_and_esc_leaves_no_trace() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(still(), 4);
    let from = position(&document, "still");
    for distance in 1..50 {
        let by = [f64::from(distance), 0.0];
        document
            .preview(&move_nodes([id("still")], by), catalogue)
            .unwrap();
        assert_eq!(position(&document, "still"), [from[0] + by[0], from[1]]);
    }
    assert!(document.commit_gesture());
    assert_eq!(labels(&document), ["Opened", "Move Still"]);
    assert!(document.is_dirty());

    document
        .preview(&move_nodes([id("glb")], [5.0, 5.0]), catalogue)
        .unwrap();
    let gone = document.abort_gesture().unwrap();
    assert_eq!(gone.to_string(), "Move GLB");
    assert_eq!(labels(&document).len(), 2);
    assert_eq!(document.undo().unwrap().to_string(), "Move Still");
    assert_eq!(position(&document, "still"), from);
    assert!(!document.is_dirty());
}

#[test]
fn a_drag_back_to_where_it_began_is_no_change() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(still(), 1);
    for by in [[5.0, 5.0], [0.0, 0.0]] {
        document
            .preview(&move_nodes([id("still")], by), catalogue)
            .unwrap();
    }
    assert!(!document.commit_gesture());
    assert!(!document.is_dirty());
    assert_eq!(labels(&document), ["Opened"]);
    let same = Edit::Mute {
        nodes: ids(["still"]),
        muted: false,
    };
    assert!(!document.apply(&same, catalogue).unwrap().is_changed);
    assert_eq!(document.present(), 0);
}

#[test]
fn undo_survives_a_save_and_knows_what_was_saved() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(still(), 1);
    let rename = |name: &str| Edit::SetName(name.to_owned());
    document.apply(&rename("one"), catalogue).unwrap();
    let written = Arc::clone(document.workflow());
    document.apply(&rename("two"), catalogue).unwrap();
    // The save that comes back is of what was written, not of what stands there now.
    document.mark_saved(2, written);
    assert!(document.is_dirty());
    document.undo();
    assert!(!document.is_dirty());
    document.undo();
    assert!(document.is_dirty());
    assert_eq!(document.saved().unwrap().revision, 2);
    document.redo();
    assert!(!document.is_dirty());
}

#[test]
fn a_new_document_is_clean_until_something_is_done() {
    let catalogue = catalogue();
    let mut document = OpenDocument::new(still());
    assert!(!document.is_dirty() && document.saved().is_none());
    document
        .apply(&Edit::SetName("mine".to_owned()), catalogue)
        .unwrap();
    assert!(document.is_dirty());
    document.undo();
    assert!(!document.is_dirty());
}

#[test]
fn selection_comes_back_with_undo_and_new_things_are_selected() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(still(), 1);
    document.select(nodes(["still", "no_such_node"]));
    assert_eq!(*document.selection(), nodes(["still"]));
    let duplicate = Edit::Duplicate {
        items: document.selection().clone(),
        by: [20.0, 20.0],
        with_inputs: true,
    };
    document.apply(&duplicate, catalogue).unwrap();
    assert_eq!(*document.selection(), nodes(["still_2"]));
    document.undo();
    assert_eq!(*document.selection(), nodes(["still"]));
    document.redo();
    assert_eq!(*document.selection(), nodes(["still_2"]));
    let remove = Edit::Remove {
        items: document.selection().clone(),
        reconnect: false,
    };
    document.apply(&remove, catalogue).unwrap();
    assert_eq!(*document.selection(), Selection::default());
    document.undo();
    assert_eq!(*document.selection(), nodes(["still_2"]));
}

#[test]
fn what_was_undone_is_gone_after_another_change_and_the_list_is_bounded() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(still(), 1);
    for number in 0..1_200 {
        document
            .apply(&Edit::SetName(format!("name {number}")), catalogue)
            .unwrap();
    }
    assert_eq!(document.history().len(), 1_000);
    assert!(document.go_to(500));
    assert_eq!(document.workflow().name, "name 700");
    document
        .apply(&Edit::SetName("other".to_owned()), catalogue)
        .unwrap();
    assert_eq!(document.history().len(), 502);
    assert!(document.redo().is_none());
    while document.undo().is_some() {}
    assert_eq!(document.workflow().name, "name 200");
    assert!(document.is_dirty());
}

#[test]
fn a_failed_edit_changes_nothing() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(still(), 1);
    let (before, revision) = (document.workflow().to_json(), document.revision());
    let edits = Edit::All {
        name: "Two".to_owned(),
        edits: vec![
            Edit::SetName("x".to_owned()),
            move_nodes([id("nobody")], [1.0, 1.0]),
        ],
    };
    let error = document.apply(&edits, catalogue).unwrap_err();
    assert_eq!(error.to_string(), "there is no node `nobody`");
    assert_eq!(document.workflow().to_json(), before);
    assert_eq!(document.revision(), revision);
}

#[test]
fn the_order_of_settings_is_kept_by_undo() {
    let catalogue = catalogue();
    let mut workflow = large(20);
    workflow.nodes[0].settings = serde_json::from_value(json!({"b": 1, "a": 2})).unwrap();
    let mut document = OpenDocument::opened(workflow.clone(), 1);
    let mut other = workflow.clone();
    other.nodes[0].settings = serde_json::from_value(json!({"a": 2, "b": 1})).unwrap();
    other.nodes[1].position = [-0.0, 0.0];
    let replace = |workflow| Edit::Replace {
        workflow: Arc::new(workflow),
        why: "Take theirs".to_owned(),
    };
    document.apply(&replace(other.clone()), catalogue).unwrap();
    document.undo();
    assert_eq!(document.workflow().to_json(), workflow.to_json());
    document.redo();
    assert_eq!(document.workflow().to_json(), other.to_json());
    assert_eq!(labels(&document)[1], "Take theirs");
}

#[test]
fn no_way_back_leads_out_of_a_workflow_of_its_own() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(valid("thumbnail"), 1);
    let first = document.workflow().name.clone();
    for edit in [
        Edit::SetName("Mine".to_owned()),
        Edit::SetDescription("For the fair".to_owned()),
    ] {
        document.apply(&edit, catalogue).unwrap();
    }
    document.undo();
    let another = WorkflowId::literal("another");
    document.become_another(&another, ["Mine", "Second"]);
    assert_eq!((document.present(), labels(&document).len()), (1, 3));
    let mut names = Vec::new();
    for index in [1, 0, 2] {
        document.go_to(index);
        assert_eq!(document.workflow().id, another, "state {index}");
        names.push(document.workflow().name.clone());
    }
    assert_eq!(names, ["Second", &*first, "Second"]);
}

#[test]
fn seeds_make_most_kinds_of_edits() {
    // The properties above would pass with edits that all fail.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let catalogue = catalogue();
    let mut runner = TestRunner::deterministic();
    let workflow = valid("reroutes_frames_notes_bookmarks");
    let mut kinds = std::collections::BTreeSet::new();
    for _ in 0..3_000 {
        let seed: Seed = seed().new_tree(&mut runner).unwrap().current();
        let Some(edit) = make(&seed, &workflow) else {
            continue;
        };
        let after = edit.apply(&workflow, catalogue);
        if after.is_ok_and(|after| after.to_json() != workflow.to_json()) {
            kinds.insert(edit.label(&workflow, catalogue).key);
        }
    }
    assert!(kinds.len() >= 34, "{}: {kinds:?}", kinds.len());
}
