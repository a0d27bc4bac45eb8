//! What crosses the wire beside the contract's own types.

use std::collections::BTreeSet;

use hartomat_schema::{
    Comparison, Evidence, ExecutionMode, NodeId, OutputTypeId, Priority, ReviewDecision,
    ReviewScope, RunId, RunState, Scope, Side, StoredFile, Timestamp, WorkflowId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ReportFormat, RerunDefinition, RerunScope, ReviewRequest};

/// Header of a dispatch or rerun: the same key makes no second run.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Header of an event stream: the number of the last event that arrived.
pub const LAST_EVENT_ID: &str = "last-event-id";
/// Header of an artifact or media asset: the digest of all its bytes, also where a range of them is
/// sent.
pub const CONTENT_DIGEST: &str = "x-hartomat-digest";
/// Header of a browser that has signed in: the key of its session, which no cookie carries.
pub const SESSION_KEY: &str = "x-hartomat-session";

/// That a server lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// `ok`, or `draining` while it shuts down.
    pub status: String,
}

/// Which events of a run to read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct JournalQuery {
    /// After this event.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub after: u64,
    /// At most so many, 1000 unless said.
    #[schemars(range(min = 1, max = 10_000))]
    pub limit: Option<u32>,
}

/// Which events of all runs to read.
pub type FeedQuery = JournalQuery;

/// Which revision to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowRemoval {
    /// The revision that the author has seen.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub revision: u64,
}

/// How to make a run again; the run stands in the address.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct RerunOptions {
    /// Which nodes run again.
    #[serde(default)]
    pub scope: RerunScope,
    /// Which definition it takes.
    #[serde(default)]
    pub definition: RerunDefinition,
    /// Its place in the queue.
    #[serde(default)]
    pub priority: Priority,
}

/// What is said of a run's difference; the run stands in the address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewOptions {
    /// The compared output: the name of a part of its comparison, such as `still.png`, or `run` for
    /// all of it.
    #[schemars(length(min = 1, max = 512))]
    pub output: String,
    /// What is decided.
    pub decision: ReviewDecision,
    /// How far it reaches.
    pub scope: ReviewScope,
    /// Why.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
    /// When an acceptance ends, in milliseconds since 1970-01-01 UTC, at most 731 days from now; a
    /// rejection has no end.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl ReviewOptions {
    /// What a request says beside its run.
    pub fn of(request: &ReviewRequest) -> Self {
        Self {
            output: request.output.clone(),
            decision: request.decision,
            scope: request.scope.clone(),
            reason: request.reason.clone(),
            expires_at: request.expires_at,
        }
    }

    /// The request of this run.
    pub fn for_run(self, run: RunId) -> ReviewRequest {
        ReviewRequest {
            run,
            output: self.output,
            decision: self.decision,
            scope: self.scope,
            reason: self.reason,
            expires_at: self.expires_at,
        }
    }
}

/// A browser that has signed in. Its cookie alone opens nothing but files whose digest it knows; all
/// else takes the key as well, which pages of other ports of the same machine never get to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// Whom it speaks for.
    pub person: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The run whose comparison is all that it may see; none for the session of a token.
    pub shared_run: Option<RunId>,
    /// What goes into the header [`SESSION_KEY`]; told once, when the session begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A code in place of a token: it signs one browser in, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignInCode {
    /// The address on this server that takes it. What follows the `#` is the code: browsers send it
    /// nowhere.
    pub address: String,
}

/// Whether waiting runs are held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueState {
    /// Whether they are.
    pub is_paused: bool,
}

/// For how long others may see a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShareOptions {
    /// When the link ends, in milliseconds since 1970-01-01 UTC, at most 90 days from now.
    pub expires_at: Timestamp,
}

/// A link that shows one comparison to whoever has it, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The address on this server. What follows the `#` is the secret: browsers send it nowhere.
    pub address: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a reviewer looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunComparison {
    /// The run.
    pub run: RunId,
    /// Its workflow.
    pub workflow: WorkflowId,
    /// The workflow's name at dispatch.
    pub workflow_name: String,
    /// Its order line's output type; none for a CAD file.
    pub output_type: Option<OutputTypeId>,
    /// The CAD file's name.
    pub cad_file: String,
    /// Its mode.
    pub mode: ExecutionMode,
    /// Its state.
    pub state: RunState,
    /// When it was dispatched.
    pub created_at: Timestamp,
    /// The comparison, where there is one.
    pub evidence: Option<Evidence>,
}

/// What a report is written as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportQuery {
    /// The format.
    pub format: ReportFormat,
}

/// How an upload stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UploadState {
    /// Bytes that have arrived.
    pub offset: u64,
    /// Whether the whole file is stored and verified.
    pub complete: bool,
}

/// Where sent bytes belong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UploadQuery {
    /// Bytes that had arrived before these.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub offset: u64,
    /// Bytes of the whole file.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub total: u64,
}

/// What a file is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedFile {
    /// Name for people; never a path.
    #[schemars(length(min = 1, max = 4096))]
    pub name: String,
}

/// What to say of a CAD file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CadQuery {
    /// Volumes and areas as well.
    pub mass_properties: bool,
}

/// How fine a mesh is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MeshQuery {
    /// Finer triangles.
    pub high_quality: bool,
}

/// A comparison whose pictures lie in the artifact store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonAnswer {
    /// The comparison.
    pub comparison: Comparison,
    /// Where the files differ, as PNG; for pictures only.
    pub difference: Option<StoredFile>,
    /// Both beside each other, as PNG; for pictures only.
    pub side_by_side: Option<StoredFile>,
}

/// How far a node, or the control where there is none, has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunProgress {
    /// Side.
    pub side: Side,
    /// The node, on the candidate's side.
    pub node: Option<NodeId>,
    /// 0 to 1.
    pub share: f64,
    /// What it is doing.
    pub message: String,
}

/// Names of what an event stream carries.
///
/// `journal` has an id, which is the number to go on from; its data is a run event, or a feed
/// entry in the stream of all runs. `log` and `progress` are for show and have none. `end` says that
/// nothing more follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEvent {
    /// A journalled event.
    Journal,
    /// A line of the log.
    Log,
    /// A [`RunProgress`].
    Progress,
    /// Nothing more follows.
    End,
}

impl StreamEvent {
    /// The name in the stream.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Log => "log",
            Self::Progress => "progress",
            Self::End => "end",
        }
    }

    /// The event of that name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Journal, Self::Log, Self::Progress, Self::End]
            .into_iter()
            .find(|event| event.as_str() == name)
    }
}
