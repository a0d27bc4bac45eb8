//! Damage: what can be read is taken over into a new file, and the damaged one is moved aside, never
//! deleted.
//!
//! The new file is whole and synced as `.rebuilt` before the damaged one moves, so a crash in between
//! is carried through at the next start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::{Fault, Schema, backup, connection, patiently, salvage};
use crate::{StoreError, file_system};

/// What is wrong with a database.
#[derive(Debug)]
pub(super) struct Damage {
    /// In a sentence for people.
    pub(super) found: String,
    /// Whole commits are lost, so that no table can be known to be complete.
    pub(super) commits_lost: bool,
}

impl Damage {
    pub(super) fn of_file(found: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            commits_lost: false,
        }
    }

    pub(super) fn of_log(found: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            commits_lost: true,
        }
    }
}

/// What became of a damaged database.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery {
    /// What was wrong with it.
    pub found: String,
    /// Where the damaged file lies now; its write-ahead log lies next to it.
    pub quarantined: PathBuf,
    /// The backup that filled gaps.
    pub restored_from: Option<PathBuf>,
    /// What could be read of the damaged file, table by table.
    pub tables: Vec<SalvagedTable>,
    /// What is lost or was put right, in sentences for people.
    pub notes: Vec<String>,
}

/// What could be read of a table of a damaged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvagedTable {
    /// The table.
    pub table: String,
    /// Rows taken over from the damaged file.
    pub rows: u64,
    /// Whether all of the table could be read.
    pub complete: bool,
    /// Rows taken from the backup because the table wasn't complete.
    pub restored: u64,
}

/// The file next to `path` with `suffix` after its whole name.
pub(super) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Puts a sound database in the place of a damaged one.
pub(super) fn recover(
    path: &Path,
    schema: &Schema,
    damage: Damage,
) -> Result<Recovery, StoreError> {
    let doing = format!("repairing {}", path.display());
    let failed = |err| StoreError::io(&*doing, err);
    let partial = sibling(path, ".rebuilding");
    for part in ["", "-journal"] {
        backup::remove_if_there(&sibling(&partial, part)).map_err(failed)?;
    }
    let mut recovery = patiently(&doing, path, || rebuild(path, &partial, schema, &damage))?;
    // The next backup must not take the place of one that a person may still get something out of.
    let backup = sibling(path, ".backup");
    let was_needed = recovery.tables.iter().any(|table| !table.complete);
    if was_needed && recovery.restored_from.is_none() && backup.is_file() {
        let aside = quarantine(&backup).map_err(failed)?;
        let note = format!("the backup is of no use and lies at {}", aside.display());
        recovery.notes.push(note);
    }
    fs::File::open(&partial)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&partial, sibling(path, ".rebuilt")))
        .and_then(|()| file_system::sync_dir(file_system::parent(path)))
        .map_err(failed)?;
    recovery.quarantined = replace(path).map_err(failed)?;
    Ok(recovery)
}

/// Carries an interrupted repair through.
pub(super) fn finish_interrupted(path: &Path) -> Result<Option<Recovery>, StoreError> {
    if !sibling(path, ".rebuilt").exists() {
        return Ok(None);
    }
    let quarantined = replace(path)
        .map_err(|err| StoreError::io(format!("repairing {}", path.display()), err))?;
    Ok(Some(Recovery {
        found: "an earlier repair had been interrupted".to_owned(),
        quarantined,
        restored_from: None,
        tables: Vec::new(),
        notes: vec!["the repair has been completed".to_owned()],
    }))
}

fn rebuild(
    path: &Path,
    partial: &Path,
    schema: &Schema,
    damage: &Damage,
) -> Result<Recovery, Fault> {
    let backup_path = sibling(path, ".backup");
    let damaged = connection::connect_to_inspect(path);
    let says = damaged.as_ref().ok();
    // Where the file says nothing any more, the backup decides, so that it is of use.
    let version = says
        .and_then(|damaged| schema.likely_version(damaged))
        .or_else(|| backup::version(&backup_path, schema))
        .unwrap_or_else(|| schema.version());
    let mut rebuilt = connection::connect_to_build(partial)?;
    let tx = rebuilt.transaction_with_behavior(TransactionBehavior::Immediate)?;
    schema.create_at(&tx, version)?;
    let mut tables = match &damaged {
        Ok(damaged) => salvage::take_over(damaged, &tx, schema)?,
        Err(_not_a_database) => salvage::take_over(&Connection::open_in_memory()?, &tx, schema)?,
    };
    for table in &mut tables {
        table.complete &= !damage.commits_lost;
    }
    let mut restored_from = None;
    if tables.iter().any(|table| !table.complete)
        && let Some(backup) = backup::sound(&backup_path, schema, version)
    {
        salvage::fill_gaps(&backup, &tx, schema, &mut tables)?;
        restored_from = Some(backup_path);
    }
    let notes = if version == schema.version() {
        (schema.repair)(&tx, &tables)?
    } else {
        Vec::new()
    };
    tx.commit()?;
    Ok(Recovery {
        found: damage.found.clone(),
        quarantined: PathBuf::new(),
        restored_from,
        tables,
        notes,
    })
}

/// Moves the damaged file aside and the rebuilt one to its place.
fn replace(path: &Path) -> io::Result<PathBuf> {
    let quarantined = quarantine(path)?;
    fs::rename(sibling(path, ".rebuilt"), path)?;
    file_system::sync_dir(file_system::parent(path))?;
    Ok(quarantined)
}

/// Moves the file, its write-ahead log and its shared memory to the first free `.corrupt-<n>`.
fn quarantine(path: &Path) -> io::Result<PathBuf> {
    const PARTS: [&str; 3] = ["", "-wal", "-shm"];
    let is_free = |target: &PathBuf| {
        PARTS
            .iter()
            .all(|part| fs::symlink_metadata(sibling(target, part)).is_err())
    };
    let target = (1..)
        .map(|number: u32| sibling(path, &format!(".corrupt-{number}")))
        .find(is_free)
        .expect("a folder holds fewer files than there are numbers");
    for part in PARTS {
        match fs::rename(sibling(path, part), sibling(&target, part)) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
            _ => {}
        }
    }
    file_system::sync_dir(file_system::parent(path))?;
    Ok(target)
}
