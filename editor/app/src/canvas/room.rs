//! Room for a node that is put on an edge: what comes after it moves along to the right.

use std::collections::BTreeSet;

use egui::Rect;
use hartomat_document::{EdgeKey, Edit, Links, Reach, Selection};
use hartomat_schema::NodeId;

use crate::messages::text;
use crate::state::Session;

/// Between a node on an edge and its neighbours, in graph points.
const GAP: f32 = 40.0;

/// An edit that puts a node of this rectangle on an edge, and makes room for it in the same step.
pub(super) fn with_room(session: &Session, edge: &EdgeKey, rect: Rect, insert: Edit) -> Edit {
    let Some(room) = room(session, edge, rect) else {
        return insert;
    };
    Edit::All {
        name: text("canvas.insert").to_owned(),
        edits: vec![room, insert],
    }
}

/// What lies after the edge, moved as far as the node needs.
fn room(session: &Session, edge: &EdgeKey, rect: Rect) -> Option<Edit> {
    let model = &session.canvas.model;
    let after = model.node(&edge.to.node)?.rect;
    let before = model.node(&edge.from.node)?.rect;
    let missing = rect.right() + GAP - after.left();
    // Where an edge leads back, to the right is no way on.
    if missing <= 0.0 || after.left() <= before.left() {
        return None;
    }
    let links = Links::new(session.document.workflow());
    let reached = links.reach([&edge.to.node], Reach::Downstream);
    let is_right = |id: &NodeId| {
        let node = model.node(id);
        node.is_some_and(|node| node.rect.left() >= after.left() - 1.0)
    };
    let nodes: BTreeSet<NodeId> = reached.into_iter().filter(is_right).collect();
    Some(Edit::Move {
        items: Selection::of_nodes(nodes),
        by: [f64::from(missing.round()), 0.0],
    })
}
