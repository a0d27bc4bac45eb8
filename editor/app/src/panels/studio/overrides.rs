//! Settings that an output type sets in place of its workflow: the forms of the inspector, with the
//! workflow's own values as what holds where nothing is set.

use std::collections::BTreeSet;

use egui::{Id, RichText, Ui};
use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Diagnostic, NodeDefinition, OutputType, Workflow};
use hartomat_ui::Icon;
use hartomat_ui::form::{FieldDiagnostic, FormAction, FormContext};
use hartomat_ui::theme::Theme;
use hartomat_ui::widgets::{Header, IconButton, describe};
use serde_json::{Map, Value};

use super::type_form::findings_ui;
use crate::Context;
use crate::command::{Command, Commands};
use crate::files::{SettingOf, SettingPath};
use crate::messages::{count, text, text_with};
use crate::parts::{form_words, refused_ui, settings_form_ui, severity_of};
use crate::shell::{ShellCommand, sentence};
use crate::studio_view::Answer;

pub(super) fn overrides_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    output_type: &mut OutputType,
    found: &[Diagnostic],
    commands: &mut Commands,
) {
    let workflows = &context.studio.workflows;
    let answer = workflows.get(&output_type.workflow);
    if let Some(err) = answer.and_then(Answer::error) {
        return refused_ui(ui, err);
    }
    let Some(known) = answer.and_then(Answer::known) else {
        ui.spinner();
        return;
    };
    let mut drawn = BTreeSet::new();
    for node in &known.workflow.nodes {
        let definition = context.catalogue.get(&node.node_type);
        let definition = definition.filter(|it| Setting::all(&it.settings_schema).next().is_some());
        if let Some(definition) = definition
            && drawn.insert(&node.node_type)
        {
            let of = (definition, &known.workflow, found);
            node_type_ui(ui, context, of, output_type, commands);
        }
    }
    // What it sets of nodes that the workflow hasn't got.
    let strangers = output_type.overrides.keys();
    let strangers = strangers.filter(|it| !drawn.contains(it)).cloned();
    for node_type in strangers.collect::<Vec<_>>() {
        ui.horizontal(|ui| {
            ui.label(node_type.as_str());
            let words = text_with("types.remove_override", &[("name", node_type.as_str())]);
            let remove = IconButton::new(Icon::Delete, &words).small();
            if ui.add(remove).clicked() {
                output_type.overrides.remove(&node_type);
            }
        });
        findings_ui(ui, found, &format!("/overrides/{node_type}"));
    }
}

fn node_type_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    (definition, workflow, found): (&NodeDefinition, &Workflow, &[Diagnostic]),
    output_type: &mut OutputType,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let node_type = &definition.node_type;
    let own = output_type.overrides.get(node_type);
    let own = own.cloned().unwrap_or_default();
    let diagnostics = diagnostics(found, node_type.as_str());
    let id = Id::new(("overrides", &output_type.id, node_type.as_str()));
    let note = match own.len() {
        0 => String::new(),
        set => count("types.set", set),
    };
    let header = Header::new(id, &definition.label).folded().quiet();
    let header = header.note(&note, palette.accent_text);
    let (response, is_open) = header.force_open(!diagnostics.is_empty()).ui(ui);
    describe(&response, &note);
    if !is_open {
        return;
    }
    let words = form_words();
    let form = FormContext {
        diagnostics: &diagnostics,
        ..FormContext::new(id.with("form"), &words)
    };
    let nodes = workflow.nodes.iter();
    let nodes = nodes.filter(|node| node.node_type == *node_type);
    let nodes: Vec<_> = nodes.map(|node| &node.settings).collect();
    let schema = schema_over(definition.settings_schema.clone(), &nodes);
    let response = settings_form_ui(ui, context, &schema, &Value::Object(own), form, commands);
    for action in response.actions {
        if let FormAction::ChoosePath { pointer, is_folder } = action {
            let of = SettingOf::OutputType(output_type.id.clone(), node_type.clone());
            let setting = SettingPath {
                of,
                pointer,
                is_folder,
            };
            commands.push(Command::Shell(ShellCommand::AskSettingFile(setting)));
        }
    }
    if let Some(Value::Object(values)) = response.change.map(|change| change.value) {
        if values.is_empty() {
            output_type.overrides.remove(node_type);
        } else {
            output_type.overrides.insert(node_type.clone(), values);
        }
    }
    let quiet = RichText::new(text("types.set_help")).small();
    ui.label(quiet.color(palette.text_faint));
}

/// What is found in the settings of a type, with pointers within them.
fn diagnostics(found: &[Diagnostic], node_type: &str) -> Vec<FieldDiagnostic> {
    let prefix = format!("/overrides/{node_type}/");
    let within = found.iter().filter_map(|finding| {
        let pointer = finding.place.pointer.strip_prefix(&prefix)?;
        Some(FieldDiagnostic {
            pointer: format!("/{pointer}"),
            severity: severity_of(finding),
            message: sentence(&finding.message),
            fix: None,
        })
    });
    within.collect()
}

/// The schema of a type's settings whose defaults are what all its nodes in the workflow have.
fn schema_over(mut schema: Value, nodes: &[&Map<String, Value>]) -> Value {
    let (Some((first, others)), Some(properties)) =
        (nodes.split_first(), schema.get_mut("properties"))
    else {
        return schema;
    };
    for (name, value) in *first {
        let is_common = others.iter().all(|other| other.get(name) == Some(value));
        if let Some(property) = properties.get_mut(name).filter(|_| is_common) {
            property["default"] = value.clone();
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_workflow_sets_is_what_holds_unless_its_nodes_differ() {
        let schema = json!({"type": "object", "properties": {
            "samples": {"type": "integer", "default": 64},
            "width_px": {"type": "integer", "default": 1024}}});
        let node = |width: u32| {
            let settings = json!({"samples": 8, "width_px": width});
            settings.as_object().unwrap().clone()
        };
        let schema = schema_over(schema, &[&node(100), &node(200)]);
        assert_eq!(schema["properties"]["samples"]["default"], 8);
        assert_eq!(schema["properties"]["width_px"]["default"], 1024);
    }
}
