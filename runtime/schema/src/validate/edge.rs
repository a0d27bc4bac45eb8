//! Edges: from an output port to an input port of equal kind, one edge per input.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::is_in_family;
use crate::read::limits;
use crate::suggest::{clip, did_you_mean, quoted};
use crate::{
    ArtifactKind, Catalogue, Diagnostic, Endpoint, Family, InputPort, NodeDefinition, OutputPort,
};

/// Checks every edge.
pub(super) fn check(graph: &Graph<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut taken: BTreeMap<&Endpoint, &Endpoint> = BTreeMap::new();
    for (index, edge) in graph.workflow.edges.iter().enumerate() {
        if found.len() > limits::DIAGNOSTICS {
            break;
        }
        found.extend(check_one(graph, index));
        if let Some(first) = taken.get(&edge.to) {
            found.push(input_taken(index, &edge.to, first, *first == &edge.from));
        } else {
            taken.insert(&edge.to, &edge.from);
        }
    }
    found
}

/// Checks one edge on its own.
pub(super) fn check_one(graph: &Graph<'_>, index: usize) -> Vec<Diagnostic> {
    let edge = &graph.workflow.edges[index];
    let pointer = format!("/edges/{index}");
    let mut found = Vec::new();
    found.extend(missing_node(
        graph,
        &edge.from,
        &format!("{pointer}/from/node"),
    ));
    found.extend(missing_node(graph, &edge.to, &format!("{pointer}/to/node")));
    if edge.from.node == edge.to.node {
        let message = "an edge leads from a node to itself";
        let diagnostic = Diagnostic::error("self_edge", &pointer, message, "remove the edge");
        found.push(diagnostic.at_node(&edge.to.node).at_port(&edge.to.port));
    }
    let source = graph
        .node(&edge.from.node)
        .and_then(|node| graph.definition(node));
    let target = graph
        .node(&edge.to.node)
        .and_then(|node| graph.definition(node));
    let output = source.map(|definition| output(definition, &edge.from, &pointer));
    let input = target.map(|definition| input(definition, &edge.to, &pointer));
    match (output, input) {
        (Some(Ok(output)), Some(Ok(input))) => {
            let (family, catalogue) = (graph.workflow.family, graph.catalogue);
            let mismatch = kind_mismatch(output, input, catalogue, family, &pointer);
            found.extend(mismatch.map(|found| found.at_node(&edge.to.node).at_port(&edge.to.port)));
        }
        (output, input) => {
            found.extend(output.and_then(Result::err).map(|found| *found));
            found.extend(input.and_then(Result::err).map(|found| *found));
        }
    }
    found
}

fn missing_node(graph: &Graph<'_>, end: &Endpoint, pointer: &str) -> Option<Diagnostic> {
    if graph.node(&end.node).is_some() {
        return None;
    }
    let message = format!(
        "an edge names the node `{}`, which isn't there",
        clip(end.node.as_str())
    );
    let known = graph
        .workflow
        .nodes
        .iter()
        .take(200)
        .map(|node| node.id.as_str());
    let fix = did_you_mean(
        end.node.as_str(),
        known,
        "remove the edge, or restore the node",
    );
    Some(Diagnostic::error("missing_node", pointer, message, fix))
}

fn output<'a>(
    definition: &'a NodeDefinition,
    end: &Endpoint,
    pointer: &str,
) -> Result<&'a OutputPort, Box<Diagnostic>> {
    definition.output(&end.port).ok_or_else(|| {
        let names: Vec<&str> = definition
            .contract
            .outputs
            .iter()
            .map(|port| port.name.as_str())
            .collect();
        let is_input = definition.input(&end.port).is_some();
        Box::new(unknown_port(
            definition,
            end,
            "output",
            &names,
            is_input,
            &format!("{pointer}/from/port"),
        ))
    })
}

fn input<'a>(
    definition: &'a NodeDefinition,
    end: &Endpoint,
    pointer: &str,
) -> Result<&'a InputPort, Box<Diagnostic>> {
    definition.input(&end.port).ok_or_else(|| {
        let names: Vec<&str> = definition
            .contract
            .inputs
            .iter()
            .map(|port| port.name.as_str())
            .collect();
        let is_output = definition.output(&end.port).is_some();
        Box::new(unknown_port(
            definition,
            end,
            "input",
            &names,
            is_output,
            &format!("{pointer}/to/port"),
        ))
    })
}

fn unknown_port(
    definition: &NodeDefinition,
    end: &Endpoint,
    side: &str,
    names: &[&str],
    is_on_other_side: bool,
    pointer: &str,
) -> Diagnostic {
    let port = clip(end.port.as_str());
    let message = if is_on_other_side {
        format!(
            "`{port}` of `{}` is no {side}: edges lead from an output to an input",
            definition.node_type
        )
    } else {
        format!("`{}` has no {side} `{port}`", definition.node_type)
    };
    let fix = match names {
        [] => format!("remove the edge: `{}` has no {side}s", definition.node_type),
        names => did_you_mean(
            end.port.as_str(),
            names.iter().copied(),
            format!("choose {}", quoted(names, "or")),
        ),
    };
    Diagnostic::error("unknown_port", pointer, message, fix)
        .at_node(&end.node)
        .at_port(&end.port)
}

fn kind_mismatch(
    output: &OutputPort,
    input: &InputPort,
    catalogue: &Catalogue,
    family: Family,
    pointer: &str,
) -> Option<Diagnostic> {
    if input.accepts.contains(&output.kind) {
        return None;
    }
    let accepts: Vec<&str> = input.accepts.iter().map(ArtifactKind::as_str).collect();
    let message = if accepts == [input.name.as_str()] {
        format!("`{}` can't feed `{}`", output.kind, input.name)
    } else {
        format!(
            "`{}` can't feed `{}`, which takes {}",
            output.kind,
            input.name,
            quoted(&accepts, "or")
        )
    };
    let converters: Vec<&str> = catalogue
        .nodes
        .iter()
        .filter(|node| is_in_family(node, family) && converts(node, &output.kind, &input.accepts))
        .map(|node| node.node_type.as_str())
        .collect();
    let fix = match converters.as_slice() {
        [] => format!(
            "no node makes {} of `{}`; {}",
            quoted(&accepts, "or"),
            output.kind,
            feed(input, catalogue, family)
        ),
        converters => format!("put {} between them", quoted(converters, "or")),
    };
    Some(Diagnostic::error("kind_mismatch", pointer, message, fix))
}

fn converts(node: &NodeDefinition, from: &ArtifactKind, to: &[ArtifactKind]) -> bool {
    node.contract
        .inputs
        .iter()
        .any(|port| port.accepts.contains(from))
        && node
            .contract
            .outputs
            .iter()
            .any(|port| to.contains(&port.kind))
}

/// How an input could be fed, for a fix.
pub(super) fn feed(input: &InputPort, catalogue: &Catalogue, family: Family) -> String {
    let kinds: Vec<&str> = input.accepts.iter().map(ArtifactKind::as_str).collect();
    let givers: Vec<&str> = givers(catalogue, family, &input.accepts).collect();
    match givers.as_slice() {
        [] => format!("connect an output of the kind {}", quoted(&kinds, "or")),
        givers => format!(
            "connect an output of the kind {}, as {} has",
            quoted(&kinds, "or"),
            quoted(givers, "or")
        ),
    }
}

/// Node types of a family that give one of these kinds.
pub(super) fn givers<'a>(
    catalogue: &'a Catalogue,
    family: Family,
    kinds: &'a [ArtifactKind],
) -> impl Iterator<Item = &'a str> {
    let nodes = catalogue
        .nodes
        .iter()
        .filter(move |node| is_in_family(node, family));
    nodes
        .filter(|node| {
            node.contract
                .outputs
                .iter()
                .any(|port| kinds.contains(&port.kind))
        })
        .map(|node| node.node_type.as_str())
}

fn input_taken(index: usize, to: &Endpoint, first: &Endpoint, is_same: bool) -> Diagnostic {
    let (message, fix) = if is_same {
        (
            "the same edge stands here twice".to_owned(),
            "remove one of them",
        )
    } else {
        let message = format!(
            "input `{}` already has an edge, from `{}`",
            clip(to.port.as_str()),
            clip(first.node.as_str())
        );
        (message, "remove one of the two edges: an input takes one")
    };
    let code = if is_same {
        "duplicate_edge"
    } else {
        "input_taken"
    };
    Diagnostic::error(code, format!("/edges/{index}/to"), message, fix)
        .at_node(&to.node)
        .at_port(&to.port)
}
