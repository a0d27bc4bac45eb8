//! Saving: over the revision that the author has seen, and never over somebody else's work.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{ApiError, SavedWorkflow, WorkflowConflict, WorkflowSave};
use hartomat_document::Edit;
use hartomat_schema::{Diagnostic, Digest, Workflow, WorkflowId};

use super::conflict::TheirVersion;
use super::notice::sentence;
use super::state::Saving;
use super::{Conflict, ConflictChoice, Dialog, NoticeLevel, Origin, ShellState, open};
use crate::backend::{Ask, SavedFile, Ticket};
use crate::files::new_workflow_id;
use crate::messages::{text, text_with};
use crate::state::State;

/// Where a save goes and what it may take the place of.
enum Target {
    /// The revision belongs to this workflow, whichever identity the document has.
    Library {
        id: WorkflowId,
        expected_revision: u64,
    },
    File {
        path: PathBuf,
        expected: Option<Digest>,
    },
}

/// Saves where the workflow lives.
pub(super) fn save(state: &mut State, then_close: bool) {
    let (Some(session), Some(open)) = (&state.session, &state.shell.open) else {
        return;
    };
    let target = match &open.origin {
        Origin::New => Target::Library {
            id: session.document.workflow().id.clone(),
            expected_revision: 0,
        },
        Origin::Library { id, revision } => Target::Library {
            id: id.clone(),
            expected_revision: *revision,
        },
        Origin::File { path, digest } => Target::File {
            path: path.clone(),
            expected: *digest,
        },
    };
    send(state, target, None, then_close);
}

/// Sends the document to where it goes, under another name where one is given.
fn send(state: &mut State, target: Target, name: Option<&str>, then_close: bool) {
    let Some(session) = &mut state.session else {
        return;
    };
    let ticket = state.shell.ticket();
    let Some(open) = &mut state.shell.open else {
        return;
    };
    // Two saves at once would be in each other's way.
    if let Some(saving) = &mut open.saving {
        saving.then_close |= then_close;
        if !then_close {
            let title = text("files.still_saving").to_owned();
            state.shell.notify(NoticeLevel::Refused, title, Vec::new());
        }
        return;
    }
    session.document.commit_gesture();
    let mut workflow = Arc::clone(session.document.workflow());
    let name_before = workflow.name.clone();
    if let Target::Library { id, .. } = &target
        && workflow.id != *id
    {
        Arc::make_mut(&mut workflow).id = id.clone();
    }
    if let Some(name) = name {
        Arc::make_mut(&mut workflow).name = name.to_owned();
    }
    open.saving = Some(Saving {
        ticket,
        workflow: Arc::clone(&workflow),
        name_before,
        then_close,
    });
    state.shell.ask(match target {
        Target::Library {
            expected_revision, ..
        } => {
            let save = WorkflowSave {
                workflow: (*workflow).clone(),
                expected_revision,
                catalogue_etag: Some(state.catalogue.etag),
            };
            Ask::Save(ticket, Box::new(save))
        }
        Target::File { path, expected } => Ask::WriteFile {
            ticket,
            path,
            workflow,
            expected,
        },
    });
}

/// Saves in the library as a workflow of its own, and goes on with that once it is saved.
pub(super) fn save_as_library(state: &mut State, name: &str) {
    state.shell.dialog = None;
    let target = Target::Library {
        id: new_workflow_id(),
        expected_revision: 0,
    };
    send(state, target, Some(name), false);
}

/// Saves to a file, and goes on with that once it is written. A person has chosen the file, and the
/// dialog has asked whether it may be written over.
pub(super) fn save_as_file(state: &mut State, path: PathBuf) {
    state.shell.dialog = None;
    if path.to_str().is_none() {
        state.shell.refuse_name(&path);
        return;
    }
    let target = Target::File {
        path,
        expected: None,
    };
    send(state, target, None, false);
}

/// Writes a copy to a file; the open workflow lives where it lived, and its saves go on.
pub(super) fn export(state: &mut State, path: PathBuf) {
    let ticket = state.shell.ticket();
    let Some(session) = &state.session else {
        return;
    };
    let workflow = Arc::clone(session.document.workflow());
    state.shell.copies.insert(ticket);
    state.shell.ask(Ask::WriteFile {
        ticket,
        path,
        workflow,
        expected: None,
    });
}

/// Takes the save that this answer is about; none where the session is another one.
fn take_saving(state: &mut State, ticket: Ticket) -> Option<Saving> {
    let open = state.shell.open.as_mut()?;
    open.saving.take_if(|saving| saving.ticket == ticket)
}

/// A save in the library has ended.
pub(super) fn library_saved(
    state: &mut State,
    ticket: Ticket,
    saved: Result<Box<SavedWorkflow>, ApiError>,
    ctx: &egui::Context,
) {
    let Some(saving) = take_saving(state, ticket) else {
        return;
    };
    match saved {
        Ok(saved) => {
            let origin = Origin::Library {
                id: saved.workflow.id.clone(),
                revision: saved.revision,
            };
            let name = saved.workflow.name.clone();
            settle(state, saving, origin, saved.revision, ctx);
            let shell = &mut state.shell;
            shell
                .notices
                .good(text_with("files.saved", &[("name", &name)]));
            show_remarks(shell, &saved.remarks);
            shell.worker.refresh_library();
        }
        Err(ApiError {
            conflict: Some(conflict),
            ..
        }) => {
            let WorkflowConflict { current, .. } = *conflict;
            let (theirs, their_version) = match current {
                Some(current) => {
                    let version = TheirVersion::Revision(current.revision);
                    (Some(Arc::new(current.workflow)), version)
                }
                None => (None, TheirVersion::Gone),
            };
            show_conflict(state, saving.workflow, theirs, their_version);
        }
        Err(err) => save_failed(&mut state.shell, &err),
    }
}

/// Writing a file has ended.
pub(super) fn file_written(
    state: &mut State,
    ticket: Ticket,
    path: PathBuf,
    written: Result<SavedFile, ApiError>,
    ctx: &egui::Context,
) {
    if state.shell.copies.remove(&ticket) {
        match written {
            Ok(_) => say_where(&mut state.shell, &path),
            Err(err) => state.shell.notices.error(text("files.cannot_save"), &err),
        }
        return;
    }
    let Some(saving) = take_saving(state, ticket) else {
        return;
    };
    match written {
        Ok(SavedFile::Written(digest)) => {
            say_where(&mut state.shell, &path);
            let digest = Some(digest);
            settle(state, saving, Origin::File { path, digest }, 0, ctx);
        }
        Ok(SavedFile::Changed(theirs, digest)) => {
            let theirs = theirs.map(|theirs| Arc::new(*theirs));
            show_conflict(state, saving.workflow, theirs, TheirVersion::Bytes(digest));
        }
        Err(err) => save_failed(&mut state.shell, &err),
    }
}

fn say_where(shell: &mut ShellState, path: &Path) {
    let path = path.display().to_string();
    let title = text_with("files.saved_as", &[("path", &path)]);
    shell.notices.good(title);
}

fn save_failed(shell: &mut ShellState, err: &ApiError) {
    shell.after_close = None;
    let err = err.clone().hint(text("files.draft_is_kept"));
    shell.notices.error(text("files.cannot_save"), &err);
}

/// The document is saved: it lives there now.
fn settle(state: &mut State, saving: Saving, origin: Origin, revision: u64, ctx: &egui::Context) {
    let Some(session) = &mut state.session else {
        return;
    };
    let Saving {
        workflow,
        name_before,
        then_close,
        ..
    } = saving;
    // Not before: a save as another workflow that fails leaves the document what it was.
    session
        .document
        .become_another(&workflow.id, [&name_before, &workflow.name]);
    session.document.mark_saved(revision, Arc::clone(&workflow));
    state.shell.remember(&origin, &workflow);
    if let Some(open) = &mut state.shell.open {
        open.origin = origin;
        if let Some(draft) = &mut open.draft {
            draft.base_changed();
        }
    }
    if then_close {
        // Asks again where something was changed after the answer.
        let then = state.shell.after_close.take().map(|command| *command);
        open::close(state, then, ctx);
    }
}

/// What the runtime says of a save that it took.
pub(super) fn show_remarks(shell: &mut ShellState, remarks: &[Diagnostic]) {
    // Findings about the graph stand in the problems panel; only what is about the save is news.
    let about_save = remarks
        .iter()
        .filter(|remark| remark.code == "catalogue_changed");
    for remark in about_save {
        let details = vec![sentence(&remark.fix)];
        shell.notices.info(sentence(&remark.message), details);
    }
}

fn show_conflict(
    state: &mut State,
    mine: Arc<Workflow>,
    theirs: Option<Arc<Workflow>>,
    their_version: TheirVersion,
) {
    state.shell.after_close = None;
    let saved = state
        .session
        .as_ref()
        .and_then(|session| session.document.saved());
    let base = saved.map(|saved| Arc::clone(&saved.workflow));
    state.shell.dialog = Some(Dialog::Conflict(Box::new(Conflict {
        mine,
        theirs,
        base,
        their_version,
    })));
}

/// Which version goes on is decided.
pub(super) fn conflict_chosen(state: &mut State, choice: ConflictChoice) {
    let Some(Dialog::Conflict(conflict)) = state.shell.dialog.take() else {
        return;
    };
    match choice {
        ConflictChoice::KeepMine => keep_mine(state, &conflict),
        ConflictChoice::TakeTheirs => take_theirs(state, &conflict),
        ConflictChoice::SaveCopy => {
            let name = text_with("conflict.copy_name", &[("name", &conflict.mine.name)]);
            save_as_library(state, &name);
        }
    }
}

fn keep_mine(state: &mut State, conflict: &Conflict) {
    let Some(open) = &state.shell.open else {
        return;
    };
    let target = match (&conflict.their_version, &open.origin) {
        (TheirVersion::Revision(revision), _) => Target::Library {
            id: conflict.mine.id.clone(),
            expected_revision: *revision,
        },
        (TheirVersion::Gone, _) => Target::Library {
            id: conflict.mine.id.clone(),
            expected_revision: 0,
        },
        (TheirVersion::Bytes(digest), Origin::File { path, .. }) => Target::File {
            path: path.clone(),
            expected: Some(*digest),
        },
        (TheirVersion::Bytes(_), _) => return,
    };
    send(state, target, None, false);
}

/// Theirs takes the document's place as one step: undo brings mine back.
fn take_theirs(state: &mut State, conflict: &Conflict) {
    let (Some(session), Some(open)) = (&mut state.session, &mut state.shell.open) else {
        return;
    };
    let Some(theirs) = &conflict.theirs else {
        return;
    };
    let edit = Edit::Replace {
        workflow: Arc::clone(theirs),
        why: text("history.took_theirs").to_owned(),
    };
    if session.document.apply(&edit, &state.catalogue).is_err() {
        return;
    }
    let revision = match (&conflict.their_version, &mut open.origin) {
        // Also of a document that counts as new, since the answer to its first save was lost.
        (TheirVersion::Revision(revision), origin) => {
            *origin = Origin::Library {
                id: theirs.id.clone(),
                revision: *revision,
            };
            *revision
        }
        (TheirVersion::Bytes(theirs), Origin::File { digest, .. }) => {
            *digest = Some(*theirs);
            0
        }
        _ => 0,
    };
    session.document.mark_saved(revision, Arc::clone(theirs));
}
