//! Follows the agent's events for as long as the shell lives, also over a change of agents.

use std::sync::Arc;
use std::time::Duration;

use hartomat_api::{ApiError, Backend as _, FeedObserver, RunObserver, RunQuery};
use hartomat_schema::{FeedEntry, NodeId, RunEventKind, RunId, RunState, Side};

use crate::agent::Link;
use crate::notifications::of_event;
use crate::shell::Shell;
use crate::work::Heard;

/// How long after the agent has gone another is looked for, or hosted: who stopped it sees it stopped.
const RETRY: Duration = Duration::from_secs(2);
/// Runs that wait or are under way, at most.
const ACTIVE: u32 = 1000;

/// Follows the work, until the process ends.
pub(crate) fn listen(shell: &Arc<Shell>) {
    loop {
        let outcome = shell.agent.link().and_then(|link| follow(shell, &link));
        if let Err(err) = outcome {
            shell.work().trouble = Some(format!("No agent: {}", err.message));
            shell.changed();
        }
        std::thread::sleep(RETRY);
    }
}

/// Follows one agent's work for as long as it is the agent.
fn follow(shell: &Arc<Shell>, link: &Link) -> Result<(), ApiError> {
    let last = link.client.feed(0, 1)?.last;
    let active = link.client.run_list(&RunQuery {
        states: vec![RunState::Queued, RunState::Running],
        limit: Some(ACTIVE),
        ..RunQuery::default()
    })?;
    let is_paused = link.client.info()?.is_paused;
    let catalogue = link.client.catalogue()?;
    let running: Vec<RunId> = {
        let mut work = shell.work();
        work.clear();
        work.trouble = None;
        work.is_paused = is_paused;
        work.learn(catalogue);
        active.runs.into_iter().for_each(|record| work.put(record));
        work.running().cloned().collect()
    };
    running.into_iter().for_each(|run| watch(shell, link, run));
    shell.refresh_recent();
    shell.changed();
    link.client.feed_follow(last, &Listener { shell, link })
}

struct Listener<'a> {
    shell: &'a Arc<Shell>,
    link: &'a Link,
}

impl FeedObserver for Listener<'_> {
    fn entry(&self, entry: &FeedEntry) {
        if let Some(notice) = of_event(entry) {
            self.shell.notify(&notice);
        }
        let heard = self.shell.work().hear(entry);
        match heard {
            Heard::Other => return,
            Heard::Began => watch(self.shell, self.link, entry.run.clone()),
            Heard::Ended(record) => self.shell.ended(&record),
            Heard::Unknown => self.meet(entry),
        }
        self.shell.changed();
    }

    fn wants_more(&self) -> bool {
        self.shell.agent.is_current(self.link)
    }
}

impl Listener<'_> {
    /// An event of a run that isn't known: it is new, or so short that it has ended by now.
    fn meet(&self, entry: &FeedEntry) {
        let Ok(detail) = self.link.client.run_get(&entry.run) else {
            return;
        };
        let record = detail.record;
        match (record.state, &entry.event.kind) {
            (state, RunEventKind::Finished { .. }) if state.is_final() => self.shell.ended(&record),
            (RunState::Running, _) => {
                let run = record.id.clone();
                self.shell.work().put(record);
                watch(self.shell, self.link, run);
            }
            _ => self.shell.work().put(record),
        }
    }
}

/// Hears how far a run has come, on a thread that ends with it.
fn watch(shell: &Arc<Shell>, link: &Link, run: RunId) {
    let (shell, link) = (shell.clone(), link.clone());
    let work = move || {
        let listener = ProgressListener {
            shell: &shell,
            link: &link,
            run: &run,
        };
        // What isn't heard isn't shown.
        let _ = link.client.run_follow(&run, 0, &listener);
    };
    let thread = std::thread::Builder::new().name("progress".to_owned());
    let _ = thread.spawn(work);
}

struct ProgressListener<'a> {
    shell: &'a Arc<Shell>,
    link: &'a Link,
    run: &'a RunId,
}

impl RunObserver for ProgressListener<'_> {
    fn progress(&self, side: Side, node: Option<&NodeId>, share: f64, _message: &str) {
        self.shell.work().progress(self.run, side, node, share);
        self.shell.changed();
    }

    fn wants_more(&self) -> bool {
        self.shell.agent.is_current(self.link)
    }
}
