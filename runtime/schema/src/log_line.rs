//! Log lines of both sides of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{NodeId, Side, Timestamp};

/// How much a log line matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is odd.
    Warning,
    /// What happens.
    Info,
}

/// A line of a run's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogLine {
    /// Number within the run, from 1; 0 before it is stored.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The side that wrote it.
    pub side: Side,
    /// The node, on the candidate's side.
    pub node: Option<NodeId>,
    /// Level.
    pub level: LogLevel,
    /// The line, without control characters.
    pub text: String,
}
