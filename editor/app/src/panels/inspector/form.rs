//! The form of a definition's settings, for one node or for several of one type at once.

use egui::{Id, Ui};
use hartomat_document::Edit;
use hartomat_schema::{Diagnostic, Node, NodeDefinition, NodeId, SettingOverrides};
use hartomat_ui::form::{FieldDiagnostic, FormAction, FormContext, FormResponse, Provenance};
use hartomat_ui::widgets::search_box_ui;
use serde_json::Value;
use std::collections::BTreeSet;

use crate::Context;
use crate::command::{Command, Commands, EditCommand};
use crate::files::{SettingOf, SettingPath};
use crate::messages::{text, text_with};
use crate::parts::{fix_text, form_words, settings_form_ui, severity_of};
use crate::shell::{ShellCommand, sentence};
use crate::state::Session;

/// So many settings that searching is quicker than looking.
const MANY: usize = 8;

/// Draws the form; what a person changes changes all of these nodes. There is at least one.
pub(super) fn form_of_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    definition: &NodeDefinition,
    nodes: &[&Node],
    commands: &mut Commands,
) {
    let id = Id::new(("settings", nodes[0].id.as_str()));
    let search = search_ui(ui, id, definition);
    let values: Vec<Value> = nodes
        .iter()
        .map(|node| Value::Object(node.settings.clone()))
        .collect();
    let others: Vec<&Value> = values.iter().skip(1).collect();
    let problems = problems(session, nodes);
    let diagnostics: Vec<FieldDiagnostic> = problems
        .iter()
        .map(|(pointer, problem)| field_diagnostic(context, session, pointer, problem))
        .collect();
    let words = form_words();
    let provenance = provenance(context, definition);
    let asked = asked(ui, session, definition);
    let form = FormContext {
        others: &others,
        diagnostics: &diagnostics,
        provenance: &provenance,
        search: &search,
        focus: asked.as_deref().or(focus(ui, session, &nodes[0].id)),
        ..FormContext::new(id, &words)
    };
    let schema = &definition.settings_schema;
    let response = settings_form_ui(ui, context, schema, &values[0], form, commands);
    let nodes: BTreeSet<NodeId> = nodes.iter().map(|node| node.id.clone()).collect();
    take_over(context, session, response, &nodes, &problems, commands);
}

fn search_ui(ui: &mut Ui, id: Id, definition: &NodeDefinition) -> String {
    let settings = hartomat_schema::settings_schema::Setting::all(&definition.settings_schema);
    if settings.count() < MANY {
        return String::new();
    }
    let id = id.with("search");
    let mut search: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    search_box_ui(ui, &mut search, text("form.search"), text("open.clear"));
    ui.data_mut(|data| data.insert_temp(id, search.clone()));
    search
}

/// What the validator says of settings of these nodes, with pointers within the settings.
fn problems<'a>(session: &'a Session, nodes: &[&Node]) -> Vec<(String, &'a Diagnostic)> {
    let is_here = |problem: &&Diagnostic| {
        let of = problem.place.node.as_ref();
        nodes.iter().any(|node| of == Some(&node.id))
    };
    let found = session.problems.iter().filter(is_here);
    let placed = found.filter_map(|problem| {
        let (_, within) = problem.place.pointer.split_once("/settings/")?;
        Some((format!("/{within}"), problem))
    });
    placed.collect()
}

fn field_diagnostic(
    context: &Context<'_>,
    session: &Session,
    pointer: &str,
    problem: &Diagnostic,
) -> FieldDiagnostic {
    FieldDiagnostic {
        pointer: pointer.to_owned(),
        severity: severity_of(problem),
        message: sentence(&problem.message),
        fix: session
            .fix_of(problem, context.catalogue)
            .map(|fix| fix_text(&fix.label)),
    }
}

/// The first setting, for the frame after somebody has asked for the settings by key.
fn asked(ui: &Ui, session: &Session, definition: &NodeDefinition) -> Option<String> {
    let id = Id::new("settings asked for");
    let before: u64 = ui.data(|data| data.get_temp(id)).unwrap_or(0);
    ui.data_mut(|data| data.insert_temp(id, session.inspector_asked));
    let mut settings = hartomat_schema::settings_schema::Setting::all(&definition.settings_schema);
    let first = settings.next()?;
    (session.inspector_asked > before).then(|| format!("/{}", first.name))
}

/// The field that a click on a problem leads to, for the frame after the click.
fn focus<'a>(ui: &Ui, session: &'a Session, node: &NodeId) -> Option<&'a str> {
    let (of, pointer) = session.canvas.shown_setting.as_ref()?;
    if of != node {
        return None;
    }
    let id = Id::new("shown setting");
    let shown = (of.clone(), pointer.clone(), session.inspector_asked);
    let before: Option<(NodeId, String, u64)> = ui.data(|data| data.get_temp(id));
    if before.as_ref() == Some(&shown) {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(id, shown));
    Some(pointer)
}

fn take_over(
    context: &Context<'_>,
    session: &Session,
    response: FormResponse,
    nodes: &BTreeSet<NodeId>,
    problems: &[(String, &Diagnostic)],
    commands: &mut Commands,
) {
    if let Some(change) = response.change {
        let edits = change.edits.iter();
        let mut edits: Vec<Edit> = edits
            .map(|field| match &field.value {
                Some(value) => Edit::SetSetting {
                    nodes: nodes.clone(),
                    pointer: field.pointer.clone(),
                    value: value.clone(),
                },
                None => Edit::ResetSetting {
                    nodes: nodes.clone(),
                    pointer: field.pointer.clone(),
                },
            })
            .collect();
        let edit = match edits.len() {
            1 => edits.remove(0),
            _ => Edit::All {
                name: text("form.change_several").to_owned(),
                edits,
            },
        };
        commands.push(Command::Edit(EditCommand::Preview(edit)));
        if change.is_final {
            commands.push(Command::Edit(EditCommand::Commit));
        }
    }
    for action in response.actions {
        match action {
            FormAction::ChoosePath { pointer, is_folder } => {
                let setting = SettingPath {
                    of: SettingOf::Nodes(nodes.clone()),
                    pointer,
                    is_folder,
                };
                commands.push(Command::Shell(ShellCommand::AskSettingFile(setting)));
            }
            FormAction::Fix { diagnostic } => {
                let problem = problems.get(diagnostic).map(|(_, problem)| *problem);
                let fix = problem.and_then(|problem| session.fix_of(problem, context.catalogue));
                if let Some(fix) = fix {
                    commands.edit(fix.edit.clone());
                }
            }
            FormAction::ShowProvenance { .. } => {}
        }
    }
}

/// What the chosen order line and its output type set of this definition's settings. Their values go
/// before the workflow's.
fn provenance(context: &Context<'_>, definition: &NodeDefinition) -> Vec<Provenance> {
    let Some(subject) = &context.shell.checks().overrides else {
        return Vec::new();
    };
    let of = |overrides: &SettingOverrides| {
        overrides
            .get(&definition.node_type)
            .cloned()
            .unwrap_or_default()
    };
    let by_line = of(&subject.order_line.overrides);
    let by_type = of(&subject.output_type.overrides);
    let name = subject.output_type.name.as_str();
    let line = by_line.iter().map(|(setting, value)| {
        let value = value.to_string();
        (
            setting,
            text_with("provenance.order_line", &[("value", &value)]),
        )
    });
    let output_type = by_type
        .iter()
        .filter(|(setting, _)| !by_line.contains_key(*setting));
    let output_type = output_type.map(|(setting, value)| {
        let value = value.to_string();
        let values = [("name", name), ("value", value.as_str())];
        (setting, text_with("provenance.output_type", &values))
    });
    line.chain(output_type)
        .map(|(setting, text)| Provenance {
            pointer: format!("/{}", setting.replace('~', "~0").replace('/', "~1")),
            text,
        })
        .collect()
}
