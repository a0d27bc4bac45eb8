//! Align, distribute and automatic layout.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hartomat_document::{Alignment, Axis, Edit, NodeSizes, Rect};
use hartomat_schema::{NodeId, Workflow};
use proptest::prelude::*;

use crate::support::{apply, catalogue, id, ids, large, still, valid};
use crate::what_edits::{make, seed};

fn sizes(workflow: &Workflow) -> Arc<NodeSizes> {
    Arc::new(NodeSizes::estimated(workflow, catalogue()))
}

fn layout(workflow: &Workflow, nodes: Option<BTreeSet<NodeId>>) -> Workflow {
    let sizes = sizes(workflow);
    apply(workflow, &Edit::AutoLayout { nodes, sizes })
}

/// Pairs of nodes that cover each other.
fn overlaps(workflow: &Workflow) -> Vec<(String, String)> {
    let sizes = sizes(workflow);
    let mut rects: Vec<(Rect, &NodeId)> = workflow
        .nodes
        .iter()
        .map(|node| (sizes.rect(node), &node.id))
        .collect();
    rects.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
    let mut found = Vec::new();
    for (index, (rect, node)) in rects.iter().enumerate() {
        for (other, id) in &rects[index + 1..] {
            if other.x > rect.right() {
                break;
            }
            if rect.touches(*other) {
                found.push((node.to_string(), id.to_string()));
            }
        }
    }
    found
}

#[test]
fn sides_and_middles_come_on_one_line() {
    let workflow = still();
    let sizes = sizes(&workflow);
    let names = ids(["glb", "materials", "still"]);
    let rects = |workflow: &Workflow| -> Vec<Rect> {
        names
            .iter()
            .map(|id| sizes.rect(workflow.node(id).unwrap()))
            .collect()
    };
    let bounds = Rect::around(rects(&workflow)).unwrap();
    let aligned = |to| {
        let edit = Edit::Align {
            nodes: names.clone(),
            to,
            sizes: Arc::clone(&sizes),
        };
        rects(&apply(&workflow, &edit))
    };
    let all = |rects: Vec<Rect>, line: fn(Rect) -> f64, at: f64| {
        assert!(
            rects.iter().all(|rect| (line(*rect) - at).abs() < 1e-9),
            "{rects:?}"
        );
    };
    all(aligned(Alignment::Left), |rect| rect.x, bounds.x);
    all(aligned(Alignment::Right), Rect::right, bounds.right());
    all(aligned(Alignment::Top), |rect| rect.y, bounds.y);
    all(aligned(Alignment::Bottom), Rect::bottom, bounds.bottom());
    all(
        aligned(Alignment::Center),
        |rect| rect.center()[0],
        bounds.center()[0],
    );
    all(
        aligned(Alignment::Middle),
        |rect| rect.center()[1],
        bounds.center()[1],
    );
}

#[test]
fn distributed_nodes_have_equal_gaps_and_the_outermost_stay() {
    let workflow = still();
    let sizes = sizes(&workflow);
    let edit = Edit::Distribute {
        nodes: ids(["line", "suggest", "scene", "tell"]),
        along: Axis::Horizontal,
        sizes: Arc::clone(&sizes),
    };
    let after = apply(&workflow, &edit);
    let rect = |name: &str| sizes.rect(after.node(&id(name)).unwrap());
    let row = ["line", "suggest", "scene", "tell"].map(rect);
    let gaps: Vec<f64> = row
        .windows(2)
        .map(|pair| pair[1].x - pair[0].right())
        .collect();
    assert!(
        gaps.iter().all(|gap| (gap - gaps[0]).abs() < 1e-9),
        "{gaps:?}"
    );
    assert_eq!((row[0].x, row[3].x), (0.0, 1820.0));
}

#[test]
fn a_layout_reads_from_left_to_right_without_crossings_of_the_canonical_still() {
    let after = layout(&still(), None);
    let x = |name: &NodeId| after.node(name).unwrap().position[0];
    for edge in &after.edges {
        assert!(x(&edge.from.node) < x(&edge.to.node), "{edge:?}");
    }
    assert!(overlaps(&after).is_empty());
    let corner = after.nodes.iter().map(|node| node.position[0]);
    assert_eq!(corner.fold(f64::MAX, f64::min), 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layout_covers_nothing_and_is_the_same_twice(seeds in prop::collection::vec(seed(), 0..30), chosen in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let catalogue = catalogue();
        let mut workflow = valid("two_outputs");
        for seed in &seeds {
            let Some(edit) = make(seed, &workflow) else { continue };
            if let Ok(after) = edit.apply(&workflow, catalogue) {
                workflow = after;
            }
        }
        workflow.frames.clear();
        let after = layout(&workflow, None);
        prop_assert_eq!(overlaps(&after), vec![]);
        prop_assert_eq!(layout(&after, None).to_json(), after.to_json());
        // Of a selection: the others stay, and nothing new is covered.
        let count = workflow.nodes.len();
        if count == 0 {
            return Ok(());
        }
        let nodes: BTreeSet<NodeId> = chosen.iter().map(|at| workflow.nodes[at.index(count)].id.clone()).collect();
        let some = layout(&workflow, Some(nodes.clone()));
        let before: BTreeMap<&NodeId, [f64; 2]> = workflow.nodes.iter().map(|node| (&node.id, node.position)).collect();
        for node in &some.nodes {
            prop_assert!(nodes.contains(&node.id) || before[&node.id] == node.position);
        }
        for (a, b) in overlaps(&some) {
            prop_assert!(!nodes.contains(&id(&a)) && !nodes.contains(&id(&b)), "{} covers {}", a, b);
        }
        prop_assert_eq!(layout(&some, Some(nodes)).to_json(), some.to_json());
    }
}

#[test]
fn a_layout_of_two_thousand_nodes_covers_nothing_and_keeps_parts_together() {
    let workflow = large(2_000);
    let after = layout(&workflow, None);
    assert_eq!(overlaps(&after), vec![]);
    let span = |copy: usize| {
        let own = after.nodes.iter();
        let own = own.filter(|node| node.id.as_str().ends_with(&format!("_{copy}")));
        let rows: Vec<f64> = own.map(|node| node.position[1]).collect();
        let low = rows.iter().copied().fold(f64::MAX, f64::min);
        (low, rows.iter().copied().fold(f64::MIN, f64::max))
    };
    assert!(span(0).1 < span(1).0 && span(1).1 < span(2).0);
}

#[test]
fn frames_follow_their_nodes_and_circles_are_laid_out_too() {
    let mut workflow = still();
    let around = Edit::AddFrame {
        title: "Materials".to_owned(),
        items: crate::support::nodes(["suggest", "materials"]),
        sizes: sizes(&workflow),
    };
    workflow = apply(&workflow, &around);
    for node in &mut workflow.nodes {
        node.position[1] *= 3.0;
    }
    workflow.frames[0].rect = [500.0, 400.0, 500.0, 200.0];
    let after = layout(&workflow, None);
    let sizes = sizes(&after);
    for name in ["suggest", "materials"] {
        let rect = sizes.rect(after.node(&id(name)).unwrap());
        assert!(Rect::from(after.frames[0].rect).holds(rect));
    }
    // A document may come with a circle; it is laid out nevertheless.
    let mut circle = still();
    let mut back = circle.edges[0].clone();
    back.from.node = id("tell");
    back.to.node = id("line");
    circle.edges.push(back);
    assert_eq!(overlaps(&layout(&circle, None)), vec![]);
}
