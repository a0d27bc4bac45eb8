//! Who hears of the runs of this process while they are under way.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use hartomat_api::RunObserver;
use hartomat_schema::{LogLine, NodeId, RunEvent, RunId, Side};

/// Hears what happens in any run of this process. Called from many threads; must not block.
pub trait RunWatcher: Send + Sync {
    /// An event was journalled.
    fn event(&self, _run: &RunId, _event: &RunEvent) {}
    /// A line was logged.
    fn log(&self, _run: &RunId, _line: &LogLine) {}
    /// A node, or the control where there is none, has come so far: 0 to 1.
    fn progress(
        &self,
        _run: &RunId,
        _side: Side,
        _node: Option<&NodeId>,
        _share: f64,
        _message: &str,
    ) {
    }
}

/// The watchers.
#[derive(Default)]
pub(crate) struct Hub {
    watchers: RwLock<Vec<(u64, Arc<dyn RunWatcher>)>>,
    next: AtomicU64,
}

impl Hub {
    /// Adds a watcher; gives the number to remove it by.
    pub(crate) fn add(&self, watcher: Arc<dyn RunWatcher>) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut watchers = self
            .watchers
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        watchers.push((number, watcher));
        number
    }

    pub(crate) fn remove(&self, number: u64) {
        let mut watchers = self
            .watchers
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        watchers.retain(|(other, _)| *other != number);
    }

    pub(crate) fn each(&self, tell: impl Fn(&dyn RunWatcher)) {
        let watchers = self.watchers.read().unwrap_or_else(PoisonError::into_inner);
        for (_, watcher) in watchers.iter() {
            tell(watcher.as_ref());
        }
    }
}

/// Passes on what happens in one run.
pub(crate) struct Teller {
    pub(crate) hub: Arc<Hub>,
    pub(crate) run: RunId,
}

impl RunObserver for Teller {
    fn event(&self, event: &RunEvent) {
        self.hub.each(|watcher| watcher.event(&self.run, event));
    }

    fn log(&self, line: &LogLine) {
        self.hub.each(|watcher| watcher.log(&self.run, line));
    }

    fn progress(&self, side: Side, node: Option<&NodeId>, share: f64, message: &str) {
        self.hub
            .each(|watcher| watcher.progress(&self.run, side, node, share, message));
    }
}
