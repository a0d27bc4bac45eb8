//! Who goes first in a server's queue.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run's place in a queue: higher ones go first, equals in the order of dispatch.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When nothing else waits.
    Low,
    /// As most are.
    #[default]
    Normal,
    /// Before the others.
    High,
}

impl Priority {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
