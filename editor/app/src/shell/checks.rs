//! Preflight and dry-run: what they are about, and what they found.

use std::path::PathBuf;

use hartomat_api::{ApiError, DispatchRequest, FileSource, SubjectSource, WorkflowSource};
use hartomat_schema::{ExecutionMode, Family, OrderLineId, OrderLineSubject};

use super::state::suits;
use super::{CheckKind, CheckState, SubjectChoice};
use crate::backend::{Ask, Checked, Ticket};
use crate::messages::text;
use crate::state::State;

impl CheckState {
    pub(super) fn clear_badges(&mut self) {
        self.badges.clear();
        self.badges_stamp += 1;
    }

    /// Another workflow is open: results are gone, and a subject of the other family too.
    pub(super) fn forget_results(&mut self, family: Family) {
        self.running = None;
        self.result = None;
        self.clear_badges();
        if let Some(subject) = self.subject.take() {
            let subject = for_family(subject, family);
            self.subject = Some(subject).filter(|subject| suits(subject, family));
        }
        if self.subject.is_none() {
            self.overrides = None;
        }
    }
}

/// The same CAD file as a subject of this family.
fn for_family(subject: SubjectChoice, family: Family) -> SubjectChoice {
    match (subject, family) {
        (SubjectChoice::SampleOrderLine(path), Family::CadFile) => SubjectChoice::CadFile(path),
        (SubjectChoice::CadFile(path), Family::OrderLine) => SubjectChoice::SampleOrderLine(path),
        (other, _) => other,
    }
}

/// Checks are about this from now on.
pub(super) fn set_subject(state: &mut State, subject: SubjectChoice) {
    let checks = &mut state.shell.checks;
    if checks.subject.as_ref() != Some(&subject) {
        // What a check under way will find is about the subject before.
        checks.running = None;
        checks.result = None;
        checks.clear_badges();
        checks.overrides = None;
        checks.subject = Some(subject.clone());
        if let SubjectChoice::OrderLine(id) = subject {
            let lines = &state.shell.library.order_lines;
            if let Some(line) = lines.iter().find(|line| line.id == id) {
                state.shell.ask(Ask::Overrides(id, line.workflow.clone()));
            }
        }
    }
}

/// What the chosen order line and its output type set has come.
pub(super) fn overrides_came(
    state: &mut State,
    line: &OrderLineId,
    subject: Option<Box<OrderLineSubject>>,
) {
    let checks = &mut state.shell.checks;
    if checks.subject == Some(SubjectChoice::OrderLine(line.clone())) {
        checks.overrides = subject;
    }
}

/// Checks are about this CAD file from now on.
pub(super) fn set_subject_file(state: &mut State, path: PathBuf) {
    let family = state
        .session
        .as_ref()
        .map(|session| session.document.workflow().family);
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    set_subject(
        state,
        for_family(
            SubjectChoice::CadFile(path),
            family.unwrap_or(Family::CadFile),
        ),
    );
    let title = crate::messages::text_with("checks.subject_is", &[("name", &name)]);
    let details = match family {
        Some(_) => Vec::new(),
        None => vec![text("checks.open_one_now").to_owned()],
    };
    state.shell.notices.info(title, details);
}

/// Begins a check of the document as it is now.
pub(super) fn check(state: &mut State, kind: CheckKind) {
    let ticket = state.shell.ticket();
    let Some(session) = &state.session else {
        return;
    };
    let checks = &mut state.shell.checks;
    let Some(subject) = &checks.subject else {
        return;
    };
    let workflow = Box::new((**session.document.workflow()).clone());
    let asked = workflow.execution_mode;
    let mut request =
        DispatchRequest::new(WorkflowSource::Document(workflow), subject_source(subject));
    if kind == CheckKind::DryRun && asked == ExecutionMode::Legacy {
        // Legacy doesn't run the graph; what one wants to know is what the graph would do.
        request.mode = Some(ExecutionMode::Shadow);
    }
    let request = Box::new(request);
    checks.running = Some((ticket, kind));
    checks.asked_revision = session.document.revision();
    state.shell.ask(match kind {
        CheckKind::Preflight => Ask::Preflight(ticket, request),
        CheckKind::DryRun => Ask::DryRun(ticket, request),
    });
}

/// What a choice is to the runtime.
pub(crate) fn subject_source(subject: &SubjectChoice) -> SubjectSource {
    let file = |path: &PathBuf| FileSource::Path(path.to_string_lossy().into_owned());
    match subject {
        SubjectChoice::CadFile(path) => SubjectSource::CadFile(file(path)),
        SubjectChoice::SampleOrderLine(path) => SubjectSource::SampleOrderLine(file(path)),
        SubjectChoice::OrderLine(id) => SubjectSource::OrderLine(id.clone()),
    }
}

/// A check has ended.
pub(super) fn checked(state: &mut State, ticket: Ticket, result: Result<Box<Checked>, ApiError>) {
    let checks = &mut state.shell.checks;
    if checks.running.is_none_or(|(running, _)| running != ticket) {
        // Of a workflow that is closed, or of a check that another one took the place of.
        return;
    }
    checks.running = None;
    checks.clear_badges();
    if let Ok(checked) = &result
        && let Checked::DryRun(plan) = &**checked
    {
        let badges = plan.nodes.iter();
        checks.badges = badges
            .map(|node| (node.node.clone(), node.decision.into()))
            .collect();
    }
    checks.result = Some((checks.asked_revision, result));
}
