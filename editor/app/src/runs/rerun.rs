//! Making a run again: what of it, and by which definition; what that would change and reuse is known
//! before.

use hartomat_api::{ApiError, RerunDefinition, RerunRequest, RerunScope};
use hartomat_schema::{NodeId, NodeRunState, RunId, RunState};

use crate::backend::{Ask, RerunPlan, RerunQuestion, RunsAsk, Ticket};
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

/// The question how a run is to be made again.
#[derive(Debug)]
pub struct Rerun {
    /// What is chosen so far.
    pub choice: RerunChoice,
    /// What that would do; none while it is being asked.
    pub plan: Option<Result<Box<RerunPlan>, ApiError>>,
    asked: Option<Ticket>,
}

impl RerunChoice {
    fn new(run: RunId, has_failed: bool, node: Option<NodeId>) -> Self {
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

/// Whether what is open in the editor is the workflow of the run.
pub(crate) fn is_draft_of(
    state: &crate::runs::RunsState,
    open: &hartomat_schema::Workflow,
) -> bool {
    let view = state.view.as_ref();
    view.is_some_and(|view| view.record.workflow == open.id)
}

/// Begins to ask.
pub(super) fn ask(state: &mut State) {
    let Some(view) = &state.runs.view else {
        return;
    };
    let failed = |run: &&hartomat_schema::NodeRun| run.state == NodeRunState::Failed;
    let failed = view.record.nodes.iter().find(failed);
    let selected = state.runs.graph.as_ref().or(state.session.as_ref());
    let selected = selected.and_then(|session| session.document.selection().nodes.first());
    let selected = selected.filter(|node| view.record.node(node).is_some());
    let first = || view.record.nodes.first().map(|run| &run.node);
    let node = selected.or(failed.map(|run| &run.node)).or_else(first);
    let has_failed = failed.is_some() || view.record.state == RunState::Failed;
    let choice = RerunChoice::new(view.id().clone(), has_failed, node.cloned());
    choose(state, choice);
}

/// Something else is chosen: what that would do is asked.
pub(super) fn choose(state: &mut State, choice: RerunChoice) {
    let ticket = state.shell.ticket();
    let detail = state
        .runs
        .view
        .as_ref()
        .and_then(|view| view.detail.clone());
    let definition = definition(state, choice.from);
    state.runs.rerun = Some(Rerun {
        asked: detail.is_some().then_some(ticket),
        plan: None,
        choice: choice.clone(),
    });
    if let Some(detail) = detail {
        let question = RerunQuestion {
            detail,
            scope: choice.scope,
            definition,
        };
        let ask = RunsAsk::PlanRerun(ticket, Box::new(question));
        state.shell.ask(Ask::Runs(ask));
    }
}

/// What it would do has come.
pub(super) fn planned(state: &mut State, ticket: Ticket, plan: Result<Box<RerunPlan>, ApiError>) {
    if let Some(rerun) = &mut state.runs.rerun
        && rerun.asked == Some(ticket)
    {
        rerun.plan = Some(plan);
    }
}

fn definition(state: &State, from: RerunFrom) -> RerunDefinition {
    match (from, &state.session) {
        (RerunFrom::Draft, Some(session)) => {
            RerunDefinition::Draft(Box::new((**session.document.workflow()).clone()))
        }
        (RerunFrom::Latest, _) => RerunDefinition::Latest,
        _ => RerunDefinition::Frozen,
    }
}

/// Asks for the run again.
pub(super) fn rerun(state: &mut State) {
    let Some(Rerun { choice, .. }) = state.runs.rerun.take() else {
        return;
    };
    let request = RerunRequest {
        scope: choice.scope,
        definition: definition(state, choice.from),
        ..RerunRequest::new(choice.run)
    };
    let request = Box::new(keyed(request, state.runs.unanswered.take()));
    let ticket = state.shell.ticket();
    state.runs.rerunning = Some((ticket, request.clone()));
    let ask = RunsAsk::Rerun(ticket, request);
    state.shell.ask(Ask::Runs(ask));
}

/// Gives a request its key: the one it had where it is asked again because no answer came, so that it
/// makes no second run.
fn keyed(request: RerunRequest, unanswered: Option<Box<RerunRequest>>) -> RerunRequest {
    let idempotency_key = unanswered
        .and_then(|before| {
            let (key, before) = without_key(*before);
            key.filter(|_| before == request)
        })
        .or_else(|| Some(fresh_key()));
    RerunRequest {
        idempotency_key,
        ..request
    }
}

fn without_key(mut request: RerunRequest) -> (Option<String>, RerunRequest) {
    (request.idempotency_key.take(), request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_request_keeps_its_key() {
        let failed = || RerunRequest {
            scope: RerunScope::Failed,
            ..RerunRequest::new(RunId::literal("run-1"))
        };
        let first = keyed(failed(), None);
        assert!(first.idempotency_key.is_some());
        let again = keyed(failed(), Some(Box::new(first.clone())));
        assert_eq!(again, first);
        let other = RerunRequest::new(RunId::literal("run-1"));
        let other = keyed(other, Some(Box::new(first.clone())));
        assert_ne!(other.idempotency_key, first.idempotency_key);
    }
}
