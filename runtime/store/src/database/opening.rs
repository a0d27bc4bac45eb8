//! Opening a database file: look at it while we are alone, repair or migrate it, then let others in.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use rusqlite::TransactionBehavior;

use super::migration::{Content, Schema};
use super::open_lock::{Left, OpenLock};
use super::recovery::{self, Damage, Recovery, SalvagedTable};
use super::{Database, Fault, backup, connection, log_audit, patiently, salvage};
use crate::{StoreError, file_system};

/// How a database is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Look thoroughly for damage even after an orderly closing. Reads the whole file.
    pub check: bool,
}

/// What was found and done at opening.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenReport {
    /// The file wasn't there and was made.
    pub created: bool,
    /// The last process was killed, or lost power, before it closed the database.
    pub left_open: bool,
    /// The file was looked through for damage.
    pub checked: bool,
    /// The schema version that the file had, when it was older than ours.
    pub migrated_from: Option<u32>,
    /// The copy that was made before the migration.
    pub backup: Option<PathBuf>,
    /// The file was damaged: what was found, kept and lost.
    pub recovery: Option<Recovery>,
}

/// What a look at the file says.
#[derive(Debug)]
enum State {
    Empty,
    Sound { version: u32 },
    Damaged(Damage),
}

/// How thoroughly to look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// At the header.
    Glance,
    /// At the structure.
    Quick,
    /// At every row too.
    Deep,
}

pub(crate) fn open(
    path: &Path,
    schema: &Schema,
    options: &OpenOptions,
) -> Result<(Database, OpenReport), StoreError> {
    let dir = file_system::parent(path);
    std::fs::create_dir_all(dir)
        .map_err(|err| StoreError::io(format!("making the folder {}", dir.display()), err))?;
    file_system::refuse_network(dir)?;
    let (lock, alone) = OpenLock::acquire(path)?;
    let report = if alone {
        let report = prepare(path, schema, options, &lock)?;
        lock.share()?;
        report
    } else {
        check_version(path, schema)?;
        OpenReport::default()
    };
    let doing = format!("opening {}", path.display());
    let writer = patiently(&doing, path, || connection::connect(path))?;
    let reader = patiently(&doing, path, || connection::connect_reader(path))?;
    let database = Database {
        writer: Mutex::new(writer),
        reader: Mutex::new(reader),
        path: path.to_owned(),
        is_damaged: AtomicBool::new(false),
        lock,
    };
    Ok((database, report))
}

/// Makes the file one with the latest schema, whatever it was. We are alone with it.
fn prepare(
    path: &Path,
    schema: &Schema,
    options: &OpenOptions,
    lock: &OpenLock,
) -> Result<OpenReport, StoreError> {
    let left = lock.left();
    let thoroughness = match left {
        _ if options.check => Look::Deep,
        Left::Suspect => Look::Deep,
        Left::Open => Look::Quick,
        Left::Closed => Look::Glance,
    };
    let mut report = OpenReport {
        left_open: left != Left::Closed,
        checked: thoroughness != Look::Glance,
        recovery: recovery::finish_interrupted(path)?,
        ..OpenReport::default()
    };
    let mut state = look_alone(path, schema, thoroughness)?;
    // A new database would soon be copied over the last that is left of the old one.
    if matches!(state, State::Empty) && recovery::sibling(path, ".backup").is_file() {
        let found = "the database file is gone, its backup is there";
        state = State::Damaged(Damage::of_log(found));
    }
    if let State::Damaged(damage) = state {
        report.recovery = Some(recovery::recover(path, schema, damage)?);
        state = look_alone(path, schema, Look::Quick)?;
    }
    match state {
        State::Empty => {
            create(path, schema)?;
            report.created = true;
        }
        State::Sound { version } if version < schema.version() => {
            report.backup = Some(migrate(path, schema, version)?);
            report.migrated_from = Some(version);
            if let Some(recovery) = &mut report.recovery {
                let notes = repair(path, schema, &recovery.tables)?;
                recovery.notes.extend(notes);
            }
        }
        State::Sound { .. } => {}
        State::Damaged(damage) => return Err(damaged(path, damage)),
    }
    Ok(report)
}

/// Looks at the write-ahead log of a killed process too, before SQLite replays it.
fn look_alone(path: &Path, schema: &Schema, thoroughness: Look) -> Result<State, StoreError> {
    let log = recovery::sibling(path, "-wal");
    let doing = format!("looking at {}", log.display());
    match log_audit::damage(&log).map_err(|err| StoreError::io(doing, err))? {
        Some(found) => Ok(State::Damaged(Damage::of_log(found))),
        None => look(path, schema, thoroughness),
    }
}

/// Somebody else has the database open, so it can't be repaired or migrated now.
fn check_version(path: &Path, schema: &Schema) -> Result<(), StoreError> {
    match look(path, schema, Look::Glance)? {
        State::Sound { version } if version == schema.version() => Ok(()),
        State::Damaged(damage) => Err(damaged(path, damage)),
        State::Empty | State::Sound { .. } => Err(StoreError::Busy {
            doing: format!(
                "bringing {} to schema version {}",
                path.display(),
                schema.version()
            ),
        }),
    }
}

fn look(path: &Path, schema: &Schema, thoroughness: Look) -> Result<State, StoreError> {
    let wal = recovery::sibling(path, "-wal");
    let log_bytes = std::fs::metadata(&wal).map_or(0, |metadata| metadata.len());
    let file_bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if file_bytes == 0 && log_bytes > 0 {
        let found = "the database file is gone, its write-ahead log is there";
        return Ok(State::Damaged(Damage::of_log(found)));
    }
    match patiently(&format!("looking at {}", path.display()), path, || {
        look_inside(path, schema, thoroughness)
    }) {
        Err(StoreError::Corrupt { found, .. }) => Ok(State::Damaged(Damage::of_file(found))),
        other => other,
    }
}

fn look_inside(path: &Path, schema: &Schema, thoroughness: Look) -> Result<State, Fault> {
    let connection = connection::connect_to_inspect(path)?;
    let version = match schema.content(&connection)? {
        Content::Empty => return Ok(State::Empty),
        Content::Foreign => {
            let why = format!(
                "it is the database of another program, not of {}",
                schema.name
            );
            return Err(StoreError::refused(path.display().to_string(), why).into());
        }
        Content::Contradictory { found } => return Ok(State::Damaged(Damage::of_file(found))),
        Content::Ours { version } if version > schema.version() => {
            return Err(Fault::Store(StoreError::NewerSchema {
                path: path.display().to_string(),
                found: version,
                known: schema.version(),
            }));
        }
        Content::Ours { version } => version,
    };
    let mut complaints = match thoroughness {
        Look::Glance => Vec::new(),
        Look::Quick => connection::complaints(&connection, "quick_check(5)")?,
        Look::Deep => connection::complaints(&connection, "integrity_check(5)")?,
    };
    if thoroughness == Look::Deep && complaints.is_empty() {
        complaints = salvage::unreadable(&connection, schema, version)?;
    }
    if thoroughness == Look::Deep && complaints.is_empty() && version == schema.version() {
        complaints = (schema.contradictions)(&connection)?;
    }
    Ok(if complaints.is_empty() {
        State::Sound { version }
    } else {
        State::Damaged(Damage::of_file(complaints.join("; ")))
    })
}

fn create(path: &Path, schema: &Schema) -> Result<(), StoreError> {
    let doing = format!("making {}", path.display());
    patiently(&doing, path, || {
        schema.create(&mut connection::connect(path)?)
    })?;
    file_system::sync_dir(file_system::parent(path)).map_err(|err| StoreError::io(doing, err))
}

fn migrate(path: &Path, schema: &Schema, from: u32) -> Result<PathBuf, StoreError> {
    let doing = format!("migrating {} from version {from}", path.display());
    let mut connection = patiently(&doing, path, || connection::connect(path))?;
    let backup = backup::make(&connection, path, &format!(".backup-v{from}"))?;
    patiently(&doing, path, || schema.migrate(&mut connection, from))?;
    Ok(backup)
}

/// Makes consistent what was salvaged in an older version: a repair knows the latest alone.
fn repair(
    path: &Path,
    schema: &Schema,
    tables: &[SalvagedTable],
) -> Result<Vec<String>, StoreError> {
    patiently(&format!("repairing {}", path.display()), path, || {
        let mut connection = connection::connect_to_build(path)?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let notes = (schema.repair)(&tx, tables)?;
        tx.commit()?;
        Ok(notes)
    })
}

fn damaged(path: &Path, damage: Damage) -> StoreError {
    StoreError::Corrupt {
        what: path.display().to_string(),
        found: damage.found,
    }
}
