//! The newest events of all runs, read from the journal once for however many clients follow them.
//!
//! A client that has fallen further behind reads the journal itself, so nobody's pace is anybody
//! else's, and nothing waits in memory for a slow reader.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hartomat_api::Backend as _;
use hartomat_api::http::{RunProgress, StreamEvent};
use hartomat_app::{RunWatcher, Studio};
use hartomat_schema::{FeedEntry, LogLine, NodeId, RunEvent, RunEventKind, RunId, Side};
use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::ServerError;

/// Events that are kept for clients that follow closely.
const KEPT: usize = 4096;
/// Events read at a time.
const PAGE: usize = 1000;
/// How often the journal is looked at when this process hears of nothing: another may write.
const POLL: Duration = Duration::from_millis(250);
/// What is for show and waits for a slow client; older items are left out.
const SHOWN: usize = 512;

/// An event as it goes out.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) ord: u64,
    pub(crate) run: RunId,
    pub(crate) seq: u64,
    /// Whether the run may have ended with it.
    pub(crate) is_turn: bool,
    /// The run event as JSON.
    pub(crate) event: String,
    /// The feed entry as JSON.
    pub(crate) entry: String,
}

impl Kept {
    pub(crate) fn new(entry: &FeedEntry) -> Self {
        Self {
            ord: entry.ord,
            run: entry.run.clone(),
            seq: entry.event.seq,
            is_turn: is_turn(&entry.event),
            event: json(&entry.event),
            entry: json(entry),
        }
    }
}

/// Whether a run may have ended with this event.
pub(crate) fn is_turn(event: &RunEvent) -> bool {
    matches!(
        event.kind,
        RunEventKind::Finished { .. } | RunEventKind::Interrupted { .. }
    )
}

/// What is for show: a line of a log, or progress.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) run: RunId,
    pub(crate) name: StreamEvent,
    pub(crate) data: String,
}

/// The newest events.
pub(crate) struct Tail {
    ring: Mutex<Ring>,
    last: watch::Sender<u64>,
    shown: broadcast::Sender<Arc<Shown>>,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Kept>>,
    /// The last event that is no longer, or not yet, in `entries`.
    before: u64,
}

impl Tail {
    /// Follows a studio's events from now on, for as long as anybody has the tail.
    pub(crate) fn start(studio: &Arc<Studio>) -> Result<Arc<Self>, ServerError> {
        let last = studio.feed(0, 1).map_or(0, |page| page.last);
        let ring = Ring {
            before: last,
            ..Ring::default()
        };
        let tail = Arc::new(Self {
            ring: Mutex::new(ring),
            last: watch::channel(last).0,
            shown: broadcast::channel(SHOWN).0,
        });
        let (poke, poked) = sync_channel(1);
        let watcher = TailWatcher {
            poke,
            shown: tail.shown.clone(),
        };
        studio.watch(Arc::new(watcher));
        let (weak, studio) = (Arc::downgrade(&tail), studio.clone());
        let read = move || {
            while wait(&poked) {
                let Some(tail) = weak.upgrade() else { return };
                tail.read(&studio);
            }
        };
        let thread = std::thread::Builder::new().name("event-tail".to_owned());
        thread
            .spawn(read)
            .map_err(|err| ServerError::system("starting a thread for events", err))?;
        Ok(tail)
    }

    /// Number of the last event.
    pub(crate) fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// Tells of later events.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Tells of what is for show.
    pub(crate) fn shown(&self) -> broadcast::Receiver<Arc<Shown>> {
        self.shown.subscribe()
    }

    /// Events after number `after`, at most a page; none where they are no longer kept here.
    pub(crate) fn since(&self, after: u64) -> Option<Vec<Arc<Kept>>> {
        let ring = self.lock();
        if after < ring.before {
            return None;
        }
        let first = ring.entries.partition_point(|entry| entry.ord <= after);
        Some(
            ring.entries
                .iter()
                .skip(first)
                .take(PAGE)
                .cloned()
                .collect(),
        )
    }

    fn read(&self, studio: &Studio) {
        loop {
            // A journal that can't be read now is looked at again in a moment.
            let Ok(page) = studio.feed(self.last(), PAGE) else {
                return;
            };
            let Some(last) = page.entries.last().map(|entry| entry.ord) else {
                return;
            };
            let entries = page.entries.iter().map(Kept::new).map(Arc::new);
            let mut ring = self.lock();
            ring.entries.extend(entries);
            while ring.entries.len() > KEPT {
                let gone = ring.entries.pop_front();
                ring.before = gone.map_or(ring.before, |gone| gone.ord);
            }
            drop(ring);
            self.last.send_replace(last);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until something may have happened; whether anybody could still tell.
fn wait(poked: &Receiver<()>) -> bool {
    !matches!(
        poked.recv_timeout(POLL),
        Err(RecvTimeoutError::Disconnected)
    )
}

struct TailWatcher {
    poke: SyncSender<()>,
    shown: broadcast::Sender<Arc<Shown>>,
}

impl TailWatcher {
    fn show(&self, run: &RunId, name: StreamEvent, data: &impl Serialize) {
        if self.shown.receiver_count() > 0 {
            let shown = Shown {
                run: run.clone(),
                name,
                data: json(data),
            };
            // Nobody may be left to hear it.
            let _ = self.shown.send(Arc::new(shown));
        }
    }
}

impl RunWatcher for TailWatcher {
    fn event(&self, _run: &RunId, _event: &RunEvent) {
        // Full: the reader will look anyway.
        let _ = self.poke.try_send(());
    }

    fn log(&self, run: &RunId, line: &LogLine) {
        self.show(run, StreamEvent::Log, line);
    }

    fn progress(&self, run: &RunId, side: Side, node: Option<&NodeId>, share: f64, message: &str) {
        let progress = RunProgress {
            side,
            node: node.cloned(),
            share,
            message: message.to_owned(),
        };
        self.show(run, StreamEvent::Progress, &progress);
    }
}

/// JSON on one line.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("types of the contract serialise")
}
