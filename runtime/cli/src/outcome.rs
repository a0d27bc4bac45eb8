//! What a command came to: text for people, data for programs, an exit code for both.

use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind};
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::Exit;

/// A command's end.
pub(crate) struct Outcome {
    pub(crate) exit: Exit,
    pub(crate) text: String,
    pub(crate) data: Value,
    pub(crate) error: Option<ApiError>,
}

impl Outcome {
    /// Done, with what came out.
    pub(crate) fn ok(text: impl Into<String>, data: &impl Serialize) -> Self {
        Self::with(Exit::Ok, text, data)
    }

    /// Done, with an exit code that says how.
    pub(crate) fn with(exit: Exit, text: impl Into<String>, data: &impl Serialize) -> Self {
        let data = serde_json::to_value(data).unwrap_or(Value::Null);
        Self {
            exit,
            text: text.into(),
            data,
            error: None,
        }
    }

    /// Not done.
    pub(crate) fn from_error(err: &ApiError) -> Self {
        let exit = match err.kind {
            ErrorKind::InvalidInput | ErrorKind::NotFound | ErrorKind::Conflict => {
                Exit::InvalidInput
            }
            ErrorKind::EnvironmentMissing => Exit::EnvironmentMissing,
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::TooLarge => {
                Exit::InvalidInput
            }
            ErrorKind::Busy | ErrorKind::Unreachable => Exit::Unreachable,
            ErrorKind::Internal => Exit::Internal,
        };
        let mut text = format!("error: {}\n", err.message);
        for diagnostic in &err.diagnostics {
            let _ = writeln!(text, "  {diagnostic}");
        }
        for hint in &err.hints {
            let _ = writeln!(text, "hint: {hint}");
        }
        Self {
            exit,
            text,
            data: Value::Null,
            error: Some(err.clone()),
        }
    }

    /// The one JSON form of all commands.
    pub(crate) fn envelope(&self, command: &str) -> Value {
        json!({
            "ok": self.error.is_none() && self.exit == Exit::Ok,
            "command": command,
            "version": env!("CARGO_PKG_VERSION"),
            "exit": { "code": self.exit.code(), "key": self.exit.key() },
            "data": self.data,
            "error": self.error,
        })
    }
}
