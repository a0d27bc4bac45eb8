//! Following a run or all of them: journals in pages, and what is for show as it comes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use hartomat_api::{ApiError, EventPage, FeedObserver, RunObserver};
use hartomat_schema::{LogLine, NodeId, RunEvent, RunId, RunState, Side};

use crate::Studio;
use crate::dispatch::no_run;
use crate::error::from_store;
use crate::hub::{Hub, RunWatcher};

/// How often the journal is read while nothing is heard: another process may have the run.
const POLL: Duration = Duration::from_millis(200);
/// Items for show that wait for a slow follower; more are left out.
const SHOWN: usize = 1024;
/// Events read at a time.
const PAGE: usize = 1000;

impl Studio {
    pub(crate) fn event_page(
        &self,
        run: &RunId,
        after: u64,
        limit: usize,
    ) -> Result<EventPage, ApiError> {
        if let Some(has_ended) = self.unjournalled.has_ended(run) {
            return Ok(self.page_without_journal(run, has_ended));
        }
        let graph = self.graph();
        if graph.is_err() && self.running(run).is_some() {
            return Ok(self.page_without_journal(run, false));
        }
        let db = &graph?.db;
        // The record first: it can only be older than the events, so an end is never told too early.
        let record = db.run_get(run).map_err(|err| from_store(&err))?;
        let record = record.ok_or_else(|| no_run(run))?;
        let events = db
            .run_events(run, after, limit)
            .map_err(|err| from_store(&err))?;
        Ok(EventPage {
            last_seq: record.last_seq,
            state: record.state,
            goes_on: record.state == RunState::Interrupted && Self::takes_up_again(&record),
            events,
        })
    }

    /// What is told of a run that the graph's broken database can't keep.
    fn page_without_journal(&self, run: &RunId, has_ended: bool) -> EventPage {
        let ended = self.unjournalled.detail(run).filter(|_| has_ended);
        EventPage {
            events: Vec::new(),
            last_seq: 0,
            state: ended.map_or(RunState::Running, |detail| detail.record.state),
            goes_on: false,
        }
    }

    pub(crate) fn follow(
        &self,
        run: &RunId,
        mut after: u64,
        observer: &dyn RunObserver,
    ) -> Result<(), ApiError> {
        let (sender, shown) = sync_channel(SHOWN);
        let _listening = Listening::start(&self.hub, run, sender);
        if self.wait_unjournalled(run, observer, &shown) {
            return Ok(());
        }
        while observer.wants_more() {
            let page = self.event_page(run, after, PAGE)?;
            for event in &page.events {
                observer.event(event);
                after = event.seq;
            }
            if page.is_end(after) {
                while let Ok(item) = shown.try_recv() {
                    item.show(observer);
                }
                break;
            }
            if page.events.len() < PAGE {
                show_until_event(&shown, observer);
            }
        }
        Ok(())
    }

    pub(crate) fn follow_feed(
        &self,
        mut after: u64,
        observer: &dyn FeedObserver,
    ) -> Result<(), ApiError> {
        let (poke, poked) = sync_channel(1);
        let _listening = Listening::add(&self.hub, Arc::new(FeedWatcher(poke)));
        while observer.wants_more() {
            let db = &self.graph()?.db;
            let entries = db.feed_read(after, PAGE).map_err(|err| from_store(&err))?;
            for entry in entries.iter().take_while(|_| observer.wants_more()) {
                observer.entry(entry);
                after = entry.ord;
            }
            if entries.len() < PAGE {
                // Another process may journal as well, so it is looked for without being told.
                let _ = poked.recv_timeout(POLL);
            }
        }
        Ok(())
    }

    /// Waits for a run that has no journal, because the graph's database is broken; whether it is one.
    fn wait_unjournalled(
        &self,
        run: &RunId,
        observer: &dyn RunObserver,
        shown: &Receiver<Shown>,
    ) -> bool {
        let mut found = false;
        while let Some(has_ended) = self.unjournalled.has_ended(run) {
            found = true;
            show_until_event(shown, observer);
            if has_ended || !observer.wants_more() {
                break;
            }
        }
        found
    }
}

/// Passes on what is for show until an event was journalled or it is time to look for one.
fn show_until_event(shown: &Receiver<Shown>, observer: &dyn RunObserver) {
    let mut wait = POLL;
    loop {
        match shown.recv_timeout(wait) {
            Ok(Shown::Event) => break,
            Ok(item) => {
                item.show(observer);
                wait = Duration::ZERO;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
}

/// What a follower hears at once.
enum Shown {
    Event,
    Log(LogLine),
    Progress(Side, Option<NodeId>, f64, String),
}

impl Shown {
    fn show(self, observer: &dyn RunObserver) {
        match self {
            Self::Event => {}
            Self::Log(line) => observer.log(&line),
            Self::Progress(side, node, share, message) => {
                observer.progress(side, node.as_ref(), share, &message);
            }
        }
    }
}

/// A place among the watchers, given up when dropped.
struct Listening<'a> {
    hub: &'a Hub,
    number: u64,
}

impl<'a> Listening<'a> {
    fn start(hub: &'a Hub, run: &RunId, sender: SyncSender<Shown>) -> Self {
        let run = run.clone();
        Self::add(hub, Arc::new(Follower { run, sender }))
    }

    fn add(hub: &'a Hub, watcher: Arc<dyn RunWatcher>) -> Self {
        let number = hub.add(watcher);
        Self { hub, number }
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.hub.remove(self.number);
    }
}

/// Wakes whoever follows all runs.
struct FeedWatcher(SyncSender<()>);

impl RunWatcher for FeedWatcher {
    fn event(&self, _run: &RunId, _event: &RunEvent) {
        // Full: the follower will look anyway.
        let _ = self.0.try_send(());
    }
}

struct Follower {
    run: RunId,
    sender: SyncSender<Shown>,
}

impl Follower {
    fn send(&self, run: &RunId, item: impl FnOnce() -> Shown) {
        if *run == self.run {
            // Full: the journal and the log have it all.
            let _ = self.sender.try_send(item());
        }
    }
}

impl RunWatcher for Follower {
    fn event(&self, run: &RunId, _event: &RunEvent) {
        self.send(run, || Shown::Event);
    }

    fn log(&self, run: &RunId, line: &LogLine) {
        self.send(run, || Shown::Log(line.clone()));
    }

    fn progress(&self, run: &RunId, side: Side, node: Option<&NodeId>, share: f64, message: &str) {
        self.send(run, || {
            Shown::Progress(side, node.cloned(), share, message.to_owned())
        });
    }
}
