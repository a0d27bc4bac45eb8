//! Carries out what panels ask about runs, and what follows from it in each frame.

use hartomat_schema::RunId;

use super::list::{PAGE, Purpose};
use super::{
    RunFilter, RunView, RunsCommand, dispatch, graph, inbox, keep, next_run, rerun, review, views,
};
use crate::backend::{Ask, RunsAsk};
use crate::files::now;
use crate::state::State;

/// Rows of the page that looks for newer runs.
const NEWEST: u32 = 50;
/// While something goes on, times are drawn anew so often.
const TICK: std::time::Duration = std::time::Duration::from_millis(250);

/// Carries a command out.
pub(crate) fn apply(state: &mut State, command: RunsCommand, ctx: &egui::Context) {
    match command {
        RunsCommand::SetMode(mode) => state.runs.mode = mode,
        RunsCommand::Dispatch(scope) => dispatch::dispatch(state, scope),
        RunsCommand::SendAgain => dispatch::send_again(state),
        RunsCommand::DismissRefused => state.runs.refused = None,
        RunsCommand::Cancel(run) => cancel(state, run),
        RunsCommand::Open(run) => open(state, &run),
        RunsCommand::Close => close(state),
        RunsCommand::ShowGraph(is_shown) => graph::show(state, is_shown),
        RunsCommand::Filter(filter) => {
            if state.runs.list.set_filter(filter) {
                list(state, Purpose::First);
            }
        }
        RunsCommand::Unfold(run, is_unfolded) => state.runs.list.unfold(run, is_unfolded),
        RunsCommand::ShowInbox => show_inbox(state, ctx),
        RunsCommand::AskSaveView(name) => state.runs.view_name = name,
        RunsCommand::SaveView(name) => {
            state.runs.view_name = None;
            views::save(state, &name, ctx);
        }
        RunsCommand::ForgetView(name) => views::forget(state, &name, ctx),
        RunsCommand::AskLooked => review::ask(state),
        RunsCommand::ChangeLooked(looked) => state.runs.looked = Some(looked),
        RunsCommand::HandInLooked => review::hand_in(state),
        RunsCommand::DismissLooked => state.runs.looked = None,
        RunsCommand::More => list(state, Purpose::Older),
        RunsCommand::Reload => list(state, Purpose::First),
        RunsCommand::AskRerun => rerun::ask(state),
        RunsCommand::ChooseRerun(choice) => rerun::choose(state, *choice),
        RunsCommand::Rerun => rerun::rerun(state),
        RunsCommand::DismissRerun => state.runs.rerun = None,
        RunsCommand::Preview(artifact) => {
            state.runs.previews.entry(artifact.digest).or_default();
            state.shell.ask(Ask::Runs(RunsAsk::Preview(artifact)));
        }
        RunsCommand::ShowArtifact(_)
        | RunsCommand::AskSave(_)
        | RunsCommand::Save(..)
        | RunsCommand::OpenOutside(_)
        | RunsCommand::AskSaveAsset(_)
        | RunsCommand::OpenAsset(_)
        | RunsCommand::AskSaveLog
        | RunsCommand::AskPlaces
        | RunsCommand::OpenWindow(_)
        | RunsCommand::SaveLog(_)
        | RunsCommand::ShowLog(..) => keep::apply(state, command, ctx),
        RunsCommand::CopyText(text) => ctx.copy_text(text),
        RunsCommand::Log(command) => {
            if let Some(view) = &mut state.runs.view {
                view.ask_log(command);
            }
        }
    }
}

/// Lists what a person should look at.
fn show_inbox(state: &mut State, ctx: &egui::Context) {
    keep::show_tab(state, "runs", ctx);
    if state.runs.list.set_filter(RunFilter::inbox()) {
        list(state, Purpose::First);
    }
}

fn cancel(state: &mut State, run: RunId) {
    if let Some(view) = state.runs.view.as_mut().filter(|view| *view.id() == run) {
        view.is_stopping = true;
    }
    state.shell.ask(Ask::Runs(RunsAsk::Cancel(run)));
}

/// Looks at a run of the list. One that couldn't be read is asked for anew, and so is its log.
pub(crate) fn open(state: &mut State, run: &RunId) {
    let view = state.runs.view.as_mut().filter(|view| view.id() == run);
    if let Some(view) = view.filter(|view| view.detail.is_some() || view.error.is_none()) {
        view.log.try_again();
        return;
    }
    close(state);
    state.shell.ask(Ask::Runs(RunsAsk::Get(run.clone())));
    state.runs.opening = Some(run.clone());
}

pub(super) fn close(state: &mut State) {
    state.runs.view = None;
    state.runs.graph = None;
    state.runs.previews.clear();
    state.runs.opening = None;
    state.runs.open_error = None;
    state.runs.changed();
    state.shell.worker().watch_nothing();
}

/// Looks at a run whose record is known.
pub(super) fn look_at(state: &mut State, view: RunView) {
    close(state);
    state.runs.view = Some(view);
}

/// Asks for a page of the list, unless one is on its way.
pub(super) fn list(state: &mut State, purpose: Purpose) {
    let ticket = state.shell.ticket();
    let list = &mut state.runs.list;
    if list.asked.is_some() && purpose != Purpose::First {
        return;
    }
    let (before, limit) = match purpose {
        Purpose::First => (None, PAGE),
        Purpose::Newest => (None, NEWEST),
        Purpose::Older => match list.next() {
            Some(next) => (Some(next.clone()), PAGE),
            None => return,
        },
    };
    let query = Box::new(list.filter.query(before, limit, now()));
    list.asked = Some((ticket, purpose));
    state.shell.ask(Ask::Runs(RunsAsk::List(ticket, query)));
}

/// What follows in each frame: questions that are due, lines that are to be gone through.
pub(crate) fn follow(state: &mut State, ctx: &egui::Context) {
    if let Some(session) = &mut state.runs.graph {
        session.refresh(&state.catalogue);
    }
    if state.shell.connection().is_up() {
        if !state.runs.list.is_read && !state.runs.list.is_asking() {
            list(state, Purpose::First);
        }
        if state.runs.list.is_behind && !state.runs.list.is_asking() {
            state.runs.list.is_behind = false;
            list(state, Purpose::Newest);
        }
        if state.runs.list.is_stale && !state.runs.list.is_asking() {
            state.runs.list.is_stale = false;
            list(state, Purpose::First);
        }
    }
    inbox::follow(state);
    next_run::follow(state, ctx);
    follow_view(state, ctx);
}

fn follow_view(state: &mut State, ctx: &egui::Context) {
    let Some(view) = &mut state.runs.view else {
        return;
    };
    if view.log.scan() {
        ctx.request_repaint();
    }
    let run = view.id().clone();
    if view.detail.is_none() && !view.is_asked && view.error.is_none() {
        view.is_asked = true;
        state.shell.ask(Ask::Runs(RunsAsk::Get(run)));
        return;
    }
    if view.is_live() {
        ctx.request_repaint_after(TICK);
        if !view.is_watched && view.detail.is_some() {
            view.is_watched = true;
            state
                .shell
                .worker()
                .watch(run.clone(), view.record.last_seq);
        }
    }
    if view.log.is_due() && view.detail.is_some() {
        view.log.is_behind = false;
        view.log.is_asked = true;
        let cursor = view.log.cursor;
        state.shell.ask(Ask::Runs(RunsAsk::Logs(run, cursor)));
    }
}
