//! Who hears of a run while it is under way.

use hartomat_schema::{FeedEntry, LogLine, NodeId, RunEvent, RunRecord, Side, Timestamp};

/// Whether events arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// They do.
    Up,
    /// The link is down; what is shown is as old as this, and why.
    StaleSince(Timestamp, String),
}

/// Hears what happens in a run while it is under way. Called from any thread.
pub trait RunObserver: Send + Sync {
    /// The run has its id and its nodes.
    fn dispatched(&self, _record: &RunRecord) {}
    /// An event was journalled.
    fn event(&self, _event: &RunEvent) {}
    /// A line was logged. For show: lines may be left out here, the log has them all.
    fn log(&self, _line: &LogLine) {}
    /// A node, or the control where there is none, has come so far: 0 to 1. For show.
    fn progress(&self, _side: Side, _node: Option<&NodeId>, _share: f64, _message: &str) {}
    /// The link to the runtime was lost or is back.
    fn link(&self, _link: &Link) {}
    /// Whether to go on telling.
    fn wants_more(&self) -> bool {
        true
    }
}

/// Hears nothing.
impl RunObserver for () {}

/// Hears the events of all runs. Called from any thread.
pub trait FeedObserver: Send + Sync {
    /// An event was journalled.
    fn entry(&self, entry: &FeedEntry);
    /// The link to the runtime was lost or is back.
    fn link(&self, _link: &Link) {}
    /// Whether to go on telling.
    fn wants_more(&self) -> bool {
        true
    }
}
