//! `legacy.db`: all that a legacy dispatch needs, the only tables of media assets and notifications, and
//! what each output type is allowed: rolling back must work when nothing else does.
//!
//! Nothing in here reads or waits for `studio.db`: legacy works when that file is damaged or gone.

mod delivery;
mod logs;
mod messages;
mod orders;
mod records;
mod rollouts;
mod runs;

use std::path::{Path, PathBuf};
use std::time::Duration;

use hartomat_schema::{
    LegacyRun, MediaAsset, Message, Notification, Order, OrderLine, OutputType, Product, Rollout,
    RolloutDecision,
};
use rusqlite::Transaction;

use crate::body::{any_text, document};
use crate::database::{self, Database, Fault, Schema};
use crate::log_text::level_column;
use crate::{OpenOptions, OpenReport, SalvagedTable, StoreError};

pub use delivery::{Delivery, MediaAssetFilter, NotificationFilter};
pub use logs::LegacyLogFilter;
pub use messages::MessageFilter;
pub use orders::OrderedLine;

pub(crate) const SCHEMA: Schema = Schema {
    name: "hartomat legacy",
    application_id: 0x4861_4c67,
    fresh: include_str!("sql/legacy.sql"),
    migrations: &[
        include_str!("sql/legacy-0001.sql"),
        include_str!("sql/legacy-0002.sql"),
        include_str!("sql/legacy-0003.sql"),
    ],
    documents: &[
        document::<Product>("product", "body"),
        document::<OutputType>("output_type", "body"),
        document::<Order>("studio_order", "body"),
        document::<OrderLine>("order_line", "body"),
        document::<Rollout>("rollout", "body"),
        document::<RolloutDecision>("rollout_decision", "body"),
        document::<LegacyRun>("legacy_run", "body"),
        level_column("legacy_log_line"),
        any_text("legacy_log_line", "text"),
        document::<MediaAsset>("media_asset", "body"),
        document::<Notification>("notification", "body"),
        document::<Message>("message", "body"),
    ],
    contradictions: |_connection| Ok(Vec::new()),
    repair,
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

    /// How old the backup is; none where there is none.
    pub fn backup_age(&self) -> Option<Duration> {
        self.database.backup_age()
    }

    /// Every defect that a thorough look finds; empty when all is well.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.database.check()
    }
}

/// Log lines of lost runs go; order lines whose product or output type is lost stay, and say so. Where
/// decisions may be lost, whether or not a backup fills the gap, no output type's graph delivers until
/// somebody decides so again: the last decision may have been to roll it back.
fn repair(tx: &Transaction<'_>, salvaged: &[SalvagedTable]) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    let has_gaps = |name: &str| {
        let mut tables = salvaged.iter();
        tables.any(|it| it.table == name && !it.complete)
    };
    if has_gaps("rollout") || has_gaps("output_type") {
        notes.extend(rollouts::hold_at_shadow(tx)?);
    }
    // A workflow without a rollout has no limit, so those that are lost can't be told from none.
    if has_gaps("rollout") {
        let note = "workflows that were rolled back lately may deliver by the graph again: \
                    roll them back once more";
        notes.push(note.to_owned());
    }
    let sql = "DELETE FROM legacy_log_line WHERE run NOT IN (SELECT id FROM legacy_run)";
    let lines = tx.execute(sql, [])?;
    if lines > 0 {
        notes.push(format!("{lines} log lines of lost legacy runs are gone"));
    }
    let sql = "SELECT id FROM order_line WHERE product NOT IN (SELECT id FROM product)
               OR output_type NOT IN (SELECT id FROM output_type) ORDER BY id";
    let mut statement = tx.prepare(sql)?;
    for id in statement.query_map([], |row| row.get::<_, String>(0))? {
        notes.push(format!(
            "the product or output type of order line {} is lost",
            id?
        ));
    }
    Ok(notes)
}
