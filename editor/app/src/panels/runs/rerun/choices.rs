//! What runs, and by which definition.

use egui::{RichText, Ui};
use hartomat_api::RerunScope;
use hartomat_ui::theme::{Theme, medium, size, space};

use crate::Context;
use crate::messages::text;
use crate::parts::{Chooser, run_node_name};
use crate::runs::{RerunChoice, RerunFrom, is_draft_of};

pub(super) fn choices_ui(ui: &mut Ui, context: &Context<'_>, choice: &mut RerunChoice) {
    scope_ui(ui, context, choice);
    ui.add_space(space::L);
    definition_ui(ui, context, choice);
}

fn scope_ui(ui: &mut Ui, context: &Context<'_>, choice: &mut RerunChoice) {
    title_ui(ui, text("rerun.what"));
    let options = [
        (
            RerunScope::Changed,
            text("rerun.changed"),
            text("rerun.changed_help"),
        ),
        (RerunScope::All, text("rerun.all"), text("rerun.all_help")),
        (
            RerunScope::Failed,
            text("rerun.failed_only"),
            text("rerun.failed_help"),
        ),
    ];
    for (scope, words, help) in options {
        let is_chosen = choice.scope == scope;
        if ui.radio(is_chosen, words).on_hover_text(help).clicked() {
            choice.scope = scope;
        }
    }
    from_ui(ui, context, choice);
}

/// From one node on: any of the run's.
fn from_ui(ui: &mut Ui, context: &Context<'_>, choice: &mut RerunChoice) {
    let Some((node, view)) = choice.node.clone().zip(context.runs.view.as_ref()) else {
        return;
    };
    let is_chosen = matches!(choice.scope, RerunScope::From(_));
    let radio = ui.radio(is_chosen, text("rerun.from"));
    if radio.on_hover_text(text("rerun.from_help")).clicked() {
        choice.scope = RerunScope::From(node.clone());
    }
    ui.horizontal(|ui| {
        ui.add_space(space::XL + space::S);
        let name = run_node_name(context, view, &node);
        let chooser = Chooser {
            salt: "rerun from",
            name: text("rerun.from_node"),
            chosen: &name,
            width: ui.available_width().min(210.0),
        };
        chooser.show(ui, |ui| {
            for run in &view.record.nodes {
                let name = run_node_name(context, view, &run.node);
                if ui.selectable_label(run.node == node, name).clicked() {
                    choice.node = Some(run.node.clone());
                    choice.scope = RerunScope::From(run.node.clone());
                }
            }
        });
    });
}

fn definition_ui(ui: &mut Ui, context: &Context<'_>, choice: &mut RerunChoice) {
    title_ui(ui, text("rerun.by"));
    let open = context.runs.graph.is_none().then_some(context.session);
    let open = open.flatten().map(|session| session.document.workflow());
    let is_draft =
        open.is_some_and(|open| is_draft_of(context.runs, open)) || context.runs.graph.is_some();
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
        let is_possible = from != RerunFrom::Draft || is_draft;
        let radio = egui::RadioButton::new(choice.from == from, words);
        let radio = ui.add_enabled(is_possible, radio).on_hover_text(help);
        let radio = radio.on_disabled_hover_text(text("rerun.other_draft"));
        if radio.clicked() {
            choice.from = from;
        }
    }
}

pub(super) fn title_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(words).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
}
