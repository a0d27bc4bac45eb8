//! The queue of a server: which runs wait, and how many run at once. Bounded; higher priorities
//! first, equals in the order of dispatch.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hartomat_schema::{Priority, RunId};

/// How a server queues.
#[derive(Debug, Clone)]
pub struct QueueOptions {
    /// Runs at once.
    pub runs_at_once: usize,
    /// The most runs that wait.
    pub capacity: usize,
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self {
            runs_at_once: 1,
            capacity: 10_000,
        }
    }
}

pub(crate) struct Queue {
    options: QueueOptions,
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Default)]
struct QueueState {
    waiting: BTreeMap<(Reverse<Priority>, u64), RunId>,
    arrivals: u64,
    running: usize,
    is_closed: bool,
    is_paused: bool,
}

impl Queue {
    pub(crate) fn new(options: QueueOptions) -> Self {
        Self {
            options,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Whether another run may wait.
    pub(crate) fn has_room(&self) -> bool {
        let state = self.lock();
        !state.is_closed && state.waiting.len() < self.options.capacity
    }

    /// Lets a run wait. Runs of an earlier process do so however full the queue is.
    pub(crate) fn push(&self, run: RunId, priority: Priority) {
        let mut state = self.lock();
        state.arrivals += 1;
        let place = (Reverse(priority), state.arrivals);
        state.waiting.insert(place, run);
    }

    /// Takes a waiting run out; whether it was waiting.
    pub(crate) fn remove(&self, run: &RunId) -> bool {
        let mut state = self.lock();
        let before = state.waiting.len();
        state.waiting.retain(|_, other| other != run);
        state.waiting.len() < before
    }

    /// The next run, where another may run; [`Queue::done`] when it has ended.
    pub(crate) fn take(&self) -> Option<RunId> {
        let mut state = self.lock();
        if state.is_closed || state.is_paused || state.running >= self.options.runs_at_once.max(1) {
            return None;
        }
        let (_, run) = state.waiting.pop_first()?;
        state.running += 1;
        Some(run)
    }

    pub(crate) fn done(&self) {
        self.lock().running -= 1;
        self.changed.notify_all();
    }

    /// Lets no waiting run begin until it is let go on. Not kept: the next process begins anew.
    pub(crate) fn pause(&self, is_paused: bool) {
        self.lock().is_paused = is_paused;
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.lock().is_paused
    }

    /// Lets no further run begin.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
    }

    /// Waits until nothing runs; whether that came to be in time.
    pub(crate) fn wait_idle(&self, longest: Duration) -> bool {
        let until = Instant::now() + longest;
        let mut state = self.lock();
        while state.running > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Runs that wait and runs under way.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.lock();
        (state.waiting.len(), state.running)
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &'static str) -> RunId {
        RunId::literal(name)
    }

    #[test]
    fn higher_priorities_go_first_and_equals_in_order() {
        let queue = Queue::new(QueueOptions {
            runs_at_once: 9,
            capacity: 4,
        });
        queue.push(run("a"), Priority::Low);
        queue.push(run("b"), Priority::Normal);
        queue.push(run("c"), Priority::High);
        queue.push(run("d"), Priority::Normal);
        assert!(!queue.has_room());
        assert!(queue.remove(&run("d")) && !queue.remove(&run("d")));
        queue.push(run("e"), Priority::Normal);
        let order: Vec<_> = std::iter::from_fn(|| queue.take()).collect();
        assert_eq!(order, [run("c"), run("b"), run("e"), run("a")]);
    }

    #[test]
    fn a_paused_queue_takes_runs_and_begins_none() {
        let queue = Queue::new(QueueOptions::default());
        queue.pause(true);
        queue.push(run("a"), Priority::High);
        assert!(queue.has_room() && queue.is_paused());
        assert_eq!(queue.take(), None);
        queue.pause(false);
        assert_eq!(queue.take(), Some(run("a")));
    }

    #[test]
    fn no_more_run_than_there_is_room_for_and_none_after_closing() {
        let queue = Queue::new(QueueOptions {
            runs_at_once: 1,
            capacity: 9,
        });
        queue.push(run("a"), Priority::Normal);
        queue.push(run("b"), Priority::Normal);
        assert_eq!(queue.take(), Some(run("a")));
        assert_eq!(queue.take(), None);
        assert!(!queue.wait_idle(Duration::ZERO));
        queue.done();
        assert!(queue.wait_idle(Duration::ZERO));
        queue.close();
        assert_eq!(queue.take(), None);
        assert!(!queue.has_room());
    }
}
