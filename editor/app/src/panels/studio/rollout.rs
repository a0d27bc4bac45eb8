//! One rollout: its mode, who limits it, the evidence, the last comparisons and every decision.

use egui::{Label, RichText, Ui};
use hartomat_api::RolloutStatus;
use hartomat_schema::{ExecutionMode, ModeResolution};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, badge_ui};

use super::board::{mode_badge_ui, step_ui};
use super::gate::gate_ui;
use super::marks::{LARGE, mark_ui};
use super::{card, column_ui, said_ui, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{mode_text, verdict_color, verdict_icon, verdict_text};
use crate::studio_view::{RolloutDraftKind, StudioCommand};

/// Widest that it gets, in points.
const WIDTH: f32 = 760.0;

pub(super) fn rollout_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    status: &RolloutStatus,
    commands: &mut Commands,
) {
    column_ui(ui, "rollout", WIDTH, |ui| {
        card(ui, |ui| {
            head_ui(ui, status);
            ui.add_space(space::M);
            buttons_ui(ui, context, status, commands);
            if let Some(resolution) = &status.resolution {
                section_ui(ui, text("rollout.next_dispatch"));
                limits_ui(ui, resolution);
            }
            section_ui(ui, text("rollout.evidence"));
            gate_ui(ui, status);
            recent_ui(ui, context, status, commands);
            decisions_ui(ui, status);
        });
    });
}

fn head_ui(ui: &mut Ui, status: &RolloutStatus) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(&status.name).font(semibold(18.0));
    ui.label(title.color(palette.text_strong));
    let scope = RichText::new(status.rollout.scope.to_string()).size(size::SMALL_TEXT);
    ui.label(scope.color(palette.text_faint));
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        let modes = [
            ExecutionMode::Legacy,
            ExecutionMode::Shadow,
            ExecutionMode::Graph,
        ];
        for (number, mode) in modes.into_iter().enumerate() {
            if number > 0 {
                ui.label(Icon::Folded.text(12.0).color(palette.text_faint));
            }
            step_ui(ui, mode, mode == status.rollout.mode);
        }
        if status.in_flight > 0 {
            let flying = usize::try_from(status.in_flight).unwrap_or(usize::MAX);
            let words = RichText::new(count("rollout.in_flight", flying));
            ui.label(words.size(size::SMALL_TEXT).color(palette.text_weak));
        }
    });
    if let Some(paused) = &status.rollout.paused {
        ui.add_space(space::S);
        ui.horizontal_top(|ui| {
            let color = palette.severity(Severity::Warning);
            ui.label(Icon::Warning.text(14.0).color(color));
            said_ui(ui, paused);
        });
    }
}

fn buttons_ui(ui: &mut Ui, context: &Context<'_>, status: &RolloutStatus, commands: &mut Commands) {
    let mut draft = |kind| {
        if let Some(draft) = context.studio.draft_of(kind) {
            commands.studio(StudioCommand::Draft(Box::new(draft)));
        }
    };
    ui.horizontal(|ui| {
        if let Some(next) = status.next.filter(|_| status.rollout.paused.is_none()) {
            let words = text_with("rollout.promote", &[("mode", mode_text(next))]);
            let is_open = next == ExecutionMode::Shadow || status.gate.open;
            let kind = if is_open {
                ButtonKind::Primary
            } else {
                ButtonKind::Secondary
            };
            if ui.add(TextButton::new(kind, &words)).clicked() {
                draft(RolloutDraftKind::Promote);
            }
        }
        if status.rollout.paused.is_some() {
            let resume = TextButton::new(ButtonKind::Primary, text("rollout.resume"));
            if ui.add(resume).clicked() {
                draft(RolloutDraftKind::Resume);
            }
        }
        if status.rollout.mode > ExecutionMode::Legacy {
            let back = TextButton::new(ButtonKind::Danger, text("rollout.roll_back"));
            let back = ui.add(back).on_hover_text(text("rollout.roll_back_help"));
            if back.clicked() {
                draft(RolloutDraftKind::RollBack(ExecutionMode::Legacy));
            }
        }
        let gate = TextButton::new(ButtonKind::Secondary, text("rollout.change_gate"));
        if ui.add(gate).clicked() {
            draft(RolloutDraftKind::Gate);
        }
    });
}

/// Who has a say on the next dispatch.
pub(super) fn limits_ui(ui: &mut Ui, resolution: &ModeResolution) {
    let lowest = resolution.deciding();
    egui::Grid::new("mode limits")
        .num_columns(2)
        .spacing([space::L, space::S])
        .show(ui, |ui| {
            for step in &resolution.limits {
                mode_badge_ui(ui, step.mode);
                ui.horizontal(|ui| {
                    said_ui(ui, &step.sentence);
                    let decides = resolution.limits.len() > 1 && lowest == Some(step);
                    if decides {
                        let palette = Theme::of(ui.ctx()).palette;
                        let color = palette.status(Status::Waiting);
                        badge_ui(ui, text("rollout.decides"), color);
                    }
                });
                ui.end_row();
            }
        });
}

fn recent_ui(ui: &mut Ui, context: &Context<'_>, status: &RolloutStatus, commands: &mut Commands) {
    section_ui(ui, text("rollout.recent"));
    let palette = Theme::of(ui.ctx()).palette;
    if status.recent.is_empty() {
        ui.label(RichText::new(text("rollout.nothing_compared")).color(palette.text_weak));
    }
    for mark in &status.recent {
        ui.horizontal(|ui| {
            mark_ui(ui, context, mark, LARGE, commands);
            let day = RichText::new(mark.at.date()).size(size::SMALL_TEXT);
            ui.label(day.color(palette.text_faint));
            let words = format!(
                "{} {}",
                verdict_icon(mark.verdict).glyph(),
                verdict_text(mark.verdict)
            );
            badge_ui(ui, &words, verdict_color(&palette, mark.verdict));
            if mark.reviewed {
                let seen = RichText::new(text("rollout.reviewed")).size(size::SMALL_TEXT);
                ui.label(seen.color(palette.text_weak));
            }
            let open = TextButton::new(ButtonKind::Quiet, text("rollout.open_run"));
            if ui.add(open).on_hover_text(mark.run.as_str()).clicked() {
                commands.studio(StudioCommand::ShowRun(mark.run.clone()));
            }
            said_ui(ui, &mark.sentence);
        });
    }
}

fn decisions_ui(ui: &mut Ui, status: &RolloutStatus) {
    section_ui(ui, text("rollout.decisions"));
    let palette = Theme::of(ui.ctx()).palette;
    if status.decisions.is_empty() {
        ui.label(RichText::new(text("rollout.no_decision")).color(palette.text_weak));
    }
    for decision in &status.decisions {
        ui.horizontal_top(|ui| {
            let day = RichText::new(decision.at.date()).size(size::SMALL_TEXT);
            ui.add(Label::new(day.color(palette.text_faint)));
            said_ui(ui, &decision.sentence);
        });
    }
}
