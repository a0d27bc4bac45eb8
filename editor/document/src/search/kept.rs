//! How much of nodes stays when they become another type: edges and settings.

use std::collections::BTreeSet;

use hartomat_schema::{Catalogue, NodeDefinition, NodeId, Workflow};

use super::add_menu::AddReason;
use crate::Edit;

/// What a swap keeps, and of how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kept {
    edges: usize,
    of_edges: usize,
    settings: usize,
    of_settings: usize,
}

impl Kept {
    /// What stays of these nodes in this definition: the swap itself is tried.
    pub(super) fn by(
        workflow: &Workflow,
        catalogue: &Catalogue,
        nodes: &BTreeSet<NodeId>,
        definition: &NodeDefinition,
    ) -> Self {
        let swap = Edit::SwapType {
            nodes: nodes.clone(),
            node_type: definition.node_type.clone(),
        };
        let (of_edges, of_settings) = count(workflow, nodes);
        let (edges, settings) = swap
            .apply(workflow, catalogue)
            .map_or((0, 0), |after| count(&after, nodes));
        Self {
            edges,
            of_edges,
            settings,
            of_settings,
        }
    }

    /// What it is worth among fuzzy matches: edges far more than settings.
    pub(super) fn weight(self) -> u32 {
        let share = |kept: usize, of: usize, most: usize| {
            let share = (kept * most).checked_div(of).unwrap_or(0);
            u32::try_from(share).unwrap_or(0)
        };
        share(self.edges, self.of_edges, 80) + share(self.settings, self.of_settings, 10)
    }

    /// What is said of it; nothing where no edge stays.
    pub(super) fn reason(self) -> Option<AddReason> {
        (self.edges > 0).then_some(AddReason::Keeps {
            kept: self.edges,
            of: self.of_edges,
        })
    }
}

/// Edges and settings of these nodes.
fn count(workflow: &Workflow, nodes: &BTreeSet<NodeId>) -> (usize, usize) {
    let edges = workflow.edges.iter();
    let touches = |id: &NodeId| nodes.contains(id);
    let edges = edges.filter(|edge| touches(&edge.from.node) || touches(&edge.to.node));
    let own = nodes.iter().filter_map(|id| workflow.node(id));
    (edges.count(), own.map(|node| node.settings.len()).sum())
}
