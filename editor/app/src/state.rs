//! What the editor knows. Changed by [`crate::apply`] alone.

use std::sync::Arc;

use hartomat_document::OpenDocument;
use hartomat_schema::{Catalogue, Diagnostic, WorkflowValidator};

use crate::canvas::CanvasState;
use crate::shell::ShellState;

/// Everything between two frames.
pub struct State {
    /// The open workflow; none on the start screen.
    pub session: Option<Session>,
    /// What can be placed, as the backend serves it.
    pub catalogue: Arc<Catalogue>,
    /// Start screen, drafts, preferences, saving: all around the canvas.
    pub shell: ShellState,
}

/// An open workflow and how it is looked at.
pub struct Session {
    /// Document, selection and history.
    pub document: OpenDocument,
    /// View, pointer gesture and what is drawn.
    pub canvas: CanvasState,
    /// What the validator says of the document at `checked_revision`.
    pub problems: Arc<[Diagnostic]>,
    /// Document revision that `problems` are about.
    pub checked_revision: u64,
    /// The validator for the catalogue.
    pub validator: Arc<WorkflowValidator>,
}
