//! The picture's framing: old render steps framed for their own size and turn; now the scene node does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::draft::Draft;
use crate::{Severity, WorkflowValidator};

/// Sets `aspect` of every scene node from the size of the renders that it feeds, and gives it room to turn
/// where a turntable is among them.
pub(super) fn derive(draft: &mut Draft, validator: &WorkflowValidator) {
    for index in 0..draft.nodes.len() {
        if draft.nodes[index].node_type.as_str() != "compose_scene" {
            continue;
        }
        let targets = draft
            .edges
            .iter()
            .filter(|(_, source)| source.node == index);
        let targets: BTreeSet<usize> = targets.map(|((to, _), _)| *to).collect();
        let turns = |target: &usize| {
            let target = &draft.nodes[*target];
            target.node_type.as_str() == "render_turntable"
        };
        if targets.iter().any(turns) {
            give_room(draft, validator, index);
        }
        let mut sizes = BTreeSet::new();
        sizes.extend(
            targets
                .into_iter()
                .filter_map(|target| size(draft, validator, target)),
        );
        let own = draft.nodes[index].settings.contains_key("aspect");
        match (own, sizes.len()) {
            (true, _) | (_, 0) => {}
            (false, 1) => set(
                draft,
                validator,
                index,
                sizes.first().copied().unwrap_or((1, 1)),
            ),
            (false, _) => {
                let message = "the pictures that this scene feeds have several aspects".to_owned();
                let fix = "give each its own scene node, or choose an aspect".to_owned();
                draft
                    .note(Severity::Warning, "migration_aspect", (message, fix))
                    .at(index);
            }
        }
    }
}

/// Width and height of a render, divided by what they share.
fn size(draft: &Draft, validator: &WorkflowValidator, index: usize) -> Option<(u64, u64)> {
    let node = &draft.nodes[index];
    let definition = validator.catalogue().get(&node.node_type)?;
    let defaults = definition.default_settings();
    let side = |name: &str| {
        let value = node.settings.get(name).or_else(|| defaults.get(name));
        value.and_then(Value::as_u64).filter(|side| *side > 0)
    };
    let (width, height) = (side("width_px")?, side("height_px")?);
    let shared = common_divisor(width, height);
    Some((width / shared, height / shared))
}

fn give_room(draft: &mut Draft, validator: &WorkflowValidator, index: usize) {
    let node = &mut draft.nodes[index];
    let room = serde_json::Map::from_iter([("full_turn".to_owned(), Value::Bool(true))]);
    let is_known = validator
        .check_settings(&node.node_type, &room, "")
        .is_empty();
    if is_known && !node.settings.contains_key("full_turn") {
        node.settings.extend(room);
    }
}

fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn set(
    draft: &mut Draft,
    validator: &WorkflowValidator,
    index: usize,
    (width, height): (u64, u64),
) {
    let aspect = (width as f64 / height as f64 * 1e6).round() / 1e6;
    let node = &mut draft.nodes[index];
    let candidate = serde_json::Map::from_iter([("aspect".to_owned(), json!(aspect))]);
    if width != height
        && validator
            .check_settings(&node.node_type, &candidate, "")
            .is_empty()
    {
        node.settings.extend(candidate);
    }
}
