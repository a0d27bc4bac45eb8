//! The question how a run is made again: what of it, and by which definition.

use egui::{Id, RichText, Ui};
use hartomat_api::RerunScope;
use hartomat_document::node_name;
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer};

use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::runs::{RerunChoice, RerunFrom, RunsCommand};

/// Draws the question while it is open.
pub(crate) fn rerun_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(before) = &context.runs.rerun else {
        return;
    };
    let mut choice = before.clone();
    let dialog = Dialog::new(
        Id::new("rerun"),
        text("rerun.title"),
        text("rerun.run"),
        text("rerun.cancel"),
    );
    let answer = dialog.width(460.0).show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        scope_ui(ui, context, &mut choice);
        ui.add_space(space::M);
        definition_ui(ui, &mut choice);
    });
    match answer {
        Some(DialogAnswer::Confirmed) => {
            commands.runs(RunsCommand::ChooseRerun(Box::new(choice)));
            commands.runs(RunsCommand::Rerun);
        }
        Some(_) => commands.runs(RunsCommand::DismissRerun),
        None if choice != *before => commands.runs(RunsCommand::ChooseRerun(Box::new(choice))),
        None => {}
    }
}

fn scope_ui(ui: &mut Ui, context: &Context<'_>, choice: &mut RerunChoice) {
    title_ui(ui, text("rerun.what"));
    let mut option = |ui: &mut Ui, scope: RerunScope, words: &str, help: &str| {
        let is_chosen = choice.scope == scope;
        if ui.radio(is_chosen, words).on_hover_text(help).clicked() {
            choice.scope = scope;
        }
    };
    option(
        ui,
        RerunScope::Changed,
        text("rerun.changed"),
        text("rerun.changed_help"),
    );
    option(
        ui,
        RerunScope::All,
        text("rerun.all"),
        text("rerun.all_help"),
    );
    option(
        ui,
        RerunScope::Failed,
        text("rerun.failed_only"),
        text("rerun.failed_help"),
    );
    if let Some(node) = choice.node.clone() {
        let view = context.runs.view.as_ref();
        let workflow = view
            .and_then(|view| view.frozen())
            .map(|frozen| &frozen.workflow);
        let placed = workflow.and_then(|workflow| workflow.node(&node));
        let name = placed.map_or(node.as_str(), |placed| node_name(placed, context.catalogue));
        let words = text_with("rerun.from", &[("node", name)]);
        let scope = RerunScope::From(node.clone());
        let is_chosen = choice.scope == scope;
        let radio = ui.radio(is_chosen, words);
        if radio.on_hover_text(text("rerun.from_help")).clicked() {
            choice.scope = scope;
        }
    }
}

fn definition_ui(ui: &mut Ui, choice: &mut RerunChoice) {
    title_ui(ui, text("rerun.by"));
    let options = [
        (
            RerunFrom::Frozen,
            text("rerun.frozen"),
            text("rerun.frozen_help"),
        ),
        (
            RerunFrom::Latest,
            text("rerun.latest"),
            text("rerun.latest_help"),
        ),
        (
            RerunFrom::Draft,
            text("rerun.draft"),
            text("rerun.draft_help"),
        ),
    ];
    for (from, words, help) in options {
        if ui
            .radio(choice.from == from, words)
            .on_hover_text(help)
            .clicked()
        {
            choice.from = from;
        }
    }
}

fn title_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(words).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
}
