//! What a JSON Schema says of a value, in words for the person who wrote the value.
//!
//! Used for the document's own shape and for settings alike, so that both read the same.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Number, Value};

use crate::suggest::{clip, did_you_mean, quoted};

/// One thing that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// JSON pointer within the value.
    pub(crate) pointer: String,
    /// Stable code.
    pub(crate) code: &'static str,
    /// What is wrong, to follow the value's name: "must be text, but is a number".
    pub(crate) message: String,
    /// What would mend it.
    pub(crate) fix: String,
}

/// Explains one error. `root` is the schema that was compiled.
pub(crate) fn explain(error: &ValidationError<'_>, root: &Value) -> Vec<Problem> {
    let value = error.instance().as_ref();
    let schema_path = error.schema_path().as_str();
    let keyword = root.pointer(schema_path);
    let parent = schema_path
        .rsplit_once('/')
        .and_then(|(parent, _)| root.pointer(parent));
    let words = match error.kind() {
        Kind::Type { kind } => wrong_type(kind, value),
        Kind::Required { property } => missing_key(property, parent, value),
        Kind::Enum { options } => choice(options.as_array().map_or(&[], Vec::as_slice), value),
        Kind::Constant { expected_value } => choice(std::slice::from_ref(expected_value), value),
        Kind::Minimum { .. }
        | Kind::Maximum { .. }
        | Kind::ExclusiveMinimum { .. }
        | Kind::ExclusiveMaximum { .. } => {
            out_of_range(&parent.and_then(range_words).unwrap_or_default(), value)
        }
        Kind::MultipleOf { multiple_of } => not_multiple(*multiple_of, value),
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            return match choices(keyword) {
                Some(options) => vec![at(error, choice(&options, value))],
                None => best_branch(error, context, root),
            };
        }
        Kind::AdditionalProperties { unexpected } => unknown_key(unexpected, parent),
        kind => length(kind).unwrap_or_else(|| {
            let message = clip(&error.masked_with("the value").to_string());
            ("wrong_value", message, "write a value that fits".to_owned())
        }),
    };
    vec![at(error, words)]
}

fn out_of_range(range: &str, value: &Value) -> Words {
    let message = format!("must be {range}, but is {}", show(value));
    ("out_of_range", message, format!("write {range}"))
}

fn not_multiple(factor: f64, value: &Value) -> Words {
    let wanted = if factor == 2.0 {
        "even".to_owned()
    } else {
        format!("a multiple of {factor}")
    };
    let message = format!("must be {wanted}, but is {}", show(value));
    let near = value
        .as_f64()
        .map(|value| (value / factor).floor() * factor);
    let fix = match near.filter(|near| near.is_finite()) {
        Some(below) => format!("use {below} or {}", below + factor),
        None => format!("write a multiple of {factor}"),
    };
    ("not_a_multiple", message, fix)
}

fn unknown_key(unexpected: &[String], parent: Option<&Value>) -> Words {
    let known = parent.map(property_names).unwrap_or_default();
    let first = unexpected.first().map_or("", String::as_str);
    let fix = did_you_mean(first, known.iter().map(String::as_str), "remove it");
    (
        "unknown_key",
        format!("has no {}", quoted(unexpected, "and no")),
        fix,
    )
}

/// Texts and lists that are too short, too long or of another pattern.
fn length(kind: &Kind) -> Option<Words> {
    let (code, message, fix) = match kind {
        Kind::MinLength { limit: 1 } => {
            ("wrong_text", "can't be empty".to_owned(), "write something")
        }
        Kind::MinLength { limit } => (
            "wrong_text",
            format!("needs at least {limit} characters"),
            "write more",
        ),
        Kind::MaxLength { limit } => (
            "wrong_text",
            format!("can have at most {limit} characters"),
            "shorten it",
        ),
        Kind::Pattern { pattern } if pattern == crate::id::PATTERN => (
            "wrong_text",
            "can't hold line breaks or other control characters".to_owned(),
            "remove them",
        ),
        Kind::Pattern { pattern } => (
            "wrong_text",
            format!("must fit the pattern `{}`", clip(pattern)),
            "write text that fits",
        ),
        Kind::MinItems { limit } => (
            "wrong_length",
            format!("needs at least {limit} items"),
            "add what is missing",
        ),
        Kind::MaxItems { limit } => (
            "wrong_length",
            format!("can have at most {limit} items"),
            "remove some",
        ),
        Kind::UniqueItems => (
            "wrong_value",
            "holds the same item twice".to_owned(),
            "remove one of them",
        ),
        _ => return None,
    };
    Some((code, message, fix.to_owned()))
}

fn at(error: &ValidationError<'_>, (code, message, fix): Words) -> Problem {
    Problem {
        pointer: error.instance_path().as_str().to_owned(),
        code,
        message,
        fix,
    }
}

type Words = (&'static str, String, String);

fn wrong_type(kind: &TypeKind, value: &Value) -> Words {
    let names: Vec<String> = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|single| single.to_string()).collect(),
    };
    let words: Vec<&str> = names.iter().map(|name| type_words(name)).collect();
    let message = format!("must be {}, but is {}", words.join(" or "), show(value));
    let fix = match (names.first().map(String::as_str), value) {
        (Some("number" | "integer"), Value::String(text)) if text.trim().parse::<f64>().is_ok() => {
            format!("write {} without quotes", text.trim())
        }
        (Some("string"), Value::Number(number)) => format!("write \"{number}\" in quotes"),
        (Some("boolean"), Value::String(text)) if matches!(text.as_str(), "true" | "false") => {
            format!("write {text} without quotes")
        }
        _ => format!(
            "write {}",
            words.first().copied().unwrap_or("another value")
        ),
    };
    ("wrong_type", message, fix)
}

fn type_words(name: &str) -> &'static str {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "an object",
        _ => "`null`",
    }
}

fn missing_key(property: &Value, parent: Option<&Value>, value: &Value) -> Words {
    let key = property.as_str().unwrap_or_default();
    let known = parent.map(property_names).unwrap_or_default();
    let strangers = value
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    let strangers: Vec<&str> = strangers
        .map(String::as_str)
        .filter(|name| !known.iter().any(|known| known == name))
        .collect();
    let near = crate::suggest::nearest(key, strangers.into_iter().take(100));
    let fix = match near.first() {
        Some(stranger) => format!("rename `{}` to `{key}`", clip(stranger)),
        None => format!("add `\"{key}\"`"),
    };
    ("missing_key", format!("has no `{key}`"), fix)
}

fn choice(options: &[Value], value: &Value) -> Words {
    let names: Vec<String> = options.iter().map(plain).collect();
    let message = match names.as_slice() {
        names @ ([_] | [_, _]) => {
            format!("must be {}, but is {}", quoted(names, "or"), show(value))
        }
        names => format!(
            "must be one of {}, but is {}",
            quoted(names, "or"),
            show(value)
        ),
    };
    let fallback = format!("choose {}", quoted(&names, "or"));
    let fix = did_you_mean(
        value.as_str().unwrap_or_default(),
        names.iter().map(String::as_str),
        fallback,
    );
    ("wrong_choice", message, fix)
}

/// The values of a `oneOf` or `anyOf` whose branches are constants, as of an enum with help texts.
pub(crate) fn choices(branches: Option<&Value>) -> Option<Vec<Value>> {
    let mut options = Vec::new();
    for branch in branches?.as_array()? {
        match (branch.get("const"), branch.get("enum"), branch.get("type")) {
            (Some(constant), _, _) => options.push(constant.clone()),
            (None, Some(Value::Array(more)), _) => options.extend(more.iter().cloned()),
            (None, None, Some(Value::String(kind))) if kind == "null" => options.push(Value::Null),
            _ => return None,
        }
    }
    Some(options)
}

/// The complaints of the alternative that fits best.
fn best_branch(
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
    root: &Value,
) -> Vec<Problem> {
    let here = error.instance_path().as_str().len();
    let depth = |errors: &Vec<ValidationError<'static>>| {
        errors
            .iter()
            .map(|inner| inner.instance_path().as_str().len().saturating_sub(here))
            .max()
    };
    let is_null = |errors: &&Vec<ValidationError<'static>>| {
        matches!(
            errors.as_slice(),
            [only] if matches!(only.kind(), Kind::Type { kind: TypeKind::Single(single) } if single.to_string() == "null")
        )
    };
    let best = context
        .iter()
        .filter(|errors| !is_null(errors))
        .max_by_key(|errors| (depth(errors), std::cmp::Reverse(errors.len())));
    match best {
        Some(errors) if !errors.is_empty() => errors
            .iter()
            .flat_map(|inner| explain(inner, root))
            .collect(),
        _ => vec![at(
            error,
            (
                "wrong_value",
                "fits none of the allowed forms".to_owned(),
                String::new(),
            ),
        )],
    }
}

/// A schema's range in words: "1 to 9", "at least 1", "below 3".
pub(crate) fn range_words(schema: &Value) -> Option<String> {
    let limit = |key: &str| schema.get(key).and_then(Value::as_number).map(short_number);
    if let (Some(low), Some(high)) = (limit("minimum"), limit("maximum")) {
        return Some(format!("{low} to {high}"));
    }
    let words: Vec<String> = [
        ("at least", limit("minimum")),
        ("at most", limit("maximum")),
        ("above", limit("exclusiveMinimum")),
        ("below", limit("exclusiveMaximum")),
    ]
    .into_iter()
    .filter_map(|(word, limit)| Some(format!("{word} {}", limit?)))
    .collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

/// A number without the `.0` of whole ones.
pub(crate) fn short_number(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// The names that a schema's `properties` know.
pub(crate) fn property_names(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flat_map(|names| names.keys().cloned())
        .collect()
}

/// A value for a message: short, on one line.
pub(crate) fn show(value: &Value) -> String {
    match value {
        Value::Null => "`null`".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("{value}"),
        Value::String(text) => format!("\"{}\"", clip(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A value as a person would name it.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
