//! What a graph still lacks of its contract, and which nodes bring it nearer.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{
    ArtifactKind, Catalogue, Category, Node, NodeDefinition, NodeId, NodeType, PortName, Workflow,
};

use crate::Links;
use crate::connect::{is_enabled, is_in_family};

/// Why a node would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Help {
    /// The graph has no beginning.
    Begins,
    /// It makes a kind that the contract lacks.
    Delivers(ArtifactKind),
    /// It feeds an input that nothing feeds.
    Feeds(NodeId, PortName),
    /// It makes what such a node needs.
    LeadsTo(ArtifactKind),
    /// It takes what a node makes and nothing takes yet.
    Takes(NodeId, ArtifactKind),
}

/// A node's help, and whether the graph already makes all that the node needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) help: Help,
    pub(super) is_ready: bool,
}

/// Which definitions would help, and how.
pub(super) fn progress(workflow: &Workflow, catalogue: &Catalogue) -> BTreeMap<NodeType, Progress> {
    let active: Vec<(&Node, &NodeDefinition)> = workflow
        .nodes
        .iter()
        .filter(|node| !node.muted)
        .filter_map(|node| Some((node, catalogue.get(&node.node_type)?)))
        .collect();
    let offered: Vec<&NodeDefinition> = catalogue
        .nodes
        .iter()
        .filter(|node| is_in_family(node, workflow.family) && is_enabled(node))
        .collect();
    let made: BTreeSet<&ArtifactKind> = active
        .iter()
        .flat_map(|(_, definition)| &definition.contract.outputs)
        .map(|port| &port.kind)
        .collect();
    let mut found = BTreeMap::new();
    let has_beginning = active
        .iter()
        .any(|(_, definition)| definition.category == Category::Input);
    for definition in &offered {
        if !has_beginning && definition.category == Category::Input {
            note(&mut found, definition, Help::Begins, &made);
        }
    }
    let mut wanted: Vec<(ArtifactKind, ArtifactKind)> = Vec::new();
    for kind in missing_kinds(workflow, &active) {
        for definition in makers(&offered, &kind) {
            note(&mut found, definition, Help::Delivers(kind.clone()), &made);
        }
        wanted.push((kind.clone(), kind));
    }
    for (node, port, kinds) in open_inputs(workflow, &active) {
        for kind in kinds.iter().filter(|kind| !made.contains(kind)) {
            for definition in makers(&offered, kind) {
                let help = Help::Feeds(node.id.clone(), port.clone());
                note(&mut found, definition, help, &made);
            }
            wanted.push((kind.clone(), kind.clone()));
        }
    }
    lead(wanted, &offered, &made, &mut found);
    // What a contract asks for says more than what happens to be loose.
    let loose = match workflow.contract.is_empty() {
        true => loose_outputs(workflow, &active),
        false => Vec::new(),
    };
    for (node, kind) in loose {
        for definition in takers(&offered, kind) {
            let help = Help::Takes(node.id.clone(), kind.clone());
            note(&mut found, definition, help, &made);
        }
    }
    found
}

/// What active nodes make and no edge carries on.
fn loose_outputs<'a>(
    workflow: &Workflow,
    active: &[(&'a Node, &'a NodeDefinition)],
) -> Vec<(&'a Node, &'a ArtifactKind)> {
    let links = Links::new(workflow);
    let mut loose = Vec::new();
    for (node, definition) in active {
        let edges = links.outgoing(&node.id);
        let outputs = definition.contract.outputs.iter();
        let is_loose = |name: &PortName| !edges.iter().any(|edge| edge.from.port == *name);
        loose.extend(
            outputs
                .filter(|output| is_loose(&output.name))
                .map(|output| (*node, &output.kind)),
        );
    }
    loose
}

fn takers<'a>(
    offered: &'a [&'a NodeDefinition],
    kind: &'a ArtifactKind,
) -> impl Iterator<Item = &'a NodeDefinition> {
    let offered = offered.iter().copied();
    offered.filter(move |node| {
        let mut inputs = node.contract.inputs.iter();
        inputs.any(|port| port.accepts.contains(kind))
    })
}

/// Walks back from wanted kinds to what makes them, and what that needs, and so on.
fn lead(
    mut wanted: Vec<(ArtifactKind, ArtifactKind)>,
    offered: &[&NodeDefinition],
    made: &BTreeSet<&ArtifactKind>,
    found: &mut BTreeMap<NodeType, Progress>,
) {
    let mut seen: BTreeSet<ArtifactKind> = wanted.iter().map(|(kind, _)| kind.clone()).collect();
    let mut at = 0;
    while at < wanted.len() {
        let (kind, goal) = wanted[at].clone();
        at += 1;
        for definition in makers(offered, &kind) {
            note(found, definition, Help::LeadsTo(goal.clone()), made);
            for needed in lacking(definition, made) {
                if seen.insert(needed.clone()) {
                    wanted.push((needed.clone(), goal.clone()));
                }
            }
        }
    }
}

/// Keeps the first help that is found of each definition: they come in order of weight.
fn note(
    found: &mut BTreeMap<NodeType, Progress>,
    definition: &NodeDefinition,
    help: Help,
    made: &BTreeSet<&ArtifactKind>,
) {
    let is_ready = lacking(definition, made).next().is_none();
    found
        .entry(definition.node_type.clone())
        .or_insert(Progress { help, is_ready });
}

fn makers<'a>(
    offered: &'a [&'a NodeDefinition],
    kind: &'a ArtifactKind,
) -> impl Iterator<Item = &'a NodeDefinition> {
    let offered = offered.iter().copied();
    offered.filter(move |node| node.contract.outputs.iter().any(|port| port.kind == *kind))
}

/// Kinds of required inputs that nothing in the graph makes.
fn lacking<'a>(
    definition: &'a NodeDefinition,
    made: &'a BTreeSet<&ArtifactKind>,
) -> impl Iterator<Item = &'a ArtifactKind> {
    let inputs = definition.contract.inputs.iter();
    inputs
        .filter(|port| port.required && !port.accepts.iter().any(|kind| made.contains(kind)))
        .flat_map(|port| &port.accepts)
}

/// Kinds that the contract asks for and too few nodes make.
fn missing_kinds(workflow: &Workflow, active: &[(&Node, &NodeDefinition)]) -> Vec<ArtifactKind> {
    let made = |kind: &ArtifactKind| {
        let outputs = active.iter().flat_map(|(_, node)| &node.contract.outputs);
        outputs.filter(|port| port.kind == *kind).count()
    };
    let parts = workflow.contract.iter();
    parts
        .filter(|part| made(&part.kind) < usize::try_from(part.min_count).unwrap_or(usize::MAX))
        .map(|part| part.kind.clone())
        .collect()
}

/// Required inputs of active nodes without an edge.
fn open_inputs<'a>(
    workflow: &Workflow,
    active: &[(&'a Node, &'a NodeDefinition)],
) -> Vec<(&'a Node, &'a PortName, &'a [ArtifactKind])> {
    let links = Links::new(workflow);
    let mut open = Vec::new();
    for (node, definition) in active {
        let edges = links.incoming(&node.id);
        for input in definition
            .contract
            .inputs
            .iter()
            .filter(|port| port.required)
        {
            if !edges.iter().any(|edge| edge.to.port == input.name) {
                open.push((*node, &input.name, input.accepts.as_slice()));
            }
        }
    }
    open
}
