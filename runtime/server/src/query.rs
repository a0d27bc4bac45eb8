//! What follows the `?` in an address, as JSON of the shape that the route's document gives it.

use axum::http::{StatusCode, Uri};
use serde_json::{Map, Value};

use crate::answer::Refusal;

/// The most bytes of a query.
const MOST_BYTES: usize = 8 << 10;

/// The query's parameters as the document types them: numbers and truth values are no texts. What
/// names no parameter is refused, and so is a name that comes twice.
pub(crate) fn read(uri: &Uri, properties: &Map<String, Value>) -> Result<Value, Refusal> {
    let text = uri.query().unwrap_or_default();
    let bad = |message: String| Refusal::new(StatusCode::BAD_REQUEST, message);
    if text.len() > MOST_BYTES {
        return Err(bad(format!("the address has more than {MOST_BYTES} bytes")));
    }
    let pairs: Vec<(String, String)> = axum::extract::Query::try_from_uri(uri)
        .map(|axum::extract::Query(pairs)| pairs)
        .map_err(|err| bad(format!("the address can't be read: {err}")))?;
    let mut query = Map::new();
    for (name, value) in pairs {
        let Some(schema) = properties.get(&name) else {
            return Err(bad(format!("the address has no parameter `{name}`")));
        };
        if query.insert(name.clone(), typed(schema, value)).is_some() {
            return Err(bad(format!("the parameter `{name}` comes twice")));
        }
    }
    Ok(Value::Object(query))
}

/// A text as its schema's type, where it is one.
fn typed(schema: &Value, text: String) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.parse::<u64>().map_or(Value::String(text), Value::from),
        Some("boolean") => text
            .parse::<bool>()
            .map_or(Value::String(text), Value::from),
        _ => Value::String(text),
    }
}

/// The same query with lists as lists, as the document describes them.
pub(crate) fn lists(query: &Value, properties: &Map<String, Value>) -> Value {
    let mut query = query.clone();
    for (name, value) in query.as_object_mut().into_iter().flatten() {
        if properties
            .get(name)
            .is_some_and(|schema| schema["type"] == "array")
            && let Value::String(text) = value
        {
            let names = text.split(',').filter(|name| !name.is_empty());
            *value = names.map(Value::from).collect();
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(query: &str, expected: Option<Value>) {
        let properties = json!({
            "limit": { "type": "integer" },
            "states": { "type": "array" },
            "high": { "type": "boolean" },
        });
        let uri: Uri = format!("/v1/runs?{query}").parse().unwrap();
        let found = read(&uri, properties.as_object().unwrap());
        assert_eq!(found.ok(), expected, "{query}");
    }

    #[test]
    fn parameters_get_their_types_and_nothing_else_passes() {
        check("", Some(json!({})));
        check(
            "limit=7&states=a%2Cb&high=true",
            Some(json!({ "limit": 7, "states": "a,b", "high": true })),
        );
        check("limit=x", Some(json!({ "limit": "x" })));
        check("limit=1&limit=2", None);
        check("secret=1", None);
    }
}
