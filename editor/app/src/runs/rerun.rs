//! Making a run again: what of it, and by which definition.

use hartomat_api::{RerunDefinition, RerunRequest, RerunScope};
use hartomat_schema::{NodeId, RunId};

use crate::backend::{Ask, RunsAsk};
use crate::files::fresh_key;
use crate::state::State;

/// Which definition a run is made again with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RerunFrom {
    /// The one that the run froze.
    Frozen,
    /// The workflow as it is saved now.
    Latest,
    /// What is open in the editor.
    Draft,
}

/// How a run is to be made again.
#[derive(Debug, Clone, PartialEq)]
pub struct RerunChoice {
    /// The run.
    pub run: RunId,
    /// What runs.
    pub scope: RerunScope,
    /// The node that is offered to begin from.
    pub node: Option<NodeId>,
    /// Which definition.
    pub from: RerunFrom,
}

impl RerunChoice {
    pub(super) fn new(run: RunId, has_failed: bool, node: Option<NodeId>) -> Self {
        Self {
            run,
            scope: if has_failed {
                RerunScope::Failed
            } else {
                RerunScope::All
            },
            node,
            from: RerunFrom::Frozen,
        }
    }
}

/// Asks for the run again.
pub(super) fn rerun(state: &mut State) {
    let Some(choice) = state.runs.rerun.take() else {
        return;
    };
    let definition = match (choice.from, &state.session) {
        (RerunFrom::Draft, Some(session)) => {
            RerunDefinition::Draft(Box::new((**session.document.workflow()).clone()))
        }
        (RerunFrom::Latest, _) => RerunDefinition::Latest,
        _ => RerunDefinition::Frozen,
    };
    let request = RerunRequest {
        scope: choice.scope,
        definition,
        idempotency_key: Some(fresh_key()),
        ..RerunRequest::new(choice.run)
    };
    let ticket = state.shell.ticket();
    state.runs.rerunning = Some(ticket);
    let ask = RunsAsk::Rerun(ticket, Box::new(request));
    state.shell.ask(Ask::Runs(ask));
}
