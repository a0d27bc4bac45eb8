//! What the canvas shows of checks, node by node.

use hartomat_api::NodeDecisionKind;

/// What a node wears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeBadge {
    /// It would run.
    WillRun,
    /// Its outputs would come from the cache.
    Cached,
    /// It would be left out.
    Skipped,
}

impl From<NodeDecisionKind> for NodeBadge {
    fn from(kind: NodeDecisionKind) -> Self {
        match kind {
            NodeDecisionKind::Run => Self::WillRun,
            NodeDecisionKind::Reuse => Self::Cached,
            NodeDecisionKind::Skip => Self::Skipped,
        }
    }
}
