//! Copy, paste and duplicate: within, between windows, as text, and from hostile text.

use std::sync::Arc;

use hartomat_document::{Clip, ClipError, Edit, EditError, OpenDocument, PastePlan, Selection};
use hartomat_schema::Workflow;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{apply, catalogue, edges, id, nodes, still, valid};

fn paste(clip: Clip, with_inputs: bool) -> Edit {
    Edit::Paste {
        clip: Arc::new(clip),
        position: [5_000.0, 0.0],
        with_inputs,
    }
}

fn through_text(clip: &Clip) -> Clip {
    Clip::from_text(&clip.to_text()).unwrap()
}

/// Nodes without ids and positions, for comparing copies.
fn bare(workflow: &Workflow, items: &[hartomat_schema::NodeId]) -> Vec<serde_json::Value> {
    let nodes = workflow
        .nodes
        .iter()
        .filter(|node| items.contains(&node.id));
    nodes
        .map(|node| {
            let mut value = serde_json::to_value(node).unwrap();
            value["id"] = json!(null);
            value["position"] = json!(null);
            value
        })
        .collect()
}

#[test]
fn a_copied_part_comes_back_whole_through_text() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(valid("unknown_keys_at_every_level"), 1);
    let items = Selection::all(document.workflow());
    let clip = through_text(&Clip::copy(document.workflow(), &items));
    let before = Arc::clone(document.workflow());
    let applied = document.apply(&paste(clip, false), catalogue).unwrap();
    assert!(applied.left_out.is_empty());
    let after = document.workflow();
    let old: Vec<_> = before.nodes.iter().map(|node| node.id.clone()).collect();
    let new: Vec<_> = document.selection().nodes.iter().cloned().collect();
    assert_eq!(new.len(), old.len());
    let (mut a, mut b) = (bare(&before, &old), bare(after, &new));
    a.sort_by_key(ToString::to_string);
    b.sort_by_key(ToString::to_string);
    assert_eq!(a, b);
    assert_eq!(after.edges.len(), 2 * before.edges.len());
    assert_eq!(after.frames.len(), 2 * before.frames.len());
    assert_eq!(after.notes.len(), 2 * before.notes.len());
    let extras = |edges: &[hartomat_schema::Edge]| -> Vec<_> {
        edges.iter().map(|edge| edge.extra.clone()).collect()
    };
    let count = before.edges.len();
    assert_eq!(extras(&after.edges[..count]), extras(&after.edges[count..]));
    let left = after.nodes[old.len()..].iter().map(|node| node.position[0]);
    let frames = after.frames[before.frames.len()..]
        .iter()
        .map(|frame| frame.rect[0]);
    let notes = after.notes[before.notes.len()..]
        .iter()
        .map(|note| note.position[0]);
    let corner = left.chain(frames).chain(notes).fold(f64::MAX, f64::min);
    assert_eq!(corner, 5_000.0);
}

#[test]
fn inputs_from_outside_come_along_when_asked_for() {
    let workflow = still();
    let clip = Clip::copy(&workflow, &nodes(["still", "save"]));
    let without = apply(&workflow, &paste(clip.clone(), false));
    let own = |workflow: &Workflow| -> Vec<String> {
        let edges = edges(workflow).into_iter();
        edges.filter(|edge| edge.contains("_2")).collect()
    };
    assert_eq!(own(&without), ["still_2.image → save_2.output"]);
    let with = apply(&workflow, &paste(clip.clone(), true));
    assert_eq!(
        own(&with),
        [
            "scene.scene → still_2.scene",
            "still_2.image → save_2.output"
        ]
    );
    let duplicate = Edit::Duplicate {
        items: nodes(["still", "save"]),
        by: [30.0, 30.0],
        with_inputs: true,
    };
    let duplicated = apply(&workflow, &duplicate);
    assert_eq!(own(&duplicated), own(&with));
    assert_eq!(
        duplicated.node(&id("still_2")).unwrap().position,
        [1330.0, 110.0]
    );
}

#[test]
fn what_doesnt_fit_is_said_and_the_rest_comes() {
    let catalogue = catalogue();
    let clip = Clip::copy(&still(), &Selection::all(&still()));
    let plan = PastePlan::new(&valid("thumbnail"), catalogue, &clip, false);
    let said: Vec<String> = plan.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "`line`: `order_line_setup` belongs to order_line workflows, this one is of the family cad_file",
            "`template`: `resolve_template` belongs to order_line workflows, this one is of the family cad_file",
            "`still`: `render_still` belongs to order_line workflows, this one is of the family cad_file",
            "`save`: `output_save` belongs to order_line workflows, this one is of the family cad_file",
        ]
    );
    assert_eq!(plan.count, 7);
    let mut document = OpenDocument::opened(valid("thumbnail"), 1);
    let applied = document.apply(&paste(clip, false), catalogue).unwrap();
    assert_eq!(applied.left_out, plan.left_out);
    assert_eq!(document.selection().len(), 7);

    let only = Clip::copy(&still(), &nodes(["still"]));
    let error = document.apply(&paste(only, false), catalogue).unwrap_err();
    assert!(matches!(error, EditError::NothingFits(_)));
    assert_eq!(
        error.to_string(),
        "nothing of this fits into this workflow: `still`: `render_still` belongs to order_line workflows, this one is of the family cad_file"
    );
}

#[test]
fn a_whole_workflow_can_be_pasted_and_a_missing_source_is_said() {
    let catalogue = catalogue();
    let clip = Clip::from_text(&still().to_json()).unwrap();
    assert_eq!(clip.len(), still().nodes.len());
    let mut empty = still();
    empty.nodes.clear();
    empty.edges.clear();
    let pasted = apply(&empty, &paste(clip, false));
    assert_eq!(edges(&pasted), edges(&still()));

    let clip = Clip::copy(&still(), &nodes(["still"]));
    let plan = PastePlan::new(&empty, catalogue, &clip, true);
    let said: Vec<String> = plan.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["the edge from `scene` to `still`: there is no node `scene`"]
    );
}

#[test]
fn edges_of_a_text_are_checked_like_any_other() {
    let mut workflow = still();
    let key = crate::support::edge(("still", "image"), ("save", "output"));
    let wrong = workflow.edges.iter_mut().find(|edge| key.is(edge)).unwrap();
    wrong.from = crate::support::end("glb", "glb");
    let mut circle = workflow.edges[0].clone();
    circle.from = crate::support::end("materials", "material_map");
    circle.to = crate::support::end("materials", "material_map");
    workflow.edges.insert(0, circle);
    let clip = Clip::from_text(&workflow.to_json()).unwrap();
    let plan = PastePlan::new(&still(), catalogue(), &clip, false);
    let said: Vec<String> = plan.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "the edge from `materials` to `materials`: a node can't feed itself",
            "the edge from `glb` to `save`: `glb` can't feed `output`: add `compose_scene` and `render_still` between them"
        ]
    );
}

#[test]
fn hostile_text_is_refused_with_a_sentence() {
    let say = |text: &str| Clip::from_text(text).unwrap_err().to_string();
    assert_eq!(
        say("hello"),
        "the text is no part of a workflow: expected a JSON value, found `hello`".replace(
            "expected a JSON value, found `hello`",
            &first_message("hello")
        )
    );
    assert!(say(&"[".repeat(100_000)).starts_with("the text is no part of a workflow"));
    assert_eq!(
        say(&"x".repeat(5 << 20)),
        "the text has 5242880 bytes, which is more than a part of a workflow has"
    );
    assert_eq!(
        Clip::from_text(r#"{"type": "still", "params": {}}"#).unwrap_err(),
        ClipError::Legacy
    );
    let mut empty = still();
    empty.nodes.clear();
    empty.edges.clear();
    assert_eq!(
        Clip::from_text(&empty.to_json()).unwrap_err(),
        ClipError::Empty
    );
    let mut far = still();
    far.nodes[0].position = [-1e308, -1e308];
    let far = Clip::from_text(&far.to_json()).unwrap();
    let there = Edit::Paste {
        clip: Arc::new(far),
        position: [1e308, 1e308],
        with_inputs: false,
    };
    assert_eq!(
        there.apply(&still(), catalogue()),
        Err(EditError::NotFinite)
    );
    let mut wide = still();
    wide.nodes[0].position[0] = -1.7e308;
    wide.edges[0].via = vec![[1.7e308, 0.0]];
    let wide = Clip::from_text(&wide.to_json()).unwrap();
    assert_eq!(
        paste(wide, false).apply(&still(), catalogue()),
        Err(EditError::NotFinite)
    );
}

fn first_message(text: &str) -> String {
    let found = hartomat_schema::read_workflow(text.as_bytes()).unwrap_err();
    found[0].message.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_reading_panic(at in any::<prop::sample::Index>(), with in "\\PC{0,12}", count in 0..40_usize) {
        let text = Clip::copy(&still(), &nodes(["still", "save"])).to_text();
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let end = (at + count).min(text.len());
        let tail = text.get(end..).unwrap_or_default();
        let text = format!("{}{with}{tail}", &text[..at]);
        if let Ok(clip) = Clip::from_text(&text) {
            let _ = PastePlan::new(&still(), catalogue(), &clip, true);
        }
    }
}
