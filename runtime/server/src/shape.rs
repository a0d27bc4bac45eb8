//! The shape of each route's query and body, as the OpenAPI document gives it: what the document
//! refuses, the server refuses, with every finding and its place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use axum::http::{StatusCode, Uri};
use hartomat_api::http::{Route, openapi};
use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::CompiledSchema;
use serde_json::{Map, Value, json};

use crate::answer::Refusal;
use crate::query;

/// Where named schemas stand in the document.
const NAMED: &str = "#/components/schemas/";

/// Shapes of all routes.
pub(crate) struct Shapes {
    document: Value,
    routes: BTreeMap<(&'static str, &'static str), RouteShape>,
}

/// Shapes of one route, compiled when they are first needed.
struct RouteShape {
    parameters: Map<String, Value>,
    required: Vec<Value>,
    query: OnceLock<CompiledSchema>,
    body_schema: Option<Value>,
    body: OnceLock<CompiledSchema>,
}

impl Shapes {
    /// The shapes of these routes.
    pub(crate) fn new(routes: &'static [Route]) -> Self {
        let document = openapi();
        let routes = routes
            .iter()
            .map(|route| ((route.path, route.method.as_str()), shape(&document, route)))
            .collect();
        Self { document, routes }
    }

    /// The OpenAPI document.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// Reads an address's query, and refuses what the document doesn't allow.
    pub(crate) fn query(&self, route: &Route, uri: &Uri) -> Result<Value, Refusal> {
        let Some(shape) = self.routes.get(&(route.path, route.method.as_str())) else {
            return Ok(Value::Null);
        };
        let query = query::read(uri, &shape.parameters)?;
        let compiled = shape.query.get_or_init(|| {
            self.compile(json!({
                "type": "object",
                "properties": shape.parameters,
                "required": shape.required,
            }))
        });
        let findings = compiled.findings(&query::lists(&query, &shape.parameters));
        match findings.is_empty() {
            true => Ok(query),
            false => Err(Refusal {
                status: StatusCode::BAD_REQUEST,
                error: ApiError::invalid("the address", findings),
                retry_after_secs: None,
            }),
        }
    }

    /// Refuses a body that the document doesn't allow.
    pub(crate) fn body(&self, route: &Route, body: &Value) -> Result<(), Refusal> {
        let shape = self.routes.get(&(route.path, route.method.as_str()));
        let Some((shape, schema)) = shape.and_then(|it| Some((it, it.body_schema.as_ref()?)))
        else {
            return Ok(());
        };
        let compiled = shape.body.get_or_init(|| self.compile(schema.clone()));
        let findings = compiled.findings(body);
        match findings.is_empty() {
            true => Ok(()),
            false => Err(ApiError {
                kind: ErrorKind::InvalidInput,
                ..ApiError::invalid("the request", findings)
            }
            .into()),
        }
    }

    /// Compiles a schema of the document with those that it refers to, and no others.
    fn compile(&self, mut schema: Value) -> CompiledSchema {
        let mut names = BTreeSet::new();
        let mut open = vec![schema.clone()];
        let mut named = Map::new();
        while let Some(value) = open.pop() {
            for name in references(&value) {
                let target = self
                    .document
                    .pointer(&format!("{}{name}", NAMED.trim_start_matches('#')));
                if names.insert(name.clone())
                    && let Some(target) = target
                {
                    named.insert(name, target.clone());
                    open.push(target.clone());
                }
            }
        }
        schema["components"] = json!({ "schemas": named });
        CompiledSchema::new(schema)
    }
}

fn shape(document: &Value, route: &Route) -> RouteShape {
    let method = route.method.as_str().to_lowercase();
    let operation = &document["paths"][route.path][method.as_str()];
    let mut parameters = Map::new();
    let mut required = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let Some(name) = parameter["name"]
            .as_str()
            .filter(|_| parameter["in"] == "query")
        else {
            continue;
        };
        parameters.insert(name.to_owned(), parameter["schema"].clone());
        if parameter["required"] == true {
            required.push(Value::from(name));
        }
    }
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    RouteShape {
        parameters,
        required,
        query: OnceLock::new(),
        body_schema: body.cloned(),
        body: OnceLock::new(),
    }
}

/// Names of the schemas that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                let name = reference.and_then(|reference| reference.strip_prefix(NAMED));
                found.extend(name.map(str::to_owned));
                open.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use hartomat_api::http::{Operation, route, routes};

    use super::*;

    #[test]
    fn every_shape_compiles() {
        let shapes = Shapes::new(routes());
        for route in routes() {
            let uri = Uri::from_static("/v1/x?nonsense=1");
            assert!(shapes.query(route, &uri).is_err(), "{}", route.path);
            let has_body = matches!(route.request, hartomat_api::http::Body::Json(_));
            let nonsense = shapes.body(route, &json!("nonsense"));
            assert_eq!(nonsense.is_err(), has_body, "{}", route.path);
        }
    }

    #[test]
    fn queries_and_bodies_are_held_to_the_document() {
        let shapes = Shapes::new(routes());
        let list = route(Operation::RunList);
        let fine = Uri::from_static("/v1/runs?states=running,failed&limit=5");
        assert_eq!(
            shapes.query(list, &fine).unwrap(),
            json!({ "states": "running,failed", "limit": 5 })
        );
        for wrong in ["limit=0", "limit=x", "states=flying", "verdict="] {
            let uri: Uri = format!("/v1/runs?{wrong}").parse().unwrap();
            let refusal = shapes.query(list, &uri).unwrap_err();
            assert_eq!(refusal.status, StatusCode::BAD_REQUEST, "{wrong}");
            assert!(!refusal.error.diagnostics.is_empty(), "{wrong}");
        }
        let dispatch = route(Operation::Dispatch);
        let wrong = json!({ "workflow": { "saved": "a" }, "subject": { "order_line": "b" },
                            "budget_secs": 0 });
        let refusal = shapes.body(dispatch, &wrong).unwrap_err();
        assert_eq!(refusal.error.diagnostics[0].place.pointer, "/budget_secs");
    }
}
