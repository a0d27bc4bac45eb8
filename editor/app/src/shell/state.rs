//! What the shell knows. Changed by [`super::apply`] alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hartomat_schema::{Family, NodeId, OrderLineSubject, Workflow};

use super::conflict::Conflict;
use super::draft::OpenDraft;
use super::notice::Notices;
use super::start::Start;
use super::{CheckKind, Dialog, NodeBadge, Notice, Origin, ShellCommand, SubjectChoice};
use crate::backend::{BackendWorker, Checked, Connection, Connector, Library, Ticket};
use crate::drafts::DraftFolder;
use crate::files::{Dialogs, EditorFolder, FileQuestion, WriteStatus};
use crate::preferences::{Language, Preferences, PreferencesFile};
use crate::swatches::Swatches;
use hartomat_api::ApiError;

/// How the shell is started.
pub struct ShellOptions {
    /// Where preferences, drafts and copies lie.
    pub folder: EditorFolder,
    /// How the runtime is reached.
    pub connector: Box<dyn Connector>,
    /// The desktop's locale, such as `de_DE.UTF-8`.
    pub locale: Option<String>,
}

/// All around the canvas.
pub struct ShellState {
    pub(super) folder: EditorFolder,
    pub(super) locale: Option<String>,
    pub(super) preferences: Preferences,
    pub(super) preferences_file: PreferencesFile,
    pub(super) preferences_error: Option<String>,
    pub(super) worker: BackendWorker,
    pub(super) server_name: Option<String>,
    pub(super) connection: Connection,
    pub(super) library: Arc<Library>,
    /// Whether the library is the copy of an earlier session.
    pub(super) is_library_copy: bool,
    pub(super) dialogs: Dialogs,
    pub(super) drafts: DraftFolder,
    pub(super) start: Start,
    pub(super) open: Option<OpenFacts>,
    /// Copies that are being written; no save waits for them.
    pub(super) copies: BTreeSet<Ticket>,
    pub(super) dialog: Option<Dialog>,
    pub(super) notices: Notices,
    pub(super) checks: CheckState,
    pub(crate) swatches: Swatches,
    /// What to do once the open workflow is closed.
    pub(super) after_close: Option<Box<ShellCommand>>,
    /// What is being opened: shown until it is there.
    pub(super) opening: Option<String>,
    /// A CAD file for which a new workflow opens once templates are known.
    pub(super) awaits_template: Option<std::path::PathBuf>,
    pub(super) next_ticket: u64,
    pub(super) is_quitting: bool,
}

/// What is known of the open workflow beside its document.
pub struct OpenFacts {
    /// Where it lives.
    pub origin: Origin,
    /// Whether there is something to save, as of the last frame.
    pub is_dirty: bool,
    /// Whether it was said that another window has changes of it.
    pub(super) is_told_of_others: bool,
    pub(super) draft: Option<OpenDraft>,
    pub(super) saving: Option<Saving>,
    /// The document's revision at which the disk refused a draft.
    pub(super) refused_at: Option<u64>,
}

/// A save under way.
pub(super) struct Saving {
    pub(super) ticket: Ticket,
    /// What is saved.
    pub(super) workflow: Arc<Workflow>,
    /// What the document was called when it was sent; a copy in the library has a name of its own.
    pub(super) name_before: String,
    pub(super) then_close: bool,
}

/// The checks of the open workflow.
#[derive(Default)]
pub struct CheckState {
    /// What they are about; none until somebody chose.
    pub subject: Option<SubjectChoice>,
    /// The check under way.
    pub running: Option<(Ticket, CheckKind)>,
    /// What the last one found, and the document's revision that it is about.
    pub result: Option<(u64, Result<Box<Checked>, ApiError>)>,
    /// The chosen order line with what it and its output type set, where that is known.
    pub overrides: Option<Box<OrderLineSubject>>,
    pub(super) asked_revision: u64,
    pub(super) badges: BTreeMap<NodeId, NodeBadge>,
    pub(super) badges_stamp: u64,
}

impl CheckState {
    /// Whether no dry-run says anything of nodes.
    pub fn has_no_badges(&self) -> bool {
        self.badges.is_empty()
    }
}

impl ShellState {
    /// A shell that begins to connect.
    pub fn new(options: ShellOptions, ctx: &egui::Context) -> Self {
        let copy = Library::read(&options.folder.library());
        Self::with_library(options, copy, ctx)
    }

    /// The same, where the copy of the library has been read.
    pub(crate) fn with_library(
        options: ShellOptions,
        copy: Option<Library>,
        ctx: &egui::Context,
    ) -> Self {
        let ShellOptions {
            folder,
            connector,
            locale,
        } = options;
        let mut preferences_file = PreferencesFile::new(folder.preferences(), ctx);
        let read = preferences_file.read();
        let server_name = connector.name();
        let worker = BackendWorker::start(connector, Some(folder.library()), ctx.clone());
        let mut shell = Self {
            drafts: DraftFolder::new(folder.drafts()),
            is_library_copy: copy.is_some(),
            library: Arc::new(copy.unwrap_or_default()),
            folder,
            locale,
            preferences: read.preferences,
            preferences_file,
            preferences_error: None,
            worker,
            server_name,
            connection: Connection::Connecting,
            dialogs: Dialogs::new(ctx.clone()),
            start: Start::default(),
            open: None,
            copies: BTreeSet::new(),
            dialog: None,
            notices: Notices::default(),
            checks: CheckState::default(),
            swatches: Swatches::default(),
            after_close: None,
            opening: None,
            awaits_template: None,
            next_ticket: 1,
            is_quitting: false,
        };
        shell.note_damage(&read.damaged);
        shell.refresh_start();
        shell
    }

    /// Preferences.
    pub fn preferences(&self) -> &Preferences {
        &self.preferences
    }

    /// The language of texts.
    pub fn language(&self) -> Language {
        self.preferences.language.resolve(self.locale.as_deref())
    }

    /// The link to the runtime.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What there is to build from.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Whether the library is the copy of an earlier session.
    pub fn is_library_copy(&self) -> bool {
        self.is_library_copy
    }

    /// Recent workflows, templates and drafts that were left behind.
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// What is known of the open workflow.
    pub fn open(&self) -> Option<&OpenFacts> {
        self.open.as_ref()
    }

    /// The dialog that waits for an answer.
    pub fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    /// The conflict that waits for an answer.
    pub fn conflict(&self) -> Option<&Conflict> {
        match &self.dialog {
            Some(Dialog::Conflict(conflict)) => Some(conflict),
            _ => None,
        }
    }

    /// Short messages.
    pub fn notices(&self) -> &[Notice] {
        self.notices.all()
    }

    /// Checks of the open workflow.
    pub fn checks(&self) -> &CheckState {
        &self.checks
    }

    /// Pictures of materials.
    pub fn swatches(&self) -> &Swatches {
        &self.swatches
    }

    /// What is being opened.
    pub fn opening(&self) -> Option<&str> {
        self.opening.as_deref()
    }

    /// What a node wears after a dry-run.
    pub fn node_badge(&self, node: &NodeId) -> Option<NodeBadge> {
        self.checks.badges.get(node).copied()
    }

    /// Changes whenever [`Self::node_badge`] says something else.
    pub fn badges_stamp(&self) -> u64 {
        self.checks.badges_stamp
    }

    /// What to try workflows of this family on, where somebody has chosen it.
    pub fn subject(&self) -> Option<&SubjectChoice> {
        self.checks.subject.as_ref()
    }

    /// Asks a person for a file.
    pub(crate) fn ask_file(&mut self, question: FileQuestion) {
        self.dialogs.ask(question);
    }

    /// Native dialogs stand before this window.
    pub(crate) fn set_parent(&mut self, parent: crate::files::Parent) {
        self.dialogs.set_parent(parent);
    }

    /// Where preferences, drafts and copies lie.
    pub(crate) fn folder(&self) -> &EditorFolder {
        &self.folder
    }

    /// The threads behind the window.
    pub(crate) fn worker(&self) -> &BackendWorker {
        &self.worker
    }

    /// What people call the server; none for the agent of this machine.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// What a dry-run said of nodes has been overtaken.
    pub(crate) fn clear_badges(&mut self) {
        self.checks.clear_badges();
    }

    pub(crate) fn ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }
}

impl OpenFacts {
    /// How far the draft is on the disk; none while there is nothing to keep.
    pub fn draft_status(&self) -> Option<WriteStatus> {
        Some(self.draft.as_ref()?.status())
    }

    /// Whether a save is under way.
    pub fn is_saving(&self) -> bool {
        self.saving.is_some()
    }
}

/// Whether a choice suits a family.
pub(super) fn suits(subject: &SubjectChoice, family: Family) -> bool {
    match subject {
        SubjectChoice::CadFile(_) => family == Family::CadFile,
        SubjectChoice::OrderLine(_) | SubjectChoice::SampleOrderLine(_) => {
            family == Family::OrderLine
        }
    }
}
