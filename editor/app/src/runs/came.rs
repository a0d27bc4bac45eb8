//! Brings in what threads have to say about runs.

use hartomat_api::{ApiError, Link};
use hartomat_schema::{FeedEntry, RunEventKind, RunId, RunRecord, RunState, Verdict};

use super::apply::{list, look_at};
use super::dispatch::may_be_sent_again;
use super::list::Purpose;
use super::{Refused, RunView, keep, rerun, review};
use crate::backend::{Ask, RunsAsk, RunsEvent, Ticket};
use crate::files::now;
use crate::messages::{text, text_with};
use crate::shell::NoticeLevel;
use crate::state::State;

/// A thread has something to say.
pub(crate) fn came(state: &mut State, event: RunsEvent, ctx: &egui::Context) {
    match event {
        RunsEvent::Dispatched(ticket, taken) => dispatched(state, ticket, taken),
        RunsEvent::CancelAsked(run, asked) => {
            if let Err(err) = asked {
                if let Some(view) = of(state, &run) {
                    view.is_stopping = false;
                }
                state.shell.notify_error(text("run.cancel_failed"), &err);
            }
        }
        RunsEvent::Listed(ticket, page) => state.runs.list.page_came(ticket, page),
        RunsEvent::Got(run, found) => got(state, &run, found),
        RunsEvent::Logged(run, page) => {
            if let Some(view) = of(state, &run) {
                view.log.came(page);
            }
        }
        RunsEvent::Preview(digest, picture) => state.runs.preview_came(ctx, digest, picture),
        RunsEvent::Planned(ticket, plan) => state.runs.next.planned(ticket, plan),
        RunsEvent::RerunPlanned(ticket, plan) => rerun::planned(state, ticket, plan),
        RunsEvent::Places(places) => state.runs.places = Some(places),
        RunsEvent::Saved(path, saved) => keep::saved(state, &path, saved),
        RunsEvent::OpenedOutside(opened) => {
            if let Err(err) = opened {
                state
                    .shell
                    .notify_error(text("runs.cannot_open_outside"), &err);
            }
        }
        RunsEvent::Happened(run, event) => {
            let has_changed = of(state, &run).is_some_and(|view| view.happened(&event, now()));
            if has_changed {
                state.runs.changed();
            }
        }
        RunsEvent::Wrote(run) => {
            if let Some(view) = of(state, &run) {
                view.wrote(now());
            }
        }
        RunsEvent::Progress(run, progress) => {
            if let Some(view) = of(state, &run) {
                view.came_so_far(progress, now());
            }
        }
        RunsEvent::Link(run, link) => {
            if let Some(view) = of(state, &run) {
                view.link(link, now());
            }
        }
        RunsEvent::Ended(run) => ended(state, &run),
        RunsEvent::Counted(ticket, page) => state.runs.inbox.counted(ticket, page),
        RunsEvent::Reviewed(run, reviewed) => review::came(state, &run, reviewed),
        RunsEvent::FeedBegun => {
            feed_is_up(state);
            state.runs.heard_at = Some(now());
            state.runs.inbox.ask_again();
            state.runs.list.is_behind |= state.runs.list.is_read;
        }
        RunsEvent::Feed(entry) => feed_came(state, &entry),
        RunsEvent::FeedLink(Link::Up) => feed_is_up(state),
        RunsEvent::FeedLink(Link::StaleSince(since, why)) => {
            state.runs.feed_stale = Some((since, why));
        }
    }
}

/// What happens is heard again: also a run that has ended may have a log that couldn't be read.
fn feed_is_up(state: &mut State) {
    state.runs.feed_stale = None;
    if let Some(view) = &mut state.runs.view {
        view.log.try_again();
    }
}

/// Something has happened in a run, whichever window or person began it.
fn feed_came(state: &mut State, entry: &FeedEntry) {
    state.runs.heard_at = Some(now());
    state.runs.feed_stale = None;
    let entries = std::slice::from_ref(entry);
    state.runs.list.happened(entries);
    state.runs.inbox.happened(entries);
    let begins_or_ends = matches!(
        entry.event.kind,
        RunEventKind::Started { .. } | RunEventKind::Finished { .. }
    );
    if let (Some(session), true) = (&mut state.session, begins_or_ends) {
        session.last_run.look_again();
    }
    // What was stored after its end, such as a review.
    let is_review = matches!(
        entry.event.kind,
        RunEventKind::Reviewed { .. } | RunEventKind::ReviewRevoked { .. }
    );
    if let Some(view) = of(state, &entry.run).filter(|view| is_review && !view.is_asked) {
        view.is_asked = true;
        let ask = RunsAsk::Get(entry.run.clone());
        state.shell.ask(Ask::Runs(ask));
    }
}

fn of<'a>(state: &'a mut State, run: &RunId) -> Option<&'a mut RunView> {
    state.runs.view.as_mut().filter(|view| view.id() == run)
}

/// A run was taken on, or not.
fn dispatched(state: &mut State, ticket: Ticket, taken: Result<Box<RunRecord>, ApiError>) {
    let rerun = state.runs.rerunning.take_if(|(asked, _)| *asked == ticket);
    let asked = state
        .runs
        .dispatching
        .take_if(|asked| asked.ticket == ticket);
    match (taken, asked) {
        (Ok(record), asked) => {
            if asked.is_some() || rerun.is_some() {
                state.runs.begun_here = Some(record.id.clone());
                look_at(state, RunView::new(*record, now()));
                state.shell.clear_badges();
                state.runs.list.is_behind = true;
            }
        }
        (Err(error), Some(asked)) => {
            let request = asked.request;
            state.runs.refused = Some(Refused { request, error });
        }
        (Err(error), None) => {
            if let Some((_, request)) = rerun {
                state.runs.unanswered = may_be_sent_again(&error).then_some(request);
            }
            state.shell.notify_error(text("rerun.failed"), &error);
        }
    }
}

fn got(state: &mut State, run: &RunId, found: Result<Box<crate::backend::FoundRun>, ApiError>) {
    if state.runs.opening.as_ref() == Some(run) {
        match found {
            Ok(found) => {
                let mut view = RunView::new(found.detail.record.clone(), now());
                view.found(*found, now());
                look_at(state, view);
            }
            Err(err) => {
                state.runs.opening = None;
                state.runs.open_error = Some(err);
            }
        }
        return;
    }
    if let Some(view) = of(state, run) {
        view.is_asked = false;
        match found {
            Ok(found) => view.found(*found, now()),
            Err(err) => view.error = Some(err),
        }
        state.runs.changed();
    }
}

/// Nothing more follows: what was stored at the end is read, and told to whoever looks elsewhere.
fn ended(state: &mut State, run: &RunId) {
    state.runs.next.run_ended();
    let Some(view) = of(state, run) else {
        return;
    };
    view.is_watched = false;
    view.is_asked = true;
    view.log.is_behind = true;
    view.log.try_again();
    let (end, verdict) = (view.record.state, view.record.verdict);
    let (level, title) = ending(end, verdict);
    let name = view.record.workflow_name.clone();
    let sentence = view.record.sentence.clone().or(view.record.reason.clone());
    let details = sentence.map(|found| crate::shell::sentence(&found));
    state.shell.ask(Ask::Runs(RunsAsk::Get(run.clone())));
    // Whoever sees the bar above the canvas needs no second word.
    let is_seen = state.compare.open.is_none()
        && state
            .session
            .as_ref()
            .is_some_and(|session| state.runs.is_of(session));
    if state.runs.begun_here.as_ref() == Some(run) && !is_seen {
        let title = text_with(title, &[("name", &name)]);
        state
            .shell
            .notify(level, title, details.into_iter().collect());
    }
    list(state, Purpose::Newest);
}

fn ending(end: RunState, verdict: Option<Verdict>) -> (NoticeLevel, &'static str) {
    match (end, verdict) {
        (RunState::Succeeded, None | Some(Verdict::Pass)) => (NoticeLevel::Good, "run.ended_well"),
        (RunState::Succeeded, Some(Verdict::Warn)) => (NoticeLevel::Info, "run.ended_warn"),
        (RunState::Succeeded, Some(Verdict::Fail)) => (NoticeLevel::Info, "run.ended_fail"),
        (RunState::Succeeded, Some(Verdict::Inconclusive)) => {
            (NoticeLevel::Info, "run.ended_inconclusive")
        }
        (RunState::FellBack, _) => (NoticeLevel::Info, "run.ended_fell_back"),
        (RunState::Cancelled, _) => (NoticeLevel::Info, "run.ended_cancelled"),
        _ => (NoticeLevel::Info, "run.ended_failed"),
    }
}
