//! Log lines as columns: the keys of sides and levels, and how long a line may be.

use std::borrow::Cow;

use hartomat_schema::{LogLevel, Side};

use crate::StoreError;
use crate::database::Document;

/// The longest line that is kept whole, in bytes.
const MAX_LINE: usize = 8 << 10;

/// The column that says how much a line matters.
pub(crate) const fn level_column(table: &'static str) -> Document {
    Document {
        table,
        column: "level",
        readable: |text| level_of(text).is_ok(),
    }
}

/// The column that says which side wrote a line.
pub(crate) const fn side_column(table: &'static str) -> Document {
    Document {
        table,
        column: "side",
        readable: |text| side_of(text).is_ok(),
    }
}

/// A line of bounded length.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_LINE {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(MAX_LINE);
    Cow::Owned(format!("{}… ({} bytes)", &text[..end], text.len()))
}

pub(crate) const fn side_key(side: Side) -> &'static str {
    match side {
        Side::Control => "control",
        Side::Candidate => "candidate",
    }
}

pub(crate) fn side_of(text: &str) -> Result<Side, StoreError> {
    match text {
        "control" => Ok(Side::Control),
        "candidate" => Ok(Side::Candidate),
        other => Err(damaged("side", other)),
    }
}

pub(crate) const fn level_key(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "error",
        LogLevel::Warning => "warning",
        LogLevel::Info => "info",
    }
}

pub(crate) fn level_of(text: &str) -> Result<LogLevel, StoreError> {
    match text {
        "error" => Ok(LogLevel::Error),
        "warning" => Ok(LogLevel::Warning),
        "info" => Ok(LogLevel::Info),
        other => Err(damaged("level", other)),
    }
}

fn damaged(column: &str, found: &str) -> StoreError {
    StoreError::Corrupt {
        what: "a log line".to_owned(),
        found: format!("its {column} is `{found}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_between_characters() {
        let line = "ä".repeat(MAX_LINE);
        let cut = shortened(&line);
        assert!(cut.len() < MAX_LINE + 40);
        assert!(cut.ends_with("… (16384 bytes)"));
        assert_eq!(shortened("short"), "short");
    }
}
