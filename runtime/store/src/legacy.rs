//! `legacy.db`: all that a legacy dispatch needs, and the only tables of media assets and notifications.
//!
//! Nothing in here reads or waits for `studio.db`: legacy works when that file is damaged or gone.

mod delivery;
mod logs;
mod records;
mod runs;

use std::path::{Path, PathBuf};

use crate::database::{self, Database, Schema};
use crate::{OpenOptions, OpenReport, StoreError};

pub use delivery::{Delivery, MediaAssetFilter, NotificationFilter};
pub use logs::LegacyLogFilter;

pub(crate) const SCHEMA: Schema = Schema {
    name: "hartomat legacy",
    application_id: 0x4861_4c67,
    fresh: include_str!("sql/legacy.sql"),
    migrations: &[include_str!("sql/legacy-0001.sql")],
};

/// The database of the legacy side. Any number of threads and processes may use one file.
pub struct LegacyDb {
    database: Database,
}

impl LegacyDb {
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
