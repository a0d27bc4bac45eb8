//! Rollout: which mode is allowed where, on which evidence, and every decision about it.
//!
//! A mode goes up one step at a time, and the last step needs evidence. It goes down at once, and needs
//! none.

mod gate;
mod resolve;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, ExecutionMode, InvalidId, OutputTypeId, Timestamp, Verdict, WorkflowId};

pub use gate::{EvidenceRun, GateTally, GoldenEvidence};
pub use resolve::{ModeRequest, resolve_mode};

/// Days that an exception stands where nobody says how long.
pub const USUAL_EXCEPTION_DAYS: u32 = 14;
/// The most days that an exception can stand.
pub const MAX_EXCEPTION_DAYS: u32 = 90;

/// What a rollout is of. Spelled `output_type:ID` or `workflow:ID`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", inline, extend(
    "minLength" = 10, "maxLength" = 140, "pattern" = r"^(output_type|workflow):[^\x00-\x1f\x7f-\x9f]+$",
))]
pub enum RolloutScope {
    /// One output type.
    OutputType(OutputTypeId),
    /// Every run of one workflow, whatever its output type.
    Workflow(WorkflowId),
}

/// A text that names no scope of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRolloutScope {
    /// Neither of the two kinds.
    #[error("a rollout is of `output_type:ID` or `workflow:ID`")]
    Kind,
    /// What follows the colon is no id.
    #[error(transparent)]
    Id(#[from] InvalidId),
}

impl fmt::Display for RolloutScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutputType(id) => write!(f, "output_type:{id}"),
            Self::Workflow(id) => write!(f, "workflow:{id}"),
        }
    }
}

impl FromStr for RolloutScope {
    type Err = InvalidRolloutScope;

    fn from_str(text: &str) -> Result<Self, InvalidRolloutScope> {
        match text.split_once(':') {
            Some(("output_type", id)) => Ok(Self::OutputType(OutputTypeId::new(id)?)),
            Some(("workflow", id)) => Ok(Self::Workflow(WorkflowId::new(id)?)),
            _ => Err(InvalidRolloutScope::Kind),
        }
    }
}

impl TryFrom<String> for RolloutScope {
    type Error = InvalidRolloutScope;

    fn try_from(text: String) -> Result<Self, InvalidRolloutScope> {
        text.parse()
    }
}

impl From<RolloutScope> for String {
    fn from(scope: RolloutScope) -> Self {
        scope.to_string()
    }
}

impl RolloutScope {
    /// What it is called in a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::OutputType(id) => format!("output type `{id}`"),
            Self::Workflow(id) => format!("workflow `{id}`"),
        }
    }
}

/// What happens when an authoritative graph breaks its gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBreak {
    /// The mode stays; nothing is promoted until a person has looked.
    Pause,
    /// Legacy delivers again, and the graph runs beside it.
    #[default]
    DemoteToShadow,
    /// Legacy delivers again, alone.
    DemoteToLegacy,
}

/// The evidence that the graph needs before it may take over, and keeps while it is in charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Gate {
    /// Whether all golden cases must have passed on the present definition.
    pub golden: bool,
    /// Shadow passes in a row on the present definition.
    #[schemars(range(min = 1, max = 1000))]
    pub streak: u32,
    /// Runs of the candidate on the present definition, so that its error rate means something.
    #[schemars(range(min = 1, max = 1000))]
    pub min_runs: u32,
    /// Runs that may fall back to legacy while the graph is in charge.
    #[schemars(range(max = 1000))]
    pub max_fallbacks: u32,
    /// What happens when they are more.
    pub on_break: OnBreak,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            golden: true,
            streak: 20,
            min_runs: 20,
            max_fallbacks: 0,
            on_break: OnBreak::default(),
        }
    }
}

/// One of the conditions of a gate.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GateConditionName {
    /// Golden cases pass.
    Golden,
    /// Enough shadow passes in a row.
    Streak,
    /// Nothing that differs is left without a person's look.
    Reviewed,
    /// The candidate fails no more often than legacy.
    ErrorRate,
    /// Few enough fallbacks.
    Fallbacks,
}

impl GateConditionName {
    /// All of them in the order shown.
    pub const ALL: [Self; 5] = [
        Self::Golden,
        Self::Streak,
        Self::Reviewed,
        Self::ErrorRate,
        Self::Fallbacks,
    ];

    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Golden => "golden",
            Self::Streak => "streak",
            Self::Reviewed => "reviewed",
            Self::ErrorRate => "error_rate",
            Self::Fallbacks => "fallbacks",
        }
    }
}

/// How one condition stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateCondition {
    /// Which one.
    pub name: GateConditionName,
    /// Whether the evidence meets it.
    pub met: bool,
    /// Whether an exception that stands takes its place.
    #[serde(default)]
    pub excepted: bool,
    /// The figures in a plain sentence.
    pub sentence: String,
}

/// How a gate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateReport {
    /// The definition that the evidence is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition_hash: Option<Digest>,
    /// Its conditions in the order shown.
    pub conditions: Vec<GateCondition>,
    /// Whether each is met or excepted.
    pub open: bool,
    /// The outcome in one plain sentence.
    pub sentence: String,
}

/// Conditions that a person lets pass for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateException {
    /// Which conditions.
    #[schemars(length(min = 1))]
    pub conditions: BTreeSet<GateConditionName>,
    /// Why: 1 to 1000 characters.
    #[schemars(length(min = 1, max = 1000))]
    pub reason: String,
    /// When it ends. From then on the graph is held at shadow, until the evidence is in.
    pub expires_at: Timestamp,
}

/// What is allowed in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rollout {
    /// Of what.
    pub scope: RolloutScope,
    /// The highest mode.
    pub mode: ExecutionMode,
    /// Of how many in a hundred dispatches the graph runs as a shadow.
    #[serde(default = "every_dispatch")]
    #[schemars(range(min = 1, max = 100))]
    pub shadow_percent: u8,
    /// The evidence that the last step needs.
    #[serde(default)]
    pub gate: Gate,
    /// The definition that was promoted; any other is held at shadow. None where nobody promoted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition_hash: Option<Digest>,
    /// What was excepted when it was promoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<GateException>,
    /// Why nothing is promoted at the moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<String>,
    /// Since when it has this mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

fn every_dispatch() -> u8 {
    100
}

impl Rollout {
    /// A rollout that nobody has decided on yet.
    pub fn new(scope: RolloutScope, mode: ExecutionMode) -> Self {
        Self {
            scope,
            mode,
            shadow_percent: 100,
            gate: Gate::default(),
            definition_hash: None,
            exception: None,
            paused: None,
            since: None,
        }
    }

    /// The next mode up.
    pub fn next(&self) -> Option<ExecutionMode> {
        match self.mode {
            ExecutionMode::Legacy => Some(ExecutionMode::Shadow),
            ExecutionMode::Shadow => Some(ExecutionMode::Graph),
            ExecutionMode::Graph => None,
        }
    }
}

/// What somebody wants done about a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum RolloutAction {
    /// One step up. From shadow to graph the gate must be open.
    Promote {
        /// Conditions that may be unmet for a while.
        #[serde(default)]
        exception: Option<GateException>,
    },
    /// Down at once, whatever the evidence.
    RollBack {
        /// To this mode.
        to: ExecutionMode,
        /// Why: 1 to 1000 characters.
        #[schemars(length(min = 1, max = 1000))]
        reason: String,
    },
    /// Another gate, and another share of shadows.
    Configure {
        /// The gate.
        gate: Gate,
        /// Of how many in a hundred dispatches the graph runs as a shadow.
        #[schemars(range(min = 1, max = 100))]
        shadow_percent: u8,
    },
    /// Promotion is possible again after a pause.
    Resume,
}

/// What kind of decision it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// A person let the mode go up.
    Promoted,
    /// A person took it down.
    RolledBack,
    /// The gate broke and took it down.
    Demoted,
    /// The gate broke, and nothing is promoted until a person has looked.
    Paused,
    /// A person changed the gate or the share of shadows, or ended a pause.
    Configured,
}

/// A decision, kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RolloutDecision {
    /// Number, rising; 0 before it is stored.
    pub seq: u64,
    /// Of what.
    pub scope: RolloutScope,
    /// When.
    pub at: Timestamp,
    /// Who; `gate` where nobody had to be asked.
    pub by: String,
    /// What kind.
    pub kind: DecisionKind,
    /// The mode before.
    pub from: ExecutionMode,
    /// The mode after.
    pub to: ExecutionMode,
    /// What was decided and why, in one plain sentence.
    pub sentence: String,
    /// The evidence at that moment; none for a way down, which needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateReport>,
}

impl RolloutDecision {
    /// The author of decisions that follow from a gate.
    pub const GATE: &str = "gate";
}

/// A limit that somebody sets on a mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModeLimit {
    /// Who sets it.
    pub by: String,
    /// The highest mode that it leaves.
    pub mode: ExecutionMode,
    /// Why, in a plain sentence.
    pub sentence: String,
}

/// How a mode came about: each limit in order, the lowest of which counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModeResolution {
    /// The mode.
    pub mode: ExecutionMode,
    /// The limits.
    pub limits: Vec<ModeLimit>,
}

impl ModeResolution {
    /// The limit that decides: the first with the lowest mode.
    pub fn deciding(&self) -> Option<&ModeLimit> {
        self.limits.iter().min_by_key(|step| step.mode)
    }
}

/// What a gate would have done on past runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateSimulation {
    /// Runs looked at.
    pub runs: u64,
    /// When it would have opened and closed, in order.
    pub changes: Vec<GateChange>,
    /// How it would stand now.
    pub now: GateReport,
    /// The outcome in one plain sentence.
    pub sentence: String,
}

/// A moment at which a gate would have opened or closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateChange {
    /// After this run.
    pub run: crate::RunId,
    /// When that was.
    pub at: Timestamp,
    /// Whether it opened.
    pub open: bool,
    /// Why, in a plain sentence.
    pub sentence: String,
}

/// A compared run as a rollout board shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictMark {
    /// The run.
    pub run: crate::RunId,
    /// When it was dispatched.
    pub at: Timestamp,
    /// Its verdict.
    pub verdict: Verdict,
    /// Whether somebody has looked at it.
    pub reviewed: bool,
    /// Why, in a sentence.
    pub sentence: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_spelled_with_its_kind() {
        for text in ["output_type:still-1", "workflow:a:b"] {
            let scope: RolloutScope = text.parse().unwrap();
            assert_eq!(scope.to_string(), text);
            let json = serde_json::to_value(&scope).unwrap();
            assert_eq!(json, text);
            assert_eq!(serde_json::from_value::<RolloutScope>(json).unwrap(), scope);
        }
        for text in ["still-1", "output_type:", "product:x", "workflow:a\nb", ""] {
            assert!(text.parse::<RolloutScope>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_an_older_version_wrote_is_read_with_the_usual_gate() {
        let json =
            serde_json::json!({ "scope": "workflow:w", "mode": "shadow", "gate": { "streak": 3 } });
        let rollout: Rollout = serde_json::from_value(json).unwrap();
        assert_eq!(rollout.shadow_percent, 100);
        assert_eq!(rollout.gate.streak, 3);
        assert_eq!(rollout.gate.min_runs, Gate::default().min_runs);
        assert_eq!(rollout.next(), Some(ExecutionMode::Graph));
    }
}
