//! Half-written files: named after the process that writes them, whole and synced before they get
//! their real name, removed when they don't get that far.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::fs::{Dir, OpenOptions};
use hartomat_schema::ProcessIdentity;

use super::{Stored, copy_hashed};
use crate::process_identity::{current_process, is_alive};

/// Begins the name of every half-written file.
const PREFIX: &str = ".hartomat-partial";

/// A file that is whole and on disk, still under its working name. Dropping it removes it.
pub(super) struct Staged<'a> {
    dir: &'a Dir,
    path: PathBuf,
    pub(super) stored: Stored,
}

/// Removes the file unless it has been given its real name.
struct Removal<'a> {
    dir: &'a Dir,
    path: &'a Path,
    armed: bool,
}

impl Drop for Removal<'_> {
    fn drop(&mut self) {
        if self.armed {
            let _swept_later = self.dir.remove_file(self.path);
        }
    }
}

impl<'a> Staged<'a> {
    /// Writes all of `source` to a new file in `folder` with these permissions, and syncs it.
    pub(super) fn write(
        dir: &'a Dir,
        folder: &Path,
        mode: u32,
        source: impl io::Read,
    ) -> io::Result<Self> {
        let path = folder.join(unique_name(PREFIX));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        set_mode(&mut options, mode);
        let mut file = dir.open_with(&path, &options)?;
        let mut removal = Removal {
            dir,
            path: &path,
            armed: true,
        };
        let stored = copy_hashed(source, &mut file)?;
        file.sync_all()?;
        removal.armed = false;
        drop(removal);
        Ok(Self { dir, path, stored })
    }

    /// Gives the file its real name, for good.
    pub(super) fn publish(self, name: &Path) -> io::Result<()> {
        self.dir.rename(&self.path, self.dir, name)?;
        sync(self.dir, name.parent().unwrap_or(Path::new("")))
    }
}

impl Drop for Staged<'_> {
    /// After publishing there is nothing left under the working name.
    fn drop(&mut self) {
        let _swept_later = self.dir.remove_file(&self.path);
    }
}

/// A name that no other process and no other call uses: prefix, process, count, boot.
pub(super) fn unique_name(prefix: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let me = current_process();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}.{}.{}.{count}.{}", me.pid, me.started, me.boot)
}

/// The process that a half-written file belongs to.
fn owner(name: &str) -> Option<ProcessIdentity> {
    let mut fields = name.strip_prefix(PREFIX)?.strip_prefix('.')?.splitn(4, '.');
    let pid = fields.next()?.parse().ok()?;
    let started = fields.next()?.parse().ok()?;
    let boot = fields.nth(1)?.to_owned();
    Some(ProcessIdentity { pid, started, boot })
}

/// Removes every file in `folder` that no living process is writing.
pub(super) fn sweep(dir: &Dir, folder: &Path) -> io::Result<usize> {
    let folder = dir.open_dir(folder)?;
    let mut removed = 0;
    for entry in folder.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        let owned = name.to_str().and_then(owner);
        if owned.is_some_and(|owner| is_alive(&owner)) || entry.file_type()?.is_dir() {
            continue;
        }
        match folder.remove_file(&name) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
            _ => removed += 1,
        }
    }
    Ok(removed)
}

/// Removes the half-written files of dead processes from a folder that has other files as well.
pub(super) fn sweep_partials(folder: &Dir) -> io::Result<usize> {
    let mut removed = 0;
    for entry in folder.entries()? {
        let name = entry?.file_name();
        let writer = name.to_str().and_then(owner);
        if writer.is_none_or(|writer| is_alive(&writer)) {
            continue;
        }
        match folder.remove_file(&name) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
            _ => removed += 1,
        }
    }
    Ok(removed)
}

/// Makes renames into a folder outlive a power cut.
pub(super) fn sync(dir: &Dir, folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    dir.open(folder)?.sync_all()
}

#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, mode: u32) {
    use cap_std::fs::OpenOptionsExt;
    options.mode(mode);
}

/// Other systems have no permission bits at creation.
#[cfg(not(unix))]
fn set_mode(_options: &mut OpenOptions, _mode: u32) {}
