//! What callers ask for.

use std::collections::BTreeSet;

use hartomat_schema::{
    Drill, ExecutionMode, NodeId, OrderLineId, RunId, RunState, Verdict, Workflow, WorkflowId,
};
use serde::{Deserialize, Serialize};

/// Which workflow to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkflowSource {
    /// A saved or bundled one.
    Saved(WorkflowId),
    /// This document, saved or not.
    Document(Box<Workflow>),
}

/// What to run it on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectSource {
    /// A CAD file by path.
    CadFile(String),
    /// An order line.
    OrderLine(OrderLineId),
    /// A sample order line on a CAD file by path, made when it is first used.
    SampleOrderLine(String),
}

/// A run to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DispatchRequest {
    /// The workflow.
    pub workflow: WorkflowSource,
    /// What it is of.
    pub subject: SubjectSource,
    /// The mode asked for; the workflow's own where none is given. Rollout may allow less.
    pub mode: Option<ExecutionMode>,
    /// A rehearsed failure.
    pub drill: Option<Drill>,
    /// Nodes that run although the cache has their outputs.
    pub forced: BTreeSet<NodeId>,
    /// The run that this one repeats.
    pub rerun_of: Option<RunId>,
    /// The most that the graph may take, in seconds.
    pub budget_secs: Option<u64>,
}

/// Which runs to list, newest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunQuery {
    /// States; empty means all.
    pub states: Vec<RunState>,
    /// Mode.
    pub mode: Option<ExecutionMode>,
    /// Workflow.
    pub workflow: Option<WorkflowId>,
    /// Verdict.
    pub verdict: Option<Verdict>,
    /// At most so many; 50 where none is given.
    pub limit: Option<usize>,
}

/// Which log lines to read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LogQuery {
    /// Of this node only.
    pub node: Option<NodeId>,
}

/// A run to make again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RerunRequest {
    /// The run.
    pub run: RunId,
    /// This node and what needs it run again; the rest may come from the cache.
    pub from: Option<NodeId>,
}

/// Two files to compare.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareRequest {
    /// Path of the control's file.
    pub control: String,
    /// Path of the candidate's file.
    pub candidate: String,
    /// Whether both come from the same seed, device and build, so that they should be equal.
    pub deterministic: bool,
    /// Whether pictures of the difference are wanted.
    pub with_pictures: bool,
}
