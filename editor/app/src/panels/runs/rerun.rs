//! The question how a run is made again: what of it, by which definition, what that changes, and what
//! would run and be reused.

mod choices;
mod outlook;

use egui::{Id, Ui, Vec2};
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{Dialog, DialogAnswer};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::runs::{RerunChoice, RunsCommand};

/// Width of what is chosen, and of what would come of it.
const COLUMNS: [f32; 2] = [290.0, 440.0];
/// Height of both.
const HEIGHT: f32 = 330.0;

/// Draws the question while it is open.
pub(crate) fn rerun_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(rerun) = &context.runs.rerun else {
        return;
    };
    let before = &rerun.choice;
    let mut choice = before.clone();
    let is_possible = !matches!(rerun.plan, Some(Err(_)));
    let dialog = Dialog::new(
        Id::new("rerun"),
        text("rerun.title"),
        text("rerun.run"),
        text("rerun.cancel"),
    );
    let dialog = dialog.width(COLUMNS[0] + COLUMNS[1] + space::XL);
    let answer = dialog.can_confirm(is_possible).show(ctx, |ui| {
        columns_ui(ui, context, &mut choice);
    });
    match answer {
        Some(DialogAnswer::Confirmed) => {
            if choice != *before {
                commands.runs(RunsCommand::ChooseRerun(Box::new(choice)));
            }
            commands.runs(RunsCommand::Rerun);
        }
        Some(_) => commands.runs(RunsCommand::DismissRerun),
        None if choice != *before => commands.runs(RunsCommand::ChooseRerun(Box::new(choice))),
        None => {}
    }
}

fn columns_ui(ui: &mut Ui, context: &Context<'_>, choice: &mut RerunChoice) {
    let room = ui.available_width();
    let share = room / (COLUMNS[0] + COLUMNS[1] + space::XL);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        let column = |ui: &mut Ui, width: f32, content: &mut dyn FnMut(&mut Ui)| {
            ui.allocate_ui(Vec2::new(width, HEIGHT), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.set_height(HEIGHT);
                    ui.spacing_mut().item_spacing.y = space::S;
                    content(ui);
                });
            });
        };
        column(ui, COLUMNS[0] * share, &mut |ui| {
            choices::choices_ui(ui, context, choice);
        });
        column(ui, COLUMNS[1] * share, &mut |ui| {
            outlook::outlook_ui(ui, context);
        });
    });
}
