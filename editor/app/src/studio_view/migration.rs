//! A library of old documents on its way to the present form: read, looked at, decided on, written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hartomat_api::{ApiError, LibraryDocument};
use hartomat_document::Miniature;
use hartomat_schema::MigrationOutcome;

use super::Answer;

/// A document with the picture of what it becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct MigrationRow {
    /// The document.
    pub document: LibraryDocument,
    /// Its graph; none where it was refused.
    pub miniature: Option<Miniature>,
}

impl MigrationRow {
    /// Whether there is something to write: what is in the present form already stays where it is.
    pub fn can_be_written(&self) -> bool {
        self.document.migrated.from.is_some()
    }
}

/// The wizard.
#[derive(Debug, Default)]
pub struct MigrationView {
    /// The folder with the old documents.
    pub folder: Option<PathBuf>,
    /// The folder that is written to.
    pub output: Option<PathBuf>,
    /// What becomes of each.
    pub rows: Answer<Vec<MigrationRow>>,
    /// Those that are to be written.
    pub chosen: BTreeSet<PathBuf>,
    /// The one that is looked at.
    pub shown: Option<PathBuf>,
    /// Whether they are being written.
    pub is_writing: bool,
    /// What came of writing each.
    pub written: BTreeMap<PathBuf, Result<(), ApiError>>,
}

impl MigrationView {
    /// A library that is being read. It is written beside itself unless somebody says otherwise.
    pub(super) fn reading(folder: PathBuf) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Self {
            output: Some(folder.with_file_name(format!("{name}-migrated"))),
            folder: Some(folder),
            rows: Answer::Asked(None),
            ..Self::default()
        }
    }

    /// It is read: what was converted is to be written, what needs a decision waits for one.
    pub(super) fn came(&mut self, rows: Result<Vec<MigrationRow>, ApiError>) {
        let converted = rows.iter().flatten();
        let converted =
            converted.filter(|row| row.document.migrated.outcome == MigrationOutcome::Converted);
        self.chosen = converted.map(|row| row.document.file.clone()).collect();
        self.rows.came(rows);
    }

    /// The row that is looked at: the chosen one, else the first.
    pub fn shown(&self) -> Option<&MigrationRow> {
        let rows = self.rows.known()?;
        let shown = self.shown.as_ref();
        let shown = shown.and_then(|file| rows.iter().find(|row| row.document.file == *file));
        shown.or(rows.first())
    }

    /// How many came to this.
    pub fn count(&self, outcome: MigrationOutcome) -> usize {
        let rows = self.rows.known().into_iter().flatten();
        rows.filter(|row| row.document.migrated.outcome == outcome)
            .count()
    }
}
