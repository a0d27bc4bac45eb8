//! Values as JSON text in rows. Whatever is written can be read back: depth and size are checked first.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::database::Document;

/// The reader stops at 128 levels; a record nests an event's values a few levels deeper.
const MAX_DEPTH: usize = 120;
/// The largest text of one row, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// The value as text, refused when it could not be read back.
pub(crate) fn encode(what: &str, value: &impl Serialize) -> Result<String, StoreError> {
    let text = serde_json::to_string(value)
        .map_err(|err| StoreError::refused(what, format!("it has no JSON form: {err}")))?;
    if text.len() > MAX_BYTES {
        let why = format!("it has {} bytes, at most {MAX_BYTES} fit", text.len());
        return Err(StoreError::refused(what, why));
    }
    let depth = depth(&text);
    if depth > MAX_DEPTH {
        let why = format!("it nests {depth} levels deep, at most {MAX_DEPTH} can be read back");
        return Err(StoreError::refused(what, why));
    }
    Ok(text)
}

/// The value behind a row's text.
pub(crate) fn decode<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|err| StoreError::Corrupt {
        what: what.to_owned(),
        found: err.to_string(),
    })
}

/// A column that holds values of this type, as JSON.
pub(crate) const fn document<T: DeserializeOwned>(
    table: &'static str,
    column: &'static str,
) -> Document {
    Document {
        table,
        column,
        readable: |text| serde_json::from_str::<T>(text).is_ok(),
    }
}

/// A column that holds values of this type, as their text.
pub(crate) const fn spelled<T: FromStr>(table: &'static str, column: &'static str) -> Document {
    Document {
        table,
        column,
        readable: |text| text.parse::<T>().is_ok(),
    }
}

/// A column where any text has a meaning.
pub(crate) const fn any_text(table: &'static str, column: &'static str) -> Document {
    Document {
        table,
        column,
        readable: |_any| true,
    }
}

/// A value of a column that holds values of this type, as their text.
pub(crate) fn parse<T: FromStr<Err: Display>>(what: &str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|err: T::Err| StoreError::Corrupt {
        what: what.to_owned(),
        found: err.to_string(),
    })
}

/// A number as SQLite can compare it: its integers end at 2^63 - 1.
pub(crate) fn sql_number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The page size that a caller asked for, between 1 and `most`.
pub(crate) fn page(limit: Option<usize>, usual: usize, most: usize) -> i64 {
    let limit = limit.unwrap_or(usual).clamp(1, most);
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_accepted_can_be_read_back() {
        let mut value = json!({"text": "[{\\\"", "number": 0.1_f64 + 0.2_f64});
        let mut accepted = 0;
        while let Ok(text) = encode("value", &value) {
            assert_eq!(decode::<Value>("value", &text).unwrap(), value);
            accepted += 1;
            value = json!([value]);
        }
        assert_eq!(accepted, MAX_DEPTH);
    }

    #[test]
    fn brackets_inside_texts_do_not_count() {
        assert_eq!(depth(r#"{"a\"[[[":["\\",{}]}"#), 3);
    }
}
