//! Compares JSON artifacts value by value, numbers within a relative tolerance.

use hartomat_schema::{ArtifactKind, Comparison, DataDifference, DataNumbers, Digest, Measured};
use serde_json::Value;

use crate::assemble::assemble;
use crate::error::ReadError;
use crate::options::CompareOptions;

/// Differences that are listed; more are counted.
const MOST_DIFFERENCES: usize = 200;

/// Larger files aren't parsed.
const MOST_BYTES: usize = 256 << 20;

/// Compares two JSON files. The order of object keys counts for nothing.
pub fn compare_data(control: &[u8], candidate: &[u8], options: &CompareOptions) -> Comparison {
    let mut measured = Measured::default();
    let mut values = Vec::new();
    for (side, bytes, known) in [
        (&mut measured.control, control, options.control_digest),
        (&mut measured.candidate, candidate, options.candidate_digest),
    ] {
        side.size_bytes = bytes.len() as u64;
        side.file = Some(known.unwrap_or_else(|| Digest::of(bytes)));
        match parse(bytes) {
            Ok(value) => values.push(value),
            Err(err) => side.problem = Some(err.into_problem()),
        }
    }
    if let [control, candidate] = values.as_slice() {
        let mut diff = Diff {
            tolerance: options.thresholds.data_relative,
            numbers: DataNumbers::default(),
            pointer: String::new(),
        };
        diff.value(Some(control), Some(candidate));
        measured.data = Some(diff.numbers);
    }
    assemble(
        ArtifactKind::new("file"),
        options.lane.unwrap_or_default(),
        measured,
        options,
    )
}

fn parse(bytes: &[u8]) -> Result<Value, ReadError> {
    if bytes.len() > MOST_BYTES {
        return Err(ReadError::TooLarge {
            what: "the JSON's size in bytes",
            value: bytes.len() as u64,
            limit: MOST_BYTES as u64,
        });
    }
    serde_json::from_slice(bytes).map_err(|err| ReadError::malformed("json", err))
}

struct Diff {
    tolerance: f64,
    numbers: DataNumbers,
    pointer: String,
}

impl Diff {
    fn value(&mut self, control: Option<&Value>, candidate: Option<&Value>) {
        match (control, candidate) {
            (Some(Value::Object(a)), Some(Value::Object(b))) => {
                let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
                keys.sort();
                keys.dedup();
                for key in keys {
                    let escaped = key.replace('~', "~0").replace('/', "~1");
                    self.below(&escaped, a.get(key), b.get(key));
                }
            }
            (Some(Value::Array(a)), Some(Value::Array(b))) => {
                for index in 0..a.len().max(b.len()) {
                    self.below(&index.to_string(), a.get(index), b.get(index));
                }
            }
            _ => self.leaf(control, candidate),
        }
    }

    fn below(&mut self, key: &str, control: Option<&Value>, candidate: Option<&Value>) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(key);
        self.value(control, candidate);
        self.pointer.truncate(length);
    }

    fn leaf(&mut self, control: Option<&Value>, candidate: Option<&Value>) {
        self.numbers.values += 1;
        if control == candidate {
            return;
        }
        let number = |value: Option<&Value>| value.and_then(Value::as_f64);
        if let (Some(a), Some(b)) = (number(control), number(candidate))
            && (a - b).abs() <= self.tolerance * a.abs().max(b.abs()).max(1e-9)
        {
            self.numbers.within_tolerance += u64::from(a != b);
            return;
        }
        self.numbers.difference_count += 1;
        if self.numbers.differences.len() < MOST_DIFFERENCES {
            self.numbers.differences.push(DataDifference {
                pointer: self.pointer.clone(),
                control: control.map(short),
                candidate: candidate.map(short),
            });
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::Verdict;

    use super::*;

    fn check(control: &str, candidate: &str) -> Comparison {
        compare_data(
            control.as_bytes(),
            candidate.as_bytes(),
            &CompareOptions::default(),
        )
    }

    #[test]
    fn key_order_and_rounding_pass_and_other_values_fail_with_their_pointer() {
        let same = check(
            r#"{"a": 1, "b": [2.0]}"#,
            r#"{"b": [2.0000000001], "a": 1}"#,
        );
        assert_eq!(same.verdict, Verdict::Pass, "{}", same.sentence);
        let other = check(
            r#"{"parts": [{"name": "ball"}]}"#,
            r#"{"parts": [{"name": "cage"}]}"#,
        );
        assert_eq!(other.verdict, Verdict::Fail);
        assert!(
            other.sentence.contains("/parts/0/name"),
            "{}",
            other.sentence
        );
        assert_eq!(check("{", "{}").verdict, Verdict::Inconclusive);
        assert_eq!(check("{}", "{").verdict, Verdict::Fail);
    }
}
