//! Opening a database file: look at it while we are alone, repair or migrate it, then let others in.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::migration::{Content, Schema};
use super::open_lock::OpenLock;
use super::recovery::{self, Recovery};
use super::{Database, Fault, connection, patiently};
use crate::{StoreError, file_system};

/// How a database is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Look for damage even after an orderly closing. Takes about a second per gigabyte.
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
enum State {
    Empty,
    Sound { version: u32 },
    Damaged { found: String },
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
    let (mut lock, alone) = OpenLock::acquire(path)?;
    let report = if alone {
        let report = prepare(path, schema, options, &mut lock)?;
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
        lock,
    };
    Ok((database, report))
}

/// Makes the file one with the latest schema, whatever it was. We are alone with it.
fn prepare(
    path: &Path,
    schema: &Schema,
    options: &OpenOptions,
    lock: &mut OpenLock,
) -> Result<OpenReport, StoreError> {
    let left_open = lock.was_left_open();
    let check = left_open || options.check;
    let mut report = OpenReport {
        left_open,
        checked: check,
        ..OpenReport::default()
    };
    match look(path, schema, check)? {
        State::Empty => {
            create(path, schema)?;
            report.created = true;
        }
        State::Sound { version } if version < schema.version() => {
            report.backup = Some(migrate(path, schema, version)?);
            report.migrated_from = Some(version);
        }
        State::Sound { .. } => {}
        State::Damaged { found } => {
            report.recovery = Some(recovery::recover(path, schema, found)?);
        }
    }
    Ok(report)
}

/// Somebody else has the database open, so it can't be repaired or migrated now.
fn check_version(path: &Path, schema: &Schema) -> Result<(), StoreError> {
    match look(path, schema, false)? {
        State::Sound { version } if version == schema.version() => Ok(()),
        State::Damaged { found } => Err(StoreError::Corrupt {
            what: path.display().to_string(),
            found,
        }),
        State::Empty | State::Sound { .. } => Err(StoreError::Busy {
            doing: format!(
                "bringing {} to schema version {}",
                path.display(),
                schema.version()
            ),
        }),
    }
}

fn look(path: &Path, schema: &Schema, check: bool) -> Result<State, StoreError> {
    let wal = recovery::sibling(path, "-wal");
    let log_bytes = std::fs::metadata(&wal).map_or(0, |metadata| metadata.len());
    let file_bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if file_bytes == 0 && log_bytes > 0 {
        let found = "the database file is gone, its write-ahead log is there".to_owned();
        return Ok(State::Damaged { found });
    }
    match patiently(&format!("looking at {}", path.display()), path, || {
        look_inside(path, schema, check)
    }) {
        Err(StoreError::Corrupt { found, .. }) => Ok(State::Damaged { found }),
        other => other,
    }
}

fn look_inside(path: &Path, schema: &Schema, check: bool) -> Result<State, Fault> {
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
        Content::Contradictory { found } => return Ok(State::Damaged { found }),
        Content::Ours { version } if version > schema.version() => {
            return Err(Fault::Store(StoreError::NewerSchema {
                path: path.display().to_string(),
                found: version,
                known: schema.version(),
            }));
        }
        Content::Ours { version } => version,
    };
    let complaints = if check {
        connection::complaints(&connection, "quick_check(5)")?
    } else {
        Vec::new()
    };
    Ok(if complaints.is_empty() {
        State::Sound { version }
    } else {
        State::Damaged {
            found: complaints.join("; "),
        }
    })
}

pub(super) fn create(path: &Path, schema: &Schema) -> Result<(), StoreError> {
    let doing = format!("making {}", path.display());
    patiently(&doing, path, || {
        schema.create(&mut connection::connect(path)?)
    })?;
    file_system::sync_dir(file_system::parent(path)).map_err(|err| StoreError::io(doing, err))
}

fn migrate(path: &Path, schema: &Schema, from: u32) -> Result<PathBuf, StoreError> {
    let doing = format!("migrating {} from version {from}", path.display());
    let mut connection = patiently(&doing, path, || connection::connect(path))?;
    let backup = recovery::back_up_as(&connection, path, &format!(".backup-v{from}"))?;
    patiently(&doing, path, || schema.migrate(&mut connection, from))?;
    Ok(backup)
}
