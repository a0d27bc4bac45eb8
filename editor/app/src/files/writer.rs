//! A thread that writes one file again and again. A frame hands a state over and goes on.
//!
//! The last state wins: while one is being written, newer ones take each other's place. What
//! [`BackgroundWriter::status`] calls durable outlives the process and the machine.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hartomat_process::write_atomically;

/// Makes the file what it shall be, on the thread that writes it.
type Wish = Box<dyn FnOnce(&Path) -> io::Result<()> + Send>;

/// How far writing has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WriteStatus {
    /// Number of the last state that is on the disk; 0 before the first.
    pub durable: u64,
    /// Number of the last state that was handed over.
    pub handed_over: u64,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl WriteStatus {
    /// Whether everything that was handed over is on the disk.
    pub fn is_durable(&self) -> bool {
        self.durable == self.handed_over
    }
}

/// Writes one file: a draft, or preferences.
pub struct BackgroundWriter {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<Pending>,
    changed: Condvar,
    path: PathBuf,
    wake: egui::Context,
}

#[derive(Default)]
struct Pending {
    wish: Option<Wish>,
    status: WriteStatus,
    is_over: bool,
}

impl BackgroundWriter {
    /// Starts a thread that writes to this file, and wakes the window of this context when it has.
    pub fn start(path: PathBuf, wake: egui::Context) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            path,
            wake,
        });
        let writer = shared.clone();
        let thread = std::thread::spawn(move || writer.write_all());
        Self {
            shared,
            thread: Some(thread),
        }
    }

    /// Hands the newest state over and gives its number.
    pub fn put(&self, text: impl FnOnce() -> String + Send + 'static) -> u64 {
        self.put_by(move |path| write_atomically(path, text().as_bytes()))
    }

    /// Has a function write the file, as when what it holds matters. It isn't called once something
    /// newer was handed over.
    pub fn put_by(&self, write: impl FnOnce(&Path) -> io::Result<()> + Send + 'static) -> u64 {
        self.wish(Box::new(write))
    }

    /// Asks for the file to be gone, until something is handed over again.
    pub fn remove(&self) -> u64 {
        self.put_by(|path| match std::fs::remove_file(path) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
    }

    fn wish(&self, wish: Wish) -> u64 {
        let mut pending = self.shared.lock();
        pending.wish = Some(wish);
        pending.status.handed_over += 1;
        pending.status.error = None;
        let number = pending.status.handed_over;
        drop(pending);
        self.shared.changed.notify_all();
        number
    }

    /// How far it has come.
    pub fn status(&self) -> WriteStatus {
        self.shared.lock().status.clone()
    }

    /// Waits until everything that was handed over is written, or could not be. Not for frames.
    pub fn finish(&self, at_most: Duration) -> WriteStatus {
        let end = Instant::now() + at_most;
        let mut pending = self.shared.lock();
        while !pending.status.is_durable() && pending.status.error.is_none() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.shared.changed.wait_timeout(pending, left);
            pending = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        pending.status.clone()
    }
}

impl Drop for BackgroundWriter {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        // What was handed over is written before its owner is gone: milliseconds.
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self) {
        while let Some((wish, number)) = self.next() {
            let done = wish(&self.path);
            self.report(number, done);
        }
    }

    fn next(&self) -> Option<(Wish, u64)> {
        let mut pending = self.lock();
        loop {
            if let Some(wish) = pending.wish.take() {
                return Some((wish, pending.status.handed_over));
            }
            if pending.is_over {
                return None;
            }
            let waited = self.changed.wait(pending);
            pending = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn report(&self, number: u64, written: io::Result<()>) {
        let mut pending = self.lock();
        match written {
            Ok(()) => {
                pending.status.durable = number;
                pending.status.error = None;
            }
            Err(err) => pending.status.error = Some(err.to_string()),
        }
        drop(pending);
        self.changed.notify_all();
        self.wake.request_repaint();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::BackgroundWriter;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn the_last_state_is_on_the_disk_once_it_is_called_durable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.draft");
        let writer = BackgroundWriter::start(path.clone(), egui::Context::default());
        for index in 0..100 {
            writer.put(move || format!("state {index}"));
        }
        let status = writer.finish(LONG);
        assert!(status.is_durable());
        assert_eq!(status.durable, 100);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "state 99");
    }

    #[test]
    fn what_was_handed_over_is_written_before_the_writer_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.draft");
        let writer = BackgroundWriter::start(path.clone(), egui::Context::default());
        writer.put(|| "last words".to_owned());
        drop(writer);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "last words");
    }

    #[test]
    fn a_file_that_shall_be_gone_is_gone_until_something_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.draft");
        let writer = BackgroundWriter::start(path.clone(), egui::Context::default());
        writer.put(|| "one".to_owned());
        writer.remove();
        assert!(writer.finish(LONG).is_durable());
        assert!(!path.exists());
        writer.put(|| "two".to_owned());
        assert!(writer.finish(LONG).is_durable());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "two");
    }

    #[test]
    fn a_disk_that_refuses_is_said_and_the_next_state_is_tried() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("file");
        std::fs::write(&blocked, b"").unwrap();
        let writer = BackgroundWriter::start(blocked.join("a.draft"), egui::Context::default());
        writer.put(String::new);
        let status = writer.finish(LONG);
        assert!(status.error.is_some() && !status.is_durable());
        std::fs::remove_file(&blocked).unwrap();
        writer.put(|| "now".to_owned());
        assert!(writer.finish(LONG).is_durable());
        assert_eq!(
            std::fs::read_to_string(blocked.join("a.draft")).unwrap(),
            "now"
        );
    }
}
