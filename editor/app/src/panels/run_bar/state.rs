//! How far the run is, or how it ended.

use egui::{Align, Label, Layout, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, badge_ui, status_badge_ui};

use crate::command::{Action, Commands};
use crate::context::Context;
use crate::files::now;
use crate::messages::{text, text_with};
use crate::parts::{
    decision_row_ui, plan_summary, run_state_text, run_status, time_text, verdict_color,
    verdict_icon, verdict_text,
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
        Some(view) if view.is_live() || !has_changed_since(context, session) => {
            of_run_ui(ui, context, view, commands);
        }
        Some(view) => {
            status_badge_ui(
                ui,
                run_status(view.record.state),
                run_state_text(view.record.state),
            );
            verdict_ui(ui, view);
            compare_ui(ui, view, commands);
            plan_ui(ui, context, session, commands);
        }
        None => plan_ui(ui, context, session, commands),
    }
}

/// What the next run would do, in one line; each node with its reason under the pointer.
fn plan_ui(ui: &mut Ui, context: &Context<'_>, session: &Session, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let Some(plan) = context.runs.next.plan() else {
        return;
    };
    let workflow = session.document.workflow();
    let errors = plan.report.diagnostics.iter();
    if let Some(stops) = errors.into_iter().find(|finding| finding.is_error()) {
        ui.label(Icon::Error.rich().color(palette.severity(Severity::Error)));
        let why = sentence(&stops.message);
        let label = Label::new(RichText::new(&why).color(palette.text)).truncate();
        ui.add(label).on_hover_text(why);
        return;
    }
    let line = RichText::new(plan_summary(plan)).size(size::SMALL_TEXT);
    let button = ui.add(egui::Button::new(line.color(palette.text_weak)).frame(false));
    let button = button.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.strong(text("run.why"));
        for decision in &plan.nodes {
            decision_row_ui(ui, context, workflow, decision);
        }
    });
    if button.clicked() {
        commands.run(Action::DryRun);
    }
}

/// Whether the document is another one than the one that ran last.
fn has_changed_since(context: &Context<'_>, session: &Session) -> bool {
    let revision = session.document.revision();
    context
        .runs
        .begun_revision
        .is_some_and(|begun| begun != revision)
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
    verdict_ui(ui, view);
    ui.label(
        RichText::new(elapsed)
            .size(size::SMALL_TEXT)
            .color(palette.text_weak),
    );
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        compare_ui(ui, view, commands);
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
        // A failure is told below, with the way there.
        if let Some(why) = why.filter(|_| view.failure().is_none()) {
            let why = sentence(why);
            let label = RichText::new(&why)
                .size(size::SMALL_TEXT)
                .color(palette.text_weak);
            ui.add(Label::new(label).truncate()).on_hover_text(why);
        }
    });
}

fn verdict_ui(ui: &mut Ui, view: &RunView) {
    let Some(verdict) = view.record.verdict else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let glyph = verdict_icon(verdict).glyph();
    let words = format!("{glyph} {}", verdict_text(verdict));
    badge_ui(ui, &words, verdict_color(&palette, verdict));
}

fn compare_ui(ui: &mut Ui, view: &RunView, commands: &mut Commands) {
    let detail = view.detail.as_ref();
    if detail.is_none_or(|detail| detail.evidence.is_none()) {
        return;
    }
    let compare = TextButton::new(ButtonKind::Secondary, text("run.compare"));
    if ui.add(compare.icon(Icon::Difference)).clicked() {
        commands.run(Action::Compare);
    }
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
