//! The comparison for others to read: copied as text, or saved as a file.

use egui::{Event, Key, Popup, Ui};
use hartomat_api::ReportFormat;
use hartomat_ui::Icon;
use hartomat_ui::widgets::IconButton;

use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison};
use crate::messages::text;

/// Keys of reports, as they are written and called.
pub(super) const KEYS: &[(&str, &str)] = &[("Ctrl+C", "report.copy"), ("Ctrl+S", "report.as_html")];

pub(super) fn keys(ui: &Ui, open: &OpenComparison, commands: &mut Commands) {
    // Desktops make an event of their own of this key.
    if ui.input(|input| input.events.contains(&Event::Copy)) {
        commands.compare(CompareCommand::CopySummary);
    }
    let saves = ui.input(|input| input.modifiers.command_only() && input.key_pressed(Key::S));
    if saves && open.is_of_run() {
        commands.compare(CompareCommand::AskReport(ReportFormat::Html));
    }
}

pub(super) fn button_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let response = ui.add(IconButton::new(Icon::Export, text("report.report")));
    Popup::menu(&response).show(|ui| {
        if ui.button(text("report.copy")).clicked() {
            commands.compare(CompareCommand::CopySummary);
        }
        ui.separator();
        let formats = [
            (ReportFormat::Html, text("report.as_html")),
            (ReportFormat::Json, text("report.as_json")),
            (ReportFormat::Xml, text("report.as_junit")),
        ];
        for (format, words) in formats {
            // The runtime makes reports of its runs.
            let response = ui.add_enabled(open.is_of_run(), egui::Button::new(words));
            let response = response.on_disabled_hover_text(text("report.of_runs"));
            if response.clicked() {
                commands.compare(CompareCommand::AskReport(format));
            }
        }
    });
}
