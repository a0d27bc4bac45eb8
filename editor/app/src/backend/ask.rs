//! What the window asks for, and what comes back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use hartomat_api::{ApiError, CheckReport, DispatchRequest, DryRun, SavedWorkflow, WorkflowSave};
use hartomat_document::{KeptHistory, Miniature};
use hartomat_schema::{
    Catalogue, Diagnostic, Digest, Migration, OrderLineId, OrderLineSubject, RunId, RunState,
    Workflow, WorkflowId,
};

use super::compare::{CompareAsk, CompareEvent};
use super::runs::{RunsAsk, RunsEvent};
use super::studio::{StudioAsk, StudioEvent};
use super::{Connection, LastRun, Library};
use crate::drafts::{DraftContent, DraftFile, DraftFolder, DraftOrigin};
use crate::preferences::RecentOrigin;
use crate::shell::FoundDraft;

/// Tells which question an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Ticket(pub u64);

/// A question to the runtime or to the disk.
#[derive(Debug, Clone)]
pub enum Ask {
    /// A workflow of the library.
    Open(WorkflowId),
    /// Save over a revision of the library.
    Save(Ticket, Box<WorkflowSave>),
    /// Check a run without making it.
    Preflight(Ticket, Box<DispatchRequest>),
    /// Check a run and say what it would do.
    DryRun(Ticket, Box<DispatchRequest>),
    /// What an order line and its output type set, as its last run had it.
    Overrides(OrderLineId, WorkflowId),
    /// The newest run of a workflow, where it isn't this one in this state.
    LastRun(WorkflowId, Option<(RunId, RunState)>),
    /// The picture of a material, by its key.
    Swatch(String),
    /// About runs.
    Runs(RunsAsk),
    /// About comparisons.
    Compare(CompareAsk),
    /// About output types, orders and rollouts.
    Studio(StudioAsk),
    /// Write the bundled sample below this folder.
    WriteSample(PathBuf),
    /// Read a file of this machine: a workflow, or an old form of one.
    ReadFile(PathBuf, Arc<Catalogue>),
    /// Write a workflow to a file of this machine.
    WriteFile {
        /// Whose answer it is.
        ticket: Ticket,
        /// The file.
        path: PathBuf,
        /// The document.
        workflow: Arc<Workflow>,
        /// What the file held when it was read; `None` writes over whatever there is.
        expected: Option<Digest>,
    },
    /// Write a copy for the picture of a recent workflow.
    WriteCopy(PathBuf, Arc<Workflow>),
    /// Read the copies of recent workflows for their pictures.
    ReadPictures(Vec<(RecentOrigin, PathBuf)>, Arc<Catalogue>),
    /// Look for drafts that were left behind.
    ReadDrafts(DraftFolder, Arc<Catalogue>),
    /// Put a draft aside.
    DiscardDraft(DraftFolder, PathBuf),
    /// Take a draft over.
    ReadDraft(DraftFolder, PathBuf),
    /// Whether another window has changes of a workflow, beside the draft of this one.
    LookElsewhere(DraftFolder, DraftOrigin, Option<PathBuf>),
}

/// A check's result.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {
    /// Of a preflight.
    Preflight(CheckReport),
    /// Of a dry-run.
    DryRun(DryRun),
}

/// What a file turned out to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenedFile {
    /// A workflow, and the digest of the file's bytes.
    Current(Box<Workflow>, Digest),
    /// An old form, migrated.
    Migrated(Box<Migration>),
    /// Nothing that can be opened; why.
    Refused(Vec<Diagnostic>),
}

/// How writing a file ended.
#[derive(Debug, Clone, PartialEq)]
pub enum SavedFile {
    /// It holds the document now; the digest of its bytes.
    Written(Digest),
    /// Somebody else has written it since; what it holds now, where that can be read.
    Changed(Option<Box<Workflow>>, Digest),
}

/// A draft that is this window's now.
#[derive(Debug, Clone)]
pub struct TakenDraft {
    /// Its file, with the lock.
    pub file: Arc<DraftFile>,
    /// What is in it.
    pub content: DraftContent,
    /// The steps that led to it, as far as they were kept.
    pub history: Option<KeptHistory>,
}

/// Something that a thread has to say.
#[derive(Debug, Clone)]
pub enum BackendEvent {
    /// The link has changed.
    Connection(Connection),
    /// What there is to build from has changed.
    Library(Arc<Library>),
    /// A workflow of the library.
    Opened(WorkflowId, Result<Box<SavedWorkflow>, ApiError>),
    /// A save has ended.
    Saved(Ticket, Result<Box<SavedWorkflow>, ApiError>),
    /// A check has ended.
    Checked(Ticket, Result<Box<Checked>, ApiError>),
    /// The newest run of a workflow.
    LastRun(WorkflowId, Box<LastRun>),
    /// About runs.
    Runs(RunsEvent),
    /// About comparisons.
    Compare(CompareEvent),
    /// About output types, orders and rollouts.
    Studio(StudioEvent),
    /// The bundled sample lies here, or couldn't be written.
    SampleWritten(Result<PathBuf, ApiError>),
    /// What an order line and its output type set; nothing where it never ran.
    Overrides(OrderLineId, Option<Box<OrderLineSubject>>),
    /// The picture of a material; none where the runtime has none.
    Swatch(String, Option<Arc<egui::ColorImage>>),
    /// A file was read.
    FileRead(PathBuf, Result<OpenedFile, ApiError>),
    /// A file was written, or not.
    FileWritten(Ticket, PathBuf, Result<SavedFile, ApiError>),
    /// Pictures of recent workflows.
    Pictures(BTreeMap<RecentOrigin, Miniature>),
    /// Drafts that were left behind.
    Drafts(Vec<FoundDraft>),
    /// Another window has changes of a workflow.
    EditedElsewhere(DraftOrigin),
    /// A draft was put aside, or not.
    DraftDiscarded(PathBuf, Result<(), ApiError>),
    /// A draft was taken over, or not.
    DraftTaken(PathBuf, Result<Box<TakenDraft>, ApiError>),
}
