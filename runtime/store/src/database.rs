//! One SQLite file: a connection for writing, one for reading, and waiting in place of `SQLITE_BUSY`.
//!
//! Every write goes through [`Database::write`], which begins with the write lock (a read that turns
//! into a write fails at once when somebody else wrote in between, whatever the busy timeout).

mod backup;
mod connection;
mod log_audit;
mod migration;
mod open_lock;
mod opening;
mod recovery;
mod salvage;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{StoreError, file_system};

pub(crate) use connection::connect_to_inspect;
pub(crate) use migration::{Document, Schema, has_table};
pub(crate) use opening::open;
pub use opening::{OpenOptions, OpenReport};
pub use recovery::{Recovery, SalvagedTable};

use open_lock::OpenLock;

/// How long we wait for another process before the caller hears of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause between two tries, for the few cases in which SQLite doesn't wait by itself.
const PAUSE: Duration = Duration::from_millis(10);
/// A backup is begun where so many copies of the database fit.
const ROOM_PER_BACKUP: u64 = 2;

/// An open database file. Fields are dropped in this order: the lock outlives the connections.
pub(crate) struct Database {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    path: PathBuf,
    is_damaged: AtomicBool,
    lock: OpenLock,
}

/// What can go wrong inside a transaction: SQLite's errors get their words from [`Database`].
pub(crate) enum Fault {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(err: rusqlite::Error) -> Self {
        Self::Sqlite(err)
    }
}

impl From<StoreError> for Fault {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

impl Fault {
    fn named(self, doing: &str, path: &Path) -> StoreError {
        match self {
            Self::Store(err) => err,
            Self::Sqlite(err) => StoreError::sqlite(doing, err, || {
                file_system::has_room(file_system::parent(path))
            }),
        }
    }
}

impl Database {
    /// Runs `work` in a transaction that holds the write lock from its beginning. All or nothing;
    /// `work` runs again when another process was in the way.
    pub(crate) fn write<T>(
        &self,
        doing: &str,
        work: impl Fn(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let mut connection = hold(&self.writer);
        self.watch(patiently(doing, &self.path, || {
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        }))
    }

    /// Runs `work` on one consistent state of the database.
    pub(crate) fn read<T>(
        &self,
        doing: &str,
        work: impl Fn(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let mut connection = hold(&self.reader);
        self.watch(patiently(doing, &self.path, || {
            let tx = connection.transaction()?;
            work(&tx)
        }))
    }

    /// Runs `work`, which reads for long, on one consistent state through a connection of its own, so
    /// that nobody waits for it.
    pub(crate) fn read_apart<T>(
        &self,
        doing: &str,
        work: impl Fn(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        self.watch(patiently(doing, &self.path, || {
            let mut connection = connection::connect_reader(&self.path)?;
            let tx = connection.transaction()?;
            work(&tx)
        }))
    }

    /// Copies the whole database next to itself as the backup that recovery fills gaps from. Takes its
    /// own connection, so nobody waits for it. A damaged database never takes a good backup's place, and
    /// a copy that would fill the volume isn't begun.
    pub(crate) fn backup(&self) -> Result<PathBuf, StoreError> {
        let doing = format!("backing up {}", self.path.display());
        if self.is_damaged() {
            return Err(StoreError::Corrupt {
                what: self.path.display().to_string(),
                found: "damage was met since it was opened".to_owned(),
            });
        }
        let size = std::fs::metadata(&self.path).map_or(0, |data| data.len());
        let free = file_system::free_bytes(file_system::parent(&self.path));
        if free.is_some_and(|free| free < size.saturating_mul(ROOM_PER_BACKUP)) {
            return Err(StoreError::DiskFull { doing });
        }
        let copied = patiently(&doing, &self.path, || connection::connect(&self.path))
            .and_then(|connection| backup::make(&connection, &self.path, ".backup"));
        self.watch(copied)
    }

    /// How old the backup is; none where there is none.
    pub(crate) fn backup_age(&self) -> Option<Duration> {
        let backup = std::fs::metadata(recovery::sibling(&self.path, ".backup"));
        backup.ok()?.modified().ok()?.elapsed().ok()
    }

    /// Every defect that SQLite can find; empty when all is well.
    pub(crate) fn check(&self) -> Result<Vec<String>, StoreError> {
        let connection = hold(&self.reader);
        self.watch(patiently("checking the database", &self.path, || {
            let mut found = connection::complaints(&connection, "integrity_check(20)")?;
            let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (table, other): (String, String) = (row.get(0)?, row.get(2)?);
                found.push(format!("a row of {table} refers to no row of {other}"));
            }
            Ok(found)
        }))
    }

    /// Whether damage was met since it was opened.
    pub(crate) fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }

    /// Damage that is met on the way is looked into at the next start.
    fn watch<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Corrupt { .. })) {
            self.is_damaged.store(true, Ordering::Relaxed);
            self.lock.suspect();
        }
        result
    }
}

/// Tries until it works, fails for another reason than a busy database, or patience ends.
pub(crate) fn patiently<T>(
    doing: &str,
    path: &Path,
    mut attempt: impl FnMut() -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let begin = Instant::now();
    loop {
        match attempt().map_err(|fault| fault.named(doing, path)) {
            Err(StoreError::Busy { .. }) if begin.elapsed() < PATIENCE => thread::sleep(PAUSE),
            result => return result,
        }
    }
}

/// A panic in the middle of a transaction has rolled it back, so the connection is still good.
fn hold(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
