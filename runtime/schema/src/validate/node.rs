//! Nodes on their own: identity, definition, version, family, coverage, settings.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::graph::Graph;
use super::{WorkflowValidator, is_in_family};
use crate::read::limits;
use crate::suggest::{clip, did_you_mean};
use crate::{Catalogue, Category, Coverage, Diagnostic, Family, Node, NodeDefinition, NodeType};

/// Checks every node, and that the graph begins where its family begins.
pub(super) fn check(graph: &Graph<'_>, validator: &WorkflowValidator) -> Vec<Diagnostic> {
    let family = graph.workflow.family;
    if graph.workflow.nodes.is_empty() {
        let fix = format!(
            "add nodes, beginning with {}",
            input_nodes(graph.catalogue, family)
        );
        return vec![Diagnostic::error(
            "empty_graph",
            "/nodes",
            "the graph has no nodes",
            fix,
        )];
    }
    let mut found = Vec::new();
    let mut unknown = BTreeMap::new();
    let mut errors = 0;
    for (index, node) in graph.workflow.nodes.iter().enumerate() {
        if errors > limits::DIAGNOSTICS {
            break;
        }
        let pointer = format!("/nodes/{index}");
        if graph.index(&node.id) != Some(index) {
            let message = format!("another node has the id `{}`", clip(node.id.as_str()));
            let diagnostic = Diagnostic::error(
                "duplicate_node_id",
                format!("{pointer}/id"),
                message,
                "give it an id of its own",
            );
            found.push(diagnostic.at_node(&node.id));
        }
        let own = match graph.definition(node) {
            Some(definition) => defined(node, definition, family, validator, &pointer),
            None => {
                let say = || unknown_type(&node.node_type, graph.catalogue, family, "");
                let diagnostic = unknown.entry(&node.node_type).or_insert_with(say).clone();
                let placed = moved(diagnostic, format!("{pointer}/type"));
                vec![forgiven_when_muted(placed, node)]
            }
        };
        errors += own
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
            .count();
        found.extend(
            own.into_iter()
                .map(|diagnostic| diagnostic.at_node(&node.id)),
        );
    }
    found.extend(no_input_node(graph));
    found
}

fn moved(mut diagnostic: Diagnostic, pointer: String) -> Diagnostic {
    diagnostic.place.pointer = pointer;
    diagnostic
}

/// A muted node takes no part in runs, so what is wrong inside it stops none.
fn forgiven_when_muted(diagnostic: Diagnostic, node: &Node) -> Diagnostic {
    if node.muted {
        diagnostic.as_warning()
    } else {
        diagnostic
    }
}

fn defined(
    node: &Node,
    definition: &NodeDefinition,
    family: Family,
    validator: &WorkflowValidator,
    pointer: &str,
) -> Vec<Diagnostic> {
    let settings_at = format!("{pointer}/settings");
    let mut found = Vec::new();
    found.extend(version(node, definition, pointer));
    found.extend(disabled(node, definition, pointer));
    found.extend(validator.check_settings(&node.node_type, &node.settings, &settings_at));
    let mut found: Vec<_> = found
        .into_iter()
        .map(|diagnostic| forgiven_when_muted(diagnostic, node))
        .collect();
    found.extend(wrong_family(definition, family, &format!("{pointer}/type")));
    found
}

/// Says that the catalogue doesn't know a type, and which ones are near.
pub(super) fn unknown_type(
    node_type: &NodeType,
    catalogue: &Catalogue,
    family: Family,
    pointer: &str,
) -> Diagnostic {
    let known = catalogue
        .nodes
        .iter()
        .filter(|definition| is_in_family(definition, family));
    let fix = did_you_mean(
        node_type.as_str(),
        known.map(|definition| definition.node_type.as_str()),
        "replace the node, or install the version that has it; until then it is kept as it is",
    );
    let message = format!(
        "this catalogue has no node type `{}`",
        clip(node_type.as_str())
    );
    Diagnostic::error("unknown_node_type", pointer, message, fix)
}

/// Says that a node belongs to another family.
pub(super) fn wrong_family(
    definition: &NodeDefinition,
    family: Family,
    pointer: &str,
) -> Option<Diagnostic> {
    if is_in_family(definition, family) {
        return None;
    }
    let own: Vec<&str> = definition
        .families
        .iter()
        .map(|family| family.as_str())
        .collect();
    let own = own.join(" and ");
    let message = format!(
        "`{}` belongs to {own} workflows, this one is of the family {family}",
        definition.node_type
    );
    let fix = format!("remove the node, or build it into a workflow of the family {own}");
    Some(Diagnostic::error("wrong_family", pointer, message, fix))
}

fn version(node: &Node, definition: &NodeDefinition, pointer: &str) -> Option<Diagnostic> {
    let (made, known) = (node.version, definition.version);
    let pointer = format!("{pointer}/version");
    let name = &definition.node_type;
    match made.cmp(&known) {
        Ordering::Equal => None,
        Ordering::Greater => Some(Diagnostic::error(
            "newer_node_version",
            pointer,
            format!("was made with version {made} of `{name}`, this catalogue has version {known}"),
            "update HartOMat Studio, or place the node anew",
        )),
        Ordering::Less => Some(
            Diagnostic::error(
                "older_node_version",
                pointer,
                format!(
                    "was made with version {made} of `{name}`, this catalogue has version {known}"
                ),
                format!("look its settings over, then set its version to {known}"),
            )
            .as_warning(),
        ),
    }
}

fn disabled(node: &Node, definition: &NodeDefinition, pointer: &str) -> Option<Diagnostic> {
    match &definition.coverage {
        Coverage::Disabled { reason } if !node.muted => {
            let message = format!(
                "`{}` can't run in this edition: {reason}",
                definition.node_type
            );
            let fix = "mute or remove the node";
            Some(Diagnostic::error(
                "disabled_node",
                format!("{pointer}/type"),
                message,
                fix,
            ))
        }
        _ => None,
    }
}

fn no_input_node(graph: &Graph<'_>) -> Option<Diagnostic> {
    let family = graph.workflow.family;
    let is_input = |definition: &NodeDefinition| {
        definition.category == Category::Input && is_in_family(definition, family)
    };
    let has_one = graph
        .active()
        .any(|(_, node)| graph.definition(node).is_some_and(is_input));
    if has_one || !graph.catalogue.nodes.iter().any(is_input) {
        return None;
    }
    let message = format!("nothing brings a run's input into this {family} graph");
    let fix = format!("add {}", input_nodes(graph.catalogue, family));
    Some(Diagnostic::error("no_input_node", "/nodes", message, fix))
}

/// The nodes that a family's graphs begin with, for a fix.
fn input_nodes(catalogue: &Catalogue, family: Family) -> String {
    let inputs = catalogue.nodes.iter().filter(|definition| {
        definition.category == Category::Input && is_in_family(definition, family)
    });
    let names: Vec<&str> = inputs
        .map(|definition| definition.node_type.as_str())
        .collect();
    crate::suggest::quoted(&names, "or")
}
