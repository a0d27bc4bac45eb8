//! Comparison and verdict: the measured numbers, and the judgement over them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The judgement over a comparison, best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The candidate delivers what the control delivers.
    Pass,
    /// A difference that a person should look at.
    Warn,
    /// A difference that nobody should ship.
    Fail,
    /// A side is missing, timed out or fell back, or no rung could judge. Never counts as pass.
    Inconclusive,
}

impl Verdict {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
