//! Makes a run: freezes it, runs both sides as its mode asks, and journals its end.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use hartomat_api::{
    ApiError, DispatchRequest, ErrorKind, RerunRequest, RunDetail, RunObserver, SubjectSource,
    WorkflowSource,
};
use hartomat_cad::Cancel;
use hartomat_engine::{ModeOutcome, plan, run_in_mode};
use hartomat_schema::{FrozenRun, RunEventKind, RunId, RunRecord, RunState, Subject, Workflow};
use hartomat_store::current_process;

use crate::Studio;
use crate::error::from_store;
use crate::evidence::CandidateMade;
use crate::freeze::freeze;
use crate::graph_side::GraphSide;
use crate::host::now;
use crate::sides::RunSides;
use crate::studio::GraphStore;
use crate::subject::{read_cad_file, resolve_subject};

/// How often another process's cancel request is looked for.
const CANCEL_POLL: Duration = Duration::from_millis(200);

impl Studio {
    /// The frozen run of a request, and its CAD file's bytes.
    pub(crate) fn prepare(
        &self,
        request: &DispatchRequest,
    ) -> Result<(FrozenRun, Vec<u8>), ApiError> {
        let workflow = self.resolve_workflow(&request.workflow)?;
        let (subject, cad_file) = resolve_subject(&request.subject, &workflow, &self.legacy)?;
        let frozen = freeze(
            request,
            workflow,
            subject,
            &self.catalogue,
            self.tools().clone(),
        )?;
        Ok((frozen, cad_file))
    }

    pub(crate) fn resolve_workflow(&self, source: &WorkflowSource) -> Result<Workflow, ApiError> {
        match source {
            WorkflowSource::Document(workflow) => Ok((**workflow).clone()),
            WorkflowSource::Saved(id) => self.find_workflow(id),
        }
    }

    pub(crate) fn make_run(
        &self,
        request: &DispatchRequest,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError> {
        let (frozen, cad_file) = self.prepare(request)?;
        // Without its row the graph can't run; legacy can.
        let journal = self.graph().and_then(|graph| {
            graph
                .db
                .run_insert(&frozen)
                .map_err(|err| from_store(&err))?;
            let owner = current_process();
            let started = RunEventKind::Started { owner };
            graph
                .db
                .run_append(&frozen.id, started, now())
                .map_err(|err| from_store(&err))?;
            Ok(graph)
        });
        self.execute(Arc::new(frozen), &cad_file, journal, observer)
    }

    /// Runs a frozen run to its end. Without a journal only legacy runs.
    fn execute(
        &self,
        frozen: Arc<FrozenRun>,
        cad_file: &[u8],
        journal: Result<&GraphStore, ApiError>,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError> {
        let cad_path = self.freeze_cad_file(&frozen, cad_file)?;
        let cancel = self.register(&frozen.id);
        observer.dispatched(&RunRecord::new(&frozen));
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
        let outcome = run_in_mode(frozen.mode, &sides);
        drop(watch);
        let outcome = if cancel.is_cancelled() && outcome.delivered_by.is_none() {
            ModeOutcome {
                state: RunState::Cancelled,
                reason: Some("somebody cancelled it".to_owned()),
                ..outcome
            }
        } else {
            outcome
        };
        sides.journal(RunEventKind::Finished {
            state: outcome.state,
            reason: outcome.reason.clone(),
        });
        self.unregister(&frozen.id);
        // What lies there is of no more use, and the next start sweeps what can't be removed now.
        let _ = std::fs::remove_dir_all(self.scratch_of(&frozen.id));
        let detail = self.detail(&frozen.id);
        Ok(detail.unwrap_or_else(|_| self.detail_without_graph(&sides, outcome)))
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

    pub(crate) fn make_rerun(
        &self,
        request: &RerunRequest,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError> {
        let graph = self.graph()?;
        let earlier = graph
            .db
            .run_frozen(&request.run)
            .map_err(|err| from_store(&err))?;
        let earlier = earlier.ok_or_else(|| no_run(&request.run))?;
        let forced = match &request.from {
            None => std::collections::BTreeSet::new(),
            Some(node) => {
                if earlier.workflow.node(node).is_none() {
                    let message = format!("run {} has no node `{node}`", request.run);
                    return Err(ApiError::new(ErrorKind::InvalidInput, message));
                }
                plan(&earlier.workflow, &self.catalogue)
                    .map_err(|findings| ApiError::invalid("the run's workflow", findings))?
                    .downstream(node)
            }
        };
        self.make_run(
            &DispatchRequest {
                workflow: WorkflowSource::Document(Box::new(earlier.workflow)),
                subject: match &earlier.subject {
                    Subject::CadFile { cad_file } => SubjectSource::CadFile(cad_file.path.clone()),
                    Subject::OrderLine(line) => {
                        SubjectSource::OrderLine(line.order_line.id.clone())
                    }
                },
                mode: Some(earlier.requested_mode),
                drill: None,
                forced,
                rerun_of: Some(request.run.clone()),
                budget_secs: Some(earlier.budget_secs),
            },
            observer,
        )
    }

    /// Lets an interrupted run go on under its own id: what had come out is taken from the cache.
    pub(crate) fn resume_run(
        &self,
        run: &RunId,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError> {
        let graph = self.graph()?;
        let record = graph.db.run_get(run).map_err(|err| from_store(&err))?;
        let record = record.ok_or_else(|| no_run(run))?;
        if record.state != RunState::Interrupted {
            let message = format!("run {run} is {}, not interrupted", record.state.as_str());
            return Err(ApiError::new(ErrorKind::Conflict, message)
                .hint("use `runs rerun` to make it again"));
        }
        let frozen = graph.db.run_frozen(run).map_err(|err| from_store(&err))?;
        let frozen = frozen.ok_or_else(|| no_run(run))?;
        let (cad_file, bytes) =
            read_cad_file(std::path::Path::new(&frozen.subject.cad_file().path))?;
        if cad_file.digest != frozen.subject.cad_file().digest {
            let message = format!(
                "`{}` has changed since run {run} was dispatched",
                cad_file.name
            );
            return Err(ApiError::new(ErrorKind::Conflict, message)
                .hint("use `runs rerun` to run on the file as it is now"));
        }
        let owner = current_process();
        let started = RunEventKind::Started { owner };
        // Of two processes that let the run go on, only the first to write does.
        graph
            .db
            .run_append_after(run, record.last_seq, started, now())
            .map_err(|err| from_store(&err))?;
        self.execute(Arc::new(frozen), &bytes, Ok(graph), observer)
    }

    /// What is known of a run that has no row.
    fn detail_without_graph(&self, sides: &RunSides<'_>, outcome: ModeOutcome) -> RunDetail {
        let mut record = RunRecord::new(&sides.frozen);
        record.state = outcome.state;
        record.reason = outcome.reason;
        record.finished_at = Some(now());
        record.delivered_by = outcome.delivered_by;
        if let Some(Err(failure)) = sides.control.borrow().as_ref() {
            record.control_failure = Some(failure.clone());
        }
        self.detail_of(record, (*sides.frozen).clone())
    }
}

pub(crate) fn no_run(run: &RunId) -> ApiError {
    ApiError::new(ErrorKind::NotFound, format!("there is no run `{run}`"))
        .hint("`hartomat runs list` shows the runs")
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
