//! The events of all runs in one order, so that a client can follow them all from where it was.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{RunEvent, RunId};

/// An event with its place among the events of all runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedEntry {
    /// Place among all events, rising.
    pub ord: u64,
    /// The run.
    pub run: RunId,
    /// What happened.
    pub event: RunEvent,
}
