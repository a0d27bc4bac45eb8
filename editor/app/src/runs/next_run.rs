//! What the next run of the open workflow would do: asked by itself once nobody edits, so that each
//! node says before a run why it will run.

use hartomat_api::{ApiError, BackendKind, DispatchRequest, DryRun, NodeDecision, WorkflowSource};
use hartomat_schema::{ExecutionMode, NodeId, WorkflowId};

use crate::backend::{Ask, RunsAsk, Ticket};
use crate::shell::{SubjectChoice, subject_source};
use crate::state::State;

/// How long a document rests before it is asked, in seconds: on this machine, and on a server.
const REST: [f64; 2] = [0.6, 2.0];

/// What a plan is about.
#[derive(Debug, Clone, PartialEq)]
struct About {
    workflow: WorkflowId,
    revision: u64,
    subject: SubjectChoice,
    mode: Option<ExecutionMode>,
    /// How many runs have ended: each may have filled the cache.
    ended: u64,
}

/// What the next run would do.
#[derive(Debug, Default)]
pub struct NextRun {
    /// What there is now, and since when.
    now: Option<(About, f64)>,
    asked: Option<(Ticket, About)>,
    known: Option<(About, Result<Box<DryRun>, ApiError>)>,
    ended: u64,
}

impl NextRun {
    /// The plan, where it is about the document as it is.
    pub fn plan(&self) -> Option<&DryRun> {
        let (about, plan) = self.known.as_ref()?;
        let (now, _) = self.now.as_ref()?;
        plan.as_deref().ok().filter(|_| about == now)
    }

    /// What will happen to a node, and why.
    pub fn decision(&self, node: &NodeId) -> Option<&NodeDecision> {
        let mut nodes = self.plan()?.nodes.iter();
        nodes.find(|decision| decision.node == *node)
    }

    /// A run has ended: the cache may have more now.
    pub(super) fn run_ended(&mut self) {
        self.ended += 1;
    }

    pub(super) fn planned(&mut self, ticket: Ticket, plan: Result<Box<DryRun>, ApiError>) {
        if let Some((_, about)) = self.asked.take_if(|(asked, _)| *asked == ticket) {
            self.known = Some((about, plan));
        }
    }
}

/// Asks for a plan where the one that is known is about something else.
pub(super) fn follow(state: &mut State, ctx: &egui::Context) {
    let about = about(state);
    let next = &mut state.runs.next;
    let Some(about) = about else {
        next.now = None;
        return;
    };
    let time = ctx.input(|input| input.time);
    let since = match &next.now {
        Some((now, since)) if *now == about => *since,
        _ => {
            next.now = Some((about.clone(), time));
            time
        }
    };
    let is_known = next
        .known
        .as_ref()
        .is_some_and(|(known, _)| *known == about);
    let is_asked = next
        .asked
        .as_ref()
        .is_some_and(|(_, asked)| *asked == about);
    if is_known || is_asked {
        return;
    }
    let is_remote = state.shell.connection().kind() == Some(BackendKind::Server);
    let rest = REST[usize::from(is_remote)] - (time - since);
    if rest > 0.0 {
        ctx.request_repaint_after(std::time::Duration::from_secs_f64(rest + 0.01));
        return;
    }
    ask(state, about);
}

/// What a plan would be about; none while none is wanted.
fn about(state: &State) -> Option<About> {
    let session = state.session.as_ref()?;
    let is_live = state.runs.view.as_ref().is_some_and(|view| view.is_live());
    let has_errors = session.problems.iter().any(|problem| problem.is_error());
    let is_editing = session.document.is_in_gesture();
    if is_live || has_errors || is_editing || state.runs.dispatching.is_some() {
        return None;
    }
    let subject = state.shell.subject()?.clone();
    let connection = state.shell.connection();
    // A file of this machine is sent to a server by a run that somebody asked for, not by a look.
    let may_ask = connection.kind() != Some(BackendKind::Server)
        || matches!(subject, SubjectChoice::OrderLine(_));
    (connection.is_up() && may_ask).then(|| About {
        workflow: session.document.workflow().id.clone(),
        revision: session.document.revision(),
        subject,
        mode: state.runs.mode,
        ended: state.runs.next.ended,
    })
}

fn ask(state: &mut State, about: About) {
    let Some(session) = &state.session else {
        return;
    };
    let workflow = Box::new((**session.document.workflow()).clone());
    let asked = about.mode.unwrap_or(workflow.execution_mode);
    let subject = subject_source(&about.subject);
    let mut request = DispatchRequest::new(WorkflowSource::Document(workflow), subject);
    // Legacy doesn't run the graph; what one wants to know is what the graph would do.
    request.mode = Some(match asked {
        ExecutionMode::Legacy => ExecutionMode::Shadow,
        other => other,
    });
    let ticket = state.shell.ticket();
    state.runs.next.asked = Some((ticket, about));
    let ask = RunsAsk::Plan(ticket, Box::new(request));
    state.shell.ask(Ask::Runs(ask));
}
