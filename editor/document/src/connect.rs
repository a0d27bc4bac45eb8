//! Which ports can be joined, and if not, why not, in words that help.
//!
//! The same verdict as the validator's, without copying the graph: a canvas asks for every port
//! that it draws while an edge is being dragged.

mod adapters;
mod joiner;

use std::collections::BTreeSet;

use hartomat_schema::{
    ArtifactKind, Catalogue, Coverage, Endpoint, Family, InputPort, NodeDefinition, NodeId,
    NodeType, OutputPort, PortName, Workflow,
};

use crate::names::quoted;
use crate::{EdgeKey, Links, Reach};

pub(crate) use adapters::adapters;
pub(crate) use joiner::Joiner;

/// The end of an edge that is being dragged, or that shall be joined to something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LooseEnd {
    /// From an output, looking for an input.
    Output(Endpoint),
    /// From an input, looking for an output.
    Input(Endpoint),
}

impl LooseEnd {
    /// The port that it hangs on.
    pub fn endpoint(&self) -> &Endpoint {
        match self {
            Self::Output(end) | Self::Input(end) => end,
        }
    }
}

/// A side of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortSide {
    /// Inputs.
    Input,
    /// Outputs.
    Output,
}

impl std::fmt::Display for PortSide {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Input => "input",
            Self::Output => "output",
        })
    }
}

/// Why two ports can't be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// An end names a node that isn't there.
    #[error("there is no node `{0}`")]
    NoSuchNode(NodeId),
    /// The catalogue doesn't know the node, and so not its ports.
    #[error("this catalogue has no node type `{0}`, so its ports aren't known")]
    UnknownNodeType(NodeType),
    /// The node has no such port.
    #[error("`{node_type}` has no {side} `{port}`")]
    NoSuchPort {
        /// The node's type.
        node_type: NodeType,
        /// The side that was looked at.
        side: PortSide,
        /// The port.
        port: PortName,
    },
    /// An edge from a node to itself.
    #[error("a node can't feed itself")]
    SameNode,
    /// The input doesn't take what the output gives.
    #[error("`{gives}` can't feed `{input}`: {}", way_out(.takes, .gives, .adapters))]
    Kinds {
        /// What the output gives.
        gives: ArtifactKind,
        /// The input.
        input: PortName,
        /// What the input takes.
        takes: Vec<ArtifactKind>,
        /// Nodes of this family that make one of the other, in order; empty where none do.
        adapters: Vec<NodeType>,
    },
    /// The edge would close a circle.
    #[error("`{from}` already waits for `{to}`: nodes would wait for each other in a circle")]
    Cycle {
        /// Where the edge would begin.
        from: NodeId,
        /// Where it would end.
        to: NodeId,
    },
    /// No port of the node fits.
    #[error("`{node_type}` has no {side} for this")]
    NoFittingPort {
        /// The node's type.
        node_type: NodeType,
        /// The side that was looked at.
        side: PortSide,
    },
}

fn way_out(takes: &[ArtifactKind], gives: &ArtifactKind, adapters: &[NodeType]) -> String {
    match adapters {
        [] => format!("no node makes {} of `{gives}`", quoted(takes, "or")),
        nodes => format!("add {} between them", quoted(nodes, "and")),
    }
}

/// Whether an edge may lead from one port to another. An edge that the input already has would be
/// replaced ([`occupant`]), so it is no reason.
pub fn can_connect(
    workflow: &Workflow,
    catalogue: &Catalogue,
    from: &Endpoint,
    to: &Endpoint,
) -> Result<(), Refusal> {
    ConnectionCheck::new(workflow, catalogue, LooseEnd::Output(from.clone()))?.check(to)
}

/// The edge that an input already has.
pub fn occupant(workflow: &Workflow, to: &Endpoint) -> Option<EdgeKey> {
    let edge = workflow.edges.iter().find(|edge| edge.to == *to)?;
    Some(EdgeKey::of(edge))
}

/// Where a loose end may go: made once when a drag begins, asked for every port.
#[derive(Debug)]
pub struct ConnectionCheck<'a> {
    workflow: &'a Workflow,
    catalogue: &'a Catalogue,
    end: LooseEnd,
    /// What the loose end gives or takes.
    kinds: Vec<ArtifactKind>,
    /// Nodes that would wait for themselves.
    circle: BTreeSet<NodeId>,
}

impl<'a> ConnectionCheck<'a> {
    /// Prepares for a loose end; refuses ends whose port isn't known.
    pub fn new(
        workflow: &'a Workflow,
        catalogue: &'a Catalogue,
        end: LooseEnd,
    ) -> Result<Self, Refusal> {
        let kinds = end_kinds(workflow, catalogue, &end)?;
        let reach = match end {
            LooseEnd::Output(_) => Reach::Upstream,
            LooseEnd::Input(_) => Reach::Downstream,
        };
        let circle = Links::new(workflow).reach([&end.endpoint().node], reach);
        Ok(Self {
            workflow,
            catalogue,
            end,
            kinds,
            circle,
        })
    }

    /// The kinds that it gives or takes.
    pub fn kinds(&self) -> &[ArtifactKind] {
        &self.kinds
    }

    /// Whether the loose end may go to this port, which is an input for an output and the other way
    /// round.
    pub fn check(&self, port: &Endpoint) -> Result<(), Refusal> {
        let definition = definition(self.workflow, self.catalogue, &port.node)?;
        if self.end.endpoint().node == port.node {
            return Err(Refusal::SameNode);
        }
        let end = self.end.endpoint();
        let own = self::definition(self.workflow, self.catalogue, &end.node)?;
        let (source, target, from, to) = match &self.end {
            LooseEnd::Output(_) => ((own, &end.port), (definition, &port.port), end, port),
            LooseEnd::Input(_) => ((definition, &port.port), (own, &end.port), port, end),
        };
        check_ports(self.catalogue, self.workflow.family, source, target)?;
        if self.circle.contains(&port.node) {
            return Err(Refusal::Cycle {
                from: from.node.clone(),
                to: to.node.clone(),
            });
        }
        Ok(())
    }

    /// The port of a placed node that the loose end goes to when it is dropped on the node's body:
    /// the first fitting one, free before taken, required before optional.
    pub fn best_port(&self, node: &NodeId) -> Result<PortName, Refusal> {
        let definition = definition(self.workflow, self.catalogue, node)?;
        let side = match self.end {
            LooseEnd::Output(_) => PortSide::Input,
            LooseEnd::Input(_) => PortSide::Output,
        };
        let ports = fitting_ports(definition, side, &self.kinds);
        let at = |port: &PortName| Endpoint {
            node: node.clone(),
            port: port.clone(),
        };
        let taken = |port: &PortName| {
            side == PortSide::Input && occupant(self.workflow, &at(port)).is_some()
        };
        let port = ports.iter().min_by_key(|port| taken(port)).cloned();
        let port = port.ok_or_else(|| Refusal::NoFittingPort {
            node_type: definition.node_type.clone(),
            side,
        })?;
        self.check(&at(&port)).map(|()| port)
    }
}

/// Whether an output's kind is one that an input takes.
pub(crate) fn check_ports(
    catalogue: &Catalogue,
    family: Family,
    (source, from): (&NodeDefinition, &PortName),
    (target, to): (&NodeDefinition, &PortName),
) -> Result<(), Refusal> {
    let gives = &output(source, from)?.kind;
    let input = input(target, to)?;
    if input.accepts.contains(gives) {
        return Ok(());
    }
    Err(Refusal::Kinds {
        gives: gives.clone(),
        input: input.name.clone(),
        takes: input.accepts.clone(),
        adapters: adapters(catalogue, family, gives, &input.accepts),
    })
}

/// A node type that a loose end can be joined to, and the port that it would go to.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<'a> {
    /// The definition.
    pub definition: &'a NodeDefinition,
    /// The best of its ports.
    pub port: PortName,
}

/// The family's nodes that a loose end can be joined to, in palette order; nothing for an end whose
/// port isn't known.
pub fn compatible_nodes<'a>(
    workflow: &Workflow,
    catalogue: &'a Catalogue,
    end: &LooseEnd,
) -> Vec<Fit<'a>> {
    let Ok(kinds) = end_kinds(workflow, catalogue, end) else {
        return Vec::new();
    };
    let side = match end {
        LooseEnd::Output(_) => PortSide::Input,
        LooseEnd::Input(_) => PortSide::Output,
    };
    let legal = catalogue
        .nodes
        .iter()
        .filter(|definition| is_in_family(definition, workflow.family));
    legal
        .filter_map(|definition| {
            let port = fitting_ports(definition, side, &kinds).into_iter().next()?;
            Some(Fit { definition, port })
        })
        .collect()
}

/// The edges that join some nodes to each other where that is beyond doubt: from left to right, to
/// free inputs, each input to the nearest output of its kind.
pub fn suggest_connections(
    workflow: &Workflow,
    catalogue: &Catalogue,
    nodes: &BTreeSet<NodeId>,
) -> Vec<EdgeKey> {
    let mut placed: Vec<_> = workflow
        .nodes
        .iter()
        .filter(|node| nodes.contains(&node.id))
        .filter_map(|node| Some((node, catalogue.get(&node.node_type)?)))
        .collect();
    placed.sort_by(|(a, _), (b, _)| a.position[0].total_cmp(&b.position[0]));
    let mut joiner = Joiner::new(workflow, catalogue);
    let mut found: Vec<EdgeKey> = Vec::new();
    for (at, (node, definition)) in placed.iter().enumerate() {
        for input in &definition.contract.inputs {
            let to = Endpoint {
                node: node.id.clone(),
                port: input.name.clone(),
            };
            if joiner.is_taken(&to) {
                continue;
            }
            let sources = placed[..at].iter().rev();
            let mut sources = sources.filter_map(|(source, definition)| {
                let mut outputs = definition.contract.outputs.iter();
                let output = outputs.find(|port| input.accepts.contains(&port.kind))?;
                Some(Endpoint {
                    node: source.id.clone(),
                    port: output.name.clone(),
                })
            });
            let source = sources.find(|from| joiner.join(from, &to).is_ok());
            found.extend(source.map(|from| EdgeKey { from, to }));
        }
    }
    found
}

/// Ports of one side that fit, best first: named like the kind, then required, then in order.
/// For inputs `kinds` is what is given, for outputs what is taken.
pub(crate) fn fitting_ports(
    definition: &NodeDefinition,
    side: PortSide,
    kinds: &[ArtifactKind],
) -> Vec<PortName> {
    let is_named = |name: &PortName| kinds.iter().any(|kind| kind.as_str() == name.as_str());
    let mut ports: Vec<(bool, bool, &PortName)> = match side {
        PortSide::Input => definition
            .contract
            .inputs
            .iter()
            .filter(|port| port.accepts.iter().any(|kind| kinds.contains(kind)))
            .map(|port| (!is_named(&port.name), !port.required, &port.name))
            .collect(),
        PortSide::Output => definition
            .contract
            .outputs
            .iter()
            .filter(|port| kinds.contains(&port.kind))
            .map(|port| (!is_named(&port.name), false, &port.name))
            .collect(),
    };
    ports.sort_by_key(|(named, required, _)| (*named, *required));
    ports.into_iter().map(|(_, _, name)| name.clone()).collect()
}

/// Whether a family's workflows may hold a node.
pub(crate) fn is_in_family(definition: &NodeDefinition, family: Family) -> bool {
    definition.families.contains(&family)
}

/// Whether a node can run in this edition.
pub(crate) fn is_enabled(definition: &NodeDefinition) -> bool {
    definition.coverage == Coverage::Executor
}

/// What a loose end gives (one kind) or takes.
pub(crate) fn end_kinds(
    workflow: &Workflow,
    catalogue: &Catalogue,
    end: &LooseEnd,
) -> Result<Vec<ArtifactKind>, Refusal> {
    let definition = definition(workflow, catalogue, &end.endpoint().node)?;
    Ok(match end {
        LooseEnd::Output(end) => vec![output(definition, &end.port)?.kind.clone()],
        LooseEnd::Input(end) => input(definition, &end.port)?.accepts.clone(),
    })
}

pub(crate) fn definition<'a>(
    workflow: &Workflow,
    catalogue: &'a Catalogue,
    node: &NodeId,
) -> Result<&'a NodeDefinition, Refusal> {
    let node = workflow
        .node(node)
        .ok_or_else(|| Refusal::NoSuchNode(node.clone()))?;
    catalogue
        .get(&node.node_type)
        .ok_or_else(|| Refusal::UnknownNodeType(node.node_type.clone()))
}

fn output<'a>(definition: &'a NodeDefinition, port: &PortName) -> Result<&'a OutputPort, Refusal> {
    definition
        .output(port)
        .ok_or_else(|| no_such_port(definition, PortSide::Output, port))
}

fn input<'a>(definition: &'a NodeDefinition, port: &PortName) -> Result<&'a InputPort, Refusal> {
    definition
        .input(port)
        .ok_or_else(|| no_such_port(definition, PortSide::Input, port))
}

fn no_such_port(definition: &NodeDefinition, side: PortSide, port: &PortName) -> Refusal {
    Refusal::NoSuchPort {
        node_type: definition.node_type.clone(),
        side,
        port: port.clone(),
    }
}
