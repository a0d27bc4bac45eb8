//! What an edit of single things can change, so that a gesture needn't copy the rest of the graph.

use std::collections::BTreeSet;

use hartomat_schema::{Node, NodeId, NodeType, Workflow};
use serde_json::Map;

use super::Edit;
use crate::Selection;

/// Indices of nodes and edges in a document; all that is neither node nor edge counts as touched.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    nodes: Vec<usize>,
    /// Whether more of the nodes can change than where they stand.
    is_more_than_places: bool,
    edges: Vec<usize>,
}

impl Edit {
    /// What this edit can change of a document; none when it could be anything. Such edits neither
    /// add nor remove nodes, edges, frames or notes.
    pub(crate) fn touched(&self, workflow: &Workflow) -> Option<Touched> {
        match self {
            Self::Move { items, .. } => Some(Touched::moved(workflow, items)),
            Self::SetSetting { nodes, .. }
            | Self::ResetSetting { nodes, .. }
            | Self::Mute { nodes, .. }
            | Self::Collapse { nodes, .. } => Some(Touched::nodes(workflow, nodes)),
            Self::Rename { node, .. } => {
                Some(Touched::nodes(workflow, &BTreeSet::from([node.clone()])))
            }
            Self::MoveReroute { reroute, .. } => {
                let edges = workflow.edges.iter();
                Some(Touched {
                    edges: edges
                        .enumerate()
                        .filter(|(_, edge)| reroute.edge.is(edge))
                        .map(|(index, _)| index)
                        .collect(),
                    ..Touched::default()
                })
            }
            Self::All { edits, .. } => {
                let mut all = Touched::default();
                for edit in edits {
                    all.add(edit.touched(workflow)?);
                }
                Some(all)
            }
            Self::EditFrame { .. }
            | Self::EditNote { .. }
            | Self::ResizeNote { .. }
            | Self::SetName(_)
            | Self::SetDescription(_) => Some(Touched::default()),
            _ => None,
        }
    }
}

impl Touched {
    fn nodes(workflow: &Workflow, ids: &BTreeSet<NodeId>) -> Self {
        let nodes = workflow.nodes.iter().enumerate();
        Self {
            nodes: nodes
                .filter(|(_, node)| ids.contains(&node.id))
                .map(|(index, _)| index)
                .collect(),
            is_more_than_places: true,
            edges: Vec::new(),
        }
    }

    fn moved(workflow: &Workflow, items: &Selection) -> Self {
        let edges = workflow.edges.iter().enumerate();
        Self {
            edges: edges
                .filter(|(_, edge)| !edge.via.is_empty())
                .map(|(index, _)| index)
                .collect(),
            is_more_than_places: false,
            ..Self::nodes(workflow, &items.nodes)
        }
    }

    fn add(&mut self, other: Self) {
        let union = |own: &mut Vec<usize>, more: Vec<usize>| {
            own.extend(more);
            own.sort_unstable();
            own.dedup();
        };
        self.is_more_than_places |= other.is_more_than_places;
        union(&mut self.nodes, other.nodes);
        union(&mut self.edges, other.edges);
    }

    /// A document of nothing but what is touched. Its nodes are good for [`Self::put_back`] alone:
    /// where only places are touched, they have no settings.
    pub(crate) fn excerpt(&self, workflow: &Workflow) -> Workflow {
        let mut excerpt = crate::history::without_graph(workflow);
        let node = |index: &usize| {
            let node = &workflow.nodes[*index];
            if self.is_more_than_places {
                return node.clone();
            }
            Node {
                id: node.id.clone(),
                node_type: NodeType::literal("place"),
                version: node.version,
                label: None,
                muted: node.muted,
                settings: Map::new(),
                position: node.position,
                extra: Map::new(),
            }
        };
        excerpt.nodes = self.nodes.iter().map(node).collect();
        excerpt.edges = self
            .edges
            .iter()
            .map(|index| workflow.edges[*index].clone())
            .collect();
        excerpt
    }

    /// Puts an excerpt back to where it was taken from.
    pub(crate) fn put_back(&self, mut excerpt: Workflow, into: &mut Workflow) {
        let nodes = std::mem::take(&mut excerpt.nodes);
        let edges = std::mem::take(&mut excerpt.edges);
        debug_assert_eq!(
            (nodes.len(), edges.len()),
            (self.nodes.len(), self.edges.len())
        );
        for (index, node) in self.nodes.iter().zip(nodes) {
            let place = &mut into.nodes[*index];
            if self.is_more_than_places {
                *place = node;
            } else {
                place.position = node.position;
            }
        }
        for (index, edge) in self.edges.iter().zip(edges) {
            into.edges[*index] = edge;
        }
        excerpt.nodes = std::mem::take(&mut into.nodes);
        excerpt.edges = std::mem::take(&mut into.edges);
        *into = excerpt;
    }

    /// Makes what is touched as it is in another document.
    pub(crate) fn restore(&self, from: &Workflow, into: &mut Workflow) {
        self.put_back(self.excerpt(from), into);
    }
}
