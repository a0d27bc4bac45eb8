//! Who may ask a server for what, and the list of what was asked.
//!
//! A token itself is never stored or shown again: only its digest is kept.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Timestamp, TokenId};

/// What a token allows. One scope doesn't include another.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look at workflows, runs, artifacts and comparisons.
    Read,
    /// Save and remove workflows.
    Author,
    /// Upload CAD files, dispatch runs and cancel them.
    Dispatch,
    /// Move workflows and output types between modes.
    Rollout,
    /// Make and revoke tokens, read the audit list.
    Admin,
}

/// A text that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope: use `read`, `author`, `dispatch`, `rollout` or `admin`")]
pub struct UnknownScope(String);

impl Scope {
    /// All of them in order.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Author,
        Self::Dispatch,
        Self::Rollout,
        Self::Admin,
    ];

    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Author => "author",
            Self::Dispatch => "dispatch",
            Self::Rollout => "rollout",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| UnknownScope(text.chars().take(80).collect()))
    }
}

/// What is known of a token, without the token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenRecord {
    /// Identity.
    pub id: TokenId,
    /// Whose it is, for people.
    pub name: String,
    /// What it allows.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Since when it is no longer taken.
    pub revoked_at: Option<Timestamp>,
}

/// A line of the audit list: who asked for what, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// Number, rising.
    pub seq: u64,
    /// When it was asked.
    pub at: Timestamp,
    /// Who asked.
    pub actor: String,
    /// For what.
    pub action: String,
    /// Of what.
    pub target: String,
    /// The answer; none means asked, but the process ended before the answer was recorded.
    pub outcome: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_spelled_the_same_everywhere() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            let json = serde_json::to_value(scope).unwrap();
            assert_eq!(json, scope.as_str());
        }
        assert!("Admin".parse::<Scope>().is_err());
        assert!(Scope::ALL.is_sorted());
    }
}
