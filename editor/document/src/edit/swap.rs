//! Another definition for a placed node: settings and edges that fit are kept.

use std::collections::BTreeSet;

use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{ArtifactKind, Catalogue, Edge, NodeDefinition, NodeId, NodeType, Workflow};
use serde_json::{Map, Value};

use super::EditError;
use super::nodes::{legal, one};
use crate::PortSide;
use crate::connect::fitting_ports;

/// Gives nodes another definition.
pub(super) fn swap(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    nodes: &BTreeSet<NodeId>,
    node_type: &NodeType,
) -> Result<(), EditError> {
    let new = legal(catalogue, workflow.family, node_type)?;
    for id in nodes {
        let node = one(workflow, id)?;
        if node.node_type == new.node_type {
            continue;
        }
        let old = catalogue.get(&node.node_type);
        node.settings = matching(&node.settings, old, new);
        node.node_type = new.node_type.clone();
        node.version = new.version;
        move_edges(workflow, catalogue, id, old, new);
    }
    Ok(())
}

/// Settings that the new definition has as well, with a value that it takes; settings that neither
/// knows are kept as unknown ones.
fn matching(
    settings: &Map<String, Value>,
    old: Option<&NodeDefinition>,
    new: &NodeDefinition,
) -> Map<String, Value> {
    let is_old =
        |name: &str| old.is_some_and(|old| Setting::find(&old.settings_schema, name).is_some());
    let is_kept = |name: &str, value: &Value| {
        let schema = new.settings_schema.pointer("/properties");
        match schema.and_then(|properties| properties.get(name)) {
            Some(schema) => fits(schema, value),
            None => !is_old(name),
        }
    };
    settings
        .iter()
        .filter(|(name, value)| is_kept(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether a property's plain keywords allow a value: type, choices, range. What else its schema
/// says, the validator says of the swapped node.
pub(crate) fn fits(schema: &Value, value: &Value) -> bool {
    let is_type = |name: &str| match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => {
            value.is_i64()
                || value.is_u64()
                || value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    };
    let type_fits = match schema.get("type") {
        Some(Value::String(name)) => is_type(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is_type),
        _ => true,
    };
    let choice_fits = match schema.get("enum") {
        Some(Value::Array(choices)) => choices.contains(value),
        _ => true,
    };
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let range_fits = value.as_f64().is_none_or(|number| {
        limit("minimum").is_none_or(|low| number >= low)
            && limit("maximum").is_none_or(|high| number <= high)
    });
    type_fits && choice_fits && range_fits
}

/// Puts a node's edges to the ports of its new definition: to the port of the same name where kinds
/// allow, or else to the first fitting one that is free; what fits nowhere goes.
fn move_edges(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    id: &NodeId,
    old: Option<&NodeDefinition>,
    new: &NodeDefinition,
) {
    let mut taken = BTreeSet::new();
    let edges = std::mem::take(&mut workflow.edges);
    let mut kept = Vec::with_capacity(edges.len());
    for mut edge in edges {
        let is_own = (edge.from.node == *id, edge.to.node == *id);
        let port = match is_own {
            (false, false) => {
                kept.push(edge);
                continue;
            }
            (_, true) => {
                let given = output_kind(workflow, catalogue, &edge, old);
                let kinds = given.map_or_else(|| input_kinds(old, &edge), |kind| vec![kind]);
                let ports = ports(new, PortSide::Input, &kinds, edge.to.port.as_str());
                ports.into_iter().find(|port| taken.insert(port.clone()))
            }
            (true, false) => {
                let target = workflow.node(&edge.to.node);
                let target = target.and_then(|node| catalogue.get(&node.node_type));
                let kinds = match target {
                    Some(_) => input_kinds(target, &edge),
                    None => output_of(old, &edge).into_iter().collect(),
                };
                let ports = ports(new, PortSide::Output, &kinds, edge.from.port.as_str());
                ports.into_iter().next()
            }
        };
        let Some(port) = port else {
            continue;
        };
        if is_own.1 {
            edge.to.port = port;
        } else {
            edge.from.port = port;
        }
        kept.push(edge);
    }
    workflow.edges = kept;
}

/// Fitting ports, the one of the same name first.
fn ports(
    definition: &NodeDefinition,
    side: PortSide,
    kinds: &[ArtifactKind],
    name: &str,
) -> Vec<hartomat_schema::PortName> {
    let mut ports = fitting_ports(definition, side, kinds);
    ports.sort_by_key(|port| port.as_str() != name);
    ports
}

/// What an edge carries, by its source.
fn output_kind(
    workflow: &Workflow,
    catalogue: &Catalogue,
    edge: &Edge,
    old: Option<&NodeDefinition>,
) -> Option<ArtifactKind> {
    let source = workflow.node(&edge.from.node)?;
    let definition = if edge.from.node == edge.to.node {
        old
    } else {
        catalogue.get(&source.node_type)
    };
    output_of(definition, edge)
}

fn output_of(definition: Option<&NodeDefinition>, edge: &Edge) -> Option<ArtifactKind> {
    Some(definition?.output(&edge.from.port)?.kind.clone())
}

fn input_kinds(definition: Option<&NodeDefinition>, edge: &Edge) -> Vec<ArtifactKind> {
    let input = definition.and_then(|definition| definition.input(&edge.to.port));
    input.map_or_else(Vec::new, |input| input.accepts.clone())
}
