//! Two threads that listen: one to the run that is watched, one to what happens in all runs. Both
//! go on from the last event that they heard, also over another link.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hartomat_api::{Backend, FeedObserver, Link as RunLink, RunObserver};
use hartomat_schema::{FeedEntry, LogLine, NodeId, RunEvent, RunId, Side};

use super::BackendEvent;
use super::runs::{RunProgress, RunsEvent};
use super::worker::{Link, Shared};
use crate::files::now;

/// How long a broken link waits before the next attempt.
const RETRY: Duration = Duration::from_secs(2);

/// The run that is watched.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    /// The run.
    pub(super) run: RunId,
    /// The last event that is known.
    pub(super) after: u64,
    /// Another number for each wish to watch.
    pub(super) serial: u64,
}

/// Tells of the run that is watched, until the window is gone.
pub(super) fn watch(shared: &Shared) {
    let mut followed = None;
    while let Some((watched, backend)) = next(shared) {
        // A follower says that the link is up where it has said itself that it was down; what one
        // before it has said, or this thread, nobody takes back.
        let is_again = followed.replace(watched.serial) == Some(watched.serial);
        if is_again && backend.run_events(&watched.run, watched.after, 1).is_ok() {
            tell(shared, RunsEvent::Link(watched.run.clone(), RunLink::Up));
        }
        let listener = Listener {
            shared,
            watched: &watched,
            backend: &backend,
            heard: AtomicU64::new(watched.after),
        };
        let outcome = backend.run_follow(&watched.run, watched.after, &listener);
        let heard = listener.heard.load(Ordering::Relaxed);
        let is_wanted = listener.wants_more();
        {
            let mut link = shared.lock();
            if let Some(current) = &mut link.watched
                && current.serial == watched.serial
            {
                current.after = heard;
                if is_wanted && outcome.is_ok() {
                    link.watched = None;
                }
            }
        }
        match outcome {
            Ok(()) if is_wanted => tell(shared, RunsEvent::Ended(watched.run)),
            Ok(()) => {}
            Err(err) => {
                let link = RunLink::StaleSince(now(), err.to_string());
                tell(shared, RunsEvent::Link(watched.run, link));
                pause(shared, RETRY);
            }
        }
    }
}

/// What to watch, once there is a link.
fn next(shared: &Shared) -> Option<(Watched, Arc<dyn Backend>)> {
    let mut link = shared.lock();
    loop {
        if link.is_over {
            return None;
        }
        if let (Some(watched), Some(backend)) = (&link.watched, &link.backend) {
            return Some((watched.clone(), backend.clone()));
        }
        link = shared.wait(link, Duration::from_secs(60));
    }
}

struct Listener<'a> {
    shared: &'a Shared,
    watched: &'a Watched,
    backend: &'a Arc<dyn Backend>,
    heard: AtomicU64,
}

impl RunObserver for Listener<'_> {
    fn event(&self, event: &RunEvent) {
        self.heard.store(event.seq, Ordering::Relaxed);
        let run = self.watched.run.clone();
        tell(
            self.shared,
            RunsEvent::Happened(run, Box::new(event.clone())),
        );
    }

    fn log(&self, _line: &LogLine) {
        tell(self.shared, RunsEvent::Wrote(self.watched.run.clone()));
    }

    fn progress(&self, side: Side, node: Option<&NodeId>, share: f64, message: &str) {
        let progress = RunProgress {
            side,
            node: node.cloned(),
            share,
            message: message.to_owned(),
        };
        let run = self.watched.run.clone();
        tell(self.shared, RunsEvent::Progress(run, progress));
    }

    fn link(&self, link: &RunLink) {
        let run = self.watched.run.clone();
        tell(self.shared, RunsEvent::Link(run, link.clone()));
    }

    /// Another run, or another link to the runtime: the same thread begins again with those.
    fn wants_more(&self) -> bool {
        let link = self.shared.lock();
        let is_same_wish = |watched: &Watched| watched.serial == self.watched.serial;
        let is_same_link = |backend: &Arc<dyn Backend>| Arc::ptr_eq(backend, self.backend);
        !link.is_over
            && link.watched.as_ref().is_some_and(is_same_wish)
            && link.backend.as_ref().is_none_or(is_same_link)
    }
}

/// Tells of what happens in all runs, until the window is gone.
pub(super) fn listen(shared: &Shared) {
    let mut at: Option<u64> = None;
    while let Some(backend) = backend(shared) {
        let last = backend.feed(at.unwrap_or(0), 1).map(|page| page.last);
        let begin = match (last, at) {
            (Err(err), _) => {
                lost(shared, &err);
                continue;
            }
            (Ok(last), Some(after)) if last >= after => {
                // A new follower doesn't say that the link is back.
                tell(shared, RunsEvent::FeedLink(RunLink::Up));
                after
            }
            // The first time, another runtime, or a database that was restored.
            (Ok(last), _) => {
                tell(shared, RunsEvent::FeedBegun);
                last
            }
        };
        let listener = FeedListener {
            shared,
            backend: &backend,
            heard: AtomicU64::new(begin),
        };
        let outcome = backend.feed_follow(begin, &listener);
        at = Some(listener.heard.load(Ordering::Relaxed));
        match outcome {
            Err(err) => lost(shared, &err),
            // It has ended although more is wanted: gently, not at once.
            Ok(()) if listener.wants_more() => pause(shared, RETRY),
            Ok(()) => {}
        }
    }
}

/// What happens isn't heard; tries again after a while.
fn lost(shared: &Shared, err: &hartomat_api::ApiError) {
    let link = RunLink::StaleSince(now(), err.to_string());
    tell(shared, RunsEvent::FeedLink(link));
    pause(shared, RETRY);
}

struct FeedListener<'a> {
    shared: &'a Shared,
    backend: &'a Arc<dyn Backend>,
    heard: AtomicU64,
}

impl FeedObserver for FeedListener<'_> {
    fn entry(&self, entry: &FeedEntry) {
        self.heard.store(entry.ord, Ordering::Relaxed);
        tell(self.shared, RunsEvent::Feed(Box::new(entry.clone())));
    }

    fn link(&self, link: &RunLink) {
        tell(self.shared, RunsEvent::FeedLink(link.clone()));
    }

    /// Another link to the runtime: the same thread begins again with that.
    fn wants_more(&self) -> bool {
        let link = self.shared.lock();
        let is_same_link = |backend: &Arc<dyn Backend>| Arc::ptr_eq(backend, self.backend);
        !link.is_over && link.backend.as_ref().is_none_or(is_same_link)
    }
}

fn backend(shared: &Shared) -> Option<Arc<dyn Backend>> {
    let mut link = shared.lock();
    loop {
        if link.is_over {
            return None;
        }
        if let Some(backend) = &link.backend {
            return Some(backend.clone());
        }
        link = shared.wait(link, Duration::from_secs(60));
    }
}

/// Waits, but not longer than the window lives.
fn pause(shared: &Shared, at_most: Duration) {
    let begun = Instant::now();
    let mut link: std::sync::MutexGuard<'_, Link> = shared.lock();
    while !link.is_over && begun.elapsed() < at_most {
        link = shared.wait(link, at_most.saturating_sub(begun.elapsed()));
    }
}

fn tell(shared: &Shared, event: RunsEvent) {
    shared.tell(BackendEvent::Runs(event));
}
