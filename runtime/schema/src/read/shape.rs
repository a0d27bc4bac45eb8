//! Holds a scanned document against the JSON Schema of the workflow document, piece by piece.
//!
//! Nodes and edges are checked and converted one at a time, so that a large document never stands
//! in memory twice. All that is wrong with its shape is found in one go.

use std::ops::Range;
use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::limits;
use super::locate::{locate, positions};
use super::scan::Layout;
use crate::explain::{Problem, explain};
use crate::suggest::clip;
use crate::{Diagnostic, Edge, Node, NodeId, Workflow};

/// A compiled schema and its source.
struct Shape {
    schema: Value,
    validator: Validator,
}

impl Shape {
    fn of<T: JsonSchema>() -> Self {
        let schema = json_schema::<T>();
        let validator = jsonschema::options()
            .offline()
            .with_pattern_options(jsonschema::PatternOptions::regex())
            .build(&schema)
            .expect("the schema of our own types compiles");
        Self { schema, validator }
    }
}

static DOCUMENT: LazyLock<Shape> = LazyLock::new(Shape::of::<Workflow>);
static NODE: LazyLock<Shape> = LazyLock::new(Shape::of::<Node>);
static EDGE: LazyLock<Shape> = LazyLock::new(Shape::of::<Edge>);

fn json_schema<T: JsonSchema>() -> Value {
    let generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
    generator.into_root_schema_for::<T>().to_value()
}

/// The JSON Schema of the workflow document.
pub fn workflow_json_schema() -> Value {
    DOCUMENT.schema.clone()
}

/// Collects what is wrong, with the places where it stands.
struct Findings<'a> {
    text: &'a str,
    found: Vec<(Diagnostic, usize)>,
    has_more: bool,
}

/// Converts a document whose syntax and limits the scan has passed.
pub(super) fn build(text: &str, layout: &Layout) -> Result<Workflow, Vec<Diagnostic>> {
    let mut findings = Findings {
        text,
        found: Vec::new(),
        has_more: false,
    };
    let head = head(text, layout);
    let whole = 0..text.len();
    let workflow: Option<Workflow> = findings.convert(&DOCUMENT, head, &whole, "");
    let nodes = findings.elements(&NODE, &layout.nodes, "/nodes");
    let edges = findings.elements(&EDGE, &layout.edges, "/edges");
    match workflow {
        Some(workflow) if findings.found.is_empty() => Ok(Workflow {
            nodes,
            edges,
            ..workflow
        }),
        _ => Err(findings.into_diagnostics()),
    }
}

/// The document with empty lists of nodes and edges: those are looked at one by one.
fn head(text: &str, layout: &Layout) -> Value {
    let members = layout.members.iter().map(|(key, range)| {
        let is_list = text[range.clone()].starts_with('[');
        let value = match key.as_str() {
            "nodes" | "edges" if is_list => Value::Array(Vec::new()),
            _ => parse(&text[range.clone()]),
        };
        (key.clone(), value)
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// Parses a part that the scan has passed.
pub(super) fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the scan refuses all that is no JSON")
}

impl Findings<'_> {
    fn elements<T: DeserializeOwned>(
        &mut self,
        shape: &Shape,
        ranges: &[Range<usize>],
        list: &str,
    ) -> Vec<T> {
        let mut elements = Vec::with_capacity(ranges.len());
        for (index, range) in ranges.iter().enumerate() {
            if self.has_more {
                break;
            }
            let value = parse(&self.text[range.clone()]);
            elements.extend(self.convert(shape, value, range, &format!("{list}/{index}")));
        }
        elements
    }

    /// Checks a value and converts it. `range` and `pointer` say where it stands.
    fn convert<T: DeserializeOwned>(
        &mut self,
        shape: &Shape,
        value: Value,
        range: &Range<usize>,
        pointer: &str,
    ) -> Option<T> {
        let node = match pointer.starts_with("/nodes/") {
            true => value
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| NodeId::new(id).ok()),
            false => None,
        };
        if !shape.validator.is_valid(&value) {
            let problems = shape.validator.iter_errors(&value);
            for problem in problems.flat_map(|error| explain(&error, &shape.schema)) {
                if self.found.len() == limits::DIAGNOSTICS {
                    self.has_more = true;
                    break;
                }
                self.add(&problem, range, pointer, node.as_ref());
            }
            return None;
        }
        match serde_json::from_value(value) {
            Ok(converted) => Some(converted),
            Err(error) => {
                let problem = Problem {
                    pointer: String::new(),
                    code: "wrong_value",
                    message: format!("can't be read: {}", clip(&error.to_string())),
                    fix: "write a value of the kind that it says".to_owned(),
                };
                self.add(&problem, range, pointer, node.as_ref());
                None
            }
        }
    }

    fn add(&mut self, problem: &Problem, range: &Range<usize>, base: &str, node: Option<&NodeId>) {
        let pointer = format!("{base}{}", problem.pointer);
        let message = format!("{} {}", subject(&pointer), problem.message);
        let mut diagnostic =
            Diagnostic::error(problem.code, pointer, message, problem.fix.as_str());
        if let Some(node) = node {
            diagnostic = diagnostic.at_node(node);
        }
        self.found
            .push((diagnostic, locate(self.text, range, &problem.pointer)));
    }

    fn into_diagnostics(self) -> Vec<Diagnostic> {
        let (diagnostics, offsets): (Vec<_>, Vec<_>) = self.found.into_iter().unzip();
        let mut diagnostics: Vec<Diagnostic> = diagnostics
            .into_iter()
            .zip(positions(self.text, &offsets))
            .map(|(diagnostic, position)| diagnostic.at_position(position))
            .collect();
        if self.has_more {
            diagnostics.push(limits::more_findings());
        }
        diagnostics
    }
}

/// How a message names the value at a pointer.
fn subject(pointer: &str) -> String {
    let mut segments = pointer.rsplit('/');
    let last = segments.next().unwrap_or_default();
    match (last, segments.next()) {
        ("", _) => "the document".to_owned(),
        (index, Some(list)) if index.bytes().all(|byte| byte.is_ascii_digit()) => match list {
            "nodes" | "edges" | "frames" | "notes" | "bookmarks" => {
                format!("{} {index}", &list[..list.len() - 1])
            }
            list => format!("item {index} of `{}`", clip(list)),
        },
        (key, _) => format!("`{}`", clip(key)),
    }
}
