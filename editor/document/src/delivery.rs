//! What a graph delivers when it runs, and what muting takes away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hartomat_schema::{ArtifactKind, Catalogue, Endpoint, NodeId, PortName, Workflow};

use crate::Links;
use crate::names::{counted, quoted};

/// Which nodes run, and what they make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Nodes that get all they need.
    pub runs: BTreeSet<NodeId>,
    /// How many artifacts of each kind come out of them.
    pub kinds: BTreeMap<ArtifactKind, usize>,
}

impl Delivery {
    /// What a graph delivers with other nodes muted than the document says. Nodes run that aren't
    /// muted, whose definition is known, and whose required inputs are fed by nodes that run.
    pub fn with_muted(
        workflow: &Workflow,
        catalogue: &Catalogue,
        is_muted: impl Fn(&hartomat_schema::Node) -> bool,
    ) -> Self {
        let links = Links::new(workflow);
        let mut delivery = Self::default();
        let mut given: BTreeSet<Endpoint> = BTreeSet::new();
        let mut waiting: BTreeMap<&NodeId, usize> = workflow
            .nodes
            .iter()
            .map(|node| (&node.id, links.incoming(&node.id).len()))
            .collect();
        let mut ready: Vec<&NodeId> = waiting
            .iter()
            .filter(|(_, edges)| **edges == 0)
            .map(|(id, _)| *id)
            .collect();
        let nodes: BTreeMap<_, _> = workflow.nodes.iter().map(|node| (&node.id, node)).collect();
        while let Some(id) = ready.pop() {
            for edge in links.outgoing(id) {
                if let Some(edges) = waiting.get_mut(&edge.to.node) {
                    *edges -= 1;
                    if *edges == 0 {
                        ready.push(&edge.to.node);
                    }
                }
            }
            let node = nodes[id];
            let Some(definition) = catalogue.get(&node.node_type).filter(|_| !is_muted(node))
            else {
                continue;
            };
            let is_fed = |port: &PortName| {
                let mut edges = links.incoming(id).iter();
                edges.any(|edge| edge.to.port == *port && given.contains(&edge.from))
            };
            let contract = &definition.contract;
            if contract
                .inputs
                .iter()
                .any(|input| input.required && !is_fed(&input.name))
            {
                continue;
            }
            delivery.runs.insert(id.clone());
            for output in &contract.outputs {
                *delivery.kinds.entry(output.kind.clone()).or_default() += 1;
                given.insert(Endpoint {
                    node: id.clone(),
                    port: output.name.clone(),
                });
            }
        }
        delivery
    }

    /// What a graph delivers as it stands.
    pub fn new(workflow: &Workflow, catalogue: &Catalogue) -> Self {
        Self::with_muted(workflow, catalogue, |node| node.muted)
    }

    /// Whether a part of the contract is met.
    fn meets(&self, kind: &ArtifactKind, count: u32) -> bool {
        let made = self.kinds.get(kind).copied().unwrap_or(0);
        made >= usize::try_from(count).unwrap_or(usize::MAX)
    }
}

/// What muting nodes, or taking them in again, changes beside them. Shows as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MuteConsequence {
    /// Kinds of the contract that aren't delivered any more.
    pub lost: Vec<ArtifactKind>,
    /// Kinds of the contract that are delivered again.
    pub gained: Vec<ArtifactKind>,
    /// Other nodes that don't get what they need any more.
    pub starved: BTreeSet<NodeId>,
    /// Other nodes that get what they need again.
    pub fed: BTreeSet<NodeId>,
}

impl MuteConsequence {
    /// What muting nodes would change, or taking them in again.
    pub fn new(
        workflow: &Workflow,
        catalogue: &Catalogue,
        nodes: &BTreeSet<NodeId>,
        muted: bool,
    ) -> Self {
        let before = Delivery::new(workflow, catalogue);
        let after = Delivery::with_muted(workflow, catalogue, |node| {
            if nodes.contains(&node.id) {
                muted
            } else {
                node.muted
            }
        });
        let kinds = |had: &Delivery, has: &Delivery| {
            let mut kinds = Vec::new();
            for part in &workflow.contract {
                let is_met = |delivery: &Delivery| delivery.meets(&part.kind, part.min_count);
                if is_met(had) && !is_met(has) && !kinds.contains(&part.kind) {
                    kinds.push(part.kind.clone());
                }
            }
            kinds
        };
        let beside = |more: &Delivery, less: &Delivery| {
            let others = more.runs.difference(&less.runs);
            others.filter(|id| !nodes.contains(*id)).cloned().collect()
        };
        Self {
            lost: kinds(&before, &after),
            gained: kinds(&after, &before),
            starved: beside(&before, &after),
            fed: beside(&after, &before),
        }
    }

    /// Whether nothing else changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for MuteConsequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let are = |count: usize| if count == 1 { "is" } else { "are" };
        for (kinds, words) in [(&self.lost, "no longer"), (&self.gained, "again")] {
            if !kinds.is_empty() {
                let are = are(kinds.len());
                parts.push(format!("{} {are} {words} delivered", quoted(kinds, "and")));
            }
        }
        for (nodes, word) in [
            (&self.starved, "not run any more"),
            (&self.fed, "run again"),
        ] {
            if !nodes.is_empty() {
                parts.push(format!(
                    "{} will {word}",
                    counted(nodes.len(), "other node")
                ));
            }
        }
        if parts.is_empty() {
            parts.push("nothing else changes".to_owned());
        }
        f.pad(&parts.join("; "))
    }
}
