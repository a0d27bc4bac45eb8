//! What edits cost in memory. Alone in its binary, because it reads the process's own peak.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fs;

use hartomat_document::{Edit, OpenDocument, Selection};
use hartomat_schema::{Catalogue, NodeDefinition, NodeId, ReadWorkflow, Workflow, read_workflow};
use serde_json::json;

fn peak_kib() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

fn catalogue() -> Catalogue {
    let text = include_str!("../../../runtime/schema/tests/documents/catalogue.json");
    let nodes: Vec<NodeDefinition> = serde_json::from_str(text).unwrap();
    Catalogue::new(nodes)
}

/// Two thousand nodes with the settings that people set.
fn large() -> Workflow {
    let text = include_str!("../../../runtime/schema/corpus/valid/canonical_still.json");
    let Ok(ReadWorkflow::Current(one)) = read_workflow(text.as_bytes()) else {
        panic!("the canonical still can't be read");
    };
    let mut workflow = Workflow::clone(&one);
    for copy in 1..182 {
        let name = |node: &NodeId| NodeId::new(format!("{node}_{copy}")).unwrap();
        for node in &one.nodes {
            let mut node = node.clone();
            node.id = name(&node.id);
            workflow.nodes.push(node);
        }
        for edge in &one.edges {
            let mut edge = edge.clone();
            edge.from.node = name(&edge.from.node);
            edge.to.node = name(&edge.to.node);
            workflow.edges.push(edge);
        }
    }
    workflow
}

/// Where the texts of a document lie in memory.
fn addresses(document: &OpenDocument, but: &NodeId) -> Vec<*const u8> {
    let workflow = document.workflow();
    let nodes = workflow.nodes.iter().filter(|node| node.id != *but);
    let nodes = nodes.map(|node| node.id.as_str().as_ptr());
    let edges = workflow.edges.iter();
    nodes
        .chain(edges.map(|edge| edge.from.node.as_str().as_ptr()))
        .collect()
}

#[test]
fn the_frames_of_a_gesture_copy_nothing_but_what_it_is_about() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(large(), 1);
    let node = document.workflow().nodes[777].id.clone();
    let drag = |x: f64| Edit::Move {
        items: Selection::of_nodes([node.clone()]),
        by: [x, 0.0],
    };
    let scrub = |value: f64| Edit::set_setting(node.clone(), "/samples", json!(value));
    for edit in [&drag as &dyn Fn(f64) -> Edit, &scrub] {
        document.begin_gesture();
        document.preview(&edit(1.0), &catalogue).unwrap();
        let before = addresses(&document, &node);
        for frame in 0..50_u32 {
            let edit = edit(f64::from(frame));
            document.preview(&edit, &catalogue).unwrap();
            assert!(before == addresses(&document, &node));
        }
        document.commit_gesture();
    }
}

#[test]
fn a_long_history_holds_each_node_once_for_each_value_that_it_had() {
    let catalogue = catalogue();
    let mut document = OpenDocument::opened(large(), 1);
    assert!(document.workflow().nodes.len() >= 2_000);
    let node = document.workflow().nodes[777].id.clone();
    let set = |value: u32| Edit::set_setting(node.clone(), "/samples", json!(value));
    // The peak of a change itself is no part of what the history holds.
    document.apply(&set(1), &catalogue).unwrap();
    document.apply(&set(2), &catalogue).unwrap();
    let before = peak_kib();
    for value in 3..900 {
        document.apply(&set(value), &catalogue).unwrap();
    }
    assert_eq!(document.history().len(), 900);
    let taken = peak_kib() - before;
    assert!(
        taken < 40 << 10,
        "{} MiB for 900 changes of one node of two thousand",
        taken >> 10
    );
}
