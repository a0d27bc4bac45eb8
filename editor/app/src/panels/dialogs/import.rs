//! What came of reading an older form, and what is wrong with a file that can't be opened.

use std::path::Path;

use egui::{Id, RichText, ScrollArea, Ui};
use hartomat_schema::{Diagnostic, LegacyForm, Migration};
use hartomat_ui::theme::{Severity, Theme, size, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer};

use super::push;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::diagnostic_ui;
use crate::shell::ShellCommand;

/// Height of the list of findings.
const LIST: f32 = 260.0;

pub(super) fn import_ui(
    ctx: &egui::Context,
    path: &Path,
    migration: &Migration,
    commands: &mut Commands,
) {
    let title = text_with("import.title", &[("name", &file_name(path))]);
    let dialog = Dialog::new(
        Id::new("import"),
        &title,
        text("import.accept"),
        text("import.cancel"),
    );
    let decisions = migration
        .notes
        .iter()
        .filter(|note| note.is_error())
        .count();
    let answer = dialog.width(620.0).show(ctx, |ui| {
        ui.label(match migration.from {
            LegacyForm::Preset => text("import.from_preset"),
            LegacyForm::StepList => text("import.from_list"),
            LegacyForm::EditorExport => text("import.from_export"),
        });
        ui.add_space(space::S);
        let nodes = count("import.nodes", migration.workflow.nodes.len());
        let edges = count("import.edges", migration.workflow.edges.len());
        ui.label(format!("{nodes}, {edges}"));
        if decisions > 0 {
            let palette = Theme::of(ui.ctx()).palette;
            let color = palette.severity(Severity::Warning);
            ui.label(RichText::new(count("import.decisions", decisions)).color(color));
        }
        ui.add_space(space::M);
        findings_ui(ui, &migration.notes, text("import.nothing_to_say"));
    });
    match answer {
        Some(DialogAnswer::Confirmed) => push(commands, ShellCommand::AcceptImport),
        Some(_) => push(commands, ShellCommand::Dismiss),
        None => {}
    }
}

pub(super) fn refused_ui(
    ctx: &egui::Context,
    path: &Path,
    diagnostics: &[Diagnostic],
    commands: &mut Commands,
) {
    let title = text_with("refused.title", &[("name", &file_name(path))]);
    let dialog = Dialog::new(Id::new("refused"), &title, text("refused.close"), "");
    let answer = dialog
        .severity(Severity::Error)
        .width(560.0)
        .show(ctx, |ui| {
            ui.label(text("refused.explanation"));
            ui.add_space(space::M);
            findings_ui(ui, diagnostics, "");
        });
    if answer.is_some() {
        push(commands, ShellCommand::Dismiss);
    }
}

fn findings_ui(ui: &mut Ui, findings: &[Diagnostic], nothing: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    if findings.is_empty() {
        ui.label(RichText::new(nothing).color(palette.text_weak));
        return;
    }
    ScrollArea::vertical().max_height(LIST).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::M;
        for finding in findings {
            diagnostic_ui(ui, finding);
            if let Some(position) = finding.place.position {
                let (line, column) = (position.line.to_string(), position.column.to_string());
                let place = text_with("refused.position", &[("line", &line), ("column", &column)]);
                let place = RichText::new(place).size(size::SMALL_TEXT);
                ui.label(place.color(palette.text_faint));
            }
        }
    });
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
