//! What would come of it: changed settings, what runs and what is reused, and why.

use egui::{Frame, Label, Margin, RichText, ScrollArea, Ui};
use hartomat_document::{Difference, node_name};
use hartomat_schema::{ExecutionMode, NodeId, Workflow};
use hartomat_ui::theme::{Severity, Theme, radius, size, space};

use super::choices::title_ui;
use crate::Context;
use crate::backend::RerunPlan;
use crate::messages::{count, text};
use crate::parts::{Names, decision_row_ui, difference_lines, plan_summary, setting_title};
use crate::shell::{plain, sentence};

/// Changes that are listed.
const MOST: usize = 30;

pub(super) fn outlook_ui(ui: &mut Ui, context: &Context<'_>) {
    let palette = Theme::of(ui.ctx()).palette;
    Frame::new()
        .fill(palette.panel)
        .corner_radius(radius::MEDIUM)
        .inner_margin(Margin::symmetric(space::L as i8, space::M as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_height(ui.available_height());
            ScrollArea::vertical()
                .id_salt("rerun outlook")
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = space::S;
                    plan_ui(ui, context);
                });
        });
}

fn plan_ui(ui: &mut Ui, context: &Context<'_>) {
    let palette = Theme::of(ui.ctx()).palette;
    match context
        .runs
        .rerun
        .as_ref()
        .and_then(|rerun| rerun.plan.as_ref())
    {
        None => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label(text("rerun.planning"));
            });
        }
        Some(Err(err)) => {
            let why = RichText::new(plain(err)).color(palette.severity(Severity::Error));
            ui.add(Label::new(why).wrap());
            for hint in &err.hints {
                ui.add(Label::new(RichText::new(sentence(hint)).color(palette.text_weak)).wrap());
            }
        }
        Some(Ok(plan)) => {
            changes_ui(ui, context, plan);
            ui.add_space(space::M);
            decisions_ui(ui, context, plan);
        }
    }
}

/// What differs from the run, setting by setting.
fn changes_ui(ui: &mut Ui, context: &Context<'_>, plan: &RerunPlan) {
    let palette = Theme::of(ui.ctx()).palette;
    title_ui(ui, text("rerun.changes"));
    let frozen = context.runs.view.as_ref().and_then(|view| view.frozen());
    let Some(frozen) = frozen.map(|frozen| &frozen.workflow) else {
        return;
    };
    let difference = Difference::between(frozen, &plan.workflow);
    let versions: &[&hartomat_schema::Workflow] = &[&plan.workflow, frozen];
    let names = Names {
        node: &|id: &NodeId| name_in(context, [&plan.workflow, frozen], id),
        setting: &|id, name| setting_title(id, name, versions, context.catalogue),
    };
    let lines = difference_lines(&difference, &names);
    if lines.is_empty() {
        ui.label(RichText::new(text("rerun.no_changes")).color(palette.text_weak));
    }
    for line in lines.iter().take(MOST) {
        ui.add(Label::new(RichText::new(line).color(palette.text)).wrap());
    }
    if lines.len() > MOST {
        ui.label(count("conflict.more", lines.len() - MOST));
    }
}

/// What would happen to each node, and why.
fn decisions_ui(ui: &mut Ui, context: &Context<'_>, plan: &RerunPlan) {
    let palette = Theme::of(ui.ctx()).palette;
    title_ui(ui, text("rerun.what_happens"));
    let dry_run = &plan.dry_run;
    let errors = dry_run.report.diagnostics.iter();
    for finding in errors.filter(|finding| finding.is_error()) {
        let words = RichText::new(sentence(&finding.message));
        ui.add(Label::new(words.color(palette.severity(Severity::Error))).wrap());
    }
    if dry_run.mode == ExecutionMode::Legacy {
        ui.add(Label::new(text("rerun.legacy_whole")).wrap());
        return;
    }
    let summary = RichText::new(plan_summary(dry_run)).size(size::SMALL_TEXT);
    ui.label(summary.color(palette.text_weak));
    for decision in &dry_run.nodes {
        decision_row_ui(ui, context, &plan.workflow, decision);
    }
}

/// What people call a node in the first of two workflows that has it.
fn name_in(context: &Context<'_>, workflows: [&Workflow; 2], id: &NodeId) -> String {
    let node = workflows.iter().find_map(|workflow| workflow.node(id));
    let name = node.map(|node| node_name(node, context.catalogue));
    name.unwrap_or(id.as_str()).to_owned()
}
