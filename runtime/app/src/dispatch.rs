//! Takes runs on: freezes them, journals them, and lets them begin at once or wait in the queue.

use std::collections::BTreeSet;

use hartomat_api::{
    ApiError, DispatchRequest, ErrorKind, FileSource, RerunDefinition, RerunRequest, RerunScope,
    SubjectSource, WorkflowSource,
};
use hartomat_engine::plan;
use hartomat_schema::{
    Diagnostic, Digest, ExecutionMode, FrozenRun, GoldenCaseId, LegacyPreset, NodeId, NodeRunState,
    Priority, RunEventKind, RunId, RunRecord, RunState, StoredFile, Subject, Workflow, digest_json,
    validate_part,
};
use hartomat_store::{DispatchKey, Inserted, current_process};

use crate::Studio;
use crate::error::{from_store, is_broken};
use crate::freeze::{Resolved, freeze};
use crate::host::now;
use crate::studio::GraphStore;
use crate::subject::CadBytes;

/// The most runs at once that no queue holds back.
const MAX_UNJOURNALLED: usize = 4;

impl Studio {
    /// Takes a run on for somebody; idempotency keys of two actors are never the same.
    pub fn dispatch_as(
        &self,
        actor: &str,
        request: &DispatchRequest,
    ) -> Result<RunRecord, ApiError> {
        let key = request.idempotency_key.as_ref().map(|key| DispatchKey {
            actor: actor.to_owned(),
            key: key.clone(),
            request: digest_json(request),
        });
        self.take_on(key, request)
    }

    /// Makes a run again for somebody.
    pub fn rerun_as(&self, actor: &str, request: &RerunRequest) -> Result<RunRecord, ApiError> {
        let key = request.idempotency_key.as_ref().map(|key| DispatchKey {
            actor: actor.to_owned(),
            key: key.clone(),
            request: digest_json(request),
        });
        if let Some(earlier) = self.earlier(key.as_ref())? {
            return Ok(earlier);
        }
        self.take_on(key, &self.rerun_request(request)?)
    }

    /// The frozen run of a request, and its CAD file's bytes.
    pub(crate) fn prepare(
        &self,
        request: &DispatchRequest,
    ) -> Result<(FrozenRun, CadBytes), ApiError> {
        let workflow = self.resolve_workflow(&request.workflow)?;
        if let Some(drill) = &request.drill
            && workflow.node(&drill.node).is_none()
        {
            let message = format!(
                "the drill names `{}`, and there is no such node",
                drill.node
            );
            return Err(ApiError::new(ErrorKind::InvalidInput, message));
        }
        let (subject, cad_bytes) = self.resolve_subject(&request.subject, &workflow)?;
        let resolved = Resolved {
            rollouts: self.rollouts_for(&subject, &workflow)?,
            workflow,
            subject,
        };
        let frozen = freeze(request, resolved, &self.catalogue, self.tools_now())?;
        Ok((frozen, cad_bytes))
    }

    fn resolve_workflow(&self, source: &WorkflowSource) -> Result<Workflow, ApiError> {
        match source {
            WorkflowSource::Document(workflow) => Ok((**workflow).clone()),
            WorkflowSource::Saved(id) => Ok(self.find_workflow(id)?.workflow),
        }
    }

    fn take_on(
        &self,
        key: Option<DispatchKey>,
        request: &DispatchRequest,
    ) -> Result<RunRecord, ApiError> {
        if let Some(earlier) = self.earlier(key.as_ref())? {
            return Ok(earlier);
        }
        if self.is_server() && !self.queue.has_room() {
            return Err(ApiError::new(ErrorKind::Busy, "the queue is full")
                .hint("try again when some runs have ended"));
        }
        let (frozen, cad_bytes) = self.prepare(request)?;
        self.refuse_broken_draft(request, &frozen)?;
        self.begin(key, request.priority, frozen, cad_bytes)
    }

    /// Takes a golden case on. On a CAD file legacy may be asked for another preset than its usual one.
    pub(crate) fn take_on_golden(
        &self,
        request: &DispatchRequest,
        case: GoldenCaseId,
        asked_of_legacy: Option<LegacyPreset>,
    ) -> Result<RunRecord, ApiError> {
        let (mut frozen, cad_bytes) = self.prepare(request)?;
        frozen.golden = Some(case);
        if let Subject::CadFile { preset, .. } = &mut frozen.subject {
            *preset = asked_of_legacy.map(Box::new).or(preset.take());
        }
        self.begin(None, request.priority, frozen, cad_bytes)
    }

    /// Lets a run wait where a server keeps a queue, and begin at once elsewhere.
    fn begin(
        &self,
        key: Option<DispatchKey>,
        priority: Priority,
        frozen: FrozenRun,
        cad_bytes: CadBytes,
    ) -> Result<RunRecord, ApiError> {
        if self.is_server() && self.graph().is_ok() {
            let waits = self.let_wait(key.clone(), priority, &frozen, &cad_bytes);
            if !waits.as_ref().is_err_and(is_broken) {
                return waits;
            }
        }
        // Legacy delivers also where the queue's database is broken.
        self.begin_at_once(key, frozen, cad_bytes)
    }

    /// The run that the same key has made before.
    fn earlier(&self, key: Option<&DispatchKey>) -> Result<Option<RunRecord>, ApiError> {
        let Some(key) = key else {
            return Ok(None);
        };
        let journalled = || {
            let found = self.graph()?.db.dispatch_key_get(&key.actor, &key.key);
            found.map_err(|err| from_store(&err))
        };
        let found = match self.unjournalled.made_with(key) {
            Some(made) => Ok(Some(made)),
            None => journalled(),
        };
        match found {
            // Where the graph's database is broken, legacy delivers all the same.
            Err(err) if is_broken(&err) => Ok(None),
            Err(err) => Err(err),
            Ok(found) => Self::same_request(key, found),
        }
    }

    /// The run that a key has made, if it was of the same request.
    fn same_request(
        key: &DispatchKey,
        found: Option<(Digest, RunRecord)>,
    ) -> Result<Option<RunRecord>, ApiError> {
        match found {
            Some((request, _)) if request != key.request => {
                let message = format!("the key `{}` was used for another dispatch", key.key);
                Err(ApiError::new(ErrorKind::Conflict, message).hint("use a new key"))
            }
            found => Ok(found.map(|(_, record)| record)),
        }
    }

    /// A draft that can't run is the author's to mend. A saved workflow that can't run must not keep
    /// legacy from delivering; where nothing is delivered anyway, it is refused as well.
    fn refuse_broken_draft(
        &self,
        request: &DispatchRequest,
        frozen: &FrozenRun,
    ) -> Result<(), ApiError> {
        let is_saved = matches!(request.workflow, WorkflowSource::Saved(_));
        if !frozen.is_partial() && (is_saved || frozen.mode == ExecutionMode::Legacy) {
            return Ok(());
        }
        let findings = validate_part(&frozen.workflow, &self.catalogue, &frozen.targets);
        if findings.iter().any(Diagnostic::is_error) {
            let what = format!("workflow `{}`", frozen.workflow.name);
            return Err(ApiError::invalid(&what, findings));
        }
        Ok(())
    }

    /// Puts a run into the server's queue. It is durable when this returns.
    fn let_wait(
        &self,
        key: Option<DispatchKey>,
        priority: Priority,
        frozen: &FrozenRun,
        cad_bytes: &CadBytes,
    ) -> Result<RunRecord, ApiError> {
        let graph = self.graph()?;
        if let CadBytes::Read(bytes) = cad_bytes {
            graph
                .artifacts
                .put_bytes(bytes)
                .map_err(|err| from_store(&err))?;
        }
        let first = RunEventKind::Queued {
            owner: current_process(),
            priority,
        };
        let (record, is_new) = self.insert(graph, key, frozen, first)?;
        if is_new {
            self.queue.push(record.id.clone(), priority);
            self.begin_waiting();
        }
        Ok(record)
    }

    /// Begins a run in this process. Without its row the graph can't run; legacy can.
    fn begin_at_once(
        &self,
        key: Option<DispatchKey>,
        frozen: FrozenRun,
        cad_bytes: CadBytes,
    ) -> Result<RunRecord, ApiError> {
        let bytes = match cad_bytes {
            CadBytes::Read(bytes) => bytes,
            CadBytes::Stored => self.frozen_cad_bytes(frozen.subject.cad_file())?,
        };
        let first = RunEventKind::Started {
            owner: current_process(),
        };
        let journal = self
            .graph()
            .and_then(|graph| Ok((graph, self.insert(graph, key.clone(), &frozen, first)?)));
        match journal {
            Ok((_, (record, false))) => Ok(record),
            Ok((graph, (record, true))) => {
                self.spawn(frozen, bytes, Ok(graph.clone()));
                Ok(record)
            }
            // Nothing would be delivered, and nothing kept.
            Err(err) if frozen.is_partial() => Err(err),
            Err(_) if self.unjournalled.under_way() >= MAX_UNJOURNALLED => {
                let message = "the queue's database is broken, and enough runs go on without it";
                Err(ApiError::new(ErrorKind::Busy, message).hint("try again when some have ended"))
            }
            Err(err) => {
                let record = RunRecord::new(&frozen);
                self.unjournalled.begin(key, &record);
                self.spawn(frozen, bytes, Err(err));
                Ok(record)
            }
        }
    }

    /// Stores a run with its first event; whether it is a new one.
    fn insert(
        &self,
        graph: &GraphStore,
        key: Option<DispatchKey>,
        frozen: &FrozenRun,
        first: RunEventKind,
    ) -> Result<(RunRecord, bool), ApiError> {
        let inserted = match &key {
            Some(key) => graph.db.run_insert_once(frozen, key, Some((first, now()))),
            None => graph
                .db
                .run_insert_with(frozen, first, now())
                .map(Inserted::New),
        };
        match inserted.map_err(|err| from_store(&err))? {
            Inserted::New(record) => {
                self.tell_last(graph, &record);
                Ok((record, true))
            }
            Inserted::Earlier(record) => Ok((record, false)),
        }
    }

    fn rerun_request(&self, request: &RerunRequest) -> Result<DispatchRequest, ApiError> {
        let graph = self.graph()?;
        let found = graph
            .db
            .run_frozen(&request.run)
            .and_then(|frozen| Ok(frozen.zip(graph.db.run_get(&request.run)?)))
            .map_err(|err| from_store(&err))?;
        let (earlier, record) = found.ok_or_else(|| no_run(&request.run))?;
        let workflow = match &request.definition {
            RerunDefinition::Frozen => earlier.workflow.clone(),
            RerunDefinition::Latest => self.find_workflow(&earlier.workflow.id)?.workflow,
            RerunDefinition::Draft(draft) => (**draft).clone(),
        };
        let forced = self.forced(&request.scope, &workflow, &record)?;
        Ok(DispatchRequest {
            mode: Some(earlier.requested_mode),
            forced,
            targets: earlier.targets,
            rerun_of: Some(request.run.clone()),
            budget_secs: Some(earlier.budget_secs),
            priority: request.priority,
            ..DispatchRequest::new(
                WorkflowSource::Document(Box::new(workflow)),
                self.same_subject(&earlier.subject),
            )
        })
    }

    /// What an earlier run was of, with the CAD file as it was then where that is kept.
    fn same_subject(&self, subject: &Subject) -> SubjectSource {
        match subject {
            Subject::OrderLine(line) => SubjectSource::OrderLine(line.order_line.id.clone()),
            Subject::CadFile { cad_file: file, .. } if self.is_stored(&file.digest) => {
                let stored = StoredFile::new(file.digest, file.size_bytes, &file.name);
                SubjectSource::CadFile(FileSource::Stored(stored))
            }
            Subject::CadFile { cad_file, .. } => {
                SubjectSource::CadFile(FileSource::Path(cad_file.path.clone()))
            }
        }
    }

    /// Nodes that run although the cache has their outputs.
    fn forced(
        &self,
        scope: &RerunScope,
        workflow: &Workflow,
        record: &RunRecord,
    ) -> Result<BTreeSet<NodeId>, ApiError> {
        let nodes: Vec<&NodeId> = match scope {
            RerunScope::Changed => return Ok(BTreeSet::new()),
            RerunScope::All => {
                return Ok(workflow.nodes.iter().map(|node| node.id.clone()).collect());
            }
            RerunScope::From(node) => vec![node],
            RerunScope::Failed => {
                let failed = record.nodes.iter().filter(|run| did_not_succeed(run.state));
                let nodes = failed.map(|run| &run.node);
                nodes.filter(|node| workflow.node(node).is_some()).collect()
            }
        };
        let plan = plan(workflow, &self.catalogue)
            .map_err(|findings| ApiError::invalid("the run's workflow", findings))?;
        let mut forced = BTreeSet::new();
        for node in nodes {
            if workflow.node(node).is_none() {
                let message = format!("run {} has no node `{node}`", record.id);
                return Err(ApiError::new(ErrorKind::InvalidInput, message));
            }
            forced.extend(plan.downstream(node));
        }
        Ok(forced)
    }

    /// Lets an interrupted run go on under its own id: what had come out is taken from the cache.
    pub(crate) fn resume_run(&self, run: &RunId) -> Result<RunRecord, ApiError> {
        let graph = self.graph()?;
        let record = self.record(graph, run)?;
        if record.state != RunState::Interrupted {
            let message = format!("run {run} is {}, not interrupted", record.state.as_str());
            return Err(ApiError::new(ErrorKind::Conflict, message)
                .hint("use `runs rerun` to make it again"));
        }
        let frozen = graph.db.run_frozen(run).map_err(|err| from_store(&err))?;
        let frozen = frozen.ok_or_else(|| no_run(run))?;
        let bytes = self.frozen_cad_bytes(frozen.subject.cad_file())?;
        let owner = current_process();
        if self.is_server() {
            let priority = record.priority.unwrap_or_default();
            self.append_after(graph, &record, RunEventKind::Queued { owner, priority })?;
            self.queue.push(run.clone(), priority);
            self.begin_waiting();
        } else {
            self.append_after(graph, &record, RunEventKind::Started { owner })?;
            self.spawn(frozen, bytes, Ok(graph.clone()));
        }
        self.record(graph, run)
    }

    /// Asks a run to stop. One that waits in this process ends at once.
    pub(crate) fn cancel_run(&self, run: &RunId) -> Result<(), ApiError> {
        let running = self.running(run);
        if let Some(ended) = self.unjournalled.detail(run) {
            return Err(already_ended(run, ended.record.state));
        }
        let is_unjournalled = self.unjournalled.has_ended(run).is_some();
        let graph = match (self.graph(), &running) {
            (graph, Some(cancel)) if is_unjournalled || graph.is_err() => {
                cancel.cancel();
                return Ok(());
            }
            (graph, _) => graph?,
        };
        let record = self.record(graph, run)?;
        let goes_on = record.state == RunState::Interrupted && Self::takes_up_again(&record);
        if record.state.is_final() && !goes_on {
            return Err(already_ended(run, record.state));
        }
        // In the journal first: a process that dies now must not bring the run back to life.
        self.append(graph, run, RunEventKind::CancelRequested)?;
        if let Some(cancel) = running {
            cancel.cancel();
        } else if self.queue.remove(run) || goes_on {
            self.finish_cancelled(graph, run)?;
        }
        Ok(())
    }

    /// Ends a run that was cancelled while nobody was at work on it.
    pub(crate) fn finish_cancelled(&self, graph: &GraphStore, run: &RunId) -> Result<(), ApiError> {
        let finished = RunEventKind::Finished {
            state: RunState::Cancelled,
            reason: Some("somebody cancelled it".to_owned()),
        };
        self.append(graph, run, finished)?;
        self.count_finished(RunState::Cancelled);
        Ok(())
    }

    pub(crate) fn record(&self, graph: &GraphStore, run: &RunId) -> Result<RunRecord, ApiError> {
        let record = graph.db.run_get(run).map_err(|err| from_store(&err))?;
        record.ok_or_else(|| no_run(run))
    }
}

fn did_not_succeed(state: NodeRunState) -> bool {
    !matches!(state, NodeRunState::Succeeded | NodeRunState::Reused)
}

fn already_ended(run: &RunId, state: RunState) -> ApiError {
    let message = format!("run {run} has already ended: {}", state.as_str());
    ApiError::new(ErrorKind::Conflict, message)
}

pub(crate) fn no_run(run: &RunId) -> ApiError {
    ApiError::new(ErrorKind::NotFound, format!("there is no run `{run}`"))
        .hint("`hartomat runs list` shows the runs")
}
