//! How far the run is, or how it ended.

use egui::{Align, Label, Layout, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, badge_ui, status_badge_ui};

use crate::command::{Action, Commands};
use crate::context::Context;
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::{
    run_state_text, run_status, time_text, verdict_color, verdict_icon, verdict_text,
};
use crate::runs::{RunView, RunsCommand};
use crate::shell::sentence;
use crate::state::Session;

/// Width of the bar of a run under way.
const BAR: f32 = 110.0;

pub(super) fn state_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    if context.runs.dispatching.is_some() {
        ui.spinner();
        ui.label(RichText::new(text("run.dispatching")).color(palette.text_weak));
        return;
    }
    match context
        .runs
        .view
        .as_ref()
        .filter(|_| context.runs.is_of(session))
    {
        Some(view) => of_run_ui(ui, context, view, commands),
        None => plan_ui(ui, context),
    }
}

/// What a dry-run said, in one line.
fn plan_ui(ui: &mut Ui, context: &Context<'_>) {
    let palette = Theme::of(ui.ctx()).palette;
    let Some((_, Ok(checked))) = &context.shell.checks().result else {
        return;
    };
    let crate::backend::Checked::DryRun(plan) = &**checked else {
        return;
    };
    use hartomat_api::NodeDecisionKind::{Reuse, Run};
    let of = |kind| {
        plan.nodes
            .iter()
            .filter(|node| node.decision == kind)
            .count()
    };
    let mut parts = vec![count("plan.run", of(Run)), count("plan.reuse", of(Reuse))];
    if let Some(millis) = plan.expected_ms {
        parts.push(text_with("plan.takes", &[("time", &time_text(millis))]));
    }
    let line = RichText::new(parts.join("  ·  ")).size(size::SMALL_TEXT);
    ui.label(line.color(palette.text_weak));
}

/// How far a run is, or how it ended.
pub(super) fn of_run_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let elapsed = time_text(view.elapsed_ms(now()));
    status_badge_ui(
        ui,
        run_status(view.record.state),
        run_state_text(view.record.state),
    );
    if view.is_live() {
        let share = view.progress();
        let bar = egui::ProgressBar::new(share)
            .desired_width(BAR)
            .desired_height(6.0);
        let bar = bar.fill(palette.accent).corner_radius(3.0);
        let bar = ui.add(bar);
        hartomat_ui::widgets::name(&bar, text("run.progress"));
        let percent = format!("{:.0} %  ·  {elapsed}", (share * 100.0).floor());
        ui.label(RichText::new(percent).color(palette.text));
        stale_ui(ui, view);
        let stop = TextButton::new(ButtonKind::Secondary, text("run.cancel")).icon(Icon::Stop);
        let is_possible = !view.is_stopping && !view.record.cancel_requested;
        if ui.add_enabled(is_possible, stop).clicked() {
            commands.runs(RunsCommand::Cancel(view.id().clone()));
        }
        doing_ui(ui, view);
        return;
    }
    if let Some(verdict) = view.record.verdict {
        let color = verdict_color(&palette, verdict);
        let words = format!(
            "{} {}",
            verdict_icon(verdict).glyph(),
            verdict_text(verdict)
        );
        badge_ui(ui, &words, color);
    }
    ui.label(
        RichText::new(elapsed)
            .size(size::SMALL_TEXT)
            .color(palette.text_weak),
    );
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let evidence = view
            .detail
            .as_ref()
            .and_then(|detail| detail.evidence.as_ref());
        if evidence.is_some() {
            let compare = TextButton::new(ButtonKind::Secondary, text("run.compare"));
            if ui.add(compare.icon(Icon::Difference)).clicked() {
                commands.run(Action::Compare);
            }
        }
        if !context.shell.preferences().layout.bottom_open
            || context.shell.preferences().layout.bottom_tab != "runs"
        {
            let more = TextButton::new(ButtonKind::Quiet, text("run.details"));
            if ui.add(more).clicked() {
                commands.run(Action::ToggleRuns);
            }
        }
        let why = view
            .record
            .sentence
            .as_ref()
            .or(view.record.reason.as_ref());
        if let Some(why) = why {
            let why = sentence(why);
            let label = RichText::new(&why)
                .size(size::SMALL_TEXT)
                .color(palette.text_weak);
            ui.add(Label::new(label).truncate()).on_hover_text(why);
        }
    });
}

fn doing_ui(ui: &mut Ui, view: &RunView) {
    let palette = Theme::of(ui.ctx()).palette;
    let words = if view.is_stopping || view.record.cancel_requested {
        text("run.stopping").to_owned()
    } else {
        sentence(&view.doing)
    };
    let words = RichText::new(words)
        .size(size::SMALL_TEXT)
        .color(palette.text_weak);
    ui.add(Label::new(words).truncate());
}

/// That what is shown is old, and since when.
fn stale_ui(ui: &mut Ui, view: &RunView) {
    let Some((since, why)) = &view.stale else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.severity(hartomat_ui::theme::Severity::Warning);
    let secs = now().millis_since(*since) / 1000;
    let words = text_with("run.last_event", &[("secs", &secs.to_string())]);
    ui.label(Icon::Disconnected.rich().color(color));
    ui.label(RichText::new(words).color(color))
        .on_hover_text(why);
}
