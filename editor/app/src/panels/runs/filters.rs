//! Which runs are listed: text, state, mode, verdict, workflow.

use egui::Ui;
use hartomat_schema::{ExecutionMode, RunState, Verdict};
use hartomat_ui::Icon;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{IconButton, search_box_ui};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::parts::{Chooser, mode_text, run_state_text, verdict_text};
use crate::runs::{RunFilter, RunsCommand};

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

pub(super) fn filters_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let before = &context.runs.list.filter;
    let mut filter = before.clone();
    ui.spacing_mut().item_spacing.y = space::S;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
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
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let width = ((ui.available_width() - 3.0 * space::S) / 4.0 - 2.0).max(60.0);
        let mut state = filter.states.first().copied();
        choice(
            ui,
            (text("runs.by_state"), width),
            &STATES,
            run_state_text,
            &mut state,
        );
        filter.states = state.into_iter().collect();
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
        workflow_ui(ui, context, width, &mut filter);
    });
    if filter != *before {
        commands.runs(RunsCommand::Filter(filter));
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
    let known = |id: &hartomat_schema::WorkflowId| {
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
