//! What callers ask for.

use std::collections::BTreeSet;

use hartomat_schema::{
    Digest, Drill, ExecutionMode, Gate, NodeId, OrderLineId, OutputTypeId, Priority,
    ReviewDecision, ReviewId, ReviewScope, RunId, RunState, StoredFile, Timestamp, Verdict,
    Workflow, WorkflowId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::LogCursor;

/// Which workflow to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkflowSource {
    /// A saved or bundled one.
    Saved(WorkflowId),
    /// This document, saved or not.
    Document(Box<Workflow>),
}

/// A file to work on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileSource {
    /// A file of the caller's machine. Never crosses a network: clients store it first.
    Path(String),
    /// A file in the runtime's store.
    Stored(StoredFile),
}

/// What to run it on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectSource {
    /// A CAD file.
    CadFile(FileSource),
    /// An order line.
    OrderLine(OrderLineId),
    /// A sample order line on a CAD file, made when it is first used.
    SampleOrderLine(FileSource),
}

impl SubjectSource {
    /// The file that the caller brings.
    pub fn file(&self) -> Option<&FileSource> {
        match self {
            Self::CadFile(file) | Self::SampleOrderLine(file) => Some(file),
            Self::OrderLine(_) => None,
        }
    }

    /// The file that the caller brings, to put another in its place.
    pub fn file_mut(&mut self) -> Option<&mut FileSource> {
        match self {
            Self::CadFile(file) | Self::SampleOrderLine(file) => Some(file),
            Self::OrderLine(_) => None,
        }
    }
}

/// A run to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DispatchRequest {
    /// The workflow.
    pub workflow: WorkflowSource,
    /// What it is of.
    pub subject: SubjectSource,
    /// The mode asked for; the workflow's own where none is given. Rollout may allow less.
    #[serde(default)]
    pub mode: Option<ExecutionMode>,
    /// A rehearsed failure.
    #[serde(default)]
    pub drill: Option<Drill>,
    /// Nodes that run although the cache has their outputs.
    #[serde(default)]
    pub forced: BTreeSet<NodeId>,
    /// Run to these nodes: they and what they need run, and nothing else. Empty means everything.
    ///
    /// Such a run is on trial, whatever mode is asked for and allowed: only the graph runs, nothing is
    /// published, nobody is told, nothing is compared, the artifact contract isn't asked for, and it
    /// counts as no evidence.
    #[serde(default)]
    pub targets: BTreeSet<NodeId>,
    /// The run that this one repeats.
    #[serde(default)]
    pub rerun_of: Option<RunId>,
    /// The most that the graph may take, in seconds.
    #[serde(default)]
    #[schemars(range(min = 1, max = 604_800))]
    pub budget_secs: Option<u64>,
    /// Its place in a server's queue.
    #[serde(default)]
    pub priority: Priority,
    /// Sending the request again under the same key makes no second run.
    #[serde(default)]
    #[schemars(length(min = 1, max = 128))]
    pub idempotency_key: Option<String>,
}

impl DispatchRequest {
    /// A request for this workflow and subject, with everything else as usual.
    pub fn new(workflow: WorkflowSource, subject: SubjectSource) -> Self {
        Self {
            workflow,
            subject,
            mode: None,
            drill: None,
            forced: BTreeSet::new(),
            targets: BTreeSet::new(),
            rerun_of: None,
            budget_secs: None,
            priority: Priority::Normal,
            idempotency_key: None,
        }
    }
}

/// A workflow to save.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowSave {
    /// The document.
    pub workflow: Workflow,
    /// The revision that it was made from; 0 for a new workflow.
    pub expected_revision: u64,
    /// Etag of the catalogue that the author saw; an older one is told in the answer.
    #[serde(default)]
    pub catalogue_etag: Option<Digest>,
}

/// Which runs to list, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RunQuery {
    /// States, separated by commas in an address; empty means all.
    #[serde(with = "comma_separated")]
    #[schemars(with = "Vec<RunState>")]
    pub states: Vec<RunState>,
    /// Mode.
    pub mode: Option<ExecutionMode>,
    /// Workflow.
    pub workflow: Option<WorkflowId>,
    /// Output type.
    pub output_type: Option<OutputTypeId>,
    /// Verdict.
    pub verdict: Option<Verdict>,
    /// Whether legacy took the graph's place.
    pub fell_back: Option<bool>,
    /// Whether it ran to some nodes alone, on trial.
    pub partial: Option<bool>,
    /// Only runs that a person should look at: failed, or found to differ, or not comparable; not
    /// reviewed; and no later rerun has come to an end in their place.
    pub unresolved: bool,
    /// Only reruns of this run.
    pub rerun_of: Option<RunId>,
    /// Dispatched then or later, in milliseconds since 1970-01-01 UTC. With this or `until` the list
    /// follows the clock, latest first.
    #[schemars(with = "Option<u64>", range(max = 9_007_199_254_740_991_u64))]
    pub since: Option<Timestamp>,
    /// Dispatched before then.
    #[schemars(with = "Option<u64>", range(max = 9_007_199_254_740_991_u64))]
    pub until: Option<Timestamp>,
    /// Only runs after this one in the list: [`crate::RunPage::next`] of the page before.
    pub before: Option<RunId>,
    /// At most so many, 50 unless said.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

/// A review to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewRequest {
    /// The run.
    pub run: RunId,
    /// The compared output: the name of a part of its comparison, such as `still.png`, or `run` for
    /// all of it.
    #[schemars(length(min = 1, max = 512))]
    pub output: String,
    /// What is decided.
    pub decision: ReviewDecision,
    /// How far it reaches.
    pub scope: ReviewScope,
    /// Why: 1 to 1000 characters.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
    /// When an acceptance ends, which it must, at most 731 days from now; a rejection has no end.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// Which reviews to list, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReviewQuery {
    /// Of this run.
    pub run: Option<RunId>,
    /// Of runs of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only those that stand: neither taken back nor past their end.
    pub standing: bool,
    /// Only reviews made before this one: [`crate::ReviewPage::next`] of the page before.
    pub before: Option<ReviewId>,
    /// At most so many, 50 unless said.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

/// A gate to try on past runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SimulationRequest {
    /// The gate; the present one where none is given.
    #[serde(default)]
    pub gate: Option<Gate>,
}

/// Which log lines to read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LogQuery {
    /// Of this node only.
    pub node: Option<NodeId>,
    /// After these lines: [`crate::LogPage::next`] of the page before.
    pub after: LogCursor,
    /// At most so many, 1000 unless said.
    #[schemars(range(min = 1, max = 10_000))]
    pub limit: Option<u32>,
}

/// Which nodes run again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RerunScope {
    /// Those whose outputs the cache hasn't got.
    #[default]
    Changed,
    /// All of them.
    All,
    /// This one and what needs it.
    From(NodeId),
    /// Those that failed or were left out, and what needs them.
    Failed,
}

/// Which definition a rerun takes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RerunDefinition {
    /// The one that the run froze.
    #[default]
    Frozen,
    /// The workflow as it is saved now.
    Latest,
    /// This draft.
    Draft(Box<Workflow>),
}

/// A run to make again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RerunRequest {
    /// The run.
    pub run: RunId,
    /// Which nodes run again.
    #[serde(default)]
    pub scope: RerunScope,
    /// Which definition it takes.
    #[serde(default)]
    pub definition: RerunDefinition,
    /// Its place in a server's queue.
    #[serde(default)]
    pub priority: Priority,
    /// Sending the request again under the same key makes no second run.
    #[serde(default)]
    #[schemars(length(min = 1, max = 128))]
    pub idempotency_key: Option<String>,
}

impl RerunRequest {
    /// This run again, with everything as usual.
    pub fn new(run: RunId) -> Self {
        Self {
            run,
            scope: RerunScope::default(),
            definition: RerunDefinition::default(),
            priority: Priority::Normal,
            idempotency_key: None,
        }
    }
}

/// Two files to compare.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CompareRequest {
    /// The control's file.
    pub control: FileSource,
    /// The candidate's file.
    pub candidate: FileSource,
    /// Whether both come from the same seed, device and build, so that they should be equal.
    pub deterministic: bool,
    /// Whether pictures of the difference are wanted.
    pub with_pictures: bool,
}

/// Lists as `a,b,c`, so that they fit an address.
mod comma_separated {
    use serde::de::{DeserializeOwned, Error, IntoDeserializer as _};
    use serde::{Deserialize as _, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let names = values
            .iter()
            .map(|value| match serde_json::to_value(value) {
                Ok(Value::String(name)) => Ok(name),
                _ => Err(serde::ser::Error::custom("a list of names was expected")),
            });
        serializer.serialize_str(&names.collect::<Result<Vec<_>, S::Error>>()?.join(","))
    }

    pub(super) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.split(',')
            .filter(|name| !name.is_empty())
            .map(|name| {
                let name: serde::de::value::StrDeserializer<'_, D::Error> =
                    name.into_deserializer();
                T::deserialize(name).map_err(D::Error::custom)
            })
            .collect()
    }
}
