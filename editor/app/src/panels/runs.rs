//! All runs, newest first, and the one that is looked at.

mod artifacts;
mod detail;
mod filters;
mod list;
mod rerun;
mod settings;
mod timeline;

use egui::{Id, Ui};
use hartomat_ui::widgets::{Panes, PanesDirection};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;

pub(crate) use rerun::rerun_ui;

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
