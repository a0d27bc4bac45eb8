//! What happens in a run, as it is journalled. Events are only ever added: old journals are read for good.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Artifact, Digest, Intent, MediaAssetId, MessageId, MessageState, NodeId, PortName, Priority,
    ProcessIdentity, Review, ReviewId, RunState, Side, TargetId, Timestamp, Verdict,
};

/// Why a node failed, and whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Class of the failure.
    pub class: FailureClass,
    /// What happened, lower-case, without a final stop.
    pub message: String,
    /// What would mend it; may be empty.
    #[serde(default)]
    pub hint: String,
}

/// Classes of failures.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The input or a setting is wrong: trying again can't help.
    BadInput,
    /// A tool is missing on this machine.
    Environment,
    /// A worker crashed or a resource was short: another attempt may help.
    Transient,
    /// The outputs didn't meet their contract.
    Contract,
    /// It took longer than its budget.
    TimedOut,
    /// Cancelled.
    Cancelled,
    /// A defect of the program.
    Internal,
}

/// Outputs of a node run by port.
pub type Outputs = BTreeMap<PortName, Artifact>;

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RunEventKind {
    /// A server keeps the run in its queue.
    Queued {
        /// The server's process.
        owner: ProcessIdentity,
        /// Its place in the queue.
        priority: Priority,
    },
    /// A process took the run on, at first or again after an interruption.
    Started {
        /// That process.
        owner: ProcessIdentity,
    },
    /// The legacy pipeline began.
    ControlStarted,
    /// The legacy pipeline ended.
    ControlFinished {
        /// Its outputs; empty when it failed.
        outputs: Vec<Artifact>,
        /// Why it failed.
        failure: Option<Failure>,
    },
    /// An attempt began.
    NodeStarted {
        /// The node.
        node: NodeId,
        /// Attempt number, from 1.
        attempt: u32,
        /// Why it runs rather than being taken from the cache.
        reason: String,
    },
    /// Outputs were taken from the cache.
    NodeReused {
        /// The node.
        node: NodeId,
        /// Cache key.
        key: Digest,
        /// Its outputs.
        outputs: Outputs,
        /// Why they still hold.
        reason: String,
    },
    /// An attempt succeeded.
    NodeSucceeded {
        /// The node.
        node: NodeId,
        /// Attempt number.
        attempt: u32,
        /// Cache key.
        key: Digest,
        /// Its outputs.
        outputs: Outputs,
    },
    /// An attempt failed.
    NodeFailed {
        /// The node.
        node: NodeId,
        /// Attempt number.
        attempt: u32,
        /// Why.
        failure: Failure,
        /// Whether another attempt follows.
        will_retry: bool,
    },
    /// A node is left out.
    NodeSkipped {
        /// The node.
        node: NodeId,
        /// Why.
        reason: String,
    },
    /// A node would publish or notify.
    IntentRecorded {
        /// The node.
        node: NodeId,
        /// What it would do.
        intent: Intent,
    },
    /// The intents took effect: assets published, people told.
    Delivered {
        /// The side whose outputs they are.
        side: Side,
        /// The media assets.
        media_assets: Vec<MediaAssetId>,
    },
    /// The graph failed and legacy takes its place.
    FellBack {
        /// Why.
        reason: String,
    },
    /// The two sides were compared.
    Compared {
        /// The verdict.
        verdict: Verdict,
        /// Its one sentence.
        sentence: String,
        /// The whole comparison, an artifact of JSON.
        comparison: Digest,
    },
    /// Somebody has reviewed a difference. Comes after the run's end.
    Reviewed {
        /// What they say.
        review: Review,
    },
    /// A review no longer stands.
    ReviewRevoked {
        /// The review.
        review: ReviewId,
        /// Who took it back.
        by: String,
    },
    /// A message went out, or didn't. May come after the run's end. One by the channel `desktop` is for
    /// the programs that show such messages.
    Told {
        /// The message.
        message: MessageId,
        /// The target.
        target: TargetId,
        /// How it is told.
        channel: String,
        /// How far the message has come.
        state: MessageState,
        /// What people read: the message where it arrived, else why it didn't.
        sentence: String,
    },
    /// Somebody asked for the run to stop.
    CancelRequested,
    /// The owner is gone; what it had begun is lost.
    Interrupted {
        /// What was found.
        reason: String,
    },
    /// Nothing more happens by itself; reviews may follow.
    Finished {
        /// The state it ends in.
        state: RunState,
        /// Why, where that isn't plain.
        reason: Option<String>,
    },
}

/// A journalled event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunEvent {
    /// Number within the run, from 1 without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: RunEventKind,
}
