//! What would come of a list of orders, before it is taken in.

use egui::{Id, Label, RichText, ScrollArea, Ui};
use hartomat_api::{ImportOutcome, ImportReport};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer, status_icon};

use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{refused_ui, sent_ui};
use crate::shell::sentence;
use crate::studio_view::StudioCommand;

/// Rows of a list that are shown before it is taken in.
const SHOWN: usize = 200;

pub(super) fn import_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(import) = &context.studio.import else {
        return;
    };
    let report = import.report.known();
    let of = |outcome| report.map_or(0, |report| report.count(outcome));
    let taken = of(ImportOutcome::New) + of(ImportOutcome::Replaced);
    let confirm = count("orders.take_in", taken);
    // What is on its way can't be called back.
    let cancel = match import.is_sent {
        true => "",
        false => text("review.cancel"),
    };
    let dialog = Dialog::new(
        Id::new("import orders"),
        text("orders.import_title"),
        &confirm,
        cancel,
    );
    let can_confirm = taken > 0 && !import.is_sent;
    let answer = dialog
        .width(600.0)
        .can_confirm(can_confirm)
        .show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            if let Some(err) = import.report.error() {
                refused_ui(ui, err);
            } else if let Some(report) = report {
                report_ui(ui, report);
            } else {
                ui.spinner();
            }
            sent_ui(ui, import.is_sent, None);
        });
    match answer {
        Some(DialogAnswer::Confirmed) => commands.studio(StudioCommand::Import),
        Some(_) => commands.studio(StudioCommand::DismissImport),
        None => {}
    }
}

fn report_ui(ui: &mut Ui, report: &ImportReport) {
    let palette = Theme::of(ui.ctx()).palette;
    let refused = report.count(ImportOutcome::Refused);
    let words = [
        count("orders.new", report.count(ImportOutcome::New)),
        count("orders.replaced", report.count(ImportOutcome::Replaced)),
        count("orders.unchanged", report.count(ImportOutcome::Unchanged)),
        count("orders.refused", refused),
    ];
    ui.label(words.join("  ·  "));
    ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        // What has to be mended comes first.
        let (wrong, fine): (Vec<_>, Vec<_>) = report
            .rows
            .iter()
            .partition(|row| row.outcome == ImportOutcome::Refused);
        for row in wrong.into_iter().chain(fine).take(SHOWN) {
            let (icon, color) = match row.outcome {
                ImportOutcome::New => (Icon::Add, palette.status(Status::Succeeded)),
                ImportOutcome::Replaced => (Icon::Swap, palette.status(Status::Running)),
                ImportOutcome::Unchanged => {
                    (status_icon(Status::Reused), palette.status(Status::Skipped))
                }
                ImportOutcome::Refused => (Icon::Error, palette.severity(Severity::Error)),
            };
            let why = row.message.as_deref().map(sentence);
            let why = why.unwrap_or_else(|| row.line.clone());
            let values = [("row", row.row.to_string()), ("why", why)];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            let words = text_with("orders.row", &values).replace('`', "");
            ui.horizontal_top(|ui| {
                ui.label(icon.text(14.0).color(color));
                let words = match row.outcome {
                    ImportOutcome::Refused => RichText::new(words).color(color),
                    _ => RichText::new(words).color(palette.text_weak),
                };
                ui.add(Label::new(words).wrap());
            });
        }
    });
    if refused > 0 {
        let words = RichText::new(text("orders.refused_help"));
        ui.label(words.color(palette.text_weak));
    }
}
