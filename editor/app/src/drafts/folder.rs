//! The folder of drafts and who owns which.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How many discarded drafts are kept, for those who regret.
const MOST_DISCARDED: usize = 20;
const DRAFT: &str = "draft";
const LOCK: &str = "lock";
const HISTORY: &str = "history";
/// What the end of a file that is being written is called.
const UNFINISHED: &str = "tmp";
/// What nobody has touched for so long, nobody is about to use.
const OLD: Duration = Duration::from_hours(1);

/// The folder of drafts.
#[derive(Debug, Clone)]
pub struct DraftFolder {
    path: PathBuf,
}

/// A draft that this window owns, for as long as this value lives.
#[derive(Debug)]
pub struct DraftFile {
    path: PathBuf,
    /// Holds the lock; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl DraftFile {
    /// Where the draft lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its history lies. It may be missing, or older than the draft.
    pub fn history_path(&self) -> PathBuf {
        self.path.with_extension(HISTORY)
    }
}

impl DraftFolder {
    /// Drafts in this folder; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// A new draft of this window. Nothing is written to it yet.
    pub fn create(&self) -> io::Result<DraftFile> {
        fs::create_dir_all(&self.path)?;
        let name = format!("{}.{DRAFT}", uuid::Uuid::now_v7());
        let path = self.path.join(name);
        let lock = own(&path)?.ok_or(io::ErrorKind::ResourceBusy)?;
        Ok(DraftFile { path, _lock: lock })
    }

    /// Drafts that no living window owns, the newest first.
    pub fn left_behind(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut drafts: Vec<(SystemTime, PathBuf)> = paths
            .filter(|path| path.extension().is_some_and(|end| end == DRAFT))
            .filter(|path| is_left_behind(path))
            .map(|path| (changed_at(&path), path))
            .collect();
        drafts.sort_by(|a, b| b.cmp(a));
        drafts.into_iter().map(|(_, path)| path).collect()
    }

    /// Drafts that living windows own, but for one.
    pub fn of_others(&self, own: Option<&Path>) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths
            .filter(|path| path.extension().is_some_and(|end| end == DRAFT))
            .filter(|path| Some(path.as_path()) != own && !is_left_behind(path))
            .collect()
    }

    /// Removes what ended sessions left behind and nobody needs: locks without a draft, and files that
    /// were being written.
    pub fn tidy(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return;
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        for path in paths.filter(|path| is_old(path)) {
            let ends_in = |end: &str| path.extension().is_some_and(|own| own == end);
            if ends_in(UNFINISHED) {
                // The next one tries again.
                let _left = fs::remove_file(&path);
            } else if ends_in(LOCK) {
                remove_lock_without_draft(&path.with_extension(DRAFT));
            }
        }
    }

    /// Takes a draft over; none where another window was quicker. Not for frames: it waits a moment
    /// for windows that only look.
    pub fn take(&self, path: &Path) -> io::Result<Option<DraftFile>> {
        let lock = own(path)?.filter(|_| path.is_file());
        Ok(lock.map(|lock| DraftFile {
            path: path.to_owned(),
            _lock: lock,
        }))
    }

    /// Puts a draft aside: it is no longer offered, and still there for a while.
    pub fn discard(&self, draft: &DraftFile) -> io::Result<()> {
        let aside = self.path.join("discarded");
        fs::create_dir_all(&aside)?;
        let name = draft.path.file_name().expect("a draft has a name");
        if draft.path.exists() {
            fs::rename(&draft.path, aside.join(name))?;
        }
        forget_lock(draft);
        prune(&aside);
        Ok(())
    }

    /// Removes a draft whose content is saved elsewhere.
    pub fn remove(&self, draft: &DraftFile) -> io::Result<()> {
        let removed = match fs::remove_file(&draft.path) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        };
        forget_lock(draft);
        removed
    }
}

/// Removes lock and history of a draft that holds nothing any more.
fn forget_lock(draft: &DraftFile) {
    // What stays is harmless: nobody looks for it without the draft.
    let _left = fs::remove_file(draft.history_path());
    let _left = fs::remove_file(draft.path.with_extension(LOCK));
}

/// Removes the lock of a draft that isn't there, unless a living process has it.
fn remove_lock_without_draft(draft: &Path) {
    // Those who look for drafts to take shall not meet a lock here.
    if draft.exists() {
        return;
    }
    let lock = open_lock(draft);
    if lock.is_ok_and(|lock| lock.try_lock().is_ok()) && !draft.exists() {
        let _left = fs::remove_file(draft.with_extension(HISTORY));
        let _left = fs::remove_file(draft.with_extension(LOCK));
    }
}

/// Takes the lock of a draft; none where a living process has it.
fn own(draft: &Path) -> io::Result<Option<File>> {
    let mut file = open_lock(draft)?;
    for pause_ms in [0, 2, 5, 10, 20, 50, 100] {
        std::thread::sleep(Duration::from_millis(pause_ms));
        match file.try_lock() {
            Ok(()) => {
                // For people who look; the lock itself is what counts.
                file.set_len(0)?;
                writeln!(file, "process {}", std::process::id())?;
                return Ok(Some(file));
            }
            // Somebody may only be looking, which takes no time.
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(err)) => return Err(err),
        }
    }
    Ok(None)
}

/// Whether no living process has a draft. Those who look don't see each other.
fn is_left_behind(draft: &Path) -> bool {
    open_lock(draft).is_ok_and(|file| file.try_lock_shared().is_ok())
}

fn open_lock(draft: &Path) -> io::Result<File> {
    let mut options = File::options();
    let path = draft.with_extension(LOCK);
    options
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
}

fn is_old(path: &Path) -> bool {
    changed_at(path).elapsed().is_ok_and(|age| age > OLD)
}

fn changed_at(path: &Path) -> SystemTime {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    changed.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Names of drafts begin with the time that they were made at.
fn prune(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let surplus = paths.len().saturating_sub(MOST_DISCARDED);
    for path in &paths[..surplus] {
        // The next one tries again.
        let _left = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use hartomat_process::write_atomically;

    use super::*;

    #[test]
    fn a_draft_belongs_to_one_window_while_that_lives() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = DraftFolder::new(folder.path());
        let mine = drafts.create().unwrap();
        let path = mine.path().to_owned();
        write_atomically(&path, b"x").unwrap();
        assert!(drafts.left_behind().is_empty());
        assert!(drafts.take(&path).unwrap().is_none());
        drop(mine);
        assert_eq!(drafts.left_behind(), std::slice::from_ref(&path));
        let taken = drafts.take(&path).unwrap().expect("nobody has it");
        assert!(drafts.left_behind().is_empty());
        drop(taken);
    }

    #[test]
    fn two_windows_on_one_workflow_have_a_draft_each() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = DraftFolder::new(folder.path());
        let (one, two) = (drafts.create().unwrap(), drafts.create().unwrap());
        assert_ne!(one.path(), two.path());
    }

    #[test]
    fn a_discarded_draft_is_put_aside_and_a_saved_one_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = DraftFolder::new(folder.path());
        let (one, two) = (drafts.create().unwrap(), drafts.create().unwrap());
        write_atomically(one.path(), b"one").unwrap();
        write_atomically(two.path(), b"two").unwrap();
        drafts.discard(&one).unwrap();
        drafts.remove(&two).unwrap();
        assert!(drafts.left_behind().is_empty());
        let mut aside = std::fs::read_dir(folder.path().join("discarded")).unwrap();
        let kept = aside.next().unwrap().unwrap().path();
        assert_eq!(std::fs::read(kept).unwrap(), b"one");
        assert!(aside.next().is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn locks_without_a_draft_and_unfinished_files_go_once_they_are_old() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = DraftFolder::new(folder.path());
        let (living, ended) = (drafts.create().unwrap(), drafts.create().unwrap());
        let kept = drafts.create().unwrap();
        write_atomically(kept.path(), b"x").unwrap();
        let unfinished = folder.path().join(".a.draft.1-0.tmp");
        fs::write(&unfinished, "half").unwrap();
        let locks = [&living, &ended, &kept].map(|draft| draft.path().with_extension(LOCK));
        drop((ended, kept));
        drafts.tidy();
        assert!(unfinished.exists() && locks.iter().all(|lock| lock.exists()));
        for path in locks.iter().chain([&unfinished]) {
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::now() - 2 * OLD).unwrap();
        }
        drafts.tidy();
        assert!(!unfinished.exists());
        assert_eq!(locks.map(|lock| lock.exists()), [true, false, true]);
        drop(living);
    }

    #[test]
    fn a_draft_that_was_never_written_is_not_offered() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = DraftFolder::new(folder.path());
        drop(drafts.create().unwrap());
        assert!(drafts.left_behind().is_empty());
    }
}
