//! The question before a decision: what it does, why, and what it needs.

use egui::{DragValue, Id, RichText, Ui};
use hartomat_api::RolloutStatus;
use hartomat_schema::{ExecutionMode, MAX_EXCEPTION_DAYS, OnBreak};
use hartomat_ui::theme::{Theme, space};
use hartomat_ui::widgets::{Dialog, name};

use super::gate::{condition_text, gate_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::{after_dialog, mode_text, reason_ui, sent_ui};
use crate::studio_view::{RolloutDraft, RolloutDraftKind, StudioCommand};

pub(super) fn decide_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(before) = &context.studio.draft else {
        return;
    };
    let known = context.studio.rollouts.known().into_iter().flatten();
    let mut of_scope = known.filter(|it| it.rollout.scope == before.scope);
    let Some(status) = of_scope.next() else {
        return;
    };
    let mut draft = before.clone();
    let (title, confirm) = words(&draft, status);
    // What is on its way can't be called back.
    let cancel = match draft.is_sent {
        true => "",
        false => text("review.cancel"),
    };
    let mut dialog = Dialog::new(Id::new("decide"), &title, &confirm, cancel)
        .width(500.0)
        .keep_enter()
        .can_confirm(can_confirm(&draft, status));
    if matches!(draft.kind, RolloutDraftKind::RollBack(_)) {
        dialog = dialog.destroying();
    }
    let answer = dialog.show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        match draft.kind {
            RolloutDraftKind::Promote => promote_ui(ui, status, &mut draft),
            RolloutDraftKind::RollBack(_) => roll_back_ui(ui, status, &mut draft),
            RolloutDraftKind::Gate => change_gate_ui(ui, &mut draft),
            RolloutDraftKind::Resume => {
                ui.label(text("rollout.resume_help"));
            }
        }
        sent_ui(ui, draft.is_sent, draft.refused.as_ref());
    });
    let keep = |draft| StudioCommand::Draft(Box::new(draft));
    let ends = [StudioCommand::Decide, StudioCommand::DismissDraft];
    for command in after_dialog(answer, (before, draft), keep, ends) {
        commands.studio(command);
    }
}

fn words(draft: &RolloutDraft, status: &RolloutStatus) -> (String, String) {
    let name = status.name.as_str();
    match draft.kind {
        RolloutDraftKind::Promote => {
            let next = status.next.unwrap_or(ExecutionMode::Graph);
            let mode = mode_text(next);
            (
                text_with("rollout.promote_title", &[("name", name), ("mode", mode)]),
                text_with("rollout.promote", &[("mode", mode)]),
            )
        }
        RolloutDraftKind::RollBack(_) => (
            text_with("rollout.roll_back_title", &[("name", name)]),
            text("rollout.roll_back_now").to_owned(),
        ),
        RolloutDraftKind::Gate => (
            text_with("rollout.gate_title", &[("name", name)]),
            text("rollout.keep_gate").to_owned(),
        ),
        RolloutDraftKind::Resume => (
            text_with("rollout.resume_title", &[("name", name)]),
            text("rollout.resume").to_owned(),
        ),
    }
}

fn needs_gate(status: &RolloutStatus) -> bool {
    status.next == Some(ExecutionMode::Graph)
}

fn can_confirm(draft: &RolloutDraft, status: &RolloutStatus) -> bool {
    let has_reason = !draft.reason.trim().is_empty();
    let is_ready = match draft.kind {
        RolloutDraftKind::Promote if needs_gate(status) && !status.gate.open => {
            draft.is_exception && has_reason
        }
        RolloutDraftKind::RollBack(_) => has_reason,
        _ => true,
    };
    is_ready && !draft.is_sent
}

fn promote_ui(ui: &mut Ui, status: &RolloutStatus, draft: &mut RolloutDraft) {
    if !needs_gate(status) {
        ui.label(text("rollout.to_shadow_help"));
        return;
    }
    ui.label(text("rollout.to_graph_help"));
    ui.add_space(space::S);
    gate_ui(ui, status);
    if status.gate.open {
        return;
    }
    ui.add_space(space::S);
    ui.checkbox(&mut draft.is_exception, text("rollout.exception"))
        .on_hover_text(text("rollout.exception_help"));
    if !draft.is_exception {
        return;
    }
    let missing = status.gate.conditions.iter().filter(|it| !it.met);
    let missing: Vec<_> = missing.map(|it| condition_text(it.name)).collect();
    let palette = Theme::of(ui.ctx()).palette;
    let words = text_with("rollout.excepted_for", &[("what", &missing.join(", "))]);
    ui.label(RichText::new(words).color(palette.text_weak));
    ui.horizontal(|ui| {
        ui.label(text("rollout.exception_days"));
        let days = DragValue::new(&mut draft.days).range(1..=MAX_EXCEPTION_DAYS);
        name(&ui.add(days), text("rollout.exception_days"));
    });
    reason_ui(ui, &mut draft.reason, text("rollout.reason_hint"));
}

fn roll_back_ui(ui: &mut Ui, status: &RolloutStatus, draft: &mut RolloutDraft) {
    ui.label(text("rollout.roll_back_help"));
    if status.rollout.mode == ExecutionMode::Graph {
        ui.add_space(space::S);
        for to in [ExecutionMode::Legacy, ExecutionMode::Shadow] {
            let kind = RolloutDraftKind::RollBack(to);
            let words = text_with("rollout.back_to", &[("mode", mode_text(to))]);
            if ui.radio(draft.kind == kind, words).clicked() {
                draft.kind = kind;
            }
        }
    }
    ui.add_space(space::S);
    reason_ui(ui, &mut draft.reason, text("rollout.reason_hint"));
}

fn change_gate_ui(ui: &mut Ui, draft: &mut RolloutDraft) {
    let gate = &mut draft.gate;
    egui::Grid::new("gate form")
        .num_columns(2)
        .spacing([space::L, space::S])
        .show(ui, |ui| {
            let number = |ui: &mut Ui, label: &'static str, help, value: &mut u32, least| {
                ui.label(label).on_hover_text(help);
                let field = ui.add(DragValue::new(value).range(least..=1000));
                name(&field, label);
                ui.end_row();
            };
            let (streak, help) = (
                text("rollout.gate_streak"),
                text("rollout.gate_streak_help"),
            );
            number(ui, streak, help, &mut gate.streak, 1);
            let (runs, help) = (text("rollout.gate_runs"), text("rollout.gate_runs_help"));
            number(ui, runs, help, &mut gate.min_runs, 1);
            let label = text("rollout.gate_fallbacks");
            let help = text("rollout.gate_fallbacks_help");
            number(ui, label, help, &mut gate.max_fallbacks, 0);
            let label = text("rollout.gate_percent");
            ui.label(label)
                .on_hover_text(text("rollout.gate_percent_help"));
            let percent = DragValue::new(&mut draft.shadow_percent).range(1..=100);
            name(&ui.add(percent.suffix(" %")), label);
            ui.end_row();
        });
    ui.checkbox(&mut gate.golden, text("rollout.gate_golden"));
    ui.add_space(space::S);
    ui.label(text("rollout.gate_break"));
    for (on_break, words) in [
        (OnBreak::DemoteToShadow, text("rollout.break_shadow")),
        (OnBreak::DemoteToLegacy, text("rollout.break_legacy")),
        (OnBreak::Pause, text("rollout.break_pause")),
    ] {
        if ui.radio(gate.on_break == on_break, words).clicked() {
            gate.on_break = on_break;
        }
    }
}
