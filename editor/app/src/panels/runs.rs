//! All runs, newest first, and the one that is looked at.

mod artifacts;
mod detail;
mod filters;
mod list;
mod looked;
mod rerun;
mod settings;
mod timeline;
mod views;

use egui::{Button, Id, RichText, Ui, Vec2};
use hartomat_ui::theme::{Status, Theme, medium, radius, size};
use hartomat_ui::widgets::{Panes, PanesDirection};

use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::runs::RunsCommand;

pub(crate) use looked::looked_ui;
pub(crate) use rerun::rerun_ui;
pub(crate) use views::save_view_ui;

/// Draws the list and the run in what is free.
pub(crate) fn runs_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    // Both panes push commands; each gets a list of its own, kept in order.
    let mut of_detail = Commands::default();
    let panes = Panes::new(
        Id::new("runs panes"),
        PanesDirection::Row,
        text("runs.divider"),
    );
    panes.share(0.4).least(280.0).show(
        ui,
        |ui| list::list_ui(ui, context, commands),
        |ui| detail::detail_ui(ui, context, &mut of_detail),
    );
    for command in of_detail.drain() {
        commands.push(command);
    }
}

/// How many runs a person should look at, beside the tab; a click lists them.
pub(crate) fn inbox_badge_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(badge) = context.runs.inbox.badge() else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.status(Status::Failed);
    let words = RichText::new(&badge).font(medium(size::SMALL_TEXT));
    let button = Button::new(words.color(color))
        .fill(palette.soft(color))
        .corner_radius(radius::LARGE)
        .min_size(Vec2::new(22.0, 18.0));
    let button = ui.add(button);
    let name = text_with("runs.inbox_badge", &[("count", &badge)]);
    hartomat_ui::widgets::name(&button, &name);
    if button.on_hover_text(name).clicked() {
        commands.runs(RunsCommand::ShowInbox);
    }
}
