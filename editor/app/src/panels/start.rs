//! The start screen: drafts that were left behind, recent workflows, templates, and what to do with
//! a file.

mod drafts;
mod head;
mod recent;
mod templates;

use egui::{RichText, ScrollArea, Ui};
use hartomat_ui::theme::{Theme, semibold, size, space};

use crate::Context;
use crate::command::{Command, Commands};
use crate::shell::ShellCommand;

/// Widest that the start screen gets, in points: four tiles.
const WIDTH: f32 = 976.0;

/// Draws the start screen in what is free.
pub(crate) fn start_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let room = ui.available_width();
            let side = ((room - WIDTH) / 2.0).max(space::XXL);
            ui.add_space(space::XXL);
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.vertical(|ui| {
                    ui.set_width(room - 2.0 * side);
                    ui.spacing_mut().item_spacing = egui::vec2(space::XL, space::M);
                    head::head_ui(ui, context, commands);
                    drafts::drafts_ui(ui, context, commands);
                    recent::recent_ui(ui, context, commands);
                    templates::templates_ui(ui, context, commands);
                    ui.add_space(space::XXL * 2.0);
                });
            });
        });
}

/// The title of a part of the screen.
fn section_ui(ui: &mut Ui, title: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.add_space(space::XL);
    let title = RichText::new(title).font(semibold(size::TEXT + 1.0));
    ui.label(title.color(palette.text_strong));
    ui.add_space(space::XS);
}

fn push(commands: &mut Commands, command: ShellCommand) {
    commands.push(Command::Shell(command));
}
