//! What went wrong, for people and for programs.

use hartomat_schema::Diagnostic;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SavedWorkflow;

/// Kinds of errors; each has an exit code of the command line and a status of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// A file, setting or request is wrong.
    InvalidInput,
    /// Nothing has this id.
    NotFound,
    /// It has changed meanwhile.
    Conflict,
    /// A tool is missing on this machine.
    EnvironmentMissing,
    /// Nobody is known by this token.
    Unauthorized,
    /// The token's scopes don't reach so far, or the request comes from elsewhere.
    Forbidden,
    /// More bytes than are taken.
    TooLarge,
    /// Too many requests, or the queue is full; later it may be taken.
    Busy,
    /// The server can't be reached.
    Unreachable,
    /// A defect, or a disk or database that gave out.
    Internal,
}

/// Two versions of a workflow that were changed side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowConflict {
    /// The version that was to be saved, with the revision that it was made from.
    pub yours: SavedWorkflow,
    /// The version that is saved; none where it was deleted.
    pub current: Option<SavedWorkflow>,
}

/// An error with what would mend it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Kind.
    pub kind: ErrorKind,
    /// What happened, lower-case, without a final stop.
    pub message: String,
    /// What would mend it.
    #[serde(default)]
    pub hints: Vec<String>,
    /// All findings, where the input was checked.
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
    /// Both versions, where a save was refused because somebody else had saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<WorkflowConflict>>,
}

impl ApiError {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            diagnostics: Vec::new(),
            conflict: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Input that was checked and found wrong.
    pub fn invalid(what: &str, diagnostics: Vec<Diagnostic>) -> Self {
        let errors = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
            .count();
        let message = format!(
            "{what} has {errors} error{}",
            if errors == 1 { "" } else { "s" }
        );
        Self {
            diagnostics,
            ..Self::new(ErrorKind::InvalidInput, message)
        }
    }

    /// An error and all its causes in one line.
    pub fn from_source(kind: ErrorKind, err: &dyn std::error::Error) -> Self {
        let mut message = err.to_string();
        let mut source = err.source();
        while let Some(cause) = source {
            message.push_str(": ");
            message.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::new(kind, message)
    }
}
