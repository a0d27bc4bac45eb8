//! Walks along edges: what feeds a node, what a node feeds, what hangs together.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{Edge, NodeId, Workflow};

/// Which way a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Against the edges: everything that a node waits for.
    Upstream,
    /// Along the edges: everything that waits for a node.
    Downstream,
    /// Both ways: everything that hangs together.
    Linked,
}

/// The edges of a workflow by node. Building it looks at each edge once.
#[derive(Debug)]
pub struct Links<'a> {
    incoming: BTreeMap<&'a NodeId, Vec<&'a Edge>>,
    outgoing: BTreeMap<&'a NodeId, Vec<&'a Edge>>,
}

impl<'a> Links<'a> {
    /// The links of a workflow.
    pub fn new(workflow: &'a Workflow) -> Self {
        let mut links = Self {
            incoming: BTreeMap::new(),
            outgoing: BTreeMap::new(),
        };
        for edge in &workflow.edges {
            links.incoming.entry(&edge.to.node).or_default().push(edge);
            links
                .outgoing
                .entry(&edge.from.node)
                .or_default()
                .push(edge);
        }
        links
    }

    /// Edges into a node, in document order.
    pub fn incoming(&self, node: &NodeId) -> &[&'a Edge] {
        self.incoming.get(node).map_or(&[], Vec::as_slice)
    }

    /// Edges out of a node, in document order.
    pub fn outgoing(&self, node: &NodeId) -> &[&'a Edge] {
        self.outgoing.get(node).map_or(&[], Vec::as_slice)
    }

    /// The nodes themselves and all that the walk comes to.
    pub fn reach<'b>(
        &self,
        nodes: impl IntoIterator<Item = &'b NodeId>,
        reach: Reach,
    ) -> BTreeSet<NodeId> {
        let mut found: BTreeSet<NodeId> = nodes.into_iter().cloned().collect();
        let mut open: Vec<NodeId> = found.iter().cloned().collect();
        while let Some(node) = open.pop() {
            let up = self.incoming(&node).iter().map(|edge| &edge.from.node);
            let down = self.outgoing(&node).iter().map(|edge| &edge.to.node);
            let up = up.filter(|_| reach != Reach::Downstream);
            let down = down.filter(|_| reach != Reach::Upstream);
            for next in up.chain(down) {
                if !found.contains(next) {
                    found.insert(next.clone());
                    open.push(next.clone());
                }
            }
        }
        found
    }

    /// Whether nodes wait for each other in a circle, or one for itself.
    pub fn has_circle(&self) -> bool {
        let mut waiting: BTreeMap<&NodeId, usize> = BTreeMap::new();
        for (node, edges) in &self.incoming {
            waiting.insert(node, edges.len());
        }
        let sources = self.outgoing.keys();
        let mut ready: Vec<&NodeId> = sources
            .filter(|node| !self.incoming.contains_key(*node))
            .copied()
            .collect();
        while let Some(node) = ready.pop() {
            for edge in self.outgoing(node) {
                if let Some(count) = waiting.get_mut(&edge.to.node) {
                    *count -= 1;
                    if *count == 0 {
                        waiting.remove(&edge.to.node);
                        ready.push(&edge.to.node);
                    }
                }
            }
        }
        !waiting.is_empty()
    }

    /// The shortest way along the edges, both ends included; none where there is none.
    pub fn path(&self, from: &NodeId, to: &NodeId) -> Option<Vec<NodeId>> {
        let mut came_from: BTreeMap<&NodeId, &NodeId> = BTreeMap::new();
        let mut open = std::collections::VecDeque::from([from]);
        let mut seen = BTreeSet::from([from]);
        while let Some(at) = open.pop_front() {
            if at == to {
                let mut path = vec![at.clone()];
                let mut back = at;
                while let Some(before) = came_from.get(back) {
                    path.push((*before).clone());
                    back = before;
                }
                path.reverse();
                return Some(path);
            }
            for edge in self.outgoing(at) {
                let next = &edge.to.node;
                if seen.insert(next) {
                    came_from.insert(next, at);
                    open.push_back(next);
                }
            }
        }
        None
    }
}
