//! Execution modes and their order: the effective mode is the lowest that anybody asks for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who is authoritative in a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionMode {
    /// The fixed legacy pipeline alone.
    #[default]
    Legacy,
    /// Legacy delivers, the graph runs as an observer, and the two are compared.
    Shadow,
    /// The graph delivers, legacy at once when it fails.
    Graph,
}

impl ExecutionMode {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Shadow => "shadow",
            Self::Graph => "graph",
        }
    }

    /// What the author asks for, limited by what the studio's rollout allows.
    pub fn limited_by(self, allowed: Self) -> Self {
        self.min(allowed)
    }
}

impl fmt::Display for ExecutionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ExecutionMode::{Graph, Legacy, Shadow};

    #[test]
    fn the_effective_mode_is_the_lower_of_the_two() {
        assert!(Legacy < Shadow && Shadow < Graph);
        assert_eq!(Graph.limited_by(Shadow), Shadow);
        assert_eq!(Legacy.limited_by(Graph), Legacy);
    }
}
