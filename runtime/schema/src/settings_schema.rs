//! The conventions of settings schemas, and the checks that make a served schema safe to compile.
//!
//! A settings schema is a JSON Schema (draft 2020-12) of an object. Its `properties` stand in form
//! order, each with `title`, `description` and `default`; ranges, lengths and choices are the
//! standard keywords. What forms need beyond them stands in the `x-` keys of [`keys`]. `$ref` stays
//! within the schema and never goes in circles; patterns are of the linear-time kind.
//!
//! ```json
//! { "type": "object",
//!   "properties": {
//!     "format": { "title": "Format", "description": "File format.", "type": "string",
//!                 "enum": ["png", "jpeg"], "default": "png",
//!                 "x-labels": { "png": "PNG", "jpeg": "JPEG" }, "x-group": "File" },
//!     "quality": { "title": "Quality", "description": "Quality of JPEG files.", "type": "integer",
//!                  "minimum": 1, "maximum": 100, "default": 92, "x-unit": "%", "x-group": "File",
//!                  "x-visible-when": { "format": ["jpeg"] } } } }
//! ```
//!
//! [`crate::check_definition`] says what a definition lacks of this.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value};

use crate::explain::{choices, range_words};
use crate::{Diagnostic, suggest::clip};

/// Keys of a property's schema that only forms and messages read.
pub mod keys {
    /// Unit that is shown behind the value, one of [`super::UNITS`].
    pub const UNIT: &str = "x-unit";
    /// Title of the group in the form; neighbours with the same title stand together.
    pub const GROUP: &str = "x-group";
    /// A widget other than the one that the type asks for, one of [`super::WIDGETS`].
    pub const WIDGET: &str = "x-widget";
    /// Names of the choices for people, by choice: `{"low": "Low", "high": "High"}`.
    pub const LABELS: &str = "x-labels";
    /// Shown only when other settings have certain values: `{"format": ["jpeg", "webp"]}`.
    /// Hidden values are kept.
    pub const VISIBLE_WHEN: &str = "x-visible-when";
    /// The tool that a choice needs beside those of the contract, by choice: `{"blender": "blender"}`.
    pub const TOOLS: &str = "x-tools";
}

/// Units that settings have.
pub const UNITS: &[&str] = &["px", "mm", "°", "s", "%", "fps", "EV", "kB", "MB"];

/// Widgets that a setting can ask for.
pub const WIDGETS: &[&str] = &[
    "color",
    "material",
    "material_map",
    "multiline",
    "parts",
    "path",
    "resolution",
    "studio_scene",
];

/// Levels of a schema, `$ref`s followed.
const DEPTH: usize = 32;
/// Values of a schema, `$ref`s followed.
const VALUES: usize = 20_000;
/// Bytes of all texts of a schema, `$ref`s followed.
const TEXT_BYTES: usize = 1 << 20;
/// Bytes of one pattern.
const PATTERN_BYTES: usize = 1_000;
/// Bytes of one compiled pattern.
const COMPILED_PATTERN_BYTES: usize = 256 << 10;
/// Patterns of a schema.
const PATTERNS: usize = 64;
/// Keywords that change what a `$ref` means.
const REFUSED: &[&str] = &[
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$vocabulary",
];

/// A settings schema of these properties, in form order. Nothing is required: what a workflow
/// leaves out has its default.
pub fn settings_schema<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let properties: Map<String, Value> = properties
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    serde_json::json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// What a form and a message show of one setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Its name, the key in `settings`.
    pub name: &'a str,
    schema: &'a Value,
    /// What the schema's `$ref` names, or else the schema.
    target: &'a Value,
}

impl<'a> Setting<'a> {
    /// A setting by name.
    pub fn find(settings_schema: &'a Value, name: &str) -> Option<Self> {
        Self::all(settings_schema).find(|setting| setting.name == name)
    }

    /// All settings in form order.
    pub fn all(settings_schema: &'a Value) -> impl Iterator<Item = Self> {
        let properties = settings_schema.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, schema)| {
            let local = |path: &Value| settings_schema.pointer(path.as_str()?.strip_prefix('#')?);
            let target = schema.get("$ref").and_then(local).unwrap_or(schema);
            Self {
                name,
                schema,
                target,
            }
        })
    }

    fn key(&self, key: &str) -> Option<&'a Value> {
        self.schema.get(key).or_else(|| self.target.get(key))
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.key(key)?.as_str()
    }

    /// Name for people; the key where the schema has none.
    pub fn title(&self) -> &'a str {
        self.text("title").unwrap_or(self.name)
    }

    /// What it is for.
    pub fn description(&self) -> Option<&'a str> {
        self.text("description")
    }

    /// The value that it has unless somebody sets it.
    pub fn default(&self) -> Option<&'a Value> {
        self.schema.get("default")
    }

    /// Its unit, such as `px`.
    pub fn unit(&self) -> Option<&'a str> {
        self.text(keys::UNIT)
    }

    /// Its group's title.
    pub fn group(&self) -> Option<&'a str> {
        self.text(keys::GROUP)
    }

    /// The widget that it asks for.
    pub fn widget(&self) -> Option<&'a str> {
        self.text(keys::WIDGET)
    }

    /// Its range in words with the unit, such as `16 to 16384 px`.
    pub fn range(&self) -> Option<String> {
        Some(self.with_unit(range_words(self.target)?))
    }

    /// Its choices, none where any value is fine.
    pub fn choices(&self) -> Option<Vec<Value>> {
        match self.key("enum") {
            Some(Value::Array(options)) => Some(options.clone()),
            _ => choices(self.key("oneOf").or_else(|| self.key("anyOf"))),
        }
    }

    /// What people call a choice; the choice itself where it has no label.
    pub fn label<'b>(&self, choice: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.key(keys::LABELS)
            .and_then(|labels| labels.get(choice)?.as_str())
            .unwrap_or(choice)
    }

    /// The choices that have labels.
    pub(crate) fn labelled(&self) -> impl Iterator<Item = &'a str> {
        let labels = self.key(keys::LABELS).and_then(Value::as_object);
        labels
            .into_iter()
            .flat_map(|labels| labels.keys().map(String::as_str))
    }

    /// The conditions under which forms show it: other settings and the values that they may have.
    pub fn visible_when(&self) -> impl Iterator<Item = (&'a str, &'a [Value])> {
        let conditions = self.key(keys::VISIBLE_WHEN).and_then(Value::as_object);
        conditions
            .into_iter()
            .flatten()
            .filter_map(|(name, values)| Some((name.as_str(), values.as_array()?.as_slice())))
    }

    /// A number or range in words, followed by the unit.
    pub fn with_unit(&self, words: String) -> String {
        match self.unit() {
            Some(unit @ ("°" | "%")) => format!("{words}{unit}"),
            Some(unit) => format!("{words} {unit}"),
            None => words,
        }
    }
}

/// Checks and compiles a settings schema. Pointers of the diagnostics are within the schema.
pub(crate) fn compile(schema: &Value) -> Result<Validator, Vec<Diagnostic>> {
    let mut guard = Guard {
        root: schema,
        values: 0,
        bytes: 0,
        patterns: 0,
        found: Vec::new(),
    };
    guard.visit(schema, "", 0);
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        let fix = "set its `type` to `object`";
        guard
            .found
            .push(error("", "a settings schema describes an object", fix));
    }
    if !guard.found.is_empty() {
        return Err(guard.found);
    }
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(PatternOptions::regex().size_limit(COMPILED_PATTERN_BYTES))
        .build(schema)
        .map_err(|found| {
            let message = format!("does not compile: {}", clip(&found.to_string()));
            vec![error(
                found.instance_path().as_str(),
                message,
                "correct the schema",
            )]
        })
}

fn error(pointer: &str, message: impl Into<String>, fix: &str) -> Diagnostic {
    Diagnostic::error("settings_schema", pointer, message, fix)
}

/// Walks a schema as a validator would, and stops where that would take too long.
struct Guard<'a> {
    root: &'a Value,
    values: usize,
    bytes: usize,
    patterns: usize,
    found: Vec<Diagnostic>,
}

impl<'a> Guard<'a> {
    /// Visits a value and what its `$ref` names. Recursion ends at [`DEPTH`].
    fn visit(&mut self, value: &'a Value, pointer: &str, depth: usize) {
        self.values += 1;
        if self.found.len() > 20 {
            return;
        }
        if depth > DEPTH {
            let message = format!("is deeper than {DEPTH} levels, or its `$ref`s go in circles");
            return self.stop(pointer, &message, "flatten it");
        }
        if self.values > VALUES || self.bytes > TEXT_BYTES {
            return self.stop(
                pointer,
                "is too large with its `$ref`s followed",
                "simplify it",
            );
        }
        match value {
            Value::String(text) => self.bytes += text.len(),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if self.is_stopped() {
                        break;
                    }
                    self.visit(item, &format!("{pointer}/{index}"), depth + 1);
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    if self.is_stopped() {
                        break;
                    }
                    self.bytes += key.len();
                    let inner = format!("{pointer}/{}", crate::read::escape_pointer(key));
                    self.keyword(key, member, &inner, depth);
                    self.visit(member, &inner, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn keyword(&mut self, key: &str, member: &'a Value, pointer: &str, depth: usize) {
        match (key, member) {
            ("$ref", Value::String(target)) => match self.resolve(target) {
                Some(schema) => self.visit(schema, pointer, depth + 1),
                None => {
                    let message = format!(
                        "`$ref` names `{}`, which isn't in this schema",
                        clip(target)
                    );
                    self.found.push(error(
                        pointer,
                        message,
                        "name a definition, as in `#/$defs/Format`",
                    ));
                }
            },
            ("pattern", Value::String(pattern)) => self.pattern(pattern, pointer),
            ("patternProperties", Value::Object(patterns)) => {
                for pattern in patterns.keys().take(PATTERNS + 1) {
                    self.pattern(pattern, pointer);
                }
            }
            (key, Value::String(_) | Value::Object(_)) if REFUSED.contains(&key) => {
                let message = format!("`{key}` is not allowed in settings schemas");
                self.found
                    .push(error(pointer, message, "use `$ref` and `$defs` alone"));
            }
            _ => {}
        }
    }

    fn resolve(&self, target: &str) -> Option<&'a Value> {
        self.root.pointer(target.strip_prefix('#')?)
    }

    fn pattern(&mut self, pattern: &str, pointer: &str) {
        self.patterns += 1;
        if pattern.len() > PATTERN_BYTES || self.patterns > PATTERNS {
            let message = format!(
                "has patterns of more than {PATTERN_BYTES} bytes or more than {PATTERNS} of them"
            );
            self.stop(pointer, &message, "shorten them");
        }
    }

    fn is_stopped(&self) -> bool {
        self.values > VALUES
    }

    /// Reports once and ends the walk.
    fn stop(&mut self, pointer: &str, message: &str, fix: &str) {
        if !self.is_stopped() || self.found.is_empty() {
            self.found.push(error(pointer, message, fix));
        }
        self.values = VALUES + 1;
    }
}
