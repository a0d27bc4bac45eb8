//! Carries out what is asked of the studio's side.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{DispatchRequest, ImportRequest, SubjectSource, WorkflowSource};
use hartomat_schema::{GateException, OrderLineId, RolloutAction, RunId, Workflow};

use super::audit::written;
use super::{
    Answer, MigrationView, OrderImport, PictureOf, RolloutDraft, RolloutDraftKind, StudioCommand,
    StudioTab, targets, types,
};
use crate::backend::{Ask, RunsAsk, StudioAsk};
use crate::command::{Action, Command, Commands};
use crate::compare_view::CompareCommand;
use crate::files::{FileQuestion, now};
use crate::runs::{self, RunsCommand};
use crate::shell::ShellCommand;
use crate::state::State;

/// Carries a command out.
pub(crate) fn apply(state: &mut State, command: StudioCommand, commands: &mut Commands) {
    match command {
        StudioCommand::Open(tab) => {
            state.studio.open = Some(tab);
            read(state);
        }
        StudioCommand::Close => state.studio.open = None,
        StudioCommand::Reload => read(state),
        StudioCommand::Select(scope) => state.studio.selected = Some(scope),
        StudioCommand::Draft(draft) => state.studio.draft = Some(*draft),
        // What is on its way can't be called back.
        StudioCommand::DismissDraft => {
            let draft = state.studio.draft.take();
            state.studio.draft = draft.filter(|draft| draft.is_sent);
        }
        StudioCommand::Decide => decide(state),
        StudioCommand::DraftType(_)
        | StudioCommand::DismissType
        | StudioCommand::CreateType
        | StudioCommand::SelectType(_)
        | StudioCommand::EditType(_)
        | StudioCommand::SaveType(_)
        | StudioCommand::DiscardType(_)
        | StudioCommand::OverrideFile(..)
        | StudioCommand::WantWorkflow(_) => types::apply(state, command),
        StudioCommand::EditTarget(_)
        | StudioCommand::SaveTarget
        | StudioCommand::DismissTarget
        | StudioCommand::RemoveTarget(_) => targets::apply(state, command),
        StudioCommand::SelectOrder(order) => {
            state.studio.order = Some(order.clone());
            state.studio.order_detail = Answer::Asked(None);
            ask(state, StudioAsk::Order(order));
        }
        StudioCommand::AskImport => state.shell.ask_file(FileQuestion::Orders),
        StudioCommand::TryImport(path) => try_import(state, path),
        StudioCommand::Import => import(state),
        StudioCommand::DismissImport => {
            let import = state.studio.import.take();
            state.studio.import = import.filter(|import| import.is_sent);
        }
        StudioCommand::ShowRun(run) => {
            state.studio.open = None;
            commands.runs(RunsCommand::Open(run));
            let layout = &state.shell.preferences().layout;
            if !layout.bottom_open || layout.bottom_tab != "runs" {
                commands.run(Action::ToggleRuns);
            }
        }
        StudioCommand::ShowComparison(run) => show_comparison(state, run, commands),
        StudioCommand::WantPicture(asset) => {
            let of = PictureOf::Asset(asset.id.clone());
            state.studio.pictures.entry(of).or_default();
            ask(state, StudioAsk::Picture(asset));
        }
        StudioCommand::WantRunPicture(run) => {
            let of = PictureOf::Run(run.clone());
            state.studio.pictures.entry(of).or_default();
            ask(state, StudioAsk::RunPicture(run));
        }
        StudioCommand::Resolve(line, document) => look_at_line(state, line, document),
        StudioCommand::FilterAudit(filter) => state.studio.audit.filter = filter,
        StudioCommand::OlderAudit => older_audit(state),
        StudioCommand::AskAuditFile(format) => state.shell.ask_file(FileQuestion::Audit(format)),
        StudioCommand::WriteAudit(format, path) => {
            let text = written(&state.studio.audit.filtered(), format);
            state.shell.ask(Ask::Runs(RunsAsk::Write(path, text)));
        }
        command => migrate(state, command, commands),
    }
}

/// What belongs to the migration of a library.
fn migrate(state: &mut State, command: StudioCommand, commands: &mut Commands) {
    let wizard = &mut state.studio.migration;
    match command {
        StudioCommand::AskLibrary => state.shell.ask_file(FileQuestion::Library),
        StudioCommand::ReadLibrary(folder) => {
            *wizard = MigrationView::reading(folder.clone());
            state.studio.open = Some(StudioTab::Migration);
            let catalogue = Arc::clone(&state.catalogue);
            ask(state, StudioAsk::ReadLibrary(folder, catalogue));
        }
        StudioCommand::SelectDocument(file) => wizard.shown = Some(file),
        StudioCommand::ChooseDocument(file, true) => {
            wizard.chosen.insert(file);
        }
        StudioCommand::ChooseDocument(file, false) => {
            wizard.chosen.remove(&file);
        }
        StudioCommand::AskMigrationOutput => {
            state.shell.ask_file(FileQuestion::MigrationOutput);
        }
        StudioCommand::SetMigrationOutput(output) if !wizard.is_writing => {
            wizard.output = Some(output);
            wizard.written.clear();
        }
        StudioCommand::WriteLibrary => {
            let Some(output) = wizard.output.clone() else {
                return;
            };
            let rows = wizard.rows.known().into_iter().flatten();
            let chosen = rows.filter(|row| wizard.chosen.contains(&row.document.file));
            let chosen = chosen.map(|row| row.document.clone()).collect();
            wizard.is_writing = true;
            ask(state, StudioAsk::WriteLibrary(output, chosen));
        }
        StudioCommand::ForgetLibrary => *wizard = MigrationView::default(),
        StudioCommand::OpenWritten(path) => {
            state.studio.open = None;
            commands.push(Command::Shell(ShellCommand::OpenFile(path)));
        }
        _ => {}
    }
}

/// A file or a folder was chosen for a part of the studio's side.
pub(crate) fn file_chosen(state: &mut State, question: FileQuestion, path: PathBuf) {
    let command = match question {
        FileQuestion::Orders => StudioCommand::TryImport(path),
        FileQuestion::Audit(format) => StudioCommand::WriteAudit(format, path),
        FileQuestion::Library => StudioCommand::ReadLibrary(path),
        FileQuestion::MigrationOutput => StudioCommand::SetMigrationOutput(path),
        _ => return,
    };
    apply(state, command, &mut Commands::default());
}

/// What was dropped onto the window: lists of orders and libraries are taken here.
pub(crate) fn dropped(state: &mut State, path: &Path) -> bool {
    let ends_in = |end: &str| path.extension().is_some_and(|it| it == end);
    let has_orders = state.studio.open == Some(StudioTab::Orders);
    let command = if path.is_dir() {
        StudioCommand::ReadLibrary(path.to_owned())
    } else if ends_in("csv") || ends_in("json") && has_orders {
        StudioCommand::TryImport(path.to_owned())
    } else {
        return false;
    };
    apply(state, command, &mut Commands::default());
    true
}

/// Opens a run's comparison: at once where the run is read already, else once it is.
fn show_comparison(state: &mut State, run: RunId, commands: &mut Commands) {
    let view = state.runs.view.as_ref();
    if view.is_some_and(|view| *view.id() == run && view.detail.is_some()) {
        state.studio.awaited_comparison = None;
        return commands.compare(CompareCommand::OpenRun);
    }
    runs::open(state, &run);
    state.studio.awaited_comparison = Some(run);
}

fn older_audit(state: &mut State) {
    let audit = &mut state.studio.audit;
    if matches!(audit.entries, Answer::Asked(_)) {
        return;
    }
    let before = audit.entries.known().and_then(|(known, _)| known.last());
    let before = before.map(|entry| entry.seq);
    audit.entries.ask();
    ask(state, StudioAsk::Audit(before));
}

/// Looks at how a line comes about; what is known of another one goes out of view.
fn look_at_line(state: &mut State, line: OrderLineId, document: Option<Box<Workflow>>) {
    state.studio.open = Some(StudioTab::Resolution);
    let resolution = &mut state.studio.resolution;
    if resolution.line.as_ref() != Some(&line) || resolution.document != document {
        resolution.found = Answer::Unasked;
    }
    resolution.line = Some(line);
    resolution.document = document;
    resolve(state);
}

/// The library came: whoever looks at how a line comes about may have waited for it.
pub(crate) fn library_came(state: &mut State) {
    if state.studio.open == Some(StudioTab::Resolution) {
        resolve(state);
    }
}

/// Asks how the line that is looked at comes about: the chosen one, else the first.
fn resolve(state: &mut State) {
    let ticket = state.shell.ticket();
    // Answers to what was asked before are of no use, also where nothing is asked now.
    state.studio.resolution.asked = ticket;
    let lines = &state.shell.library().order_lines;
    let resolution = &mut state.studio.resolution;
    let id = resolution.line.clone();
    let id: Option<OrderLineId> = id.or_else(|| lines.first().map(|line| line.id.clone()));
    let line = id.and_then(|id| lines.iter().find(|line| line.id == id));
    let Some(line) = line.cloned() else {
        return;
    };
    resolution.line = Some(line.id.clone());
    resolution.found.ask();
    let workflow = match resolution.document.clone() {
        Some(document) => WorkflowSource::Document(document),
        None => WorkflowSource::Saved(line.workflow.clone()),
    };
    let subject = SubjectSource::OrderLine(line.id);
    let request = Box::new(DispatchRequest::new(workflow, subject));
    ask(state, StudioAsk::Resolve(ticket, request));
    types::want_workflow(state, line.workflow);
}

pub(super) fn ask(state: &mut State, question: StudioAsk) {
    state.shell.ask(Ask::Studio(question));
}

/// Asks for what the open part shows.
pub(super) fn read(state: &mut State) {
    match state.studio.open {
        Some(StudioTab::Rollout) => {
            state.studio.rollouts.ask();
            ask(state, StudioAsk::Rollouts);
        }
        Some(StudioTab::OutputTypes) => {
            state.studio.output_types.ask();
            ask(state, StudioAsk::OutputTypes);
            targets::read(state);
            types::read_workflows(state);
        }
        Some(StudioTab::Orders) => {
            state.studio.orders.ask();
            ask(state, StudioAsk::Orders);
            if let Some(order) = state.studio.order.clone() {
                ask(state, StudioAsk::Order(order));
            }
        }
        Some(StudioTab::Resolution) => resolve(state),
        Some(StudioTab::Audit) => {
            state.studio.audit.entries = Answer::Asked(None);
            ask(state, StudioAsk::Audit(None));
            ask(state, StudioAsk::Rollouts);
        }
        Some(StudioTab::Migration) | None => {}
    }
}

fn decide(state: &mut State) {
    let Some(draft) = &mut state.studio.draft else {
        return;
    };
    draft.is_sent = true;
    draft.refused = None;
    let question = StudioAsk::Decide(
        draft.scope.clone(),
        Box::new(action(
            draft,
            state.studio.rollouts.known().into_iter().flatten(),
        )),
    );
    ask(state, question);
}

fn action<'a>(
    draft: &RolloutDraft,
    statuses: impl Iterator<Item = &'a hartomat_api::RolloutStatus>,
) -> RolloutAction {
    match draft.kind {
        RolloutDraftKind::RollBack(to) => RolloutAction::RollBack {
            to,
            reason: draft.reason.clone(),
        },
        RolloutDraftKind::Gate => RolloutAction::Configure {
            gate: draft.gate.clone(),
            shadow_percent: draft.shadow_percent,
        },
        RolloutDraftKind::Resume => RolloutAction::Resume,
        RolloutDraftKind::Promote => {
            let mut statuses = statuses;
            let status = statuses.find(|status| status.rollout.scope == draft.scope);
            let missing = status.into_iter().flat_map(|it| &it.gate.conditions);
            let missing = missing.filter(|it| !it.met).map(|it| it.name);
            RolloutAction::Promote {
                exception: draft.is_exception.then(|| GateException {
                    conditions: missing.collect(),
                    reason: draft.reason.clone(),
                    expires_at: now().plus_days(draft.days),
                }),
            }
        }
    }
}

fn try_import(state: &mut State, path: PathBuf) {
    state.studio.open = Some(StudioTab::Orders);
    let ticket = state.shell.ticket();
    state.studio.import = Some(OrderImport {
        ticket,
        request: None,
        report: Answer::Asked(None),
        is_sent: false,
    });
    ask(state, StudioAsk::TryImport(ticket, path));
}

fn import(state: &mut State) {
    let Some(import) = &mut state.studio.import else {
        return;
    };
    let Some(tried) = &import.request else {
        return;
    };
    import.is_sent = true;
    let request = ImportRequest {
        dry_run: false,
        skip_refused: true,
        ..(**tried).clone()
    };
    let question = StudioAsk::Import(import.ticket, Box::new(request));
    ask(state, question);
}
