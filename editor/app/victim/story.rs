//! What the victim does, gesture by gesture, so that the test can do the same again.

use hartomat_document::{Edit, Selection};
use hartomat_schema::{NodeId, NodeType};

/// The edit of a gesture. Each says its number in the workflow's description.
pub(crate) fn gesture(number: u64) -> Edit {
    let own = match number % 4 {
        1 => Edit::AddNode {
            node_type: NodeType::literal("render_still"),
            position: [number as f64 * 10.0, 0.0],
            id: Some(node(number)),
        },
        2 => Edit::Move {
            items: Selection::of_nodes([node(number - 1)]),
            by: [5.0, number as f64],
        },
        3 => Edit::set_setting(node(number - 2), "/samples", (number + 1).into()),
        _ => Edit::SetName(format!("Story {number}")),
    };
    Edit::All {
        name: format!("gesture {number}"),
        edits: vec![own, Edit::SetDescription(number.to_string())],
    }
}

fn node(number: u64) -> NodeId {
    NodeId::new(format!("n{number}")).expect("a letter and a number are an id")
}
