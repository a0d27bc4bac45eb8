//! Settings against their schema, in the words of the form: title, range, unit, default.

use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::explain::{Problem, explain, property_names, short_number};
use crate::settings_schema::{Setting, compile};
use crate::suggest::{clip, did_you_mean};
use crate::{Diagnostic, NodeDefinition};

/// Unknown settings of one node that are listed.
const MAX_UNKNOWN: usize = 20;

/// One definition's compiled settings schema.
#[derive(Debug)]
pub(super) struct SettingsCheck {
    schema: Value,
    defaults: Map<String, Value>,
    validator: Validator,
}

impl SettingsCheck {
    /// Compiles the schema; pointers of the diagnostics are within it.
    pub(super) fn new(definition: &NodeDefinition) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self {
            validator: compile(&definition.settings_schema)?,
            schema: definition.settings_schema.clone(),
            defaults: definition.default_settings(),
        })
    }

    /// Checks settings, with the defaults for what they leave out.
    pub(super) fn check(&self, settings: &Map<String, Value>, pointer: &str) -> Vec<Diagnostic> {
        let mut found = self.unknown(settings, pointer);
        let mut effective = self.defaults.clone();
        effective.extend(
            settings
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        let effective = Value::Object(effective);
        if self.validator.is_valid(&effective) {
            return found;
        }
        let mut problems: Vec<Problem> = self
            .validator
            .iter_errors(&effective)
            .take(crate::read::limits::DIAGNOSTICS)
            .flat_map(|error| explain(&error, &self.schema))
            .filter(|problem| problem.code != "unknown_key" || !problem.pointer.is_empty())
            .collect();
        problems.dedup();
        found.extend(problems.iter().map(|problem| self.say(problem, pointer)));
        found
    }

    fn unknown(&self, settings: &Map<String, Value>, pointer: &str) -> Vec<Diagnostic> {
        let is_open = self
            .schema
            .get("additionalProperties")
            .is_some_and(Value::is_object)
            || self.schema.get("patternProperties").is_some();
        if is_open {
            return Vec::new();
        }
        let known = property_names(&self.schema);
        let strangers = settings.keys().filter(|name| !known.contains(name));
        strangers
            .take(MAX_UNKNOWN)
            .map(|name| {
                let pointer = format!("{pointer}/{}", crate::read::escape_pointer(name));
                let message = format!("setting `{}` is kept, not used by this version", clip(name));
                let fix = did_you_mean(
                    name,
                    known.iter().map(String::as_str),
                    "remove it when it isn't needed",
                );
                Diagnostic::error("unknown_setting", pointer, message, fix).as_warning()
            })
            .collect()
    }

    fn say(&self, problem: &Problem, pointer: &str) -> Diagnostic {
        let mut segments = problem.pointer.split('/').skip(1);
        let name = segments
            .next()
            .unwrap_or_default()
            .replace("~1", "/")
            .replace("~0", "~");
        let inner: Vec<&str> = segments.collect();
        let setting = Setting::find(&self.schema, &name);
        let subject = subject(setting.as_ref(), &name, &inner);
        let range = setting
            .as_ref()
            .filter(|_| inner.is_empty())
            .and_then(Setting::range);
        let message = match (&range, problem.code) {
            (Some(range), "out_of_range") => {
                let found = problem
                    .message
                    .rsplit_once("but is")
                    .map_or("", |(_, found)| found);
                format!("{subject} must be {range}, but is{found}")
            }
            _ => format!("{subject} {}", problem.message),
        };
        let code = format!("setting_{}", problem.code);
        let fix = fix(problem, setting.as_ref(), range);
        let diagnostic =
            Diagnostic::error(&code, format!("{pointer}{}", problem.pointer), message, fix);
        if problem.code == "unknown_key" {
            diagnostic.as_warning()
        } else {
            diagnostic
        }
    }
}

/// How a message names a setting, or a value inside one.
fn subject(setting: Option<&Setting<'_>>, name: &str, inner: &[&str]) -> String {
    let own = match setting {
        Some(setting) => format!("{} (`{}`)", clip(setting.title()), clip(name)),
        None if name.is_empty() => "the settings".to_owned(),
        None => format!("`{}`", clip(name)),
    };
    match inner {
        [] => own,
        inner => format!("{own}, at `{}`,", clip(&inner.join("/"))),
    }
}

fn fix(problem: &Problem, setting: Option<&Setting<'_>>, range: Option<String>) -> String {
    let mut parts = Vec::new();
    match range {
        Some(range) if matches!(problem.code, "out_of_range" | "wrong_type") => {
            parts.push(format!("write {range}"));
        }
        _ => parts.push(problem.fix.clone()),
    }
    if let Some((setting, default)) =
        setting.and_then(|setting| Some((setting, setting.default()?)))
    {
        let shown = match default {
            Value::Number(number) => setting.with_unit(short_number(number)),
            Value::Null => "none".to_owned(),
            Value::String(text) => format!("`{}`", clip(text)),
            Value::Bool(flag) => flag.to_string(),
            Value::Array(items) if items.is_empty() => "empty".to_owned(),
            Value::Object(members) if members.is_empty() => "empty".to_owned(),
            _ => return parts.join("; "),
        };
        parts.push(format!("the default is {shown}"));
    }
    parts.join("; ")
}
