//! What a node definition owes its readers. The nodes' own table test calls this for each of them.

use serde_json::{Map, Value};

use super::setting::SettingsCheck;
use crate::settings_schema::{Setting, UNITS, WIDGETS, keys};
use crate::suggest::{clip, quoted};
use crate::{Coverage, Diagnostic, InputPort, NodeDefinition, OutputPort, PortName};

/// Everything that is wrong with a definition; pointers are within it.
pub fn check_definition(definition: &NodeDefinition) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(texts(definition));
    found.extend(families(definition));
    found.extend(ports(definition));
    match SettingsCheck::new(definition) {
        Ok(check) => {
            found.extend(check.check(
                &definition.default_settings(),
                "/settings_schema/properties",
            ));
            found.extend(forms(&definition.settings_schema));
        }
        Err(diagnostics) => found.extend(diagnostics.into_iter().map(|mut diagnostic| {
            let place = &mut diagnostic.place;
            place.pointer = format!("/settings_schema{}", place.pointer);
            diagnostic
        })),
    }
    found
}

fn error(pointer: impl Into<String>, message: impl Into<String>, fix: &str) -> Diagnostic {
    Diagnostic::error("definition", pointer, message, fix)
}

fn texts(definition: &NodeDefinition) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let key = definition.node_type.as_str();
    let is_snake = key.starts_with(|first: char| first.is_ascii_lowercase())
        && key
            .chars()
            .all(|found| found.is_ascii_lowercase() || found.is_ascii_digit() || found == '_');
    if !is_snake {
        let message = format!("the key `{key}` is not in snake case");
        found.push(error(
            "/type",
            message,
            "use a to z, 0 to 9 and underscores",
        ));
    }
    if definition.version == 0 {
        found.push(error("/version", "versions begin at 1", "set it to 1"));
    }
    let mut wanted = vec![
        ("/label", &definition.label),
        ("/help", &definition.help),
        ("/contract/module", &definition.contract.module),
        ("/legacy/description", &definition.legacy.description),
    ];
    if let Coverage::Disabled { reason } = &definition.coverage {
        wanted.push(("/coverage/reason", reason));
    }
    for (pointer, text) in wanted {
        if text.trim().is_empty() {
            found.push(error(pointer, "is empty", "write what people need to know"));
        }
    }
    found
}

fn families(definition: &NodeDefinition) -> Vec<Diagnostic> {
    let families = &definition.families;
    if families.is_empty() {
        return vec![error(
            "/families",
            "no family may hold this node",
            "name its families",
        )];
    }
    let is_repeated = families
        .iter()
        .enumerate()
        .any(|(index, family)| families[..index].contains(family));
    let repeated = || error("/families", "a family is named twice", "name it once");
    is_repeated.then(repeated).into_iter().collect()
}

fn ports(definition: &NodeDefinition) -> Vec<Diagnostic> {
    let InputsAndOutputs { inputs, outputs } = InputsAndOutputs::of(definition);
    let mut found = Vec::new();
    found.extend(unique(
        inputs.iter().map(|port| &port.name),
        "/contract/inputs",
    ));
    found.extend(unique(
        outputs.iter().map(|port| &port.name),
        "/contract/outputs",
    ));
    for (index, port) in inputs.iter().enumerate() {
        let pointer = format!("/contract/inputs/{index}");
        if port.accepts.is_empty() {
            found.push(error(
                &pointer,
                "takes no kind",
                "name the kinds that it takes",
            ));
        }
        if port.help.trim().is_empty() {
            found.push(error(&pointer, "has no help", "write what it is for"));
        }
    }
    for (index, port) in outputs.iter().enumerate() {
        if port.help.trim().is_empty() {
            found.push(error(
                format!("/contract/outputs/{index}"),
                "has no help",
                "write what it is",
            ));
        }
    }
    if inputs.is_empty() && outputs.is_empty() {
        found.push(error(
            "/contract",
            "has no ports",
            "give it an input or an output",
        ));
    }
    found
}

struct InputsAndOutputs<'a> {
    inputs: &'a [InputPort],
    outputs: &'a [OutputPort],
}

impl<'a> InputsAndOutputs<'a> {
    fn of(definition: &'a NodeDefinition) -> Self {
        Self {
            inputs: &definition.contract.inputs,
            outputs: &definition.contract.outputs,
        }
    }
}

fn unique<'a>(names: impl Iterator<Item = &'a PortName>, pointer: &str) -> Vec<Diagnostic> {
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for (index, name) in names.enumerate() {
        if seen.contains(&name) {
            let message = format!("two ports are called `{name}`");
            found.push(error(
                format!("{pointer}/{index}/name"),
                message,
                "rename one of them",
            ));
        }
        seen.push(name);
    }
    found
}

/// What a form needs of every setting.
fn forms(schema: &Value) -> Vec<Diagnostic> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let empty = Map::new();
    let properties = properties.unwrap_or(&empty);
    Setting::all(schema)
        .flat_map(|setting| form(&setting, &properties[setting.name], schema))
        .collect()
}

fn form(setting: &Setting<'_>, property: &Value, schema: &Value) -> Vec<Diagnostic> {
    let pointer = format!("/settings_schema/properties/{}", setting.name);
    let mut found = Vec::new();
    let mut complain = |message: String, fix: &str| {
        found.push(error(
            &pointer,
            format!("setting `{}` {message}", setting.name),
            fix,
        ));
    };
    if property.get("title").is_none() {
        complain("has no title".to_owned(), "give it a `title`");
    }
    if setting.description().is_none() {
        complain("has no description".to_owned(), "give it a `description`");
    }
    if setting.default().is_none() {
        complain("has no default".to_owned(), "give it a `default`");
    }
    for (key, known, value) in [
        (keys::UNIT, UNITS, setting.unit()),
        (keys::WIDGET, WIDGETS, setting.widget()),
    ] {
        if value.is_some_and(|value| !known.contains(&value)) {
            let value = clip(value.unwrap_or_default());
            complain(
                format!("has the {key} `{value}`, which no form knows"),
                &format!("choose {}", quoted(known, "or")),
            );
        }
    }
    let choices = setting.choices().unwrap_or_default();
    for label in setting.labelled() {
        if !choices.iter().any(|choice| choice.as_str() == Some(label)) {
            complain(
                format!("labels `{}`, which is no choice", clip(label)),
                "label its choices",
            );
        }
    }
    for (other, values) in setting.visible_when() {
        let choices = Setting::find(schema, other).map(|other| other.choices());
        let is_possible = match &choices {
            None => false,
            Some(None) => true,
            Some(Some(choices)) => values.iter().all(|value| choices.contains(value)),
        };
        if !is_possible {
            let message = format!(
                "is shown for values of `{}` that it can't have",
                clip(other)
            );
            complain(message, "name settings and values of this schema");
        }
    }
    found
}
