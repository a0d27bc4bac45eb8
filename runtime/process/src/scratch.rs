//! The folder that holds all files of a worker, and what is left of those whose owner was killed.
//!
//! Who works in a folder holds a lock on a file in it, which the system takes back however the process
//! ends. A folder whose lock is free is nobody's.

use std::fs::{self, File};
use std::io;
use std::path::Path;
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
        loop {
            let folder = tempfile::Builder::new().prefix(&name).tempdir_in(root)?;
            if let Some(lock) = claim(folder.path())? {
                return Ok(Self {
                    folder,
                    _lock: lock,
                });
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Locks a new folder; none where somebody took it for left before it was locked, and swept it.
fn claim(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join(LOCK);
    let lock = match File::create(&path) {
        Ok(lock) => lock,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(err),
    };
    // Whoever sweeps it holds the lock until it is gone.
    lock.lock()?;
    Ok(path.exists().then_some(lock))
}

/// Removes folders of workers whose owner is gone; gives their number. What can't be removed now is
/// left to the next sweep.
pub fn sweep_scratch(root: &Path) -> usize {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    ours.filter(|entry| sweep(&entry.path())).count()
}

/// Removes a folder in which nobody works; whether it did.
fn sweep(folder: &Path) -> bool {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir());
    if !is_folder {
        return false;
    }
    let lock = File::open(folder.join(LOCK)).ok();
    let is_left = match &lock {
        Some(lock) => lock.try_lock().is_ok(),
        None => {
            let changed = fs::metadata(folder).and_then(|data| data.modified());
            changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD))
        }
    };
    // The lock is held meanwhile, so that whoever was about to take it finds the folder gone.
    is_left && fs::remove_dir_all(folder).is_ok()
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

    #[test]
    fn a_folder_that_is_swept_before_it_is_locked_is_not_taken() {
        let root = tempfile::tempdir().unwrap();
        let new = root.path().join("hartomat-scratch-cad-new");
        fs::create_dir(&new).unwrap();
        let swept_by = File::create(new.join(LOCK)).unwrap();
        swept_by.lock().unwrap();
        let claimed = std::thread::scope(|scope| {
            let claiming = scope.spawn(|| claim(&new));
            std::thread::sleep(Duration::from_millis(50));
            fs::remove_dir_all(&new).unwrap();
            drop(swept_by);
            claiming.join().unwrap()
        });
        assert!(claimed.unwrap().is_none());
    }

    #[test]
    fn a_new_folder_is_never_swept_by_others() {
        let root = tempfile::tempdir().unwrap();
        let gone = std::thread::scope(|scope| {
            let working = scope.spawn(|| {
                let scratches = (0..500).map(|_| Scratch::new(root.path(), "cad").unwrap());
                let gone = scratches.filter(|it| !it.path().join(LOCK).exists());
                gone.count()
            });
            while !working.is_finished() {
                sweep_scratch(root.path());
            }
            working.join().unwrap()
        });
        assert_eq!(gone, 0);
    }
}
