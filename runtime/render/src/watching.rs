//! Work that an observer can stop, though it looks at a token alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hartomat_process::Cancel;

use crate::backend::RenderObserver;

/// How often somebody is asked whether to stop.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// Does the work with a token that is cancelled as soon as the observer wants it.
pub(crate) fn while_watching<T>(
    observer: &dyn RenderObserver,
    work: impl FnOnce(&Cancel) -> T,
) -> T {
    let cancel = Cancel::new();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                if observer.is_cancelled() {
                    cancel.cancel();
                    return;
                }
                std::thread::sleep(LOOK);
            }
        });
        // Also where the work panics: the scope waits for the watcher.
        let _done = Done(&is_done);
        work(&cancel)
    })
}

/// Says so when it goes.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoObserver;

    #[test]
    fn work_that_panics_ends_the_watching_too() {
        let panicked = std::panic::catch_unwind(|| {
            while_watching::<()>(&NoObserver, |_cancel| panic!("on purpose"));
        });
        assert!(panicked.is_err());
    }
}
