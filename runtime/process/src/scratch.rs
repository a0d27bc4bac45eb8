//! The folder that holds all files of a worker, and what is left of those whose owner was killed.
//!
//! Who works in a folder holds a lock on a file in it, which the system takes back however the process
//! ends. A folder whose lock is free is nobody's.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

/// How the folders' names begin.
const PREFIX: &str = "hartomat-scratch-";
/// The file that is locked.
const LOCK: &str = "in-use";
/// A folder without a lock may be a moment old; one of this age isn't.
const OLD: Duration = Duration::from_secs(3600);

/// A folder in use. It goes when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// A new folder below `root`; its name says whose it is.
    ///
    /// # Errors
    /// When it can't be made or locked.
    pub fn new(root: &Path, owner: &str) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        sweep_scratch(root);
        let name = format!("{PREFIX}{owner}-");
        let folder = tempfile::Builder::new().prefix(&name).tempdir_in(root)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes folders of workers whose owner is gone; gives their number. What can't be removed now is
/// left to the next sweep.
pub fn sweep_scratch(root: &Path) -> usize {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    let left = ours.map(|entry| entry.path()).filter(is_left);
    left.filter(|path| fs::remove_dir_all(path).is_ok()).count()
}

fn is_left(folder: &PathBuf) -> bool {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir());
    if !is_folder {
        return false;
    }
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => {
            let changed = fs::metadata(folder).and_then(|data| data.modified());
            changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_works_in_is_swept() {
        let root = tempfile::tempdir().unwrap();
        let used = Scratch::new(root.path(), "blender").unwrap();
        let left = root.path().join("hartomat-scratch-cad-left");
        fs::create_dir_all(left.join("own/blender_x")).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let new = root.path().join("hartomat-scratch-cad-new");
        fs::create_dir(&new).unwrap();
        let other = root.path().join("somebody-else");
        fs::create_dir(&other).unwrap();
        assert_eq!(sweep_scratch(root.path()), 1);
        assert!(!left.exists());
        assert!(used.path().exists() && new.exists() && other.exists());
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
    }
}
