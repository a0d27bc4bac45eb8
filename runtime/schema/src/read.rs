//! Reads workflow documents from bytes that nobody has looked at yet.
//!
//! Never panics, never recurses with the input, and keeps to the limits of [`limits`]: what is too
//! large, too deep or no JSON is refused before anything is built from it.

mod lexer;
pub mod limits;
mod locate;
mod scan;
mod shape;

pub(crate) use scan::escape_pointer;
pub use shape::workflow_json_schema;

use serde_json::Value;

use crate::migrate::LegacyForm;
use crate::suggest::{clip, did_you_mean};
use crate::{Diagnostic, Position, WORKFLOW_SCHEMA, Workflow};
use scan::{Layout, Refusal, RootKind};

/// What a file turned out to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadWorkflow {
    /// A document of the present form.
    Current(Box<Workflow>),
    /// A document of an older form, to be handed to [`crate::migrate`].
    Legacy {
        /// Which form.
        form: LegacyForm,
        /// The document as it stands.
        value: Value,
    },
}

/// Reads a document. Says all that is wrong with its shape, not what is wrong with its graph:
/// that is [`crate::validate`]'s.
pub fn read_workflow(bytes: &[u8]) -> Result<ReadWorkflow, Vec<Diagnostic>> {
    let text = text(bytes)?;
    let layout = scan::scan(text).map_err(|refusals| say(&refusals, text))?;
    if layout.root != RootKind::Object {
        let message = "a workflow document is an object, this is not";
        let fix = "choose a file that begins with `{`";
        return Err(vec![Diagnostic::error("not_an_object", "", message, fix)]);
    }
    let member = |key: &str| layout.members.iter().find(|(name, _)| name == key);
    match member("schema") {
        Some((_, range)) => {
            let schema = shape::parse(&text[range.clone()]);
            if let Some(diagnostic) = refuse_schema(&schema) {
                let position = locate::position(text, range.start);
                return Err(vec![diagnostic.at_position(position)]);
            }
        }
        None => {
            if let Some(form) = legacy_form(text, &layout) {
                return Ok(ReadWorkflow::Legacy {
                    form,
                    value: shape::parse(text),
                });
            }
        }
    }
    shape::build(text, &layout).map(|workflow| ReadWorkflow::Current(Box::new(workflow)))
}

fn text(bytes: &[u8]) -> Result<&str, Vec<Diagnostic>> {
    let error = |code, message: String, fix| Err(vec![Diagnostic::error(code, "", message, fix)]);
    if bytes.len() > limits::DOCUMENT_BYTES {
        let (limit, size) = (limits::DOCUMENT_BYTES, bytes.len());
        let message = format!("a document has at most {limit} bytes, this one has {size}");
        let fix = "remove large values from settings and unknown keys";
        return error("document_too_large", message, fix);
    }
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        let message = "the file begins with a byte order mark at byte 0".to_owned();
        return error(
            "byte_order_mark",
            message,
            "save it as UTF-8 without a byte order mark",
        );
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let message = "the file is UTF-16, as its mark at byte 0 says".to_owned();
        return error("not_utf8", message, "save it as UTF-8");
    }
    str::from_utf8(bytes).map_err(|found| {
        let at = found.valid_up_to();
        let before = str::from_utf8(&bytes[..at]).unwrap_or_default();
        let message = format!("byte {at} (0x{:02X}) is not UTF-8", bytes[at]);
        let fix =
            "save the file as UTF-8; if it was damaged, restore it from the autosave or a backup";
        let diagnostic = Diagnostic::error("not_utf8", "", message, fix);
        vec![diagnostic.at_position(locate::position(before, at))]
    })
}

fn say(refusals: &[Refusal], text: &str) -> Vec<Diagnostic> {
    let (diagnostics, offsets): (Vec<_>, Vec<_>) = refusals
        .iter()
        .map(|refusal| say_one(refusal, text))
        .unzip();
    let positions = locate::positions(text, &offsets);
    let placed = diagnostics.into_iter().zip(positions);
    placed
        .map(|(diagnostic, position)| diagnostic.at_position(position))
        .collect()
}

fn say_one(refusal: &Refusal, text: &str) -> (Diagnostic, usize) {
    match refusal {
        Refusal::Syntax(syntax) => {
            let message = match syntax.opened_at.map(|at| locate::position(text, at)) {
                Some(Position { line, column }) => {
                    format!("{} at line {line}, column {column}", syntax.message)
                }
                None => syntax.message.clone(),
            };
            (
                Diagnostic::error("syntax", "", message, syntax.fix.as_str()),
                syntax.at,
            )
        }
        Refusal::Limit { limit, at, pointer } => {
            let (code, message, fix) = limit.words();
            (Diagnostic::error(code, pointer, message, fix), *at)
        }
        Refusal::DuplicateKey { at, pointer } => {
            let key = pointer.rsplit('/').next().unwrap_or_default();
            let message = format!("`{}` stands twice in one object", clip(key));
            (
                Diagnostic::error(
                    "duplicate_key",
                    pointer,
                    message,
                    "remove or rename one of them",
                ),
                *at,
            )
        }
    }
}

/// Refuses documents of other schemas and of versions to come.
fn refuse_schema(schema: &Value) -> Option<Diagnostic> {
    let name = schema.as_str().unwrap_or_default();
    if name == WORKFLOW_SCHEMA {
        return None;
    }
    let (prefix, known) = WORKFLOW_SCHEMA
        .split_once('/')
        .expect("the schema's name has a version");
    let known: u64 = known.parse().expect("the schema's version is a number");
    let version = name
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('/'));
    Some(
        match version.and_then(|version| version.parse::<u64>().ok()) {
            Some(version) if version > known => Diagnostic::error(
                "newer_schema",
                "/schema",
                format!(
                    "made by a newer version of HartOMat Studio: the document is `{name}`, this version reads `{WORKFLOW_SCHEMA}`"
                ),
                "update HartOMat Studio, or ask for the workflow to be saved by this version",
            ),
            _ => Diagnostic::error(
                "unknown_schema",
                "/schema",
                format!(
                    "`schema` must be `{WORKFLOW_SCHEMA}`, but is {}",
                    crate::explain::show(schema)
                ),
                did_you_mean(name, [WORKFLOW_SCHEMA], "choose a workflow document"),
            ),
        },
    )
}

/// Which of the older forms a document without `schema` has.
fn legacy_form(text: &str, layout: &Layout) -> Option<LegacyForm> {
    let member = |key: &str| {
        let (_, range) = layout.members.iter().find(|(name, _)| name == key)?;
        Some(&text[range.clone()])
    };
    let first_node = layout
        .nodes
        .first()
        .map(|range| shape::parse(&text[range.clone()]));
    LegacyForm::recognise(
        member("type").is_some_and(|value| value.starts_with('"')),
        member("steps").is_some_and(|value| value.starts_with('[')),
        first_node.as_ref(),
    )
}
