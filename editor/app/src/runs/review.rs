//! A person's word on all of a run: it was looked at, and need not be looked at again.

use hartomat_api::{ApiError, ReviewRequest};
use hartomat_schema::{Review, ReviewDecision, ReviewScope, RunId};

use crate::backend::{Ask, RunsAsk};
use crate::messages::text;
use crate::state::State;

/// Asks for a word, while the question is open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Looked {
    /// The runs.
    pub runs: Vec<RunId>,
    /// What somebody writes.
    pub reason: String,
}

/// Begins to ask, for the run that is looked at.
pub(super) fn ask(state: &mut State) {
    if let Some(view) = &state.runs.view {
        state.runs.looked = Some(Looked {
            runs: vec![view.id().clone()],
            reason: String::new(),
        });
    }
}

/// Hands the word in: what was found is a defect, and known.
pub(super) fn hand_in(state: &mut State) {
    let Some(looked) = state.runs.looked.take() else {
        return;
    };
    let reason = match looked.reason.trim() {
        "" => text("looked.no_reason").to_owned(),
        reason => reason.chars().take(1000).collect(),
    };
    for run in looked.runs {
        let request = ReviewRequest {
            run,
            output: Review::WHOLE_RUN.to_owned(),
            decision: ReviewDecision::Reject,
            scope: ReviewScope::Case,
            reason: reason.clone(),
            expires_at: None,
        };
        let ask = RunsAsk::Review(Box::new(request));
        state.shell.ask(Ask::Runs(ask));
    }
}

/// It was taken, or not.
pub(super) fn came(state: &mut State, run: &RunId, reviewed: Result<Box<Review>, ApiError>) {
    match reviewed {
        Ok(_) => {
            state.runs.inbox.ask_again();
            state.runs.list.is_stale |= state.runs.list.filter.unresolved;
            let is_open = state
                .runs
                .view
                .as_ref()
                .is_some_and(|view| view.id() == run);
            if is_open {
                state.shell.ask(Ask::Runs(RunsAsk::Get(run.clone())));
            }
        }
        Err(err) => state.shell.notify_error(text("looked.failed"), &err),
    }
}
