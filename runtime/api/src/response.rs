//! What callers get back.

use std::collections::BTreeMap;

use hartomat_schema::{
    BoundingBox, Comparison, Diagnostic, Digest, Evidence, ExecutionMode, Family, FeedEntry,
    FrozenRun, GateReport, LegacyRun, LogLine, MediaAsset, Message, ModeResolution, NodeId,
    NodeType, Notification, OrderLineId, PartList, Review, ReviewId, Rollout, RolloutDecision,
    RunEvent, RunId, RunRecord, RunState, StoredFile, VerdictMark, Workflow, WorkflowId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::LogCursor;

/// Where a runtime is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackendKind {
    /// In the caller's process.
    InProcess,
    /// In an agent on the caller's machine.
    Agent,
    /// In a server for a team.
    Server,
}

/// Which runtime this is and how it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackendInfo {
    /// Where it is.
    pub kind: BackendKind,
    /// Its version.
    pub version: String,
    /// Etag of its catalogue.
    pub catalogue_etag: Digest,
    /// Tool versions by tool.
    pub tools: BTreeMap<String, String>,
    /// Whether graph runs are possible; legacy always is.
    pub graph_ready: bool,
    /// What a person should know, such as a restored database.
    pub notices: Vec<String>,
    /// Runs that wait.
    pub queued: u64,
    /// Runs under way.
    pub running: u64,
    /// Whether waiting runs are held back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_paused: bool,
}

/// A workflow in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowSummary {
    /// Identity.
    pub id: WorkflowId,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Family.
    pub family: Family,
    /// The mode that its author asks for.
    pub execution_mode: ExecutionMode,
    /// Revision; 0 for a bundled one that nobody has saved over.
    pub revision: u64,
}

/// A workflow as it was saved last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedWorkflow {
    /// Number of saves so far; 0 for a bundled one that nobody has saved over.
    pub revision: u64,
    /// The document.
    pub workflow: Workflow,
    /// What the author should know, such as that the catalogue has changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Diagnostic>,
}

impl SavedWorkflow {
    /// The workflow in a list.
    pub fn summary(&self) -> WorkflowSummary {
        WorkflowSummary {
            id: self.workflow.id.clone(),
            name: self.workflow.name.clone(),
            description: self.workflow.description.clone(),
            family: self.workflow.family,
            execution_mode: self.workflow.execution_mode,
            revision: self.revision,
        }
    }
}

/// An order line in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLineEntry {
    /// Identity.
    pub id: OrderLineId,
    /// The product's name.
    pub product: String,
    /// The output type's name.
    pub output_type: String,
    /// The workflow that its output type runs.
    pub workflow: WorkflowId,
    /// The mode that the studio allows.
    pub rollout: ExecutionMode,
}

/// How a rollout stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RolloutStatus {
    /// What is allowed.
    pub rollout: Rollout,
    /// The output type's or the workflow's name.
    pub name: String,
    /// The workflow whose definition is judged.
    pub workflow: WorkflowId,
    /// The next mode up; none at the top.
    pub next: Option<ExecutionMode>,
    /// How its gate stands on the present definition.
    pub gate: GateReport,
    /// Shadow passes in a row on the present definition.
    pub streak: u32,
    /// Its last comparisons, newest first, at most 12.
    pub recent: Vec<VerdictMark>,
    /// Runs that wait or are under way; their mode stays as it was when they were dispatched.
    pub in_flight: u64,
    /// The mode of a dispatch as things are now, before a share of them is drawn; none where the
    /// workflow can't be read.
    pub resolution: Option<ModeResolution>,
    /// Its last decisions, newest first, at most 20.
    pub decisions: Vec<RolloutDecision>,
}

/// A page of runs, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<RunRecord>,
    /// Where the next page begins; none after the last.
    pub next: Option<RunId>,
}

/// A page of reviews, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewPage {
    /// The reviews.
    pub reviews: Vec<Review>,
    /// Where the next page begins; none after the last.
    pub next: Option<ReviewId>,
}

/// A page of a run's events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventPage {
    /// The events in order, without gaps.
    pub events: Vec<RunEvent>,
    /// Number of the run's last event.
    pub last_seq: u64,
    /// The run's state after its last event.
    pub state: RunState,
    /// Whether an interrupted run is taken up again by its server without anybody asking.
    pub goes_on: bool,
}

impl EventPage {
    /// Whether nothing follows the last of these events.
    pub fn is_end(&self, after: u64) -> bool {
        let reached = self.events.last().map_or(after, |event| event.seq);
        self.state.is_final() && !self.goes_on && reached >= self.last_seq
    }
}

/// A page of the events of all runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedPage {
    /// The events in the order of journalling.
    pub entries: Vec<FeedEntry>,
    /// Number of the last event of all.
    pub last: u64,
}

/// A page of a run's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogPage {
    /// The lines in order.
    pub lines: Vec<LogLine>,
    /// Where the next page begins.
    pub next: LogCursor,
}

/// Findings of a check and what was found on the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// Findings.
    pub diagnostics: Vec<Diagnostic>,
    /// Tool versions by tool.
    pub tools: BTreeMap<String, String>,
}

impl CheckReport {
    /// Whether a run could begin.
    pub fn is_clean(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What will happen to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeDecisionKind {
    /// It runs.
    Run,
    /// Its outputs come from the cache.
    Reuse,
    /// It is left out.
    Skip,
}

/// What will happen to a node, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodeDecision {
    /// The node.
    pub node: NodeId,
    /// Its type.
    pub node_type: NodeType,
    /// What will happen.
    pub decision: NodeDecisionKind,
    /// Why.
    pub reason: String,
    /// Kinds of the artifacts that come out.
    pub artifacts: Vec<String>,
    /// How long it took the last time, in milliseconds.
    pub last_took_ms: Option<u64>,
}

/// A preflight and what a run would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DryRun {
    /// The preflight.
    pub report: CheckReport,
    /// The mode that the run would have.
    pub mode: ExecutionMode,
    /// What would happen to each node, in order.
    pub nodes: Vec<NodeDecision>,
    /// How long the nodes that run took the last time, in milliseconds; none where one has not run.
    pub expected_ms: Option<u64>,
}

/// A run with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunDetail {
    /// The run as it is now.
    pub record: RunRecord,
    /// What dispatch froze.
    pub frozen: FrozenRun,
    /// The legacy run, where there was one.
    pub legacy: Option<LegacyRun>,
    /// The comparison, where there was one.
    pub evidence: Option<Evidence>,
    /// Who has said what of its difference, newest first, also what was taken back; at most 1000.
    #[serde(default)]
    pub reviews: Vec<Review>,
    /// Media assets delivered.
    pub media_assets: Vec<MediaAsset>,
    /// Who was told.
    pub notifications: Vec<Notification>,
    /// Messages to targets outside of the studio, newest first.
    #[serde(default)]
    pub messages: Vec<Message>,
    /// Files by what they are: `control`, `candidate`, `difference`, `side_by_side`, `comparison`; of a
    /// run on trial what its targets put out, as `NODE.PORT`.
    pub files: BTreeMap<String, StoredFile>,
}

impl RunDetail {
    /// Whether the graph had a part in it.
    pub fn ran_graph(&self) -> bool {
        self.record.mode != ExecutionMode::Legacy
    }
}

/// Two compared files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedFiles {
    /// The comparison.
    pub comparison: Comparison,
    /// Where they differ, as PNG; for pictures only.
    #[serde(skip)]
    pub difference: Option<Vec<u8>>,
    /// Both beside each other, as PNG; for pictures only.
    #[serde(skip)]
    pub side_by_side: Option<Vec<u8>>,
}

/// What is in a CAD file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CadReport {
    /// Parts and assembly tree.
    pub parts: PartList,
    /// The bounding box.
    pub bbox: BoundingBox,
    /// Triangles of the GLB, instances counted once.
    pub triangles: u64,
}
