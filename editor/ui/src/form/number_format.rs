//! Numbers and values as people read them.

use serde_json::Value;

use super::schema::{Choice, Kind, SchemaView, plain_text};

/// A number without the noise of its binary form: 0.1 even when it went through 32 bits.
pub fn number_text(number: f64) -> String {
    let short = number as f32;
    if f64::from(short) == number {
        return short.to_string();
    }
    let rounded = (number * 1e6).round() / 1e6;
    if rounded == 0.0 && number != 0.0 {
        return number.to_string();
    }
    rounded.to_string()
}

/// A number or range followed by its unit.
pub fn with_unit(words: &str, unit: Option<&str>) -> String {
    match unit {
        Some(unit @ ("°" | "%")) => format!("{words}{unit}"),
        // Stays on the line of its number.
        Some(unit) => format!("{words}\u{a0}{unit}"),
        None => words.to_owned(),
    }
}

/// A value in the words of its schema.
pub(super) fn value_text(schema: SchemaView<'_>, value: &Value) -> String {
    let label = |choices: &[Choice<'_>]| {
        let found = choices.iter().find(|choice| same(choice.value, value));
        found.map(|choice| choice.label.clone())
    };
    match (schema.nullable().1.kind(), value) {
        (_, Value::Null) => "–".to_owned(),
        (Kind::Choice(choices), _) => label(&choices).unwrap_or_else(|| plain_text(value)),
        (Kind::Integer | Kind::Number, Value::Number(number)) => {
            let words = number.as_f64().map(number_text);
            with_unit(&words.unwrap_or_default(), schema.unit())
        }
        (Kind::Text, Value::String(text)) if text.is_empty() => "“”".to_owned(),
        (_, Value::Array(items)) if items.is_empty() => "[]".to_owned(),
        _ => plain_text(value),
    }
}

/// Whether two values are the same to a person: 1 and 1.0 are, and numbers that went through 32 bits.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a == b || a as f32 == b as f32 && (a.fract() != 0.0),
            _ => a == b,
        },
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_have_no_noise() {
        assert_eq!(number_text(f64::from(0.1_f32)), "0.1");
        assert_eq!(number_text(0.1), "0.1");
        assert_eq!(number_text(1.0 / 3.0), "0.333333");
        assert_eq!(number_text(4_294_967_295.0), "4294967295");
        assert_eq!(number_text(-0.5), "-0.5");
        assert_eq!(number_text(64.0), "64");
    }

    #[test]
    fn values_are_the_same_to_people() {
        assert!(same(&json!(1), &json!(1.0)));
        assert!(same(&json!(f64::from(0.1_f32)), &json!(0.1)));
        assert!(!same(&json!(4_294_967_295_u32), &json!(4_294_967_294_u32)));
        assert!(!same(&json!(1), &json!("1")));
    }
}
