//! A JSON Schema of ours, ready to check values that come from outside.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use crate::Diagnostic;
use crate::explain::explain;

/// Findings that are told at most; a value with more is no better understood by more.
const MOST_FINDINGS: usize = 100;

/// A schema of our own types, compiled. References stay within it; patterns take linear time.
#[derive(Debug)]
pub struct CompiledSchema {
    schema: Value,
    validator: Validator,
}

impl CompiledSchema {
    /// Compiles a schema that the program has made.
    ///
    /// # Panics
    ///
    /// When it is no schema: that is a defect of the program, and a test walks all that it makes.
    pub fn new(schema: Value) -> Self {
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .offline()
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .expect("the schema of our own types compiles");
        Self { schema, validator }
    }

    /// What is wrong with a value, each with a pointer into it; empty when nothing is.
    pub fn findings(&self, value: &Value) -> Vec<Diagnostic> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        self.validator
            .iter_errors(value)
            .flat_map(|error| explain(&error, &self.schema))
            .take(MOST_FINDINGS)
            .map(|found| Diagnostic::error(found.code, found.pointer, found.message, found.fix))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn findings_say_where_and_are_bounded() {
        let schema = CompiledSchema::new(json!({
            "$ref": "#/$defs/list",
            "$defs": { "list": { "type": "array", "items": { "type": "integer", "maximum": 9 } } },
        }));
        assert!(schema.findings(&json!([1, 2])).is_empty());
        let found = schema.findings(&json!([1, 10, "x"]));
        let pointers: Vec<_> = found.iter().map(|it| it.place.pointer.as_str()).collect();
        assert_eq!(pointers, ["/1", "/2"]);
        let many = Value::Array(vec![json!("x"); 10_000]);
        assert_eq!(schema.findings(&many).len(), MOST_FINDINGS);
    }
}
