//! An output type as a form. What is wrong stands at its field, before anything is saved.

use egui::{Align, Label, Layout, RichText, TextEdit, Ui, Vec2};
use hartomat_api::OutputTypeEntry;
use hartomat_schema::{Diagnostic, OutputType, RolloutScope};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, name};

use super::board::mode_badge_ui;
use super::graph::graph_ui;
use super::legacy_preset::legacy_preset_ui;
use super::overrides::overrides_ui;
use super::targets::targets_ui;
use super::{card, column_ui, section_ui};
use crate::Context;
use crate::command::{Command, Commands};
use crate::messages::{count, text};
use crate::parts::{Chooser, caption_ui, contract_ui, diagnostic_ui, family_text, refused_ui};
use crate::shell::ShellCommand;
use crate::studio_view::{StudioCommand, StudioTab, TypeEdit};

/// Widest that it gets, in points.
const WIDTH: f32 = 760.0;
/// Size of the workflow's picture.
const PICTURE: Vec2 = Vec2::new(232.0, 124.0);
/// Widest that a field gets.
const FIELD: f32 = 420.0;

pub(super) fn type_form_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    entry: &OutputTypeEntry,
    commands: &mut Commands,
) {
    let stored = &entry.output_type;
    let edit = context.studio.type_edits.get(&stored.id);
    let before = edit.map_or(stored, |edit| &edit.output_type);
    let found = found(entry, edit);
    let mut after = before.clone();
    if !context.studio.workflows.contains_key(&before.workflow) {
        commands.studio(StudioCommand::WantWorkflow(before.workflow.clone()));
    }
    column_ui(ui, ("output type", &stored.id), WIDTH, |ui| {
        card(ui, |ui| {
            head_ui(ui, entry, edit, commands);
            impact_ui(ui, entry);
            name_ui(ui, &mut after, &found);
            section_ui(ui, text("types.workflow"));
            workflow_ui(ui, context, &mut after, commands);
            findings_ui(ui, &found, "/workflow");
            findings_ui(ui, &found, "/family");
            section_ui(ui, text("contract.title"));
            let contract = &after.contract;
            if let Some(contract) = contract_ui(ui, context.catalogue, after.family, contract) {
                after.contract = contract;
            }
            findings_ui(ui, &found, "/contract");
            section_ui(ui, text("types.overrides"));
            help_ui(ui, text("types.overrides_help"));
            overrides_ui(ui, context, &mut after, &found, commands);
            section_ui(ui, text("types.legacy"));
            help_ui(ui, text("types.legacy_help"));
            legacy_preset_ui(ui, context, &mut after, commands);
            findings_ui(ui, &found, "/legacy_preset");
            section_ui(ui, text("targets.title"));
            help_ui(ui, text("targets.help"));
            targets_ui(ui, context, &stored.id, commands);
        });
    });
    if after != *before {
        commands.studio(StudioCommand::EditType(Box::new(after)));
    }
}

/// What is known to be wrong: of what is stored, or else of what it shall be.
fn found(entry: &OutputTypeEntry, edit: Option<&TypeEdit>) -> Vec<Diagnostic> {
    let Some(edit) = edit else {
        return entry.findings.clone();
    };
    let mut found = edit.findings.clone();
    let refused = edit.refused.iter().flat_map(|err| &err.diagnostics);
    found.extend(refused.filter(|it| !edit.findings.contains(it)).cloned());
    found
}

/// What is found at a field or within it.
pub(super) fn findings_ui(ui: &mut Ui, found: &[Diagnostic], pointer: &str) {
    for finding in found {
        let within = finding.place.pointer.strip_prefix(pointer);
        if within.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            ui.add_space(space::XS);
            diagnostic_ui(ui, finding);
        }
    }
}

fn help_ui(ui: &mut Ui, help: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let help = RichText::new(help).size(size::SMALL_TEXT);
    ui.add(Label::new(help.color(palette.text_weak)).wrap());
    ui.add_space(space::XS);
}

fn head_ui(ui: &mut Ui, entry: &OutputTypeEntry, edit: Option<&TypeEdit>, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let stored = &entry.output_type;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            buttons_ui(ui, stored, edit, commands);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                mode_badge_ui(ui, stored.rollout);
                let title = RichText::new(&stored.name).font(semibold(18.0));
                ui.add(Label::new(title.color(palette.text_strong)).truncate());
            });
        });
    });
    let refused = edit.and_then(|edit| edit.refused.as_ref());
    if let Some(err) = refused.filter(|err| err.diagnostics.is_empty()) {
        refused_ui(ui, err);
    }
}

fn buttons_ui(ui: &mut Ui, stored: &OutputType, edit: Option<&TypeEdit>, commands: &mut Commands) {
    let Some(edit) = edit else {
        let show = TextButton::new(ButtonKind::Quiet, text("types.show_rollout"));
        if ui.add(show).clicked() {
            let scope = RolloutScope::OutputType(stored.id.clone());
            commands.studio(StudioCommand::Select(scope));
            commands.studio(StudioCommand::Open(StudioTab::Rollout));
        }
        return;
    };
    let is_fine = !edit.findings.iter().any(Diagnostic::is_error);
    let save = TextButton::new(ButtonKind::Primary, text("types.save"));
    if ui.add_enabled(is_fine && !edit.is_sent, save).clicked() {
        commands.studio(StudioCommand::SaveType(stored.id.clone()));
    }
    let discard = TextButton::new(ButtonKind::Secondary, text("types.discard"));
    if ui.add_enabled(!edit.is_sent, discard).clicked() {
        commands.studio(StudioCommand::DiscardType(stored.id.clone()));
    }
    if edit.is_sent {
        ui.spinner();
    }
}

/// What a change reaches, and what it doesn't.
fn impact_ui(ui: &mut Ui, entry: &OutputTypeEntry) {
    let palette = Theme::of(ui.ctx()).palette;
    let lines = usize::try_from(entry.order_lines).unwrap_or(usize::MAX);
    let mut words = count("types.asked_by", lines);
    if entry.in_flight > 0 {
        let flying = usize::try_from(entry.in_flight).unwrap_or(usize::MAX);
        words = format!("{words} {}", count("types.in_flight", flying));
    }
    ui.add_space(space::S);
    ui.horizontal_top(|ui| {
        ui.label(Icon::Info.text(14.0).color(palette.text_weak));
        let words = RichText::new(words).size(size::SMALL_TEXT);
        ui.add(Label::new(words.color(palette.text_weak)).wrap());
    });
}

fn name_ui(ui: &mut Ui, after: &mut OutputType, found: &[Diagnostic]) {
    caption_ui(ui, text("types.name"));
    let field = TextEdit::singleline(&mut after.name)
        .hint_text(text("types.name_hint"))
        .char_limit(128)
        .margin(egui::Margin::symmetric(8, 5))
        .desired_width(FIELD);
    name(&ui.add(field), text("types.name"));
    findings_ui(ui, found, "/name");
    ui.add_space(space::S);
    ui.checkbox(&mut after.active, text("types.active"))
        .on_hover_text(text("types.active_help"));
}

fn workflow_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    after: &mut OutputType,
    commands: &mut Commands,
) {
    let known = context.studio.workflow(&after.workflow);
    let workflows = &context.shell.library().workflows;
    let chosen = workflows.iter().find(|it| it.id == after.workflow);
    let title = chosen.map_or_else(|| after.workflow.to_string(), |it| it.name.clone());
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        graph_ui(ui, PICTURE, known.map(|known| &known.miniature), &title);
        ui.vertical(|ui| {
            let chooser = Chooser {
                salt: "workflow of an output type",
                name: text("types.workflow"),
                chosen: &title,
                width: ui.available_width().min(FIELD),
            };
            let mut picked = None;
            chooser.show(ui, |ui| {
                for workflow in workflows.iter().filter(|it| it.family == after.family) {
                    let is_chosen = workflow.id == after.workflow;
                    if ui.selectable_label(is_chosen, &workflow.name).clicked() {
                        picked = Some(workflow.id.clone());
                    }
                }
            });
            help_ui(ui, chosen.map_or("", |it| it.description.as_str()));
            help_ui(ui, family_text(after.family));
            let open = TextButton::new(ButtonKind::Quiet, text("types.open_workflow"));
            if ui.add(open.icon(Icon::Graph)).clicked() {
                commands.studio(StudioCommand::Close);
                let open = ShellCommand::OpenLibrary(after.workflow.clone());
                commands.push(Command::Shell(open));
            }
            if let Some(picked) = picked {
                after.workflow = picked;
            }
        });
    });
}
