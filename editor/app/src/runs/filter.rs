//! Which runs are listed. What the runtime can't tell apart, such as text, is told apart here.

use hartomat_api::RunQuery;
use hartomat_schema::{
    ExecutionMode, OutputTypeId, RunId, RunState, Timestamp, Verdict, WorkflowId,
};
use serde::{Deserialize, Serialize};

use super::RunRow;

const HOUR: i64 = 3_600_000;

/// Since when, counted back from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPeriod {
    /// The last hour.
    Hour,
    /// The last 24 hours.
    Day,
    /// The last seven days.
    Week,
    /// The last thirty days.
    Month,
}

impl RunPeriod {
    /// All of them, shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// When it begins.
    fn begin(self, now: Timestamp) -> Timestamp {
        let hours = match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
        };
        Timestamp(now.0 - hours * HOUR)
    }
}

/// Which runs are listed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFilter {
    /// In one of these states; in any where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<RunState>,
    /// In this mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ExecutionMode>,
    /// With this verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Of this workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowId>,
    /// Of this output type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_type: Option<OutputTypeId>,
    /// Dispatched within this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<RunPeriod>,
    /// Whether legacy took the graph's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fell_back: Option<bool>,
    /// Only those that a person should look at: the inbox.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unresolved: bool,
    /// With all these words in their name, file or id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl RunFilter {
    /// Whether it leaves anything out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Only what a person should look at.
    pub fn inbox() -> Self {
        Self {
            unresolved: true,
            ..Self::default()
        }
    }

    /// What the runtime is asked for.
    pub(super) fn query(&self, before: Option<RunId>, limit: u32, now: Timestamp) -> RunQuery {
        RunQuery {
            states: self.states.clone(),
            mode: self.mode,
            workflow: self.workflow.clone(),
            output_type: self.output_type.clone(),
            verdict: self.verdict,
            fell_back: self.fell_back,
            unresolved: self.unresolved,
            since: self.period.map(|period| period.begin(now)),
            before,
            limit: Some(limit),
            ..RunQuery::default()
        }
    }

    /// Whether the runtime would list it, as far as a row alone says.
    pub(super) fn takes(&self, row: &RunRow) -> bool {
        (self.states.is_empty() || self.states.contains(&row.state))
            && self.mode.is_none_or(|mode| mode == row.mode)
            && (self.verdict.is_none() || self.verdict == row.verdict)
            && (self.workflow.as_ref()).is_none_or(|workflow| *workflow == row.workflow)
            && (self.output_type.is_none() || self.output_type == row.output_type)
            && self
                .fell_back
                .is_none_or(|fell_back| fell_back == row.fell_back)
            && (!self.unresolved || row.asks_for_a_look)
    }

    /// The words that a run must have, in small letters.
    pub(super) fn words(&self) -> Vec<String> {
        let text = self.text.to_lowercase();
        text.split_whitespace().map(str::to_owned).collect()
    }
}
