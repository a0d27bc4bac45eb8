//! Joining many ports, one after the other, without looking the whole graph over for each.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{Catalogue, Endpoint, Node, NodeDefinition, NodeId, Workflow};

use super::{Refusal, check_ports};
use crate::EditError;

/// Remembers which edges there are, and checks further ones against all of them.
pub(crate) struct Joiner<'a> {
    workflow: &'a Workflow,
    catalogue: &'a Catalogue,
    nodes: BTreeMap<&'a NodeId, &'a Node>,
    /// Which node feeds each input.
    taken: BTreeMap<Endpoint, NodeId>,
    /// What each node feeds, where edges could close a circle.
    fed: Option<BTreeMap<NodeId, BTreeSet<NodeId>>>,
}

impl<'a> Joiner<'a> {
    /// For edges into nodes that are new and feed nothing else: circles matter only among them.
    pub(crate) fn of_new_nodes(
        workflow: &'a Workflow,
        catalogue: &'a Catalogue,
        has_circle: bool,
    ) -> Self {
        Self {
            workflow,
            catalogue,
            nodes: workflow.nodes.iter().map(|node| (&node.id, node)).collect(),
            taken: BTreeMap::new(),
            fed: has_circle.then(BTreeMap::new),
        }
    }

    /// For edges between any nodes.
    pub(crate) fn new(workflow: &'a Workflow, catalogue: &'a Catalogue) -> Self {
        let mut joiner = Self::of_new_nodes(workflow, catalogue, true);
        for edge in &workflow.edges {
            joiner.note(&edge.from, &edge.to);
        }
        joiner
    }

    fn note(&mut self, from: &Endpoint, to: &Endpoint) {
        if let Some(fed) = &mut self.fed {
            let targets = fed.entry(from.node.clone()).or_default();
            targets.insert(to.node.clone());
        }
        self.taken.insert(to.clone(), from.node.clone());
    }

    /// Whether an input has an edge.
    pub(crate) fn is_taken(&self, to: &Endpoint) -> bool {
        self.taken.contains_key(to)
    }

    /// Adds an edge, unless it can't be.
    pub(crate) fn join(&mut self, from: &Endpoint, to: &Endpoint) -> Result<(), EditError> {
        if let Some(by) = self.taken.get(to) {
            return Err(EditError::InputTaken {
                to: to.node.clone(),
                by: by.clone(),
            });
        }
        let (source, target) = (self.definition(from)?, self.definition(to)?);
        let ports = ((source, &from.port), (target, &to.port));
        check_ports(self.catalogue, self.workflow.family, ports.0, ports.1)?;
        if let Some(fed) = &self.fed {
            if from.node == to.node {
                return Err(Refusal::SameNode.into());
            }
            if leads_to(fed, &to.node, &from.node) {
                let (from, to) = (from.node.clone(), to.node.clone());
                return Err(Refusal::Cycle { from, to }.into());
            }
        }
        self.note(from, to);
        Ok(())
    }

    fn definition(&self, end: &Endpoint) -> Result<&'a NodeDefinition, EditError> {
        let node = self.nodes.get(&end.node);
        let node = node.ok_or_else(|| EditError::NoSuchNode(end.node.clone()))?;
        let definition = self.catalogue.get(&node.node_type);
        definition.ok_or_else(|| EditError::UnknownNodeType(node.node_type.clone()))
    }
}

fn leads_to(fed: &BTreeMap<NodeId, BTreeSet<NodeId>>, from: &NodeId, to: &NodeId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        let next = fed.get(at).into_iter().flatten();
        open.extend(next.filter(|next| seen.insert(next)));
    }
    false
}
