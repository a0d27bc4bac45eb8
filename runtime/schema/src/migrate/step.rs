//! Which node takes an old step's place, and which family the workflow is of.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use crate::suggest::{clip, did_you_mean};
use crate::{Catalogue, Category, Family, NodeDefinition, NodeType, Severity};

/// Step keys of the old pipeline whose node has another name. All others keep theirs.
const STEPS: &[(&str, &str)] = &[
    ("blender_still", "render_still"),
    ("blender_turntable", "render_turntable"),
    ("blender_thumbnail", "render_thumbnail"),
    ("still", "render_still"),
    ("turntable", "render_turntable"),
    ("thumbnail", "render_thumbnail"),
];

/// Gives every node its type, and the workflow its family.
pub(super) fn name_nodes(draft: &mut Draft, catalogue: &Catalogue) {
    for node in &mut draft.nodes {
        let key = node_type(&node.step, catalogue);
        node.node_type = NodeType::new(key).unwrap_or(NodeType::literal("unknown"));
    }
    let family = draft.family.unwrap_or_else(|| family(draft, catalogue));
    draft.family = Some(family);
    use_own_input_node(draft, catalogue, family);
    merge_input_nodes(draft, catalogue);
    for index in 0..draft.nodes.len() {
        match catalogue.get(&draft.nodes[index].node_type) {
            Some(definition) if definition.families.contains(&family) => {}
            Some(definition) => {
                let message = format!(
                    "`{}` has no place in {family} workflows",
                    definition.node_type
                );
                let fix = "remove it, or replace it by a node of this family".to_owned();
                draft
                    .note(Severity::Error, "migration_family", (message, fix))
                    .at(index)
                    .pointing("/type");
            }
            None => unknown_step(draft, index, catalogue),
        }
    }
}

/// What a step of the old pipeline is called now.
pub(super) fn new_name(step: &str) -> &str {
    STEPS
        .iter()
        .find(|(key, _)| *key == step)
        .map_or(step, |(_, node_type)| *node_type)
}

fn node_type(step: &str, catalogue: &Catalogue) -> String {
    let renamed = new_name(step);
    if renamed != step {
        return renamed.to_owned();
    }
    let mirrors = catalogue
        .nodes
        .iter()
        .find(|node| node.legacy.step.as_deref() == Some(step));
    mirrors
        .map_or(step, |node| node.node_type.as_str())
        .to_owned()
}

/// The family that most of the steps belong to alone.
fn family(draft: &Draft, catalogue: &Catalogue) -> Family {
    let only = |family: Family| {
        let nodes = draft
            .nodes
            .iter()
            .filter_map(|node| catalogue.get(&node.node_type));
        nodes
            .filter(|definition| definition.families == [family])
            .count()
    };
    let (cad_file, order_line) = (only(Family::CadFile), only(Family::OrderLine));
    let starts_at_order_line = draft
        .nodes
        .iter()
        .any(|node| node.node_type.as_str() == "order_line_setup");
    if order_line > cad_file || starts_at_order_line {
        Family::OrderLine
    } else {
        Family::CadFile
    }
}

/// The old pipeline looked the CAD file up in both families; now each has its own input node.
fn use_own_input_node(draft: &mut Draft, catalogue: &Catalogue, family: Family) {
    let is_input = |node: &NodeDefinition| node.category == Category::Input;
    for node in &mut draft.nodes {
        let Some(definition) = catalogue.get(&node.node_type) else {
            continue;
        };
        if !is_input(definition) || definition.families.contains(&family) {
            continue;
        }
        let gives_the_same = |other: &&NodeDefinition| {
            is_input(other)
                && other.families.contains(&family)
                && other.contract.outputs.iter().any(|port| {
                    definition
                        .contract
                        .outputs
                        .iter()
                        .any(|own| own.kind == port.kind)
                })
        };
        if let Some(own) = catalogue.nodes.iter().find(gives_the_same) {
            node.node_type = own.node_type.clone();
        }
    }
}

/// A graph begins once: later input nodes of the same type become one with the first.
fn merge_input_nodes(draft: &mut Draft, catalogue: &Catalogue) {
    let is_input = |node_type: &NodeType| {
        catalogue
            .get(node_type)
            .is_some_and(|definition| definition.category == Category::Input)
    };
    let mut kept: Vec<super::draft::DraftNode> = Vec::new();
    let mut new_index = Vec::new();
    for (place, node) in std::mem::take(&mut draft.nodes).into_iter().enumerate() {
        let same = |other: &super::draft::DraftNode| other.node_type == node.node_type;
        let first = is_input(&node.node_type)
            .then(|| kept.iter().position(same))
            .flatten();
        let Some(first) = first else {
            new_index.push(kept.len());
            kept.push(node);
            continue;
        };
        let mut merged = node.legacy;
        if node.taken.contains(&"id") {
            merged.insert("id".to_owned(), Value::String(node.id.to_string()));
        }
        merged.extend(
            node.label
                .map(|label| ("label".to_owned(), Value::String(label))),
        );
        merged.extend(
            node.position
                .map(|position| ("position".to_owned(), json!(position))),
        );
        let mut params = Map::new();
        let mut moved = Vec::new();
        for (name, value) in node.params {
            let own = &mut kept[first].params;
            if own.contains_key(&name) {
                params.insert(name, value);
            } else {
                moved.push(name.clone());
                own.insert(name, value);
            }
        }
        merged.insert("place".to_owned(), json!(place));
        let lists = [("moved", json!(moved)), ("taken", json!(node.taken))];
        for (key, list) in lists {
            if list.as_array().is_some_and(|list| !list.is_empty()) {
                merged.insert(key.to_owned(), list);
            }
        }
        if !params.is_empty() {
            merged.insert("params".to_owned(), Value::Object(params));
        }
        let merged_into = kept[first]
            .legacy
            .entry("merged")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = merged_into {
            list.push(Value::Object(merged));
        }
        new_index.push(first);
    }
    draft.nodes = kept;
    for link in draft.links.iter_mut().flatten() {
        link.from = new_index[link.from];
        link.to = new_index[link.to];
    }
}

fn unknown_step(draft: &mut Draft, index: usize, catalogue: &Catalogue) {
    let step = draft.nodes[index].step.clone();
    let message = format!("no node stands for the step `{}`", clip(&step));
    let known = catalogue
        .nodes
        .iter()
        .filter_map(|node| node.legacy.step.as_deref());
    let fix = did_you_mean(&step, known, "replace the node; its values are kept");
    draft
        .note(Severity::Error, "migration_unknown_step", (message, fix))
        .at(index)
        .pointing("/type");
}
