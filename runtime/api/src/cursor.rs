//! How far a reader of a run's log has come.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a reader of a run's log has come on each side; written `12.40`. The default is the start.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", inline, extend("pattern" = r"^[0-9]{1,18}\.[0-9]{1,18}$"))]
pub struct LogCursor {
    /// Lines of the control that were read.
    pub control: u64,
    /// Lines of the candidate that were read.
    pub candidate: u64,
}

/// A text that is no cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no place in a log: two numbers with a dot between them are")]
pub struct InvalidLogCursor(String);

impl fmt::Display for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.control, self.candidate)
    }
}

impl FromStr for LogCursor {
    type Err = InvalidLogCursor;

    fn from_str(text: &str) -> Result<Self, InvalidLogCursor> {
        let number = |digits: &str| {
            let plain = digits.len() <= 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        let cursor = text.split_once('.').and_then(|(control, candidate)| {
            Some(Self {
                control: number(control)?,
                candidate: number(candidate)?,
            })
        });
        cursor.ok_or_else(|| InvalidLogCursor(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for LogCursor {
    type Error = InvalidLogCursor;

    fn try_from(text: String) -> Result<Self, InvalidLogCursor> {
        text.parse()
    }
}

impl From<LogCursor> for String {
    fn from(cursor: LogCursor) -> Self {
        cursor.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_text_and_nothing_else_passes() {
        let cursor = LogCursor {
            control: 12,
            candidate: 40,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in [
            "",
            ".",
            "1",
            "1.",
            "+1.2",
            "1.2.3",
            "1.9999999999999999999",
            "ä.1",
        ] {
            assert!(text.parse::<LogCursor>().is_err(), "{text}");
        }
    }
}
