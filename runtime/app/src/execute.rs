//! Runs what was taken on to its end: both sides as the mode asks, and the end in the journal.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use hartomat_api::{ApiError, ErrorKind, RunDetail};
use hartomat_cad::Cancel;
use hartomat_engine::{ModeOutcome, run_in_mode, run_on_trial};
use hartomat_schema::{Failure, FrozenRun, RunEventKind, RunId, RunRecord, RunState};
use hartomat_store::current_process;

use crate::Studio;
use crate::error::from_store;
use crate::evidence::CandidateMade;
use crate::graph_side::GraphSide;
use crate::host::now;
use crate::hub::Teller;
use crate::sides::RunSides;
use crate::studio::GraphStore;

/// How often another process's cancel request is looked for.
const CANCEL_POLL: Duration = Duration::from_millis(200);
/// How long a run of this process waits for the first tries to tell people outside.
const FIRST_TRIES: Duration = Duration::from_secs(10);
/// How long runs may take to stop when a server shuts down.
const SHUT_DOWN: Duration = Duration::from_secs(10);

impl Studio {
    /// Runs a frozen run on a thread of its own.
    pub(crate) fn spawn(
        &self,
        frozen: FrozenRun,
        cad_file: Vec<u8>,
        journal: Result<GraphStore, ApiError>,
    ) {
        let studio = self.shared();
        let frozen = Arc::new(frozen);
        let run = frozen.clone();
        // The run can be cancelled from the moment that its id is known.
        let cancel = self.register(&run.id);
        let work = move || studio.execute(frozen, &cad_file, journal, cancel);
        if let Err(err) = named_thread(&run.id).spawn(work) {
            self.give_up_own(&run, &format!("no thread for it: {err}"));
        }
    }

    /// Begins waiting runs while there is room for them.
    pub(crate) fn begin_waiting(&self) {
        while let Some(run) = self.queue.take() {
            let studio = self.shared();
            let id = run.clone();
            let cancel = self.register(&id);
            let work = move || {
                let turn = Turn(studio);
                turn.0.execute_waiting(&id, cancel);
            };
            if let Err(err) = named_thread(&run).spawn(work) {
                self.unregister(&run);
                self.queue.done();
                self.give_up(&run, &format!("no thread for it: {err}"));
            }
        }
    }

    /// Takes no more runs; what runs is interrupted, and goes on when the next server starts.
    /// Returns when all is quiet, at the latest after ten seconds.
    pub fn shut_down(&self) {
        self.close();
        self.queue.wait_idle(SHUT_DOWN);
    }

    fn execute_waiting(&self, run: &RunId, cancel: Cancel) {
        let taken = self.take_over(run);
        match taken {
            Ok((frozen, bytes, graph)) => self.execute(Arc::new(frozen), &bytes, Ok(graph), cancel),
            Err(err) => {
                self.unregister(run);
                if !self.ends_cancelled(run) {
                    self.give_up(run, &err.message);
                }
            }
        }
    }

    /// Whether a run that could not begin was cancelled at that moment; then it ends so.
    fn ends_cancelled(&self, run: &RunId) -> bool {
        let Ok(graph) = self.graph() else {
            return false;
        };
        self.record(graph, run)
            .is_ok_and(|record| record.cancel_requested && !record.state.is_final())
            && self.finish_cancelled(graph, run).is_ok()
    }

    /// A waiting run becomes this process's.
    fn take_over(&self, run: &RunId) -> Result<(FrozenRun, Vec<u8>, GraphStore), ApiError> {
        let graph = self.graph()?;
        let record = self.record(graph, run)?;
        let frozen = graph.db.run_frozen(run).map_err(|err| from_store(&err))?;
        let frozen = frozen.ok_or_else(|| crate::dispatch::no_run(run))?;
        let bytes = self.frozen_cad_bytes(frozen.subject.cad_file())?;
        let owner = current_process();
        self.append_after(graph, &record, RunEventKind::Started { owner })?;
        Ok((frozen, bytes, graph.clone()))
    }

    /// Ends a run that can't begin. What another process has taken over is left to it.
    fn give_up(&self, run: &RunId, reason: &str) {
        let Ok(graph) = self.graph() else { return };
        let is_ours = self.record(graph, run).is_ok_and(|record| {
            record.owner == Some(current_process()) && !record.state.is_final()
        });
        if is_ours {
            let finished = RunEventKind::Finished {
                state: RunState::Failed,
                reason: Some(reason.to_owned()),
            };
            // A journal that can't be written leaves the run to the next start.
            let _ = self.append(graph, run, finished);
            self.count_finished(RunState::Failed);
        }
    }

    /// Ends a run of this process that can't begin, whether a journal knows of it or nobody but us.
    fn give_up_own(&self, frozen: &FrozenRun, reason: &str) {
        if self.unjournalled.has_ended(&frozen.id).is_some() {
            let failed = ModeOutcome {
                state: RunState::Failed,
                delivered_by: None,
                reason: Some(reason.to_owned()),
            };
            let detail = self.detail_without_graph(frozen, None, failed);
            self.unjournalled.end(&frozen.id, detail);
            self.count_finished(RunState::Failed);
        } else {
            self.give_up(&frozen.id, reason);
        }
        self.unregister(&frozen.id);
        // There may be half a CAD file; the next start sweeps what can't be removed now.
        let _ = std::fs::remove_dir_all(self.scratch_of(&frozen.id));
    }

    /// Runs a frozen run to its end. Without a journal only legacy runs.
    fn execute(
        &self,
        frozen: Arc<FrozenRun>,
        cad_file: &[u8],
        journal: Result<GraphStore, ApiError>,
        cancel: Cancel,
    ) {
        let cad_path = match self.freeze_cad_file(&frozen, cad_file) {
            Ok(path) => path,
            Err(err) => return self.give_up_own(&frozen, &err.message),
        };
        let observer = Arc::new(Teller {
            hub: self.hub.clone(),
            run: frozen.id.clone(),
        });
        let watch = journal
            .as_ref()
            .ok()
            .map(|store| CancelWatch::start(store, &frozen.id, &cancel));
        let graph = journal.map(|store| GraphSide {
            studio: self,
            store: store.clone(),
            frozen: frozen.clone(),
            observer: observer.clone(),
            cancel: cancel.clone(),
        });
        let sides = RunSides {
            studio: self,
            graph,
            frozen: frozen.clone(),
            cad_path,
            observer,
            cancel: cancel.clone(),
            control: RefCell::new(None),
            made: RefCell::new(CandidateMade::default()),
        };
        let outcome = match frozen.is_partial() {
            true => run_on_trial(&sides),
            false => run_in_mode(frozen.mode, &sides),
        };
        drop(watch);
        let end = self.end_of(&frozen.id, outcome.clone(), &cancel);
        for decided in self.watch_gates(&frozen.id) {
            sides.note(&decided);
        }
        let is_known = sides.graph.is_err() || self.graph().is_err();
        if is_known {
            let detail = self.detail_without_graph(&frozen, sides.failure(), outcome.clone());
            self.unjournalled.end(&frozen.id, detail);
        }
        self.unregister(&frozen.id);
        // What lies there is of no more use, and the next start sweeps what can't be removed now.
        let _ = std::fs::remove_dir_all(self.scratch_of(&frozen.id));
        if let RunEventKind::Finished { state, .. } = &end {
            self.count_finished(*state);
            let media = self.data.media().join(frozen.id.as_str());
            let _ = std::fs::remove_dir_all(media.join(hartomat_legacy::FRAMES_FOLDER));
        }
        if !self.is_server() {
            // The process may end with the run; whoever opens the data folder next goes on.
            self.settle_messages(FIRST_TRIES);
        }
        if !sides.journal(end) && !is_known {
            // Whoever follows the run hears of its end all the same.
            let detail = self.detail_without_graph(&frozen, sides.failure(), outcome);
            self.unjournalled.end(&frozen.id, detail);
        }
        // One that was stopped says nothing of the case, whatever it had come to by then.
        if frozen.golden.is_some() && !cancel.is_cancelled() {
            self.judge_golden(&frozen.id);
        }
    }

    /// How a run ends that came to this.
    fn end_of(&self, run: &RunId, outcome: ModeOutcome, cancel: &Cancel) -> RunEventKind {
        let is_asked_for = || {
            let record = self.graph().and_then(|graph| self.record(graph, run));
            record.is_ok_and(|record| record.cancel_requested)
        };
        let is_closing = self.is_closing.load(Ordering::SeqCst);
        if cancel.is_cancelled() && is_closing && !is_asked_for() {
            return RunEventKind::Interrupted {
                reason: "the server was shut down while it ran".to_owned(),
            };
        }
        if cancel.is_cancelled() && outcome.delivered_by.is_none() {
            return RunEventKind::Finished {
                state: RunState::Cancelled,
                reason: Some("somebody cancelled it".to_owned()),
            };
        }
        RunEventKind::Finished {
            state: outcome.state,
            reason: outcome.reason,
        }
    }

    /// Journals an event and tells the watchers.
    pub(crate) fn append(
        &self,
        graph: &GraphStore,
        run: &RunId,
        kind: RunEventKind,
    ) -> Result<(), ApiError> {
        let event = graph
            .db
            .run_append(run, kind, now())
            .map_err(|err| from_store(&err))?;
        self.hub.each(|watcher| watcher.event(run, &event));
        Ok(())
    }

    /// Journals an event unless somebody else was faster: of two that take a run over, one does.
    pub(crate) fn append_after(
        &self,
        graph: &GraphStore,
        record: &RunRecord,
        kind: RunEventKind,
    ) -> Result<(), ApiError> {
        let event = graph
            .db
            .run_append_after(&record.id, record.last_seq, kind, now())
            .map_err(|err| from_store(&err))?;
        self.hub.each(|watcher| watcher.event(&record.id, &event));
        Ok(())
    }

    /// Tells the watchers of the event that a run was stored with.
    pub(crate) fn tell_last(&self, graph: &GraphStore, record: &RunRecord) {
        let events = graph
            .db
            .run_events(&record.id, record.last_seq.saturating_sub(1), 1);
        // Who is not told finds it in the journal.
        for event in events.unwrap_or_default() {
            self.hub.each(|watcher| watcher.event(&record.id, &event));
        }
    }

    /// Keeps the CAD file as it is now for both sides, whatever becomes of the one it was read from.
    fn freeze_cad_file(&self, frozen: &FrozenRun, bytes: &[u8]) -> Result<PathBuf, ApiError> {
        let folder = self.scratch_of(&frozen.id);
        let path = folder.join(format!("{}.step", frozen.subject.cad_file().digest.short()));
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&path, bytes))
            .map_err(|err| {
                let message = format!(
                    "can't keep the run's CAD file at `{}`: {err}",
                    path.display()
                );
                ApiError::new(ErrorKind::Internal, message)
            })?;
        Ok(path)
    }

    /// What is known of a run that has no row.
    fn detail_without_graph(
        &self,
        frozen: &FrozenRun,
        control_failure: Option<Failure>,
        outcome: ModeOutcome,
    ) -> RunDetail {
        let mut record = RunRecord::new(frozen);
        record.state = outcome.state;
        record.reason = outcome.reason;
        record.finished_at = Some(now());
        record.delivered_by = outcome.delivered_by;
        record.control_failure = control_failure;
        self.detail_of(record, frozen.clone())
    }
}

/// A place among the runs at once, given back when the run has ended, however it did.
struct Turn(Arc<Studio>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.queue.done();
        self.0.begin_waiting();
    }
}

fn named_thread(run: &RunId) -> thread::Builder {
    let end = run.as_str().len().saturating_sub(8);
    let tail = run.as_str().get(end..).unwrap_or_default();
    thread::Builder::new().name(format!("run-{tail}"))
}

/// Looks for cancel requests that other processes have journalled; stops when dropped.
struct CancelWatch {
    done: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl CancelWatch {
    fn start(store: &GraphStore, run: &RunId, cancel: &Cancel) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let (finished, db, run, cancel) =
            (done.clone(), store.db.clone(), run.clone(), cancel.clone());
        let look = move || {
            while !finished.load(Ordering::Relaxed) {
                if db
                    .run_get(&run)
                    .ok()
                    .flatten()
                    .is_some_and(|record| record.cancel_requested)
                {
                    cancel.cancel();
                    return;
                }
                thread::park_timeout(CANCEL_POLL);
            }
        };
        // Without the thread only this process can cancel the run.
        let thread = thread::Builder::new()
            .name("cancel-watch".to_owned())
            .spawn(look)
            .ok();
        Self { done, thread }
    }
}

impl Drop for CancelWatch {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A watcher that panicked has nothing left to tell.
            let _ = thread.join();
        }
    }
}
