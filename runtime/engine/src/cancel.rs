//! A flag that asks work to stop, with callbacks for work that waits elsewhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

type Callback = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    callbacks: Mutex<Vec<Callback>>,
}

/// Shared by everyone who works on a run; once cancelled it stays so.
#[derive(Clone, Default)]
pub struct Cancellation(Arc<Shared>);

impl Cancellation {
    /// A flag that nobody has raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and runs the callbacks.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        let callbacks = std::mem::take(&mut *self.lock());
        for callback in callbacks {
            callback();
        }
    }

    /// Whether the flag is raised.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Runs `callback` when the flag is raised; at once where it already is.
    pub fn on_cancel(&self, callback: impl FnOnce() + Send + 'static) {
        let mut callbacks = self.lock();
        if self.is_cancelled() {
            drop(callbacks);
            callback();
        } else {
            callbacks.push(Box::new(callback));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Callback>> {
        self.0
            .callbacks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_run_once_whether_registered_before_or_after() {
        let cancel = Cancellation::new();
        let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
        for _ in 0..2 {
            let count = count.clone();
            cancel.on_cancel(move || {
                count.fetch_add(1, Ordering::SeqCst);
            });
            cancel.cancel();
        }
        assert_eq!(count.load(Ordering::SeqCst), 2);
        assert!(cancel.is_cancelled());
    }
}
