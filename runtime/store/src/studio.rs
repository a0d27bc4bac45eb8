//! `studio.db`: graph runs with their journals and logs, reviews, the cache's entries, saved workflows,
//! and what a server keeps: dispatch keys, the feed, CAD files and the outbox.
//!
//! An event and the record that it leads to are written in one transaction, by the schema's reducer.

mod cache;
mod cad_files;
mod calibrations;
mod dispatch;
mod feed;
mod golden;
mod logs;
mod outbox;
mod repair;
mod reviews;
mod run_filter;
mod runs;
mod workflows;

use std::path::{Path, PathBuf};
use std::time::Duration;

use hartomat_schema::{
    CacheEntry, Calibration, Digest, FrozenRun, GoldenCase, GoldenResult, OutboxEntry, Review,
    RunEvent, RunId, RunRecord, Workflow,
};

use crate::body::{any_text, document, spelled};
use crate::database::{self, Database, Schema};
use crate::log_text::{level_column, side_column};
use crate::{OpenOptions, OpenReport, StoreError};

pub use dispatch::{DispatchKey, Inserted};
pub use logs::LogFilter;
pub use reviews::ReviewFilter;
pub use run_filter::RunFilter;
pub use runs::RunRebuild;
pub use workflows::SavedWorkflow;

pub(crate) const SCHEMA: Schema = Schema {
    name: "hartomat studio",
    application_id: 0x4861_5374,
    fresh: include_str!("sql/studio.sql"),
    migrations: &[
        include_str!("sql/studio-0001.sql"),
        include_str!("sql/studio-0002.sql"),
        include_str!("sql/studio-0003.sql"),
        include_str!("sql/studio-0004.sql"),
        include_str!("sql/studio-0005.sql"),
        include_str!("sql/studio-0006.sql"),
    ],
    documents: &[
        document::<RunRecord>("run", "record"),
        document::<FrozenRun>("frozen_run", "body"),
        document::<RunEvent>("run_event", "body"),
        side_column("log_line"),
        level_column("log_line"),
        any_text("log_line", "text"),
        document::<CacheEntry>("cache_entry", "body"),
        document::<Workflow>("workflow", "body"),
        spelled::<RunId>("feed", "run"),
        any_text("dispatch_key", "actor"),
        any_text("dispatch_key", "key"),
        spelled::<Digest>("dispatch_key", "request"),
        spelled::<RunId>("dispatch_key", "run"),
        spelled::<Digest>("cad_file", "digest"),
        any_text("cad_file", "name"),
        document::<OutboxEntry>("outbox", "body"),
        document::<Review>("review", "body"),
        document::<GoldenCase>("golden_case", "body"),
        document::<GoldenResult>("golden_result", "body"),
        document::<Calibration>("calibration", "body"),
    ],
    contradictions: repair::contradictions,
    repair: |tx, _| repair::repair(tx),
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

    /// How old the backup is; none where there is none.
    pub fn backup_age(&self) -> Option<Duration> {
        self.database.backup_age()
    }

    /// Whether damage was met since it was opened. The next opening repairs it.
    pub fn is_damaged(&self) -> bool {
        self.database.is_damaged()
    }

    /// Every defect that a thorough look finds; empty when all is well.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.database.check()
    }
}
