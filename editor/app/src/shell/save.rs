//! Saving: over the revision that the author has seen, and never over somebody else's work.

use std::path::PathBuf;
use std::sync::Arc;

use hartomat_api::{ApiError, SavedWorkflow, WorkflowConflict, WorkflowSave};
use hartomat_document::{Edit, OpenDocument};
use hartomat_schema::{Catalogue, Diagnostic, Digest, Workflow};

use super::conflict::TheirVersion;
use super::notice::sentence;
use super::state::Saving;
use super::{Conflict, ConflictChoice, Dialog, Origin, ShellState, open};
use crate::backend::{Ask, SavedFile, Ticket};
use crate::files::new_workflow_id;
use crate::messages::{text, text_with};
use crate::state::State;

/// Where a save goes and what it may take the place of.
enum Target {
    Library {
        expected_revision: u64,
    },
    File {
        path: PathBuf,
        expected: Option<Digest>,
    },
}

/// Saves where the workflow lives.
pub(super) fn save(state: &mut State, then_close: bool) {
    let Some(open) = &state.shell.open else {
        return;
    };
    let target = match &open.origin {
        Origin::New => Target::Library {
            expected_revision: 0,
        },
        Origin::Library { revision, .. } => Target::Library {
            expected_revision: *revision,
        },
        Origin::File { path, digest } => Target::File {
            path: path.clone(),
            expected: *digest,
        },
    };
    send(state, target, then_close);
}

fn send(state: &mut State, target: Target, then_close: bool) {
    let Some(session) = &mut state.session else {
        return;
    };
    let ticket = state.shell.ticket();
    let Some(open) = &mut state.shell.open else {
        return;
    };
    // Two saves at once would be in each other's way.
    if open.saving.is_some() {
        return;
    }
    session.document.commit_gesture();
    let workflow = Arc::clone(session.document.workflow());
    open.saving = Some(Saving {
        ticket,
        workflow: Arc::clone(&workflow),
        is_copy: false,
        then_close,
    });
    state.shell.ask(match target {
        Target::Library { expected_revision } => {
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

/// Saves in the library as a workflow of its own, and goes on with that.
pub(super) fn save_as_library(state: &mut State, name: &str) {
    state.shell.dialog = None;
    if become_another(state, name) {
        send(
            state,
            Target::Library {
                expected_revision: 0,
            },
            false,
        );
    }
}

/// Gives the open workflow an identity and a name of its own; the history stays.
fn become_another(state: &mut State, name: &str) -> bool {
    let (Some(session), Some(open)) = (&mut state.session, &mut state.shell.open) else {
        return false;
    };
    session.document.commit_gesture();
    let mut workflow = Workflow::clone(session.document.workflow());
    workflow.id = new_workflow_id();
    workflow.name = name.to_owned();
    if !replace(
        &mut session.document,
        workflow,
        text("history.became_another"),
        &state.catalogue,
    ) {
        return false;
    }
    open.origin = Origin::New;
    true
}

/// One step of the history from the present document to another one.
fn replace(
    document: &mut OpenDocument,
    workflow: Workflow,
    why: &str,
    catalogue: &Catalogue,
) -> bool {
    let edit = Edit::Replace {
        workflow: Arc::new(workflow),
        why: why.to_owned(),
    };
    document.apply(&edit, catalogue).is_ok()
}

/// Saves to a file, and goes on with that. A person has chosen the file, and the dialog has asked
/// whether it may be written over.
pub(super) fn save_as_file(state: &mut State, path: PathBuf) {
    state.shell.dialog = None;
    if let Some(open) = &mut state.shell.open {
        open.origin = Origin::File {
            path: path.clone(),
            digest: None,
        };
    }
    send(
        state,
        Target::File {
            path,
            expected: None,
        },
        false,
    );
}

/// Writes a copy to a file; the open workflow lives where it lived.
pub(super) fn export(state: &mut State, path: PathBuf) {
    let ticket = state.shell.ticket();
    let Some(session) = &state.session else {
        return;
    };
    let workflow = Arc::clone(session.document.workflow());
    if let Some(open) = &mut state.shell.open {
        let workflow = Arc::clone(&workflow);
        open.saving = Some(Saving {
            ticket,
            workflow,
            is_copy: true,
            then_close: false,
        });
    }
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
    let Some(saving) = take_saving(state, ticket) else {
        return;
    };
    match written {
        Ok(SavedFile::Written(digest)) => {
            let shown = path.display().to_string();
            let title = text_with("files.saved_as", &[("path", &shown)]);
            state.shell.notices.good(title);
            if !saving.is_copy {
                let digest = Some(digest);
                settle(state, saving, Origin::File { path, digest }, 0, ctx);
            }
        }
        Ok(SavedFile::Changed(theirs, digest)) => {
            let theirs = theirs.map(|theirs| Arc::new(*theirs));
            show_conflict(state, saving.workflow, theirs, TheirVersion::Bytes(digest));
        }
        Err(err) => save_failed(&mut state.shell, &err),
    }
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
    session
        .document
        .mark_saved(revision, Arc::clone(&saving.workflow));
    state.shell.remember(&origin, &saving.workflow);
    if let Some(open) = &mut state.shell.open {
        open.origin = origin;
    }
    if saving.then_close {
        open::end(state, ctx);
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
            expected_revision: *revision,
        },
        (TheirVersion::Gone, _) => Target::Library {
            expected_revision: 0,
        },
        (TheirVersion::Bytes(digest), Origin::File { path, .. }) => Target::File {
            path: path.clone(),
            expected: Some(*digest),
        },
        (TheirVersion::Bytes(_), _) => return,
    };
    send(state, target, false);
}

/// Theirs takes the document's place as one step: undo brings mine back.
fn take_theirs(state: &mut State, conflict: &Conflict) {
    let (Some(session), Some(open)) = (&mut state.session, &mut state.shell.open) else {
        return;
    };
    let Some(theirs) = &conflict.theirs else {
        return;
    };
    if !replace(
        &mut session.document,
        Workflow::clone(theirs),
        text("history.took_theirs"),
        &state.catalogue,
    ) {
        return;
    }
    let revision = match (&conflict.their_version, &mut open.origin) {
        (TheirVersion::Revision(theirs), Origin::Library { revision, .. }) => {
            *revision = *theirs;
            *theirs
        }
        (TheirVersion::Bytes(theirs), Origin::File { digest, .. }) => {
            *digest = Some(*theirs);
            0
        }
        _ => 0,
    };
    session.document.mark_saved(revision, Arc::clone(theirs));
}
