//! From node to node by arrow keys.

use egui::{Pos2, Vec2};
use hartomat_document::Selection;

use crate::canvas::NodeView;
use crate::command::Action;
use crate::state::Session;

/// Selects the next node in a direction and brings it into view.
pub(super) fn step(session: &mut Session, action: Action) {
    let model = &session.canvas.model;
    let selection = session.document.selection();
    let current = selection.nodes.last().and_then(|id| model.node(id));
    let found = match current {
        Some(node) => next(&model.nodes, node, direction(action)),
        None => nearest(&model.nodes, session.canvas.view.center),
    };
    let Some(found) = found else {
        return;
    };
    let (id, rect) = (found.id.clone(), found.rect);
    session.document.select(Selection::of_nodes([id]));
    if let Some(canvas) = session.canvas.rect {
        session.canvas.view = session.canvas.view.revealing(rect, canvas);
    }
}

fn direction(action: Action) -> Vec2 {
    match action {
        Action::SelectLeft => -Vec2::X,
        Action::SelectRight => Vec2::X,
        Action::SelectUp => -Vec2::Y,
        _ => Vec2::Y,
    }
}

/// The nearest node in a direction; what lies aside counts as further away.
fn next<'a>(nodes: &'a [NodeView], from: &NodeView, direction: Vec2) -> Option<&'a NodeView> {
    let distance = |node: &NodeView| {
        let way = node.rect.center() - from.rect.center();
        let along = way.dot(direction);
        let aside = way.dot(direction.rot90()).abs();
        (along > 8.0 && node.id != from.id).then_some(along + 2.2 * aside)
    };
    let reachable = nodes
        .iter()
        .filter_map(|node| Some((distance(node)?, node)));
    reachable
        .min_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, node)| node)
}

fn nearest(nodes: &[NodeView], to: Pos2) -> Option<&NodeView> {
    let distance = |node: &NodeView| node.rect.center().distance_sq(to);
    nodes
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
