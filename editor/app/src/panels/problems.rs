//! What is wrong with the open workflow, live, and what checks of a run say.

mod check;
mod list;
mod plan;

use egui::{Id, Ui};
use hartomat_ui::widgets::{Panes, PanesDirection};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;

/// Draws problems and checks in what is free.
pub(crate) fn problems_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    // Both panes push commands; each gets a list of its own, kept in order.
    let mut of_checks = Commands::default();
    let panes = Panes::new(
        Id::new("problems panes"),
        PanesDirection::Row,
        text("problems.divider"),
    );
    panes.share(0.55).least(260.0).show(
        ui,
        |ui| list::list_ui(ui, context, session, commands),
        |ui| check::check_ui(ui, context, session, &mut of_checks),
    );
    for command in of_checks.drain() {
        commands.push(command);
    }
}
