//! A workflow as the checks look at it: who is who, and which edges meet where.

use std::collections::BTreeMap;

use crate::{Catalogue, Edge, Node, NodeDefinition, NodeId, NodeType, Workflow};

/// A workflow with its indices. Of nodes that share an id, the first one has it.
pub(super) struct Graph<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) catalogue: &'a Catalogue,
    definitions: BTreeMap<&'a NodeType, &'a NodeDefinition>,
    nodes: BTreeMap<&'a NodeId, usize>,
    /// Edges into each node, by the node's index.
    incoming: Vec<Vec<&'a Edge>>,
    /// Edges out of each node.
    outgoing: Vec<Vec<&'a Edge>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(workflow: &'a Workflow, catalogue: &'a Catalogue) -> Self {
        let mut nodes = BTreeMap::new();
        for (index, node) in workflow.nodes.iter().enumerate() {
            nodes.entry(&node.id).or_insert(index);
        }
        let mut incoming = vec![Vec::new(); workflow.nodes.len()];
        let mut outgoing = incoming.clone();
        for edge in &workflow.edges {
            if let Some(index) = nodes.get(&edge.to.node) {
                incoming[*index].push(edge);
            }
            if let Some(index) = nodes.get(&edge.from.node) {
                outgoing[*index].push(edge);
            }
        }
        let definitions = catalogue
            .nodes
            .iter()
            .map(|definition| (&definition.node_type, definition))
            .collect();
        Self {
            workflow,
            catalogue,
            definitions,
            nodes,
            incoming,
            outgoing,
        }
    }

    pub(super) fn index(&self, id: &NodeId) -> Option<usize> {
        self.nodes.get(id).copied()
    }

    pub(super) fn node(&self, id: &NodeId) -> Option<&'a Node> {
        Some(&self.workflow.nodes[self.index(id)?])
    }

    pub(super) fn definition(&self, node: &Node) -> Option<&'a NodeDefinition> {
        self.definitions.get(&node.node_type).copied()
    }

    pub(super) fn incoming(&self, index: usize) -> &[&'a Edge] {
        &self.incoming[index]
    }

    pub(super) fn outgoing(&self, index: usize) -> &[&'a Edge] {
        &self.outgoing[index]
    }

    /// Nodes that take part in runs, with their indices.
    pub(super) fn active(&self) -> impl Iterator<Item = (usize, &'a Node)> {
        self.workflow
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| !node.muted)
    }
}
