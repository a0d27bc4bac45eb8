//! Which runs are listed: a view, words, and what narrows them down.

use egui::Ui;
use hartomat_schema::{ExecutionMode, OutputTypeId, RunState, Verdict, WorkflowId};
use hartomat_ui::Icon;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{IconButton, search_box_ui};

use super::views::views_ui;
use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::parts::{Chooser, mode_text, run_state_text, verdict_text};
use crate::runs::{RunFilter, RunPeriod, RunsCommand};

const STATES: [RunState; 7] = [
    RunState::Queued,
    RunState::Running,
    RunState::Succeeded,
    RunState::FellBack,
    RunState::Failed,
    RunState::Cancelled,
    RunState::Interrupted,
];
const MODES: [ExecutionMode; 3] = [
    ExecutionMode::Legacy,
    ExecutionMode::Shadow,
    ExecutionMode::Graph,
];
const VERDICTS: [Verdict; 4] = [
    Verdict::Pass,
    Verdict::Warn,
    Verdict::Fail,
    Verdict::Inconclusive,
];
/// The least width of a chooser; what doesn't fit goes to the next row.
const LEAST: f32 = 92.0;

pub(super) fn filters_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let before = &context.runs.list.filter;
    let mut filter = before.clone();
    ui.spacing_mut().item_spacing.y = space::S;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        views_ui(ui, context, &mut filter, commands);
        ui.scope(|ui| {
            ui.set_width((ui.available_width() - 30.0).max(80.0));
            search_box_ui(
                ui,
                &mut filter.text,
                text("runs.search"),
                text("runs.clear_search"),
            );
        });
        if ui
            .add(IconButton::new(Icon::Retry, text("runs.reload")))
            .clicked()
        {
            commands.runs(RunsCommand::Reload);
        }
    });
    choices_ui(ui, context, &mut filter);
    if filter != *before {
        commands.runs(RunsCommand::Filter(filter));
    }
}

fn choices_ui(ui: &mut Ui, context: &Context<'_>, filter: &mut RunFilter) {
    let room = ui.available_width();
    let columns = (room / (LEAST + space::S)).floor().clamp(2.0, 7.0);
    let width = (room - (columns - 1.0) * space::S) / columns - 1.0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::splat(space::S);
        let mut state = filter.states.first().copied();
        let before = state;
        choice(
            ui,
            (text("runs.by_state"), width),
            &STATES,
            run_state_text,
            &mut state,
        );
        if state != before {
            filter.states = state.into_iter().collect();
        }
        choice(
            ui,
            (text("runs.by_mode"), width),
            &MODES,
            mode_text,
            &mut filter.mode,
        );
        choice(
            ui,
            (text("runs.by_verdict"), width),
            &VERDICTS,
            verdict_text,
            &mut filter.verdict,
        );
        choice(
            ui,
            (text("runs.by_time"), width),
            &RunPeriod::ALL,
            period_text,
            &mut filter.period,
        );
        choice(
            ui,
            (text("runs.by_fallback"), width),
            &[true, false],
            fallback_text,
            &mut filter.fell_back,
        );
        workflow_ui(ui, context, width, filter);
        output_type_ui(ui, context, width, filter);
    });
}

fn period_text(period: RunPeriod) -> &'static str {
    match period {
        RunPeriod::Hour => text("runs.last_hour"),
        RunPeriod::Day => text("runs.last_day"),
        RunPeriod::Week => text("runs.last_week"),
        RunPeriod::Month => text("runs.last_month"),
    }
}

fn fallback_text(fell_back: bool) -> &'static str {
    if fell_back {
        text("runs.fell_back")
    } else {
        text("runs.no_fallback")
    }
}

/// One of several, or all.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    (name, width): (&'static str, f32),
    all: &[T],
    words: fn(T) -> &'static str,
    chosen: &mut Option<T>,
) {
    let chooser = Chooser {
        salt: name,
        name,
        chosen: chosen.map_or(name, words),
        width,
    };
    chooser.show(ui, |ui| {
        ui.selectable_value(chosen, None, text("runs.all"));
        for one in all {
            ui.selectable_value(chosen, Some(*one), words(*one));
        }
    });
}

fn workflow_ui(ui: &mut Ui, context: &Context<'_>, width: f32, filter: &mut RunFilter) {
    let name = text("runs.by_workflow");
    let workflows = &context.shell.library().workflows;
    let open = context.session.map(|session| session.document.workflow());
    let known = |id: &WorkflowId| {
        let saved = workflows.iter().find(|workflow| workflow.id == *id);
        saved.map(|workflow| workflow.name.as_str())
    };
    let chosen = filter.workflow.clone();
    let label = match &chosen {
        Some(id) if open.is_some_and(|open| open.id == *id) => text("runs.this_workflow"),
        Some(id) => known(id).unwrap_or(id.as_str()),
        None => name,
    };
    let chooser = Chooser {
        salt: name,
        name,
        chosen: label,
        width,
    };
    chooser.show(ui, |ui| {
        let wanted = &mut filter.workflow;
        ui.selectable_value(wanted, None, text("runs.all"));
        if let Some(open) = open {
            ui.selectable_value(wanted, Some(open.id.clone()), text("runs.this_workflow"));
        }
        for workflow in workflows {
            ui.selectable_value(wanted, Some(workflow.id.clone()), &workflow.name);
        }
    });
}

/// Output types as far as listed runs name them: they are served nowhere else.
fn output_type_ui(ui: &mut Ui, context: &Context<'_>, width: f32, filter: &mut RunFilter) {
    let name = text("runs.by_output_type");
    let chosen = filter.output_type.clone();
    let chooser = Chooser {
        salt: name,
        name,
        chosen: chosen.as_ref().map_or(name, OutputTypeId::as_str),
        width,
    };
    chooser.show(ui, |ui| {
        let wanted = &mut filter.output_type;
        ui.selectable_value(wanted, None, text("runs.all"));
        let known = context.runs.list.output_types();
        for known in chosen.iter().filter(|chosen| !known.contains(chosen)) {
            ui.selectable_value(wanted, Some(known.clone()), known.as_str());
        }
        for known in known {
            ui.selectable_value(wanted, Some(known.clone()), known.as_str());
        }
    });
}
