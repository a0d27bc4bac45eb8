//! Answers that come late, twice or for something else by now leave alone what a person works on.

use std::path::PathBuf;
use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, ErrorKind, ImportFormat, ImportReport, ImportRequest, OrderLineEntry,
    OutputTypeEntry,
};
use hartomat_schema::{
    AuditEntry, ExecutionMode, Gate, OrderLineId, OutputType, OutputTypeId, RolloutScope, RunId,
    TargetId, Timestamp, WorkflowId,
};
use serde_json::json;

use super::*;
use crate::backend::{BackendEvent, Connector, Library, RunsEvent, StudioEvent, TargetChange};
use crate::command::Commands;
use crate::files::EditorFolder;
use crate::runs;
use crate::shell::{self, ShellCommand, ShellOptions, ShellState};
use crate::state::State;

/// No runtime: answers are those that a test gives.
struct NoLink;

impl Connector for NoLink {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        Err(refusal())
    }
}

fn refusal() -> ApiError {
    ApiError::new(ErrorKind::Unreachable, "the plug is out")
}

/// An editor without a window.
struct Desk {
    state: State,
    ctx: egui::Context,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ctx = egui::Context::default();
        let options = ShellOptions {
            folder: EditorFolder::new(folder.path()),
            connector: Box::new(NoLink),
            locale: None,
        };
        let shell = ShellState::new(options, &ctx);
        Self {
            state: State::new(shell),
            ctx,
            _folder: folder,
        }
    }

    fn tell(&mut self, command: StudioCommand) {
        apply(&mut self.state, command, &mut Commands::default());
    }

    fn hear(&mut self, event: StudioEvent) {
        came(&mut self.state, event, &self.ctx);
    }

    fn hear_of_run(&mut self, event: RunsEvent) {
        let event = ShellCommand::Backend(BackendEvent::Runs(event));
        shell::apply(&mut self.state, event, &self.ctx);
    }

    fn studio(&self) -> &StudioState {
        &self.state.studio
    }

    fn notices(&self) -> Vec<&str> {
        let notices = self.state.shell.notices().iter();
        notices.map(|notice| notice.title.as_str()).collect()
    }
}

const STILL: OutputTypeId = OutputTypeId::literal("still");

fn still(name: &str) -> OutputType {
    let still = json!({
        "id": "still", "name": name, "family": "order_line", "workflow": "canonical-still",
        "contract": [], "legacy_preset": {"type": "still"}, "rollout": "legacy", "active": true
    });
    serde_json::from_value(still).unwrap()
}

fn stored(name: &str) -> OutputTypeEntry {
    OutputTypeEntry {
        output_type: still(name),
        order_lines: 0,
        in_flight: 0,
        findings: Vec::new(),
        calibration: None,
    }
}

#[test]
fn what_is_changed_of_an_output_type_while_it_is_saved_is_kept() {
    let mut desk = Desk::new();
    let name = |desk: &Desk| {
        let edit = desk.studio().type_edits.get(&STILL);
        edit.map(|edit| (edit.output_type.name.clone(), edit.is_sent))
    };
    let is = |name: &str, is_sent| Some((name.to_owned(), is_sent));
    let edit = |name: &str| StudioCommand::EditType(Box::new(still(name)));
    let saved = |name: &str| StudioEvent::TypePut(STILL, Ok(Box::new(stored(name))));
    desk.hear(StudioEvent::OutputTypes(Ok(vec![stored("a")])));
    desk.tell(edit("b"));
    desk.tell(StudioCommand::SaveType(STILL));
    desk.tell(edit("c"));
    desk.tell(StudioCommand::DiscardType(STILL));
    let workflow = WorkflowId::literal("canonical-still");
    let read = || StudioEvent::Workflow(workflow.clone(), Err(refusal()));
    desk.hear(read());
    assert_eq!(name(&desk), is("c", true));
    desk.hear(saved("b"));
    assert_eq!(name(&desk), is("c", false));
    // Back at what is still stored: a change all the same.
    desk.tell(StudioCommand::SaveType(STILL));
    desk.tell(edit("b"));
    desk.hear(saved("c"));
    assert_eq!(name(&desk), is("b", false));
    // Why it wasn't taken stays in view when its workflow comes.
    desk.tell(StudioCommand::SaveType(STILL));
    desk.hear(StudioEvent::TypePut(STILL, Err(refusal())));
    desk.hear(read());
    let edit = &desk.studio().type_edits[&STILL];
    assert_eq!(edit.refused, Some(refusal()));
    // A decision made meanwhile is no change of the form.
    desk.tell(StudioCommand::SaveType(STILL));
    let mut promoted = stored("b");
    promoted.output_type.rollout = ExecutionMode::Shadow;
    desk.hear(StudioEvent::TypePut(STILL, Ok(Box::new(promoted))));
    assert_eq!(name(&desk), None);
}

#[test]
fn an_answer_about_a_target_leaves_the_form_of_another_alone() {
    let mut desk = Desk::new();
    let form = |id: &str| {
        let mut edit = TargetEdit::new(&STILL);
        edit.id = id.to_owned();
        StudioCommand::EditTarget(Box::new(edit))
    };
    let put = |id: &str| Box::new(TargetChange::Put(json!({"id": id})));
    let open = |desk: &Desk| {
        let edit = desk.studio().target_edit.as_ref();
        edit.map(|edit| (edit.id.clone(), edit.refused.is_some()))
    };
    let dam = || "dam".to_owned();
    desk.tell(form("erp"));
    desk.tell(StudioCommand::SaveTarget);
    desk.tell(form("dam"));
    desk.hear(StudioEvent::TargetChanged(put("erp"), Err(refusal())));
    assert_eq!(open(&desk), Some((dam(), false)));
    assert_eq!(desk.studio().target_refused, Some(refusal()));
    let erp = TargetId::literal("erp");
    desk.tell(StudioCommand::RemoveTarget(erp.clone()));
    let removed = Box::new(TargetChange::Remove(erp));
    desk.hear(StudioEvent::TargetChanged(removed, Ok(())));
    // It was never sent.
    desk.hear(StudioEvent::TargetChanged(put("dam"), Ok(())));
    assert_eq!(open(&desk), Some((dam(), false)));
    desk.tell(StudioCommand::SaveTarget);
    desk.hear(StudioEvent::TargetChanged(put("dam"), Err(refusal())));
    assert_eq!(open(&desk), Some((dam(), true)));
    desk.tell(StudioCommand::SaveTarget);
    desk.hear(StudioEvent::TargetChanged(put("dam"), Ok(())));
    assert_eq!(open(&desk), None);
}

#[test]
fn a_comparison_whose_run_cannot_be_read_is_said_and_not_waited_for() {
    let mut desk = Desk::new();
    let [run, other] = [RunId::literal("run-1"), RunId::literal("run-2")];
    desk.tell(StudioCommand::ShowComparison(run.clone()));
    assert_eq!(desk.state.runs.opening.as_ref(), Some(&run));
    desk.hear_of_run(RunsEvent::Got(run.clone(), Err(refusal())));
    assert_eq!(desk.studio().awaited_comparison, None);
    assert_eq!(desk.notices(), ["The comparison can't be opened"]);
    // Whoever opens another run meanwhile sees no comparison later.
    desk.tell(StudioCommand::ShowComparison(run.clone()));
    desk.hear_of_run(RunsEvent::FeedBegun);
    assert_eq!(desk.studio().awaited_comparison.as_ref(), Some(&run));
    runs::open(&mut desk.state, &other);
    desk.hear_of_run(RunsEvent::FeedBegun);
    assert_eq!(desk.studio().awaited_comparison, None);
    assert_eq!(desk.notices().len(), 1);
}

#[test]
fn what_came_of_a_list_of_orders_is_shown_of_that_list_alone() {
    let mut desk = Desk::new();
    let report = |stored| ImportReport {
        rows: Vec::new(),
        stored,
    };
    let tried = |ticket, text: &str| {
        let request = ImportRequest {
            format: ImportFormat::Csv,
            text: text.to_owned(),
            dry_run: true,
            skip_refused: false,
        };
        StudioEvent::ImportTried(ticket, Ok((Box::new(request), report(false))))
    };
    let try_it = |desk: &mut Desk, name: &str| {
        desk.tell(StudioCommand::TryImport(PathBuf::from(name)));
        desk.studio().import.as_ref().unwrap().ticket
    };
    let first = try_it(&mut desk, "first");
    let second = try_it(&mut desk, "second");
    desk.hear(tried(first, "first"));
    assert_eq!(desk.studio().import.as_ref().unwrap().request, None);
    desk.hear(tried(second, "second"));
    let import = desk.studio().import.as_ref().unwrap();
    assert_eq!(import.request.as_ref().unwrap().text, "second");
    desk.tell(StudioCommand::Import);
    // What is on its way can't be called back.
    desk.tell(StudioCommand::DismissImport);
    desk.hear(StudioEvent::Imported(first, Err(refusal())));
    assert!(desk.studio().import.as_ref().unwrap().is_sent);
    assert_eq!(desk.notices(), ["The list of orders wasn't taken in"]);
    desk.hear(StudioEvent::Imported(second, Ok(report(true))));
    assert_eq!(desk.studio().import, None);
}

#[test]
fn an_answer_to_a_decision_leaves_the_draft_of_another_alone() {
    let mut desk = Desk::new();
    let [still, blend] = ["output_type:still", "output_type:blend"];
    let scope = |scope: &str| scope.parse::<RolloutScope>().unwrap();
    let draft = |of: &str| {
        StudioCommand::Draft(Box::new(RolloutDraft {
            scope: scope(of),
            kind: RolloutDraftKind::Resume,
            reason: String::new(),
            is_exception: false,
            days: 1,
            gate: Gate::default(),
            shadow_percent: 100,
            is_sent: false,
            refused: None,
        }))
    };
    desk.tell(draft(still));
    desk.tell(StudioCommand::Decide);
    desk.tell(StudioCommand::DismissDraft);
    assert!(desk.studio().draft.as_ref().unwrap().is_sent);
    desk.tell(draft(blend));
    desk.hear(StudioEvent::Decided(scope(still), Err(refusal())));
    let shown = desk.studio().draft.as_ref().unwrap();
    assert_eq!((&shown.scope, &shown.refused), (&scope(blend), &None));
    assert_eq!(desk.notices(), ["The decision wasn't made"]);
}

#[test]
fn how_a_line_comes_about_is_never_that_of_another() {
    let mut desk = Desk::new();
    let [first, second] = [OrderLineId::literal("A-1"), OrderLineId::literal("A-2")];
    let entry = |id: &OrderLineId| OrderLineEntry {
        id: id.clone(),
        product: "flange".to_owned(),
        output_type: "Still".to_owned(),
        workflow: WorkflowId::literal("canonical-still"),
        rollout: ExecutionMode::Legacy,
    };
    let serve = |desk: &mut Desk, lines: Vec<OrderLineEntry>| {
        let library = Library {
            order_lines: lines,
            ..Library::default()
        };
        let event = BackendEvent::Library(Arc::new(library));
        shell::apply(&mut desk.state, ShellCommand::Backend(event), &desk.ctx);
    };
    serve(&mut desk, vec![entry(&first)]);
    desk.tell(StudioCommand::Resolve(first.clone(), None));
    let of_first = desk.studio().resolution.asked;
    desk.hear(StudioEvent::Resolved(of_first, Err(refusal())));
    assert!(desk.studio().resolution.found.error().is_some());
    // Nothing is known here of a line that has just come in.
    desk.tell(StudioCommand::Resolve(second.clone(), None));
    desk.hear(StudioEvent::Resolved(of_first, Err(refusal())));
    assert_eq!(desk.studio().resolution.found, Answer::Unasked);
    serve(&mut desk, vec![entry(&first), entry(&second)]);
    assert_eq!(desk.studio().resolution.found, Answer::Asked(None));
    assert_eq!(desk.studio().resolution.line, Some(second));
}

#[test]
fn older_lines_of_the_audit_list_come_once_and_what_is_known_stays() {
    let mut desk = Desk::new();
    let line = |seq: u64| AuditEntry {
        seq,
        at: Timestamp(0),
        actor: "ada".to_owned(),
        action: "Dispatch".to_owned(),
        target: "/v1/runs".to_owned(),
        outcome: None,
    };
    let page = |from: u64| (from - 199..=from).rev().map(line).collect::<Vec<_>>();
    let count = |desk: &Desk| desk.studio().audit.entries.known().unwrap().0.len();
    desk.hear(StudioEvent::Audit(None, Ok(page(600))));
    desk.tell(StudioCommand::OlderAudit);
    desk.tell(StudioCommand::OlderAudit);
    let older = || StudioEvent::Audit(Some(401), Ok(page(400)));
    desk.hear(older());
    desk.hear(older());
    assert_eq!(count(&desk), 400);
    desk.tell(StudioCommand::OlderAudit);
    desk.hear(StudioEvent::Audit(Some(201), Err(refusal())));
    assert_eq!(count(&desk), 400);
    assert!(matches!(desk.studio().audit.entries, Answer::Here(_)));
    assert_eq!(desk.notices(), ["Older ones can't be read"]);
}

#[test]
fn what_was_written_is_told_of_the_library_that_it_is_of() {
    let mut desk = Desk::new();
    desk.tell(StudioCommand::ReadLibrary(PathBuf::from("/nowhere/old")));
    desk.tell(StudioCommand::WriteLibrary);
    let output = desk.studio().migration.output.clone().unwrap();
    let other = PathBuf::from("/nowhere/other");
    desk.tell(StudioCommand::SetMigrationOutput(other.clone()));
    let failed = vec![(PathBuf::from("still"), Err(refusal()))];
    desk.hear(StudioEvent::LibraryWritten(other, failed));
    let wizard = &desk.studio().migration;
    assert!(wizard.is_writing && wizard.written.is_empty());
    assert_eq!(desk.notices(), ["Not all workflows were written"]);
    desk.hear(StudioEvent::LibraryWritten(output, Vec::new()));
    assert!(!desk.studio().migration.is_writing);
}
