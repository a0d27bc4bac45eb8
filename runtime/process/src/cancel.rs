//! The token that asks running work to stop. Once set it stays set.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

#[derive(Default)]
struct State {
    cancelled: Mutex<bool>,
    changed: Condvar,
}

/// A request to stop, shared by all of its clones.
#[derive(Clone, Default)]
pub struct Cancel(Arc<State>);

impl Cancel {
    /// A token that nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everything that holds a clone to stop.
    pub fn cancel(&self) {
        *self
            .0
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        *self
            .0
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until somebody asks, at most this long; whether somebody did.
    pub fn wait(&self, limit: Duration) -> bool {
        let cancelled = self
            .0
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (cancelled, _timeout) = self
            .0
            .changed
            .wait_timeout_while(cancelled, limit, |cancelled| !*cancelled)
            .unwrap_or_else(PoisonError::into_inner);
        *cancelled
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_wakes_the_one_that_waits() {
        let cancel = Cancel::new();
        assert!(!cancel.wait(Duration::ZERO));
        let other = cancel.clone();
        let waiting = std::thread::spawn(move || other.wait(Duration::from_secs(60)));
        cancel.cancel();
        assert!(waiting.join().unwrap());
        assert!(cancel.is_cancelled());
    }
}
