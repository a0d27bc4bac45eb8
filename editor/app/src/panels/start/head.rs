//! The head of the start screen: the product, the link, and ways to a file.

use egui::{Align, Layout, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, space};
use hartomat_ui::widgets::{ButtonKind, TextButton};

use super::push;
use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::connection_ui;
use crate::shell::ShellCommand;

pub(super) fn head_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        let title = RichText::new(text("start.product")).font(semibold(24.0));
        ui.label(title.color(palette.text_strong));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if connection_ui(ui, context.shell) {
                push(commands, ShellCommand::Reconnect);
            }
        });
    });
    ui.label(RichText::new(text("start.claim")).color(palette.text_weak));
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let open = TextButton::new(ButtonKind::Primary, text("start.open")).icon(Icon::Open);
        if ui.add(open).clicked() {
            push(commands, ShellCommand::AskOpen);
        }
        let file = TextButton::new(ButtonKind::Secondary, text("start.open_file"));
        if ui.add(file.icon(Icon::File)).clicked() {
            push(commands, ShellCommand::AskOpenFile);
        }
        let import = TextButton::new(ButtonKind::Secondary, text("start.import"));
        let import = ui.add(import.icon(Icon::Import));
        if import.on_hover_text(text("start.import_help")).clicked() {
            push(commands, ShellCommand::AskImport);
        }
        ui.label(RichText::new(text("start.drop_hint")).color(palette.text_faint));
    });
    if let Some(what) = context.shell.opening() {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label(text_with("start.opening", &[("what", what)]));
        });
    }
}
