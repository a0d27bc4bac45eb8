//! Backups: a whole copy next to the database, or the one that was there before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::migration::{Content, Schema};
use super::recovery::sibling;
use super::{Fault, connection, patiently};
use crate::{StoreError, file_system};

/// A half copy of this age is a killed process's: nobody writes at one for so long.
const PARTIAL_AGE: Duration = Duration::from_secs(24 * 3600);

/// Copies the database to `<name><suffix>`.
pub(super) fn make(
    connection: &Connection,
    path: &Path,
    suffix: &str,
) -> Result<PathBuf, StoreError> {
    let backup = sibling(path, suffix);
    let partial = sibling(path, &format!("{suffix}.partial-{}", std::process::id()));
    let doing = format!("backing up {}", path.display());
    let failed = |err| StoreError::io(&*doing, err);
    sweep_partials(path, suffix);
    let Some(partial_text) = partial.to_str() else {
        return Err(StoreError::refused(doing, "its path is no Unicode text"));
    };
    let copied = patiently(&doing, path, || {
        remove_if_there(&partial).map_err(failed)?;
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

/// The version of a backup that is ours and no newer than we are.
pub(super) fn version(backup: &Path, schema: &Schema) -> Option<u32> {
    if !backup.is_file() {
        return None;
    }
    let connection = connection::connect_to_inspect(backup).ok()?;
    match schema.content(&connection).ok()? {
        Content::Ours { version } if version <= schema.version() => Some(version),
        _ => None,
    }
}

/// Opens a backup that is of this version and without damage.
pub(super) fn sound(backup: &Path, schema: &Schema, version: u32) -> Option<Connection> {
    let look = || -> Result<Option<Connection>, Fault> {
        let connection = connection::connect_to_inspect(backup)?;
        let sound = schema.content(&connection)? == Content::Ours { version }
            && connection::complaints(&connection, "quick_check(1)")?.is_empty();
        Ok(sound.then_some(connection))
    };
    if backup.is_file() {
        look().ok().flatten()
    } else {
        None
    }
}

/// Removes half copies that killed processes have left. What can't be removed is in nobody's way.
fn sweep_partials(path: &Path, suffix: &str) {
    let begin = sibling(path, &format!("{suffix}.partial-"));
    let begin = begin.file_name().unwrap_or_default().as_encoded_bytes();
    let entries = fs::read_dir(file_system::parent(path));
    for entry in entries.into_iter().flatten().flatten() {
        let changed = entry.metadata().and_then(|data| data.modified());
        let age = changed.ok().and_then(|at| at.elapsed().ok());
        let is_old = age.is_some_and(|age| age > PARTIAL_AGE);
        if is_old && entry.file_name().as_encoded_bytes().starts_with(begin) {
            let _ = remove_if_there(&entry.path());
        }
    }
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err),
        _ => Ok(()),
    }
}
