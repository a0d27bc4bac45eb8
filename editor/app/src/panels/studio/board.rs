//! The rollout board: a card per output type or workflow, and the one that is looked at.

use egui::{Button, Label, RichText, Sense, Stroke, Ui, Vec2};
use hartomat_api::RolloutStatus;
use hartomat_schema::ExecutionMode;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Status, Theme, medium, radius, semibold, size, space};
use hartomat_ui::widgets::{EmptyState, badge_ui};

use super::answer::listed_ui;
use super::marks::marks_ui;
use super::{column_ui, list_and_detail_ui, rollout};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count_with, text, text_with};
use crate::parts::mode_text;
use crate::studio_view::{StudioCommand, StudioTab};

pub(super) fn board_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let empty = EmptyState {
        icon: Icon::Checks,
        title: text("rollout.empty"),
        text: text("rollout.empty_help"),
        button: Some(text("studio.output_types")),
    };
    let begin = || commands.studio(StudioCommand::Open(StudioTab::OutputTypes));
    let Some(known) = listed_ui(ui, &context.studio.rollouts, empty, begin) else {
        return;
    };
    let shown = context.studio.shown();
    list_and_detail_ui(
        ui,
        ("rollout panes", text("rollout.divider")),
        commands,
        |ui, commands| cards_ui(ui, context, known, shown, commands),
        |ui, commands| {
            if let Some(status) = shown {
                rollout::rollout_ui(ui, context, status, commands);
            }
        },
    );
}

fn cards_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    known: &[RolloutStatus],
    shown: Option<&RolloutStatus>,
    commands: &mut Commands,
) {
    column_ui(ui, "rollouts", f32::INFINITY, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        for status in known {
            let is_shown = shown.is_some_and(|it| it.rollout.scope == status.rollout.scope);
            if card_ui(ui, context, status, is_shown, commands) {
                commands.studio(StudioCommand::Select(status.rollout.scope.clone()));
            }
        }
    });
}

/// A card; `true` when it was clicked.
fn card_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    status: &RolloutStatus,
    is_shown: bool,
    commands: &mut Commands,
) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    let room = Vec2::new(ui.available_width(), 96.0);
    let (rect, response) = ui.allocate_exact_size(room, Sense::click());
    let words = text_with(
        "rollout.card",
        &[
            ("name", &status.name),
            ("mode", mode_text(status.rollout.mode)),
        ],
    );
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, is_shown, &words)
    });
    let fill = match (is_shown, response.hovered()) {
        (true, _) => palette.raised,
        (false, true) => palette.hover,
        (false, false) => palette.panel,
    };
    let border = if is_shown {
        palette.accent
    } else {
        palette.border
    };
    ui.painter().rect(
        rect,
        radius::LARGE,
        fill,
        Stroke::new(1.0, border),
        egui::StrokeKind::Inside,
    );
    let inner = rect.shrink2(Vec2::new(14.0, 10.0));
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    ui.spacing_mut().item_spacing.y = space::S;
    ui.horizontal(|ui| {
        mode_badge_ui(ui, status.rollout.mode);
        let title = RichText::new(&status.name).font(semibold(size::TEXT + 1.0));
        let title = Label::new(title.color(palette.text_strong));
        ui.add(title.selectable(false).truncate());
    });
    marks_ui(&mut ui, context, &status.recent, commands);
    let needed = status.rollout.gate.streak as usize;
    let streak = count_with(
        "rollout.streak",
        status.streak as usize,
        &[("needed", &needed.to_string())],
    );
    let line = format!("{streak}  ·  {}", standing(status));
    let line = RichText::new(line).size(size::SMALL_TEXT);
    ui.add(
        Label::new(line.color(palette.text_weak))
            .selectable(false)
            .truncate(),
    );
    response.clicked()
}

/// What comes next, in a line.
fn standing(status: &RolloutStatus) -> String {
    if let Some(paused) = &status.rollout.paused {
        return text_with("rollout.paused", &[("why", paused)]).replace('`', "");
    }
    match status.next {
        None => text("rollout.in_charge").to_owned(),
        Some(ExecutionMode::Shadow) => text("rollout.ready_for_shadow").to_owned(),
        Some(_) if status.gate.open => text("rollout.ready_for_graph").to_owned(),
        Some(_) => {
            let missing = status
                .gate
                .conditions
                .iter()
                .filter(|it| !it.met && !it.excepted);
            let missing = missing.count();
            count_with("rollout.missing", missing, &[])
        }
    }
}

/// A mode as a badge; its colour says who delivers.
pub(super) fn mode_badge_ui(ui: &mut Ui, mode: ExecutionMode) {
    let palette = Theme::of(ui.ctx()).palette;
    badge_ui(ui, mode_text(mode), mode_color(&palette, mode));
}

/// The colour of a mode.
pub(super) fn mode_color(palette: &Palette, mode: ExecutionMode) -> egui::Color32 {
    match mode {
        ExecutionMode::Legacy => palette.status(Status::Skipped),
        ExecutionMode::Shadow => palette.status(Status::Running),
        ExecutionMode::Graph => palette.status(Status::Succeeded),
    }
}

/// A button in the row of modes.
pub(super) fn step_ui(ui: &mut Ui, mode: ExecutionMode, is_present: bool) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = mode_color(&palette, mode);
    let (fill, ink) = match is_present {
        true => (palette.soft(color), color),
        false => (palette.control, palette.text_faint),
    };
    let words = RichText::new(mode_text(mode))
        .font(medium(size::TEXT))
        .color(ink);
    let button = Button::new(words)
        .fill(fill)
        .corner_radius(radius::LARGE)
        .sense(Sense::hover())
        .min_size(Vec2::new(84.0, 26.0));
    ui.add(button);
}
