//! The migration wizard: a folder of old documents, what becomes of each, a decision on each, and the
//! files. The originals are never touched.

use std::path::Path;

use egui::{Align, Id, Label, Layout, RichText, Ui, Vec2};
use hartomat_schema::{LegacyForm, MigrationOutcome};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Status, Theme, medium, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, EmptyState, TextButton, VirtualList, badge_ui};

use super::answer::listed_ui;
use super::graph::graph_ui;
use super::{card, column_ui, list_and_detail_ui, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{diagnostic_ui, family_text, refused_ui};
use crate::studio_view::{MigrationRow, MigrationView, StudioCommand};

/// Height of a row.
const ROW: f32 = 52.0;
/// Widest that a document gets, in points.
const WIDTH: f32 = 760.0;

pub(super) fn migration_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let wizard = &context.studio.migration;
    let empty = EmptyState {
        icon: Icon::Import,
        title: text("migration.empty"),
        text: text("migration.empty_help"),
        button: Some(text("migration.choose")),
    };
    let Some(folder) = &wizard.folder else {
        if empty.ui(ui) {
            commands.studio(StudioCommand::AskLibrary);
        }
        return;
    };
    let nothing = text_with("migration.nothing", &[("folder", &name_of(folder))]);
    let empty = EmptyState {
        title: &nothing,
        text: text("migration.nothing_help"),
        ..empty
    };
    let begin = || commands.studio(StudioCommand::AskLibrary);
    let Some(rows) = listed_ui(ui, &wizard.rows, empty, begin) else {
        if wizard.rows.error().is_some() {
            ui.horizontal(|ui| {
                ui.add_space(space::L);
                let choose = TextButton::new(ButtonKind::Secondary, text("migration.choose"));
                if ui.add(choose).clicked() {
                    commands.studio(StudioCommand::AskLibrary);
                }
            });
        }
        return;
    };
    let frame = egui::Frame::NONE.inner_margin(12);
    frame.show(ui, |ui| summary_ui(ui, wizard, folder, commands));
    ui.separator();
    list_and_detail_ui(
        ui,
        ("migration panes", text("migration.divider")),
        commands,
        |ui, commands| list_ui(ui, wizard, rows, commands),
        |ui, commands| {
            if let Some(row) = wizard.shown() {
                document_ui(ui, wizard, row, commands);
            }
        },
    );
}

/// A folder's own name; all of its path is under the pointer.
fn name_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}

/// From where to where, how many came to what, and the button that writes.
fn summary_ui(ui: &mut Ui, wizard: &MigrationView, folder: &Path, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = count("migration.write", wizard.chosen.len());
            let write = TextButton::new(ButtonKind::Primary, &words);
            let is_ready = !wizard.chosen.is_empty() && !wizard.is_writing;
            if ui.add_enabled(is_ready, write).clicked() {
                commands.studio(StudioCommand::WriteLibrary);
            }
            let other = TextButton::new(ButtonKind::Secondary, text("migration.another"));
            if ui.add_enabled(!wizard.is_writing, other).clicked() {
                commands.studio(StudioCommand::ForgetLibrary);
            }
            if wizard.is_writing {
                ui.spinner();
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(name_of(folder)).font(semibold(18.0));
                let title = Label::new(title.color(palette.text_strong)).truncate();
                ui.add(title).on_hover_text(folder.display().to_string());
            });
        });
    });
    ui.horizontal(|ui| {
        for outcome in MigrationOutcome::ALL {
            let found = wizard.count(outcome);
            if found > 0 {
                let words = format!("{found} {}", outcome_text(outcome));
                badge_ui(ui, &words, outcome_color(&palette, outcome));
            }
        }
        if let Some(output) = &wizard.output {
            let words = text_with("migration.output", &[("folder", &name_of(output))]);
            let words = RichText::new(words).size(size::SMALL_TEXT);
            let words = Label::new(words.color(palette.text_weak)).truncate();
            ui.add(words).on_hover_text(output.display().to_string());
        }
        let change = TextButton::new(ButtonKind::Quiet, text("migration.change_output"));
        if ui.add_enabled(!wizard.is_writing, change).clicked() {
            commands.studio(StudioCommand::AskMigrationOutput);
        }
    });
}

fn list_ui(ui: &mut Ui, wizard: &MigrationView, rows: &[MigrationRow], commands: &mut Commands) {
    egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
        let shown = wizard.shown();
        let shown = shown.and_then(|shown| rows.iter().position(|row| row == shown));
        let name = text("migration.documents");
        let list = VirtualList::new(Id::new("old documents"), name, rows.len());
        let answer = list.selected(shown).row_height(ROW).show(
            ui,
            |index| {
                let document = &rows[index].document;
                let outcome = outcome_text(document.migrated.outcome);
                format!("{}, {outcome}", document.file.display())
            },
            |ui, index| row_ui(ui, wizard, &rows[index], commands),
        );
        if let Some(index) = answer.selected {
            let file = rows[index].document.file.clone();
            commands.studio(StudioCommand::SelectDocument(file));
        }
    });
}

fn row_ui(ui: &mut Ui, wizard: &MigrationView, row: &MigrationRow, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let document = &row.document;
    let file = document.file.display().to_string();
    let mut is_chosen = wizard.chosen.contains(&document.file);
    ui.add_enabled_ui(row.can_be_written(), |ui| {
        let tick = ui.checkbox(&mut is_chosen, "");
        let words = text_with("migration.write_one", &[("name", &file)]);
        hartomat_ui::widgets::name(&tick, &words);
        if tick.changed() {
            let command = StudioCommand::ChooseDocument(document.file.clone(), is_chosen);
            commands.studio(command);
        }
    });
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add_space(2.0);
        let title = RichText::new(file).font(medium(size::TEXT));
        let title = Label::new(title.color(palette.text_strong));
        ui.add(title.selectable(false).truncate());
        ui.horizontal(|ui| {
            let outcome = document.migrated.outcome;
            let color = outcome_color(&palette, outcome);
            badge_ui(ui, outcome_text(outcome), color);
            match wizard.written.get(&document.file) {
                Some(Ok(())) => {
                    let color = palette.status(Status::Succeeded);
                    badge_ui(ui, text("migration.written"), color);
                }
                Some(Err(_)) => {
                    let color = palette.severity(Severity::Error);
                    badge_ui(ui, text("migration.not_written"), color);
                }
                None => {}
            }
        });
    });
}

fn document_ui(ui: &mut Ui, wizard: &MigrationView, row: &MigrationRow, commands: &mut Commands) {
    let document = &row.document;
    let migrated = &document.migrated;
    let palette = Theme::of(ui.ctx()).palette;
    column_ui(ui, ("document", &document.file), WIDTH, |ui| {
        card(ui, |ui| {
            let file = document.file.display().to_string();
            let name = migrated.workflow.as_ref().map(|it| it.name.as_str());
            let name = name.filter(|name| !name.is_empty()).unwrap_or(&file);
            let title = RichText::new(name).font(semibold(18.0));
            ui.add(Label::new(title.color(palette.text_strong)).wrap());
            if let Some(workflow) = &migrated.workflow {
                let parts = [
                    migrated
                        .from
                        .map(form_text)
                        .unwrap_or(text("migration.present")),
                    family_text(workflow.family),
                    &count("import.nodes", workflow.nodes.len()),
                    &count("import.edges", workflow.edges.len()),
                ];
                let words = RichText::new(parts.join("  ·  ")).size(size::SMALL_TEXT);
                ui.label(words.color(palette.text_weak));
                ui.add_space(space::M);
                let size = Vec2::new(ui.available_width(), 220.0);
                graph_ui(ui, size, row.miniature.as_ref(), name);
            }
            ui.add_space(space::M);
            decide_ui(ui, wizard, row, commands);
            findings_ui(ui, row);
        });
    });
}

/// What a person decides on it, and what came of writing it.
fn decide_ui(ui: &mut Ui, wizard: &MigrationView, row: &MigrationRow, commands: &mut Commands) {
    let document = &row.document;
    let palette = Theme::of(ui.ctx()).palette;
    let words = match document.migrated.outcome {
        MigrationOutcome::Converted => text("migration.converted_help"),
        MigrationOutcome::NeedsDecision => text("migration.decision_help"),
        MigrationOutcome::Current => text("migration.current_help"),
        MigrationOutcome::Refused => text("migration.refused_help"),
    };
    ui.add(Label::new(RichText::new(words).color(palette.text)).wrap());
    if row.can_be_written() {
        let mut is_chosen = wizard.chosen.contains(&document.file);
        if ui
            .checkbox(&mut is_chosen, text("migration.take"))
            .changed()
        {
            let command = StudioCommand::ChooseDocument(document.file.clone(), is_chosen);
            commands.studio(command);
        }
    }
    match (wizard.written.get(&document.file), &wizard.output) {
        (Some(Ok(())), Some(output)) => {
            let path = output.join(&document.file);
            let open = TextButton::new(ButtonKind::Secondary, text("migration.open"));
            let open = ui.add(open.icon(Icon::Graph));
            if open.on_hover_text(path.display().to_string()).clicked() {
                commands.studio(StudioCommand::OpenWritten(path));
            }
        }
        (Some(Err(err)), _) => refused_ui(ui, err),
        _ => {}
    }
}

fn findings_ui(ui: &mut Ui, row: &MigrationRow) {
    let findings = &row.document.migrated.findings;
    if findings.is_empty() {
        return;
    }
    section_ui(ui, text("migration.findings"));
    ui.spacing_mut().item_spacing.y = space::M;
    // What somebody has to decide comes first.
    let (open, told): (Vec<_>, Vec<_>) = findings.iter().partition(|it| it.is_error());
    for finding in open.into_iter().chain(told) {
        diagnostic_ui(ui, finding);
    }
}

fn form_text(form: LegacyForm) -> &'static str {
    match form {
        LegacyForm::Preset => text("migration.preset"),
        LegacyForm::StepList => text("migration.step_list"),
        LegacyForm::EditorExport => text("migration.export"),
    }
}

fn outcome_text(outcome: MigrationOutcome) -> &'static str {
    match outcome {
        MigrationOutcome::Converted => text("migration.converted"),
        MigrationOutcome::NeedsDecision => text("migration.needs_decision"),
        MigrationOutcome::Current => text("migration.current"),
        MigrationOutcome::Refused => text("migration.refused"),
    }
}

fn outcome_color(palette: &Palette, outcome: MigrationOutcome) -> egui::Color32 {
    match outcome {
        MigrationOutcome::Converted => palette.status(Status::Succeeded),
        MigrationOutcome::NeedsDecision => palette.severity(Severity::Warning),
        MigrationOutcome::Current => palette.status(Status::Skipped),
        MigrationOutcome::Refused => palette.severity(Severity::Error),
    }
}
