//! The OpenAPI 3.1 document, made from the table of routes and the types that they carry.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::routes::{Body, Operation, Route, routes};
use super::wire::{IDEMPOTENCY_KEY, LAST_EVENT_ID};
use crate::ApiError;

/// What can go wrong on every route, beside what the route itself refuses.
const ERRORS: &[(u16, &str)] = &[
    (400, "The request can't be read"),
    (401, "Nobody is known by this token"),
    (
        403,
        "The token's scopes don't reach so far, or the request comes from elsewhere",
    ),
    (404, "Nothing has this id"),
    (408, "The request took too long to arrive"),
    (409, "It has changed meanwhile"),
    (413, "More bytes than are taken"),
    (415, "The body is of another media type"),
    (421, "The request is meant for another host"),
    (422, "The request is wrong; the findings say where"),
    (424, "A tool is missing on the server"),
    (429, "Too many requests, or the queue is full"),
    (500, "A defect, or a disk or database that gave out"),
    (503, "The server is shutting down"),
];

/// The OpenAPI 3.1 document.
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let error = generator.subschema_for::<ApiError>();
    let mut paths = Map::new();
    for route in routes() {
        let path = paths
            .entry(route.path)
            .or_insert_with(|| Value::Object(Map::new()));
        let method = route.method.as_str().to_lowercase();
        if let Value::Object(path) = path {
            path.insert(method, operation(route, &mut generator, &error));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "HartOMat Studio",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The runtime's use cases: author workflows, run them, compare what they make with legacy."
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": generator.take_definitions(true),
        }
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator, error: &Schema) -> Value {
    let mut operation = Map::new();
    operation.insert(
        "operationId".to_owned(),
        json!(operation_id(route.operation)),
    );
    operation.insert("summary".to_owned(), json!(route.summary));
    operation.insert("x-scope".to_owned(), json!(route.scope));
    let parameters = parameters(route, generator);
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    }
    if let Some(content) = content(route.request, generator) {
        let body = json!({ "required": true, "content": content });
        operation.insert("requestBody".to_owned(), body);
    }
    operation.insert("responses".to_owned(), responses(route, generator, error));
    Value::Object(operation)
}

fn operation_id(operation: Operation) -> String {
    let mut id = format!("{operation:?}");
    if let Some(first) = id.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    id
}

fn parameters(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let variables = route.variables().map(|name| {
        let schema = match name {
            "digest" => json!({ "type": "string", "pattern": "^sha256:[0-9a-f]{64}$" }),
            _ => json!({ "type": "string", "minLength": 1, "maxLength": 128 }),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    });
    let mut parameters: Vec<Value> = variables.collect();
    if let Some(query) = route.query {
        parameters.extend(query_parameters(query, generator));
    }
    let header = match route.operation {
        Operation::Dispatch | Operation::RunRerun => Some((
            IDEMPOTENCY_KEY,
            json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" }),
        )),
        Operation::RunStream | Operation::FeedStream => Some((
            LAST_EVENT_ID,
            json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 }),
        )),
        Operation::Artifact => Some(("range", json!({ "type": "string" }))),
        _ => None,
    };
    parameters.extend(header.map(|(name, schema)| {
        json!({ "name": name, "in": "header", "required": false, "schema": schema })
    }));
    parameters
}

/// One parameter for each property of the query's type.
fn query_parameters(query: super::schemas::Schema, generator: &mut SchemaGenerator) -> Vec<Value> {
    let schema = query.generate(generator);
    let name = schema.as_value()["$ref"]
        .as_str()
        .and_then(|reference| reference.rsplit('/').next())
        .unwrap_or_default()
        .to_owned();
    // A query is no component: its properties are parameters.
    let Some(Value::Object(schema)) = generator.definitions_mut().remove(&name) else {
        return Vec::new();
    };
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        required
            .as_array()
            .is_some_and(|names| names.iter().any(|other| other == name))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| parameter(name, schema, is_required(name)))
        .collect()
}

fn parameter(name: &str, schema: &Value, required: bool) -> Value {
    let mut schema = without_null(schema);
    let description = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("description"))
        .unwrap_or_default();
    let mut parameter = json!({
        "name": name, "in": "query", "required": required, "description": description,
    });
    if schema["type"] == "array" {
        parameter["style"] = json!("form");
        parameter["explode"] = json!(false);
    }
    parameter["schema"] = schema;
    parameter
}

/// An address can leave a parameter out, but not say `null`.
fn without_null(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
        let kept: Vec<Value> = options
            .iter()
            .filter(|option| option["type"] != "null")
            .cloned()
            .collect();
        if let [only] = kept.as_slice() {
            let mut only = only.clone();
            if let (Some(only), Some(description)) =
                (only.as_object_mut(), schema.get("description"))
            {
                only.insert("description".to_owned(), description.clone());
            }
            return only;
        }
    }
    if let Some(types) = schema.get("type").and_then(Value::as_array) {
        let kept: Vec<Value> = types
            .iter()
            .filter(|name| **name != "null")
            .cloned()
            .collect();
        if let [only] = kept.as_slice() {
            schema["type"] = only.clone();
        }
    }
    schema
}

fn responses(route: &Route, generator: &mut SchemaGenerator, error: &Schema) -> Value {
    let mut responses = Map::new();
    let mut fine = json!({ "description": "Done" });
    if let Some(content) = content(route.response, generator) {
        fine["content"] = content;
    }
    responses.insert(route.status.to_string(), fine.clone());
    match route.operation {
        Operation::Artifact => {
            responses.insert("206".to_owned(), fine);
            let beyond = json!({ "description": "The range lies beyond the end" });
            responses.insert("416".to_owned(), beyond);
        }
        Operation::NodeDefinitions => {
            let unchanged = json!({ "description": "The etag is still the same" });
            responses.insert("304".to_owned(), unchanged);
        }
        _ => {}
    }
    for (status, description) in ERRORS {
        let content = json!({ "application/json": { "schema": error } });
        let response = json!({ "description": description, "content": content });
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

fn content(body: Body, generator: &mut SchemaGenerator) -> Option<Value> {
    match body {
        Body::Empty => None,
        Body::Json(schema) => {
            let schema = schema.generate(generator);
            Some(json!({ "application/json": { "schema": schema } }))
        }
        Body::Bytes("text/plain") => {
            Some(json!({ "text/plain": { "schema": { "type": "string" } } }))
        }
        Body::Bytes(media_type) => Some(json!({ media_type: {} })),
        Body::Events => Some(json!({ "text/event-stream": { "schema": { "type": "string" } } })),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_checked_in_document_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        let text = format!("{:#}\n", openapi());
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == text,
            "run ./x schemas to write {} again",
            path.display()
        );
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi();
        let mut open = vec![&document];
        let mut references = 0;
        while let Some(value) = open.pop() {
            match value {
                Value::Array(values) => open.extend(values),
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        let pointer = reference.strip_prefix('#').unwrap();
                        assert!(document.pointer(pointer).is_some(), "{reference}");
                        references += 1;
                    }
                    open.extend(members.values());
                }
                _ => {}
            }
        }
        assert!(references > 100, "{references}");
    }
}
