//! Opening and closing workflows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{ApiError, SavedWorkflow};
use hartomat_document::{OpenDocument, Saved};
use hartomat_schema::{Family, WORKFLOW_SCHEMA, Workflow, WorkflowId};

use super::arrange::arranged;
use super::draft::{OpenDraft, draft_origin, origin_of, report};
use super::{
    CloseChoice, Dialog, NoticeLevel, OpenFacts, Origin, ShellCommand, ShellState, checks, save,
};
use crate::backend::{Ask, Connection, OpenedFile, TakenDraft};
use crate::drafts::DraftOrigin;
use crate::files::{new_workflow_id, now};
use crate::messages::{said, text, text_with};
use crate::preferences::RecentOrigin;
use crate::state::{Session, State};

/// Endings of CAD files, in small letters.
const CAD_ENDINGS: &[&str] = &["step", "stp"];

/// Opens what a command names, once the open workflow is closed.
pub(super) fn ask(state: &mut State, command: ShellCommand, ctx: &egui::Context) {
    state.shell.dialog = None;
    if state.session.is_some() {
        match file_of(&command) {
            // What can't be opened must not close what is open.
            Some(path) => {
                let catalogue = Arc::clone(&state.catalogue);
                state.shell.open_file(path.clone(), catalogue);
            }
            None => close(state, Some(command), ctx),
        }
        return;
    }
    let catalogue = Arc::clone(&state.catalogue);
    let shell = &mut state.shell;
    match command {
        ShellCommand::OpenLibrary(id) => shell.open_library(id),
        ShellCommand::OpenFile(path) if is_cad_file(&path) => {
            shell.awaits_template = Some(path);
            open_for_cad_file(state);
        }
        ShellCommand::OpenFile(path) => shell.open_file(path, catalogue),
        ShellCommand::OpenRecent(RecentOrigin::Library(id)) => shell.open_library(id),
        ShellCommand::OpenRecent(RecentOrigin::File(path)) => shell.open_file(path, catalogue),
        ShellCommand::OpenTemplate(id) => open_template(state, &id),
        ShellCommand::OpenEmpty(family) => open_new(state, empty(family)),
        ShellCommand::RestoreDraft(path) => {
            shell.opening = Some(text("drafts.draft").to_owned());
            shell.ask(Ask::ReadDraft(shell.drafts.clone(), path));
        }
        _ => {}
    }
}

impl ShellState {
    fn open_library(&mut self, id: WorkflowId) {
        let known = self
            .library
            .workflows
            .iter()
            .find(|workflow| workflow.id == id);
        self.opening = Some(known.map_or(id.to_string(), |workflow| workflow.name.clone()));
        self.ask(Ask::Open(id));
    }

    fn open_file(&mut self, path: PathBuf, catalogue: Arc<hartomat_schema::Catalogue>) {
        if path.to_str().is_none() {
            self.refuse_name(&path);
            return;
        }
        self.opening = Some(path.display().to_string());
        self.ask(Ask::ReadFile(path, catalogue));
    }

    /// Says that no workflow can live in this file: drafts and preferences are text and couldn't
    /// name it.
    pub(super) fn refuse_name(&mut self, path: &Path) {
        let path = path.display().to_string();
        let title = text_with("files.name_is_no_text", &[("path", &path)]);
        let details = vec![text("files.name_is_no_text_help").to_owned()];
        self.notify(NoticeLevel::Error, title, details);
    }

    /// Puts the open workflow at the head of the recent ones, with a copy for its picture.
    pub(super) fn remember(&mut self, origin: &Origin, workflow: &Arc<Workflow>) {
        let Some(recent) = origin.recent() else {
            return;
        };
        self.preferences.remember(recent, workflow, now());
        if let Some(recent) = self.preferences.recent.first() {
            let copy = recent.copy_path(&self.folder.recent());
            self.ask(Ask::WriteCopy(copy, Arc::clone(workflow)));
        }
        self.keep_preferences();
    }
}

fn empty(family: Family) -> Workflow {
    Workflow {
        schema: WORKFLOW_SCHEMA.to_owned(),
        id: new_workflow_id(),
        name: text("start.untitled").to_owned(),
        description: String::new(),
        family,
        execution_mode: hartomat_schema::ExecutionMode::Legacy,
        contract: Vec::new(),
        nodes: Vec::new(),
        edges: Vec::new(),
        frames: Vec::new(),
        notes: Vec::new(),
        bookmarks: Vec::new(),
        extra: serde_json::Map::new(),
    }
}

/// Whether a file's name says that it is a CAD file.
pub(super) fn is_cad_file(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    CAD_ENDINGS.contains(&ending.to_lowercase().as_str())
}

/// Opens a new workflow for the CAD file that waits for one: the first template of its family, as soon as
/// it is known, and an empty one where there is no link to get it by.
pub(super) fn open_for_cad_file(state: &mut State) {
    if state.shell.awaits_template.is_none() {
        return;
    }
    let templates = state.shell.library.templates.iter();
    let mut fitting = templates.filter(|template| template.family == Family::CadFile);
    let workflow = match fitting.next() {
        Some(template) => Workflow {
            id: new_workflow_id(),
            ..template.clone()
        },
        None if matches!(state.shell.connection, Connection::Down { .. }) => empty(Family::CadFile),
        None => return,
    };
    let Some(path) = state.shell.awaits_template.take() else {
        return;
    };
    // Somebody has opened something else meanwhile.
    if state.session.is_some() {
        return;
    }
    open_new(state, workflow);
    checks::set_subject_file(state, path);
}

fn open_template(state: &mut State, id: &WorkflowId) {
    let templates = &state.shell.library.templates;
    let Some(template) = templates.iter().find(|template| template.id == *id) else {
        return;
    };
    let mut workflow = template.clone();
    workflow.id = new_workflow_id();
    workflow.name = said(&workflow.name).into_owned();
    open_new(state, workflow);
}

fn open_new(state: &mut State, workflow: Workflow) {
    begin(state, OpenDocument::new(workflow), Origin::New);
}

/// Shows a document; the one before is closed already.
fn begin(state: &mut State, document: OpenDocument, origin: Origin) {
    let workflow = Arc::clone(document.workflow());
    state.session = Some(Session::new(document, &state.catalogue));
    let shell = &mut state.shell;
    shell.opening = None;
    shell.dialog = None;
    shell.remember(&origin, &workflow);
    shell.checks.forget_results(workflow.family);
    let folder = shell.drafts.clone();
    let of = draft_origin(&origin);
    shell.ask(Ask::LookElsewhere(folder, of, None));
    shell.open = Some(OpenFacts {
        origin,
        is_told_of_others: false,
        is_dirty: false,
        draft: None,
        saving: None,
        refused_at: None,
    });
}

/// A workflow of the library has come.
pub(super) fn library_opened(
    state: &mut State,
    id: &WorkflowId,
    opened: Result<Box<SavedWorkflow>, ApiError>,
) {
    state.shell.opening = None;
    // Two were asked for, and the other came first.
    if state.session.is_some() {
        return;
    }
    match opened {
        Ok(saved) => {
            let SavedWorkflow {
                revision,
                workflow,
                remarks,
            } = *saved;
            let origin = Origin::Library {
                id: workflow.id.clone(),
                revision,
            };
            begin(state, OpenDocument::opened(workflow, revision), origin);
            save::show_remarks(&mut state.shell, &remarks);
        }
        Err(err) => {
            let title = text_with("files.cannot_open", &[("what", id.as_str())]);
            state.shell.notices.error(title, &err);
        }
    }
}

/// The workflow's file that a command opens.
fn file_of(command: &ShellCommand) -> Option<&PathBuf> {
    match command {
        ShellCommand::OpenFile(path) if !is_cad_file(path) => Some(path),
        ShellCommand::OpenRecent(RecentOrigin::File(path)) => Some(path),
        _ => None,
    }
}

/// A file has been read. Where a workflow is open, it was read to see whether it can be: then that one is
/// closed, and the file is read again.
pub(super) fn file_read(
    state: &mut State,
    path: PathBuf,
    read: Result<OpenedFile, ApiError>,
    ctx: &egui::Context,
) {
    state.shell.opening = None;
    let can_be_opened = matches!(read, Ok(OpenedFile::Current(..) | OpenedFile::Migrated(_)));
    if state.session.is_some() && can_be_opened {
        close(state, Some(ShellCommand::OpenFile(path)), ctx);
        return;
    }
    match read {
        Ok(OpenedFile::Current(workflow, digest)) => {
            let digest = Some(digest);
            begin(
                state,
                OpenDocument::opened(*workflow, 0),
                Origin::File { path, digest },
            );
        }
        Ok(OpenedFile::Migrated(migration)) => {
            state.shell.dialog = Some(Dialog::Import { path, migration });
        }
        Ok(OpenedFile::Refused(diagnostics)) => {
            state.shell.dialog = Some(Dialog::Refused { path, diagnostics });
        }
        Err(err) => {
            let what = path.display().to_string();
            let title = text_with("files.cannot_open", &[("what", &what)]);
            state.shell.notices.error(title, &err);
        }
    }
}

/// Opens what an import brought.
pub(super) fn accept_import(state: &mut State) {
    if let Some(Dialog::Import { path, migration }) = state.shell.dialog.take() {
        let mut workflow = migration.workflow;
        if workflow.name.trim().is_empty() {
            let stem = path.file_stem().unwrap_or_default();
            workflow.name = stem.to_string_lossy().into_owned();
        }
        let workflow = arranged(workflow, &state.catalogue);
        // Nobody has saved it in this form, so it counts as changed from the beginning.
        begin(state, OpenDocument::recovered(workflow, None), Origin::New);
    }
}

/// A draft is this window's now, or not.
pub(super) fn draft_taken(
    state: &mut State,
    path: &Path,
    taken: Result<Box<TakenDraft>, ApiError>,
    ctx: &egui::Context,
) {
    state.shell.opening = None;
    if state.session.is_some() {
        return;
    }
    match taken {
        Ok(taken) => {
            let TakenDraft {
                file,
                content,
                history,
            } = *taken;
            let origin = origin_of(&content);
            let revision = content.draft.base.map_or(0, |base| base.revision);
            let saved = content.saved.map(|workflow| Saved::new(revision, workflow));
            let workflow = Arc::unwrap_or_clone(content.draft.workflow);
            let document = match history {
                Some(history) => OpenDocument::recovered_with(workflow, saved, history),
                None => OpenDocument::recovered(workflow, saved),
            };
            let revision = document.revision();
            begin(state, document, origin);
            if let Some(open) = &mut state.shell.open {
                open.draft = Some(OpenDraft::taken(file, revision, ctx));
            }
        }
        Err(err) => {
            let title = text("drafts.cannot_restore");
            let err = err.hint(path.display().to_string());
            state.shell.notices.error(title, &err);
        }
    }
    state.shell.refresh_start();
}

/// Another window has unsaved changes of a workflow: it is said once.
pub(super) fn edited_elsewhere(shell: &mut ShellState, of: &DraftOrigin) {
    let Some(open) = &mut shell.open else {
        return;
    };
    let is_this = match (&open.origin, of) {
        (Origin::Library { id, .. }, DraftOrigin::Library(other)) => id == other,
        (Origin::File { path, .. }, DraftOrigin::File(other, _)) => path == other,
        _ => false,
    };
    if is_this && !std::mem::replace(&mut open.is_told_of_others, true) {
        let details = vec![text("elsewhere.help").to_owned()];
        shell.notices.info(text("elsewhere.title"), details);
    }
}

/// A draft that was left behind is put aside, or not.
pub(super) fn draft_discarded(state: &mut State, path: &Path, discarded: Result<(), ApiError>) {
    match discarded {
        Ok(()) => state.shell.start.drafts.retain(|draft| draft.path != path),
        Err(err) => {
            let title = text("drafts.cannot_remove");
            state.shell.notices.error(title, &err);
            state.shell.refresh_start();
        }
    }
}

/// Closes the open workflow, asks where something isn't saved, and goes on with what comes after.
pub(super) fn close(state: &mut State, then: Option<ShellCommand>, ctx: &egui::Context) {
    let Some(session) = &mut state.session else {
        return;
    };
    session.document.commit_gesture();
    state.shell.after_close = then.map(Box::new);
    if session.document.is_dirty() {
        state.shell.dialog = Some(Dialog::Close);
    } else {
        end(state, ctx);
    }
}

/// What to do about changes is decided.
pub(super) fn close_chosen(state: &mut State, choice: CloseChoice, ctx: &egui::Context) {
    state.shell.dialog = None;
    let Some(open) = &mut state.shell.open else {
        return;
    };
    match choice {
        CloseChoice::Save => {
            save::save(state, true);
            return;
        }
        CloseChoice::KeepDraft => {
            let is_kept = open.draft.as_ref().is_some_and(OpenDraft::finish);
            if !is_kept {
                // What isn't on the disk would be lost, so the workflow stays open.
                let title = text("drafts.cannot_keep");
                let details = vec![text("drafts.save_instead").to_owned()];
                state.shell.notices.info(title, details);
                state.shell.after_close = None;
                return;
            }
            open.draft = None;
        }
        CloseChoice::Discard => {
            if let Some(draft) = open.draft.take() {
                let discarded = draft.discard(&state.shell.drafts);
                report(&mut state.shell, discarded);
            }
        }
    }
    end(state, ctx);
}

/// Ends the session and goes on.
fn end(state: &mut State, ctx: &egui::Context) {
    state.session = None;
    if let Some(open) = state.shell.open.take()
        && let Some(draft) = open.draft
    {
        let removed = draft.remove(&state.shell.drafts);
        report(&mut state.shell, removed);
    }
    state.shell.refresh_start();
    if let Some(next) = state.shell.after_close.take() {
        super::apply(state, *next, ctx);
    }
}
