//! Runs of the open workflow: the request, and what becomes of it.

use std::collections::BTreeSet;

use hartomat_api::{ApiError, DispatchRequest, ErrorKind, WorkflowSource};
use hartomat_document::{Links, Reach};
use hartomat_schema::NodeId;

use super::RunScope;
use crate::backend::{Ask, RunsAsk, Ticket};
use crate::files::fresh_key;
use crate::shell::subject_source;
use crate::state::{Session, State};

/// A run that was asked for and hasn't been taken on yet.
#[derive(Debug, Clone)]
pub struct Dispatching {
    pub(super) ticket: Ticket,
    pub(super) request: Box<DispatchRequest>,
}

/// A run that wasn't taken on.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What was asked for.
    pub(super) request: Box<DispatchRequest>,
    /// Why not.
    pub error: ApiError,
}

impl Refused {
    /// Whether sending the same request again may help. It makes no second run.
    pub fn may_be_sent_again(&self) -> bool {
        may_be_sent_again(&self.error)
    }
}

/// Whether the answer may have been lost alone, or comes later.
pub(super) fn may_be_sent_again(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Busy)
}

/// Asks for a run of the document as it is now.
pub(super) fn dispatch(state: &mut State, scope: RunScope) {
    let Some(session) = &state.session else {
        return;
    };
    let Some(subject) = state.shell.subject() else {
        return;
    };
    let workflow = Box::new((**session.document.workflow()).clone());
    let mut request =
        DispatchRequest::new(WorkflowSource::Document(workflow), subject_source(subject));
    request.mode = state.runs.mode;
    request.forced = forced(session, scope);
    if matches!(scope, RunScope::ToSelected | RunScope::Selected) {
        request.targets = session.document.selection().nodes.clone();
    }
    request.idempotency_key = Some(fresh_key());
    state.runs.begun_revision = Some(session.document.revision());
    send(state, Box::new(request));
}

/// Sends the request that was refused again, under its key.
pub(super) fn send_again(state: &mut State) {
    if let Some(refused) = state.runs.refused.take() {
        send(state, refused.request);
    }
}

fn send(state: &mut State, request: Box<DispatchRequest>) {
    if state.runs.dispatching.is_some() {
        return;
    }
    let ticket = state.shell.ticket();
    state.runs.refused = None;
    state.runs.dispatching = Some(Dispatching {
        ticket,
        request: request.clone(),
    });
    state
        .shell
        .ask(Ask::Runs(RunsAsk::Dispatch(ticket, request)));
}

fn forced(session: &Session, scope: RunScope) -> BTreeSet<NodeId> {
    let workflow = session.document.workflow();
    match scope {
        RunScope::Changed | RunScope::ToSelected => BTreeSet::new(),
        RunScope::Selected => session.document.selection().nodes.clone(),
        RunScope::All => workflow.nodes.iter().map(|node| node.id.clone()).collect(),
        RunScope::FromSelected => {
            let selected = &session.document.selection().nodes;
            let reached = Links::new(workflow).reach(selected, Reach::Downstream);
            reached
                .into_iter()
                .chain(selected.iter().cloned())
                .collect()
        }
    }
}
