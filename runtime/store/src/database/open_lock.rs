//! The lock file next to a database: tells whether we are alone with it, and whether it was closed.
//!
//! Repair and migration happen only while we are alone. The file says `open` from the first opening
//! to the last orderly closing, so `open` without anybody holding it means that a process was killed.
//! It says `suspect` from the moment that somebody meets damage, until a start has looked into it.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::StoreError;

/// How long another process may take to open, check and migrate the database.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

const OPEN: &str = "open\n";
const CLOSED: &str = "closed\n";
const SUSPECT: &str = "suspect\n";

/// How the database was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// In order, or never opened.
    Closed,
    /// The last process was killed.
    Open,
    /// Damage was met.
    Suspect,
}

pub(super) struct OpenLock {
    file: File,
    path: PathBuf,
    suspect: AtomicBool,
}

impl OpenLock {
    /// Takes the lock, alone when nobody else has the database open.
    pub(super) fn acquire(database: &Path) -> Result<(Self, bool), StoreError> {
        let path = super::recovery::sibling(database, ".lock");
        let doing = format!("opening {}", path.display());
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|err| StoreError::io(&*doing, err))?;
        let alone = either(&file, &doing)?;
        let lock = Self {
            file,
            path,
            suspect: AtomicBool::new(false),
        };
        Ok((lock, alone))
    }

    /// How the last process left the database. Only meaningful alone.
    pub(super) fn left(&self) -> Left {
        let mut text = String::new();
        let read = (&self.file)
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&self.file).take(16).read_to_string(&mut text));
        match text.as_str() {
            "" | CLOSED if read.is_ok() => Left::Closed,
            SUSPECT => Left::Suspect,
            _ => Left::Open,
        }
    }

    /// Lets others in; from here on the database counts as open.
    pub(super) fn share(&self) -> Result<(), StoreError> {
        let doing = format!("marking {}", self.path.display());
        self.mark(OPEN)
            .and_then(|()| self.file.unlock())
            .map_err(|err| StoreError::io(&*doing, err))?;
        let begin = Instant::now();
        loop {
            match self.file.try_lock_shared() {
                Ok(()) => return Ok(()),
                Err(err) => wait(err, begin, &doing)?,
            }
        }
    }

    /// Whatever happens at closing, the next start looks for damage.
    pub(super) fn suspect(&self) {
        if !self.suspect.swap(true, Ordering::Relaxed) {
            let _checked_less_thoroughly = self.mark(SUSPECT);
        }
    }

    fn mark(&self, text: &str) -> io::Result<()> {
        (&self.file).seek(SeekFrom::Start(0))?;
        (&self.file).write_all(text.as_bytes())?;
        self.file.set_len(text.len() as u64)?;
        self.file.sync_data()
    }
}

impl Drop for OpenLock {
    /// The last one to leave marks the database as closed. When that fails, the next start checks it.
    fn drop(&mut self) {
        let sound = !self.suspect.load(Ordering::Relaxed);
        let alone = self.file.unlock().is_ok() && self.file.try_lock().is_ok();
        if sound && alone && self.left() == Left::Open {
            let _checked_at_next_start = self.mark(CLOSED);
        }
    }
}

fn either(file: &File, doing: &str) -> Result<bool, StoreError> {
    let begin = Instant::now();
    loop {
        if file.try_lock().is_ok() {
            return Ok(true);
        }
        match file.try_lock_shared() {
            Ok(()) => return Ok(false),
            Err(err) => wait(err, begin, doing)?,
        }
    }
}

fn wait(err: TryLockError, begin: Instant, doing: &str) -> Result<(), StoreError> {
    match err {
        TryLockError::WouldBlock if begin.elapsed() < PATIENCE => {
            thread::sleep(PAUSE);
            Ok(())
        }
        TryLockError::WouldBlock => Err(StoreError::Busy {
            doing: doing.to_owned(),
        }),
        TryLockError::Error(err) => Err(StoreError::io(doing, err)),
    }
}
