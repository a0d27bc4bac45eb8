//! Room to turn: old turntable steps framed for their own turn; now the scene node does.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::WorkflowValidator;

/// Gives every scene node that feeds a turntable room to turn.
pub(super) fn give(draft: &mut Draft, validator: &WorkflowValidator) {
    for index in 0..draft.nodes.len() {
        let mut edges = draft.edges.iter();
        let feeds_a_turn = edges.any(|((to, _), source)| {
            source.node == index && draft.nodes[*to].node_type.as_str() == "render_turntable"
        });
        let node = &mut draft.nodes[index];
        if !feeds_a_turn || node.node_type.as_str() != "compose_scene" {
            continue;
        }
        let room = Map::from_iter([("full_turn".to_owned(), Value::Bool(true))]);
        let is_known = validator
            .check_settings(&node.node_type, &room, "")
            .is_empty();
        if is_known && !node.settings.contains_key("full_turn") {
            node.settings.extend(room);
        }
    }
}
