//! The line at the bottom: what is selected, what is wrong, how close one is, which runtime answers.

use egui::{Align, Frame, Layout, Margin, Panel, RichText, Ui};
use hartomat_schema::Severity as DiagnosticSeverity;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Theme, size, space};
use hartomat_ui::widgets::key_caps_ui;

use crate::command::{Action, Command, Commands};
use crate::context::Context;
use crate::messages::{count, text};
use crate::parts::{connection_ui, save_state_ui};
use crate::shell::ShellCommand;
use crate::state::Session;

/// Draws the line at the bottom of what is free.
pub(crate) fn status_bar_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let frame = Frame::NONE
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(10, 3));
    Panel::bottom("status bar").frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            problems_ui(ui, session, &palette, commands);
            quiet(ui, &palette, &size_of(session));
            hint_ui(ui, context, session, &palette);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let zoom = session.canvas.view.zoom * 100.0;
                quiet(ui, &palette, &format!("{zoom:.0} %"));
                save_state_ui(ui, context.shell);
                if connection_ui(ui, context.shell) {
                    commands.push(Command::Shell(ShellCommand::Reconnect));
                }
            });
        });
    });
}

fn quiet(ui: &mut Ui, palette: &Palette, text: &str) {
    let text = RichText::new(text).size(size::SMALL_TEXT);
    ui.label(text.color(palette.text_weak));
}

fn size_of(session: &Session) -> String {
    let selected = session.document.selection().nodes.len();
    if selected > 0 {
        return count("status.selected", selected);
    }
    count("status.nodes", session.document.workflow().nodes.len())
}

fn problems_ui(ui: &mut Ui, session: &Session, palette: &Palette, commands: &mut Commands) {
    let of = |severity: DiagnosticSeverity| {
        let problems = session.problems.iter();
        problems
            .filter(|problem| problem.severity == severity)
            .count()
    };
    let (errors, warnings) = (
        of(DiagnosticSeverity::Error),
        of(DiagnosticSeverity::Warning),
    );
    let (icon, color, words) = match (errors, warnings) {
        (0, 0) => (
            Icon::Succeeded,
            palette.status(hartomat_ui::theme::Status::Succeeded),
            text("status.no_problems").to_owned(),
        ),
        (0, warnings) => (
            Icon::Warning,
            palette.severity(Severity::Warning),
            count("status.warnings", warnings),
        ),
        (errors, _) => (
            Icon::Error,
            palette.severity(Severity::Error),
            count("status.errors", errors),
        ),
    };
    let label = format!("{} {words}", icon.glyph());
    let label = RichText::new(label).size(size::SMALL_TEXT).color(color);
    let button = egui::Button::new(label).frame(false);
    if ui.add(button).clicked() {
        commands.run(Action::ToggleProblems);
    }
}

/// One thing that can be done now.
fn hint_ui(ui: &mut Ui, context: &Context<'_>, session: &Session, palette: &Palette) {
    let (key, action) = match session.document.selection().nodes.len() {
        0 => ("hint.add", Action::Add),
        1 => ("hint.grab", Action::Grab),
        _ => ("hint.layout", Action::AutoLayout),
    };
    let Some(shortcut) = context.keymap.label(action) else {
        return;
    };
    let words = match key {
        "hint.add" => text("hint.add"),
        "hint.grab" => text("hint.grab"),
        _ => text("hint.layout"),
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = space::S + space::XS;
        key_caps_ui(ui, &shortcut);
        let hint = RichText::new(words).size(size::SMALL_TEXT);
        ui.label(hint.color(palette.text_faint));
    });
}
