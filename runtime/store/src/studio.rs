//! `studio.db`: graph runs with their journals and logs, the cache's entries, and saved workflows.
//!
//! An event and the record that it leads to are written in one transaction, by the schema's reducer.

mod cache;
mod logs;
mod repair;
mod runs;
mod workflows;

use std::path::{Path, PathBuf};

use hartomat_schema::{CacheEntry, FrozenRun, RunEvent, RunRecord, Workflow};

use crate::body::document;
use crate::database::{self, Database, Schema};
use crate::log_text::{level_column, side_column, text_column};
use crate::{OpenOptions, OpenReport, StoreError};

pub use logs::LogFilter;
pub use runs::{RunFilter, RunRebuild};
pub use workflows::SavedWorkflow;

pub(crate) const SCHEMA: Schema = Schema {
    name: "hartomat studio",
    application_id: 0x4861_5374,
    fresh: include_str!("sql/studio.sql"),
    migrations: &[include_str!("sql/studio-0001.sql")],
    documents: &[
        document::<RunRecord>("run", "record"),
        document::<FrozenRun>("frozen_run", "body"),
        document::<RunEvent>("run_event", "body"),
        side_column("log_line"),
        level_column("log_line"),
        text_column("log_line"),
        document::<CacheEntry>("cache_entry", "body"),
        document::<Workflow>("workflow", "body"),
    ],
    contradictions: repair::contradictions,
    repair: repair::repair,
};

/// The database of the graph side. Any number of threads and processes may use one file.
pub struct StudioDb {
    database: Database,
}

impl StudioDb {
    /// Opens or makes the file. Damage is repaired as far as it goes, and told in the report.
    pub fn open(
        path: impl AsRef<Path>,
        options: &OpenOptions,
    ) -> Result<(Self, OpenReport), StoreError> {
        let (database, report) = database::open(path.as_ref(), &SCHEMA, options)?;
        Ok((Self { database }, report))
    }

    /// Copies the database to `<file>.backup`, from which a damaged one is restored.
    pub fn backup(&self) -> Result<PathBuf, StoreError> {
        self.database.backup()
    }

    /// Every defect that a thorough look finds; empty when all is well.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.database.check()
    }
}
