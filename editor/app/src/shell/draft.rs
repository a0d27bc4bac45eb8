//! The draft of the open workflow: handed to its writer after each committed gesture.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hartomat_document::{Draft, DraftBase, OpenDocument};

use super::{Origin, ShellState};
use crate::backend::Ask;
use crate::drafts::{DraftContent, DraftFile, DraftFolder, DraftOrigin};
use crate::files::{BackgroundWriter, WriteStatus, now};
use crate::state::State;

/// The longest that closing waits for the disk.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// The draft of one open workflow.
pub(super) struct OpenDraft {
    /// Before the file, so that the last state is written while the lock is held.
    writer: BackgroundWriter,
    /// The same for the history, which may come after the draft.
    history: BackgroundWriter,
    file: Arc<DraftFile>,
    /// The document's revision that was handed over last.
    handed_over: Option<u64>,
    /// Whether the file has, or will have, something in it.
    holds_something: bool,
}

impl OpenDraft {
    pub(super) fn new(file: Arc<DraftFile>, wake: &egui::Context) -> Self {
        Self {
            writer: BackgroundWriter::start(file.path().to_owned(), wake.clone()),
            history: BackgroundWriter::start(file.history_path(), wake.clone()),
            file,
            handed_over: None,
            holds_something: false,
        }
    }

    /// A draft that was taken over: its file holds the document as it is at this revision.
    pub(super) fn taken(file: Arc<DraftFile>, revision: u64, wake: &egui::Context) -> Self {
        Self {
            handed_over: Some(revision),
            holds_something: true,
            ..Self::new(file, wake)
        }
    }

    pub(super) fn create(folder: &DraftFolder, wake: &egui::Context) -> io::Result<Self> {
        Ok(Self::new(Arc::new(folder.create()?), wake))
    }

    pub(super) fn status(&self) -> WriteStatus {
        self.writer.status()
    }

    /// Waits for the last state to be on the disk; says whether it is.
    pub(super) fn finish(&self) -> bool {
        // A draft without its history is a draft.
        let _history = self.history.finish(LAST_WRITE);
        self.writer.finish(LAST_WRITE).is_durable()
    }

    /// Puts it aside.
    pub(super) fn discard(self, folder: &DraftFolder) -> io::Result<()> {
        drop((self.writer, self.history));
        folder.discard(&self.file)
    }

    /// Removes it: its content is saved elsewhere, or there is none.
    pub(super) fn remove(self, folder: &DraftFolder) -> io::Result<()> {
        drop((self.writer, self.history));
        folder.remove(&self.file)
    }

    /// A save has changed what the document is edited over: the file still names what was before.
    pub(super) fn base_changed(&mut self) {
        self.handed_over = None;
    }

    /// Empties it, without waiting for the disk.
    fn clear(&mut self) {
        if self.holds_something {
            self.writer.remove();
            self.history.remove();
            self.holds_something = false;
            self.handed_over = None;
        }
    }

    fn hand_over(&mut self, document: &OpenDocument, origin: DraftOrigin) {
        self.handed_over = Some(document.revision());
        self.holds_something = true;
        let history = document.kept_history();
        self.history.put(move || history.to_text());
        let workflow = Arc::clone(document.workflow());
        let saved = document.saved().cloned();
        let last = document.history().nth(document.present());
        let changes = last
            .map(|entry| entry.label.to_string())
            .into_iter()
            .collect();
        self.writer.put(move || {
            // Digest and text are made on the writer's thread.
            let base = saved.as_ref().map(|saved| DraftBase {
                revision: saved.revision,
                digest: saved.digest(),
            });
            let draft = Draft {
                workflow,
                base,
                changes,
                at: now(),
            };
            let saved = saved.map(|saved| saved.workflow);
            DraftContent {
                draft,
                saved,
                origin,
            }
            .to_text()
        });
    }
}

/// Hands the document over where it has changed, and removes the draft where nothing is left to
/// keep. Within a gesture nothing happens: it may be aborted.
pub(super) fn follow_document(state: &mut State, ctx: &egui::Context) {
    let Some(session) = &state.session else {
        return;
    };
    let Some(open) = &mut state.shell.open else {
        return;
    };
    let document = &session.document;
    open.is_dirty = document.is_dirty();
    if document.is_in_gesture() {
        return;
    }
    if !open.is_dirty {
        // A draft that equals what is saved would only be offered for nothing.
        if let Some(draft) = &mut open.draft {
            draft.clear();
        }
        return;
    }
    let revision = document.revision();
    let origin = draft_origin(&open.origin);
    if open.draft.is_none() && !begin_draft(&mut state.shell, revision, &origin, ctx) {
        return;
    }
    if let (Some(session), Some(open)) = (&state.session, &mut state.shell.open)
        && let Some(draft) = &mut open.draft
        && draft.handed_over != Some(revision)
    {
        draft.hand_over(&session.document, origin);
    }
}

/// Makes the draft of the open workflow; says whether it is there.
fn begin_draft(
    shell: &mut ShellState,
    revision: u64,
    origin: &DraftOrigin,
    ctx: &egui::Context,
) -> bool {
    let Some(open) = &mut shell.open else {
        return false;
    };
    // A disk that refused is asked again after the next change, not in each frame.
    if open.refused_at == Some(revision) {
        return false;
    }
    match OpenDraft::create(&shell.drafts, ctx) {
        Ok(draft) => {
            // Somebody else may have begun since it was opened here.
            let own = Some(draft.file.path().to_owned());
            open.draft = Some(draft);
            let folder = shell.drafts.clone();
            shell.ask(Ask::LookElsewhere(folder, origin.clone(), own));
            true
        }
        Err(err) => {
            open.refused_at = Some(revision);
            let title = crate::messages::text("drafts.cannot_keep");
            shell.notices.error(title, &draft_error(&err));
            false
        }
    }
}

pub(super) fn draft_origin(origin: &Origin) -> DraftOrigin {
    match origin {
        Origin::New => DraftOrigin::New,
        Origin::Library { id, .. } => DraftOrigin::Library(id.clone()),
        Origin::File { path, digest } => DraftOrigin::File(path.clone(), *digest),
    }
}

pub(super) fn draft_error(err: &io::Error) -> hartomat_api::ApiError {
    hartomat_api::ApiError::from_source(hartomat_api::ErrorKind::Internal, err)
}

/// Says where putting a draft aside or removing it failed.
pub(super) fn report(shell: &mut ShellState, ended: io::Result<()>) {
    if let Err(err) = ended {
        let title = crate::messages::text("drafts.cannot_remove");
        shell.notices.error(title, &draft_error(&err));
    }
}

/// As the open workflow has it: where a restored draft belongs.
pub(super) fn origin_of(content: &DraftContent) -> Origin {
    let revision = content.draft.base.map(|base| base.revision);
    match (&content.origin, revision) {
        (DraftOrigin::Library(id), Some(revision)) => Origin::Library {
            id: id.clone(),
            revision,
        },
        (DraftOrigin::File(path, digest), _) => Origin::File {
            path: path.clone(),
            digest: *digest,
        },
        _ => Origin::New,
    }
}
