//! A graph run: what dispatch freezes, the events that are journalled, and the record they add up to.
//!
//! [`RunRecord::apply`] is the one reducer: the store writes each event and the record it leads to in
//! one transaction, and replaying all events gives the same record again.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Artifact, Comparison, Digest, ExecutionMode, Failure, FailureClass, GoldenCaseId, Intent,
    MediaAssetId, ModeLimit, NodeId, NodeType, OutputTypeId, Outputs, Priority, ProcessIdentity,
    ReviewMark, RunEvent, RunEventKind, RunId, Subject, Timestamp, Verdict, Workflow, WorkflowId,
};

/// Which side of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The legacy pipeline.
    Control,
    /// The graph.
    Candidate,
}

/// Who set a value, weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SettingOrigin {
    /// The node definition's default.
    Default,
    /// The workflow document.
    Workflow,
    /// The output type's overrides.
    OutputType,
    /// The order line's overrides.
    OrderLine,
}

/// A node's settings after overrides, with who set each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct EffectiveSettings {
    /// Values by name.
    pub values: Map<String, Value>,
    /// Who set each value.
    pub origins: BTreeMap<String, SettingOrigin>,
}

/// A rehearsed failure: proves that the fallback works before it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drill {
    /// The node that misbehaves.
    pub node: NodeId,
    /// How.
    pub behaviour: DrillBehaviour,
}

/// What a node does in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrillBehaviour {
    /// Fails at once.
    Fail,
    /// Never returns.
    Hang,
    /// Panics.
    Panic,
}

/// Everything that decides a run's result, as it was at dispatch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrozenRun {
    /// Identity.
    pub id: RunId,
    /// The workflow as it was.
    pub workflow: Workflow,
    /// [`Workflow::definition_hash`].
    pub definition_hash: Digest,
    /// The catalogue's etag.
    pub catalogue_etag: Digest,
    /// The mode that the author or caller asked for.
    pub requested_mode: ExecutionMode,
    /// The mode that the run has.
    pub mode: ExecutionMode,
    /// Every limit on its mode, in order; empty where it was taken on by an older version, or on trial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mode_limits: Vec<ModeLimit>,
    /// What it is of.
    pub subject: Subject,
    /// Settings after overrides, by node.
    pub settings: BTreeMap<NodeId, EffectiveSettings>,
    /// Tool versions by tool.
    pub tools: BTreeMap<String, String>,
    /// A rehearsed failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
    /// The golden case that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<GoldenCaseId>,
    /// The run that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerun_of: Option<RunId>,
    /// Nodes that run although the cache has their outputs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forced: BTreeSet<NodeId>,
    /// The nodes that it runs to; empty means all. Such a run delivers nothing and owes nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub targets: BTreeSet<NodeId>,
    /// The most that the candidate may take, in seconds.
    pub budget_secs: u64,
    /// When it was dispatched.
    pub at: Timestamp,
}

impl FrozenRun {
    /// Whether it runs to some nodes alone: on trial, without delivery, comparison and evidence.
    pub fn is_partial(&self) -> bool {
        !self.targets.is_empty()
    }
}

/// State of a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waiting.
    Queued,
    /// Under way.
    Running,
    /// Delivered as asked.
    Succeeded,
    /// Delivered by legacy after the graph failed.
    FellBack,
    /// Nothing was delivered.
    Failed,
    /// Cancelled by a person.
    Cancelled,
    /// Its process ended before it did; it can go on.
    Interrupted,
}

impl RunState {
    /// Whether nothing more happens by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::FellBack => "fell_back",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// State of a node run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NodeRunState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Outputs there and checked.
    Succeeded,
    /// Outputs taken from the cache and verified.
    Reused,
    /// Failed; the reason is with it.
    Failed,
    /// Left out, with the reason.
    Skipped,
    /// Cancelled.
    Cancelled,
}

impl NodeRunState {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Reused => "reused",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One node inside a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodeRun {
    /// The node.
    pub node: NodeId,
    /// Its definition's key.
    pub node_type: NodeType,
    /// State.
    pub state: NodeRunState,
    /// Attempts so far.
    pub attempts: u32,
    /// Why it ran, was reused, or was left out.
    pub reason: Option<String>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Cache key.
    pub key: Option<Digest>,
    /// Its outputs.
    pub outputs: Outputs,
    /// When its last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A run as it is now: the sum of its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// Identity.
    pub id: RunId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its name at dispatch.
    pub workflow_name: String,
    /// What evidence belongs to.
    pub definition_hash: Digest,
    /// What it is of, as in [`Subject::target`].
    pub target: String,
    /// Its order line's output type; none for a CAD file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_type: Option<OutputTypeId>,
    /// The run that it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerun_of: Option<RunId>,
    /// The nodes that it runs to; empty means all. Such a run delivers nothing and owes nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub targets: BTreeSet<NodeId>,
    /// Whether a failure was rehearsed in it, so that it says nothing for or against the graph.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
    /// The golden case that it is; not part of any streak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub golden: Option<GoldenCaseId>,
    /// The CAD file's name.
    pub cad_file: String,
    /// Mode.
    pub mode: ExecutionMode,
    /// State.
    pub state: RunState,
    /// Why it is in this state, where that isn't plain.
    pub reason: Option<String>,
    /// The process that has it.
    pub owner: Option<ProcessIdentity>,
    /// Its place in a server's queue; none where no server keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How often its process ended before it did.
    #[serde(default)]
    pub interruptions: u32,
    /// The side that delivered.
    pub delivered_by: Option<Side>,
    /// Media assets delivered.
    pub media_assets: Vec<MediaAssetId>,
    /// Why legacy took the graph's place; a failure of the candidate.
    pub fallback: Option<String>,
    /// Legacy's outputs.
    pub control_outputs: Vec<Artifact>,
    /// Why legacy failed.
    pub control_failure: Option<Failure>,
    /// What the graph would publish and whom it would tell.
    pub intents: Vec<Intent>,
    /// Verdict of the comparison.
    pub verdict: Option<Verdict>,
    /// The verdict's sentence.
    pub sentence: Option<String>,
    /// The whole comparison.
    pub comparison: Option<Digest>,
    /// Who has reviewed its difference, without what was revoked; empty means nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<ReviewMark>,
    /// Whether somebody asked for it to stop.
    pub cancel_requested: bool,
    /// Node runs in the order of the document.
    pub nodes: Vec<NodeRun>,
    /// When it was dispatched.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Number of the last event.
    pub last_seq: u64,
}

impl RunRecord {
    /// A run just dispatched.
    pub fn new(frozen: &FrozenRun) -> Self {
        let nodes = frozen.workflow.nodes.iter().map(|node| NodeRun {
            node: node.id.clone(),
            node_type: node.node_type.clone(),
            state: NodeRunState::Waiting,
            attempts: 0,
            reason: None,
            failure: None,
            key: None,
            outputs: Outputs::new(),
            started_at: None,
            finished_at: None,
        });
        Self {
            id: frozen.id.clone(),
            workflow: frozen.workflow.id.clone(),
            workflow_name: frozen.workflow.name.clone(),
            definition_hash: frozen.definition_hash,
            target: frozen.subject.target(),
            output_type: frozen.subject.output_type().cloned(),
            rerun_of: frozen.rerun_of.clone(),
            targets: frozen.targets.clone(),
            drill: frozen.drill.is_some(),
            golden: frozen.golden.clone(),
            cad_file: frozen.subject.cad_file().name.clone(),
            mode: frozen.mode,
            state: RunState::Queued,
            reason: None,
            owner: None,
            priority: None,
            interruptions: 0,
            delivered_by: None,
            media_assets: Vec::new(),
            fallback: None,
            control_outputs: Vec::new(),
            control_failure: None,
            intents: Vec::new(),
            verdict: None,
            sentence: None,
            comparison: None,
            reviews: Vec::new(),
            cancel_requested: false,
            nodes: nodes.collect(),
            created_at: frozen.at,
            finished_at: None,
            last_seq: 0,
        }
    }

    /// A node run by node.
    pub fn node(&self, id: &NodeId) -> Option<&NodeRun> {
        self.nodes.iter().find(|run| run.node == *id)
    }

    /// Whether it runs to some nodes alone: on trial, without delivery, comparison and evidence.
    pub fn is_partial(&self) -> bool {
        !self.targets.is_empty()
    }

    /// Whether a person should look at it: it failed, or its sides were not found to agree, and nobody
    /// has reviewed it. A run on trial owes nothing.
    pub fn asks_for_a_look(&self) -> bool {
        let is_in_doubt = self.state == RunState::Failed
            || self.verdict.is_some_and(|verdict| verdict != Verdict::Pass);
        is_in_doubt && self.reviews.is_empty() && !self.is_partial()
    }

    /// Whether it takes the place of the run that it repeats: it has come to an end of its own.
    pub fn supersedes(&self) -> bool {
        let has_ended = matches!(
            self.state,
            RunState::Succeeded | RunState::FellBack | RunState::Failed
        );
        has_ended && !self.is_partial()
    }

    /// Takes an event in. Events about unknown nodes change only `last_seq`.
    pub fn apply(&mut self, event: &RunEvent) {
        self.last_seq = event.seq;
        match &event.kind {
            RunEventKind::Queued { owner, priority } => {
                self.state = RunState::Queued;
                self.owner = Some(owner.clone());
                self.priority = Some(*priority);
                self.reason = None;
                self.finished_at = None;
            }
            RunEventKind::Started { owner } => {
                self.state = RunState::Running;
                self.owner = Some(owner.clone());
                self.reason = None;
                self.finished_at = None;
            }
            RunEventKind::ControlStarted => {
                self.control_outputs.clear();
                self.control_failure = None;
            }
            RunEventKind::ControlFinished { outputs, failure } => {
                self.control_outputs.clone_from(outputs);
                self.control_failure.clone_from(failure);
            }
            RunEventKind::IntentRecorded { intent, .. } => {
                if !self.intents.contains(intent) {
                    self.intents.push(intent.clone());
                }
            }
            RunEventKind::Delivered { side, media_assets } => {
                self.delivered_by = Some(*side);
                self.media_assets.clone_from(media_assets);
            }
            RunEventKind::FellBack { reason } => self.fallback = Some(reason.clone()),
            RunEventKind::Compared {
                verdict,
                sentence,
                comparison,
            } => {
                self.verdict = Some(*verdict);
                self.sentence = Some(sentence.clone());
                self.comparison = Some(*comparison);
            }
            RunEventKind::Reviewed { review } => self.reviews.push(review.mark()),
            RunEventKind::ReviewRevoked { review, .. } => {
                self.reviews.retain(|mark| mark.id != *review);
            }
            RunEventKind::CancelRequested => self.cancel_requested = true,
            RunEventKind::Interrupted { reason } => self.interrupt(reason, event.at),
            RunEventKind::Finished { state, reason } => {
                self.state = *state;
                self.reason.clone_from(reason);
                self.owner = None;
                self.finished_at = Some(event.at);
                self.settle_nodes(event.at);
            }
            node_event => self.apply_to_node(node_event, event.at),
        }
    }

    fn apply_to_node(&mut self, kind: &RunEventKind, at: Timestamp) {
        let (RunEventKind::NodeStarted { node, .. }
        | RunEventKind::NodeReused { node, .. }
        | RunEventKind::NodeSucceeded { node, .. }
        | RunEventKind::NodeFailed { node, .. }
        | RunEventKind::NodeSkipped { node, .. }) = kind
        else {
            return;
        };
        let Some(run) = self.nodes.iter_mut().find(|run| run.node == *node) else {
            return;
        };
        run.apply(kind, at);
    }

    fn interrupt(&mut self, reason: &str, at: Timestamp) {
        self.state = RunState::Interrupted;
        self.interruptions += 1;
        self.reason = Some(reason.to_owned());
        self.owner = None;
        self.finished_at = Some(at);
        for run in &mut self.nodes {
            if run.state == NodeRunState::Running {
                run.state = NodeRunState::Waiting;
                run.reason = Some("its attempt was lost with the process".to_owned());
            }
        }
    }

    /// A finished run has no node under way: what was, ended with it.
    fn settle_nodes(&mut self, at: Timestamp) {
        for run in &mut self.nodes {
            if matches!(run.state, NodeRunState::Running | NodeRunState::Waiting) {
                run.state = NodeRunState::Cancelled;
                run.finished_at = Some(at);
            }
        }
    }
}

impl NodeRun {
    fn apply(&mut self, kind: &RunEventKind, at: Timestamp) {
        match kind {
            RunEventKind::NodeStarted {
                attempt, reason, ..
            } => {
                self.state = NodeRunState::Running;
                self.attempts = *attempt;
                self.reason = Some(reason.clone());
                self.failure = None;
                self.started_at = Some(at);
                self.finished_at = None;
            }
            RunEventKind::NodeReused {
                key,
                outputs,
                reason,
                ..
            } => {
                self.state = NodeRunState::Reused;
                self.key = Some(*key);
                self.outputs.clone_from(outputs);
                self.reason = Some(reason.clone());
                self.finished_at = Some(at);
            }
            RunEventKind::NodeSucceeded { key, outputs, .. } => {
                self.state = NodeRunState::Succeeded;
                self.key = Some(*key);
                self.outputs.clone_from(outputs);
                self.finished_at = Some(at);
            }
            RunEventKind::NodeFailed {
                failure,
                will_retry,
                ..
            } => {
                self.failure = Some(failure.clone());
                if !will_retry {
                    self.state = match failure.class {
                        FailureClass::Cancelled => NodeRunState::Cancelled,
                        _ => NodeRunState::Failed,
                    };
                    self.finished_at = Some(at);
                }
            }
            RunEventKind::NodeSkipped { reason, .. } => {
                self.state = NodeRunState::Skipped;
                self.reason = Some(reason.clone());
                self.finished_at = Some(at);
            }
            _ => {}
        }
    }
}

/// A comparison with the artifacts that it is about. File format of a run's comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The measured numbers and the verdict.
    pub comparison: Comparison,
    /// What legacy delivered.
    pub control: Option<Artifact>,
    /// What the graph would deliver.
    pub candidate: Option<Artifact>,
    /// Where the two pictures differ, as a picture.
    pub difference: Option<Artifact>,
    /// Both pictures and their difference beside each other.
    pub side_by_side: Option<Artifact>,
}

/// What decides a node run's result, by name; its digest is the cache key.
pub type CacheKeyParts = BTreeMap<String, Value>;

/// Outputs of an earlier node run that a later one may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CacheEntry {
    /// Digest of the parts.
    pub key: Digest,
    /// What the key is made of, to say why a later key differs.
    pub parts: CacheKeyParts,
    /// The outputs.
    pub outputs: Outputs,
    /// The run that made them.
    pub run: RunId,
    /// The workflow that it ran.
    pub workflow: WorkflowId,
    /// The node.
    pub node: NodeId,
}
