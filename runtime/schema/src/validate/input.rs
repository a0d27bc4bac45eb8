//! Inputs that get nothing, and nodes whose work nobody uses.

use super::contract::MAX_REQUIREMENTS;
use super::edge::feed;
use super::graph::Graph;
use crate::suggest::clip;
use crate::{Diagnostic, InputPort, Node, NodeDefinition, Purity};

/// Checks every node that takes part in runs.
pub(super) fn check(graph: &Graph<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, node) in graph.active() {
        let Some(definition) = graph.definition(node) else {
            continue;
        };
        for input in definition
            .contract
            .inputs
            .iter()
            .filter(|input| input.required)
        {
            found.extend(missing(graph, index, node, input));
        }
        found.extend(dangling(graph, index, node, definition));
    }
    found
}

/// An input whose source is muted gets nothing either. Edges from nowhere are the edge check's.
fn missing(graph: &Graph<'_>, index: usize, node: &Node, input: &InputPort) -> Option<Diagnostic> {
    let edges: Vec<_> = graph
        .incoming(index)
        .iter()
        .filter(|edge| edge.to.port == input.name)
        .collect();
    let is_fed = edges.iter().any(|edge| {
        graph
            .node(&edge.from.node)
            .is_none_or(|source| !source.muted)
    });
    if is_fed {
        return None;
    }
    let (message, fix) = match edges.first() {
        Some(edge) => (
            format!(
                "required input `{}` gets nothing: its source `{}` is muted",
                input.name,
                clip(edge.from.node.as_str())
            ),
            format!(
                "unmute `{}`, or mute this node as well",
                clip(edge.from.node.as_str())
            ),
        ),
        None => (
            format!("required input `{}` is not connected", input.name),
            feed(input, graph.catalogue, graph.workflow.family),
        ),
    };
    let diagnostic = Diagnostic::error("missing_input", format!("/nodes/{index}"), message, fix);
    Some(diagnostic.at_node(&node.id).at_port(&input.name))
}

/// A node whose outputs lead nowhere and are not what the contract asks for.
fn dangling(
    graph: &Graph<'_>,
    index: usize,
    node: &Node,
    definition: &NodeDefinition,
) -> Option<Diagnostic> {
    let outputs = &definition.contract.outputs;
    let is_used = graph.outgoing(index).iter().any(|edge| {
        graph
            .node(&edge.to.node)
            .is_some_and(|target| !target.muted)
    });
    let contract = graph.workflow.contract.iter().take(MAX_REQUIREMENTS);
    let is_promised = contract
        .into_iter()
        .any(|part| outputs.iter().any(|port| part.kind == port.kind));
    if is_used
        || is_promised
        || outputs.is_empty()
        || definition.contract.purity == Purity::External
    {
        return None;
    }
    let message = "nothing uses what this node makes, and the contract doesn't ask for it";
    let fix = "connect one of its outputs, or remove the node";
    Some(
        Diagnostic::error("dangling_node", format!("/nodes/{index}"), message, fix)
            .as_warning()
            .at_node(&node.id),
    )
}
