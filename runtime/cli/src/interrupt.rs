//! Ctrl-C asks the run that is under way to stop, and lets it end in order; a second one ends the process.
//!
//! A process can set its handler once, though a command may make several runs: the handler looks up which of
//! them is under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use hartomat_api::Backend;
use hartomat_schema::RunId;

use crate::progress::say;

type UnderWay = Option<(Arc<dyn Backend>, RunId)>;

static UNDER_WAY: Mutex<UnderWay> = Mutex::new(None);
static HANDLER: Once = Once::new();
static HAPPENED: AtomicBool = AtomicBool::new(false);

/// While this is held, an interrupt is for a run.
#[must_use]
pub(crate) struct Interruptible(());

impl Interruptible {
    pub(crate) fn by_signal(backend: &Arc<dyn Backend>, run: &RunId) -> Self {
        *under_way() = Some((backend.clone(), run.clone()));
        HANDLER.call_once(|| {
            // Where the handler can't be set the signal ends the process, and the next start recovers.
            let _ = ctrlc::set_handler(on_signal);
        });
        Self(())
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        *under_way() = None;
    }
}

/// Whether somebody has pressed Ctrl-C: nothing more is begun.
pub(crate) fn has_happened() -> bool {
    HAPPENED.load(Ordering::SeqCst)
}

fn on_signal() {
    let run = under_way().clone();
    match run {
        Some((backend, run)) if !HAPPENED.swap(true, Ordering::SeqCst) => {
            say("cancelling; once more ends at once");
            // A run that has just ended can't be cancelled, and needs no cancelling.
            let _ = backend.run_cancel(&run);
        }
        _ => std::process::exit(130),
    }
}

fn under_way() -> MutexGuard<'static, UnderWay> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}
