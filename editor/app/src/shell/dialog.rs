//! What waits for an answer before anything else goes on.

use std::path::PathBuf;

use hartomat_schema::{Diagnostic, Migration};

use super::Conflict;

/// A question to the person.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// The open workflow has changes and is to be closed.
    Close,
    /// Under which name, and where.
    SaveAs,
    /// Which workflow of the library.
    Open,
    /// Somebody else has saved meanwhile.
    Conflict(Box<Conflict>),
    /// An old form was read; what came of it.
    Import {
        /// The file.
        path: PathBuf,
        /// The workflow and the notes.
        migration: Box<Migration>,
    },
    /// A file that can't be opened, and all that is wrong with it.
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        diagnostics: Vec<Diagnostic>,
    },
    /// Theme, language, keys.
    Preferences,
    /// All keys, to be changed.
    Keys,
}
