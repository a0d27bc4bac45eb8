//! What went wrong, for people and for programs.

use hartomat_schema::Diagnostic;
use serde::{Deserialize, Serialize};

/// Kinds of errors; each has an exit code of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A defect, or a disk or database that gave out.
    Internal,
}

/// An error with what would mend it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
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
}

impl ApiError {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            diagnostics: Vec::new(),
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
            kind: ErrorKind::InvalidInput,
            message,
            hints: Vec::new(),
            diagnostics,
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
