//! What a command came to: text for people, data for programs, an exit code for both.

use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind};
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::Exit;

/// An error after something was done that it doesn't undo: it says what, and where to go on. It is none
/// that ends with `unreachable`, which promises that nothing was begun.
pub(crate) fn error_after(done: &str, way_on: String, err: ApiError) -> ApiError {
    let message = format!("{done}, and then: {}", err.message);
    let kind = ErrorKind::Internal;
    ApiError {
        kind,
        message,
        ..err
    }
    .hint(way_on)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_is_never_told_as_unreachable() {
        for kind in [ErrorKind::Unreachable, ErrorKind::Busy] {
            let lost = ApiError::new(kind, "the link is down").hint("wait");
            let err = error_after("run r1 was begun", "go on".to_owned(), lost);
            let outcome = Outcome::from_error(&err);
            assert_eq!(outcome.exit, Exit::Internal);
            assert_eq!(
                outcome.text,
                "error: run r1 was begun, and then: the link is down\nhint: wait\nhint: go on\n"
            );
        }
    }
}
