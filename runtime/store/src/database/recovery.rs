//! Damage and backups. A damaged file is moved aside, never deleted.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Fault, Schema, connection, opening, patiently};
use crate::{StoreError, file_system};

/// What became of a damaged database.
#[derive(Debug, Clone, PartialEq)]
pub struct Recovery {
    /// What was wrong with it.
    pub found: String,
    /// Where the damaged file lies now; its write-ahead log lies next to it.
    pub quarantined: PathBuf,
    /// The backup that the database was restored from.
    pub restored_from: Option<PathBuf>,
    /// What could be read of the damaged file, table by table.
    pub tables: Vec<SalvagedTable>,
}

/// What could be read of a table of a damaged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvagedTable {
    /// The table.
    pub table: String,
    /// Rows taken over.
    pub rows: u64,
    /// Whether the table could be read to its end.
    pub complete: bool,
}

/// The file next to `path` with `suffix` after its whole name.
pub(super) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Copies the database to `<name>.backup`.
pub(super) fn back_up(connection: &Connection, path: &Path) -> Result<PathBuf, StoreError> {
    back_up_as(connection, path, ".backup")
}

/// Copies the database to `<name><suffix>`: a whole file, or the one that was there before.
pub(super) fn back_up_as(
    connection: &Connection,
    path: &Path,
    suffix: &str,
) -> Result<PathBuf, StoreError> {
    let backup = sibling(path, suffix);
    let partial = sibling(path, &format!("{suffix}.partial-{}", std::process::id()));
    let doing = format!("backing up {}", path.display());
    let failed = |err| StoreError::io(&*doing, err);
    let Some(partial_text) = partial.to_str() else {
        return Err(StoreError::refused(doing, "its path is no Unicode text"));
    };
    remove_if_there(&partial).map_err(failed)?;
    let copied = patiently(&doing, path, || {
        connection.execute("VACUUM INTO ?1", [partial_text])?;
        Ok(())
    });
    let kept = copied.and_then(|()| {
        fs::File::open(&partial)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&partial, &backup))
            .and_then(|()| file_system::sync_dir(file_system::parent(path)))
            .map_err(failed)
    });
    if kept.is_err() {
        remove_if_there(&partial).map_err(failed)?;
    }
    kept.map(|()| backup)
}

/// Moves a damaged database aside and puts a sound one in its place.
pub(super) fn recover(path: &Path, schema: &Schema, found: String) -> Result<Recovery, StoreError> {
    let quarantined = quarantine(path).map_err(|err| {
        StoreError::io(format!("moving the damaged {} aside", path.display()), err)
    })?;
    let backup = sibling(path, ".backup");
    let restored_from = if is_sound(&backup, schema) {
        fs::copy(&backup, path)
            .and_then(|_| fs::File::open(path)?.sync_all())
            .and_then(|()| file_system::sync_dir(file_system::parent(path)))
            .map_err(|err| StoreError::io(format!("restoring {}", backup.display()), err))?;
        Some(backup)
    } else {
        opening::create(path, schema)?;
        None
    };
    Ok(Recovery {
        found,
        quarantined,
        restored_from,
        tables: Vec::new(),
    })
}

/// Moves the file, its write-ahead log and its shared memory to the first free `.corrupt-<n>`.
fn quarantine(path: &Path) -> std::io::Result<PathBuf> {
    let target = (1..)
        .map(|number| sibling(path, &format!(".corrupt-{number}")))
        .find(|target| {
            ["", "-wal", "-shm"]
                .iter()
                .all(|part| fs::symlink_metadata(sibling(target, part)).is_err())
        })
        .expect("a folder holds fewer files than there are numbers");
    for part in ["", "-wal", "-shm"] {
        match fs::rename(sibling(path, part), sibling(&target, part)) {
            Err(err) if err.kind() != std::io::ErrorKind::NotFound => return Err(err),
            _ => {}
        }
    }
    file_system::sync_dir(file_system::parent(path))?;
    Ok(target)
}

/// Whether a backup is there, of our latest version, and without damage.
fn is_sound(backup: &Path, schema: &Schema) -> bool {
    let look = || -> Result<bool, Fault> {
        let connection = connection::connect_to_inspect(backup)?;
        let version = schema.version();
        Ok(
            schema.content(&connection)? == super::migration::Content::Ours { version }
                && connection::complaints(&connection, "quick_check(1)")?.is_empty(),
        )
    };
    backup.is_file() && look().is_ok_and(|sound| sound)
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => Err(err),
        _ => Ok(()),
    }
}
