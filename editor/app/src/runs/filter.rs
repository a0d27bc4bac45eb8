//! Which runs are listed. What the runtime can't tell apart, such as text, is told apart here.

use hartomat_api::RunQuery;
use hartomat_schema::{ExecutionMode, RunId, RunState, Verdict, WorkflowId};

use super::RunRow;

/// Which runs are listed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunFilter {
    /// In one of these states; in any where there is none.
    pub states: Vec<RunState>,
    /// In this mode.
    pub mode: Option<ExecutionMode>,
    /// With this verdict.
    pub verdict: Option<Verdict>,
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// With all these words in their name, file or id.
    pub text: String,
}

impl RunFilter {
    /// Whether it leaves anything out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What the runtime is asked for.
    pub(super) fn query(&self, before: Option<RunId>, limit: u32) -> RunQuery {
        RunQuery {
            states: self.states.clone(),
            mode: self.mode,
            workflow: self.workflow.clone(),
            verdict: self.verdict,
            before,
            limit: Some(limit),
            ..RunQuery::default()
        }
    }

    /// Whether the runtime would list it.
    pub(super) fn takes(&self, row: &RunRow) -> bool {
        (self.states.is_empty() || self.states.contains(&row.state))
            && self.mode.is_none_or(|mode| mode == row.mode)
            && (self.verdict.is_none() || self.verdict == row.verdict)
            && (self.workflow.as_ref()).is_none_or(|workflow| *workflow == row.workflow)
    }

    /// The words that a run must have, in small letters.
    pub(super) fn words(&self) -> Vec<String> {
        let text = self.text.to_lowercase();
        text.split_whitespace().map(str::to_owned).collect()
    }
}
