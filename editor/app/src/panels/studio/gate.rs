//! The conditions of a gate with their figures.

use egui::{RichText, Ui};
use hartomat_api::RolloutStatus;
use hartomat_schema::GateConditionName;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, medium, size, space};
use hartomat_ui::widgets::name;

use super::said_ui;
use crate::messages::text;

pub(super) fn gate_ui(ui: &mut Ui, status: &RolloutStatus) {
    let palette = Theme::of(ui.ctx()).palette;
    if status.gate.conditions.is_empty() {
        said_ui(ui, &status.gate.sentence);
        return;
    }
    egui::Grid::new("gate")
        .num_columns(3)
        .min_col_width(16.0)
        .spacing([space::M, space::S])
        .show(ui, |ui| {
            for condition in &status.gate.conditions {
                let (icon, color, words) = match (condition.met, condition.excepted) {
                    (true, _) => (
                        Icon::Succeeded,
                        palette.status(Status::Succeeded),
                        text("rollout.met"),
                    ),
                    (false, true) => (
                        Icon::Warning,
                        palette.severity(Severity::Warning),
                        text("rollout.excepted"),
                    ),
                    (false, false) => (Icon::Waiting, palette.text_faint, text("rollout.not_met")),
                };
                let mark = ui.label(icon.text(16.0).color(color));
                name(&mark, words);
                mark.on_hover_text(words);
                let title = RichText::new(condition_text(condition.name)).font(medium(size::TEXT));
                ui.label(title.color(palette.text));
                said_ui(ui, &condition.sentence);
                ui.end_row();
            }
        });
}

pub(super) fn condition_text(name: GateConditionName) -> &'static str {
    match name {
        GateConditionName::Golden => text("rollout.golden"),
        GateConditionName::Streak => text("rollout.streak_title"),
        GateConditionName::Reviewed => text("rollout.reviewed_title"),
        GateConditionName::ErrorRate => text("rollout.error_rate"),
        GateConditionName::Fallbacks => text("rollout.fallbacks"),
    }
}
