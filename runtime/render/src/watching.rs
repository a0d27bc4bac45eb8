//! Work that an observer can stop, though it looks at a token alone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hartomat_process::Cancel;

use crate::backend::RenderObserver;

/// How often somebody is asked whether to stop.
const LOOK: Duration = Duration::from_millis(20);

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
        let result = work(&cancel);
        is_done.store(true, Ordering::SeqCst);
        result
    })
}
