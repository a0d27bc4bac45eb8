//! [`Backend`] in this process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hartomat_api::http::AuditQuery;
use hartomat_api::{
    ApiError, Backend, BackendInfo, BlendTemplateEntry, CadReport, CalibrationRequest, CheckReport,
    CompareRequest, ComparedFiles, DispatchRequest, DispatchResolution, DryRun, EventPage,
    FeedObserver, FeedPage, FileSource, GoldenReport, GoldenRequest, ImportReport, ImportRequest,
    LogCursor, LogPage, LogQuery, OrderDetail, OrderEntry, OrderLineEntry, OutputTypeDraft,
    OutputTypeEntry, ReportFormat, RerunRequest, ReviewPage, ReviewQuery, ReviewRequest,
    RolloutStatus, RunDetail, RunObserver, RunPage, RunQuery, SavedWorkflow, SimulationRequest,
    TransferProgress, WorkflowSave, WorkflowSummary,
};
use hartomat_schema::{
    Artifact, AuditEntry, Calibration, Catalogue, Diagnostic, Digest, Evidence, FrozenRun,
    GateSimulation, GoldenCase, LogLine, Material, MediaAssetId, Message, MessageId, Notification,
    NotificationTarget, OrderId, OutputType, OutputTypeId, Product, Review, ReviewId,
    RolloutAction, RolloutScope, RunId, RunRecord, Side, StoredFile, StudioScene, Workflow,
    WorkflowId, validate,
};
use hartomat_store::{
    LegacyLogFilter, LogFilter, MediaAssetFilter, MessageFilter, NotificationFilter, RunFilter,
};

use crate::Studio;
use crate::access::LOCAL_ACTOR;
use crate::dispatch::no_run;
use crate::error::from_store;
use crate::golden::is_golden;
use crate::library::bundled_workflows;
use crate::messages::notification_settings;

/// The largest comparison document.
const MAX_EVIDENCE_BYTES: u64 = 64 << 20;
/// Runs on a page and lines on a page, where nobody says how many.
const USUAL_RUNS: u32 = 50;
const USUAL_LINES: u32 = 1000;
const USUAL_AUDIT_LINES: u32 = 100;

impl Backend for Studio {
    fn info(&self) -> Result<BackendInfo, ApiError> {
        Ok(self.describe())
    }

    fn catalogue(&self) -> Result<Catalogue, ApiError> {
        Ok((*self.catalogue).clone())
    }

    fn material_list(&self) -> Result<Vec<Material>, ApiError> {
        Ok(self.services.materials.iter().cloned().collect())
    }

    fn material_swatch(&self, key: &str) -> Result<Vec<u8>, ApiError> {
        self.swatches.get(&self.services, key)
    }

    fn artifact_frame(&self, digest: &Digest, number: u64) -> Result<Vec<u8>, ApiError> {
        self.frame(digest, number)
    }

    fn studio_scene_list(&self) -> Result<Vec<StudioScene>, ApiError> {
        Ok(self.services.scenes.iter().cloned().collect())
    }

    fn blend_template_list(&self) -> Result<Vec<BlendTemplateEntry>, ApiError> {
        Ok(self.blend_template_entries())
    }

    fn template_list(&self) -> Result<Vec<Workflow>, ApiError> {
        Ok(bundled_workflows())
    }

    fn order_line_list(&self) -> Result<Vec<OrderLineEntry>, ApiError> {
        self.order_lines()
    }

    fn output_type_list(&self) -> Result<Vec<OutputTypeEntry>, ApiError> {
        self.output_types()
    }

    fn output_type_create(&self, draft: &OutputTypeDraft) -> Result<OutputTypeEntry, ApiError> {
        self.create_output_type(draft)
    }

    fn output_type_put(&self, output_type: &OutputType) -> Result<OutputTypeEntry, ApiError> {
        self.put_output_type(output_type)
    }

    fn resolve(&self, request: &DispatchRequest) -> Result<DispatchResolution, ApiError> {
        self.resolve_dispatch(request)
    }

    fn product_list(&self) -> Result<Vec<Product>, ApiError> {
        self.products()
    }

    fn order_list(&self) -> Result<Vec<OrderEntry>, ApiError> {
        self.orders()
    }

    fn order_get(&self, id: &OrderId) -> Result<OrderDetail, ApiError> {
        self.order_detail(id)
    }

    fn import(&self, request: &ImportRequest) -> Result<ImportReport, ApiError> {
        self.take_in(request)
    }

    fn calibrate(
        &self,
        id: &OutputTypeId,
        request: &CalibrationRequest,
    ) -> Result<Calibration, ApiError> {
        self.begin_calibration(id, request)
    }

    fn notification_target_list(&self) -> Result<Vec<NotificationTarget>, ApiError> {
        Ok(notification_settings(&self.data)?.targets)
    }

    fn message_list(&self) -> Result<Vec<Message>, ApiError> {
        self.messages(&MessageFilter::default())
    }

    fn message_retry(&self, id: &MessageId) -> Result<Message, ApiError> {
        self.retry_message(id)
    }

    fn notification_list(&self) -> Result<Vec<Notification>, ApiError> {
        let found = self
            .legacy
            .notification_list(&NotificationFilter::default());
        found.map_err(|err| from_store(&err))
    }

    fn audit_list(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, ApiError> {
        self.audit_lines(query.before, query.limit.unwrap_or(USUAL_AUDIT_LINES))
    }

    fn workflow_list(&self) -> Result<Vec<WorkflowSummary>, ApiError> {
        self.workflows()
    }

    fn workflow_get(&self, id: &WorkflowId) -> Result<SavedWorkflow, ApiError> {
        self.find_workflow(id)
    }

    fn workflow_put(&self, save: &WorkflowSave) -> Result<SavedWorkflow, ApiError> {
        self.save_workflow(save)
    }

    fn workflow_remove(&self, id: &WorkflowId, expected_revision: u64) -> Result<(), ApiError> {
        self.remove_workflow(id, expected_revision)
    }

    fn validate(&self, workflow: &Workflow) -> Result<Vec<Diagnostic>, ApiError> {
        Ok(validate(workflow, &self.catalogue))
    }

    fn preflight(&self, request: &DispatchRequest) -> Result<CheckReport, ApiError> {
        let (frozen, bytes) = self.prepare(request)?;
        let bytes = self.cad_bytes(&frozen, bytes)?;
        Ok(self.check(&frozen, &bytes))
    }

    fn dry_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError> {
        self.plan_run(request)
    }

    fn dispatch(&self, request: &DispatchRequest) -> Result<RunRecord, ApiError> {
        self.dispatch_as(LOCAL_ACTOR, request)
    }

    fn resume(&self, run: &RunId) -> Result<RunRecord, ApiError> {
        self.resume_run(run)
    }

    fn rerun(&self, request: &RerunRequest) -> Result<RunRecord, ApiError> {
        self.rerun_as(LOCAL_ACTOR, request)
    }

    fn run_list(&self, query: &RunQuery) -> Result<RunPage, ApiError> {
        let limit = query.limit.unwrap_or(USUAL_RUNS).clamp(1, 1000) as usize;
        let filter = RunFilter {
            states: query.states.clone(),
            mode: query.mode,
            workflow: query.workflow.clone(),
            output_type: query.output_type.clone(),
            verdict: query.verdict,
            fell_back: query.fell_back,
            partial: query.partial,
            unresolved: query.unresolved,
            rerun_of: query.rerun_of.clone(),
            since: query.since,
            until: query.until,
            limit: Some(limit),
            before: query.before.clone(),
            ..RunFilter::default()
        };
        let runs = self
            .graph()?
            .db
            .run_list(&filter)
            .map_err(|err| from_store(&err))?;
        let is_full = runs.len() >= limit;
        let next = runs.last().filter(|_| is_full).map(|run| run.id.clone());
        Ok(RunPage { runs, next })
    }

    fn run_get(&self, run: &RunId) -> Result<RunDetail, ApiError> {
        match self.unjournalled.detail(run) {
            Some(detail) => Ok(detail),
            None => self.detail(run),
        }
    }

    fn run_events(&self, run: &RunId, after: u64, limit: usize) -> Result<EventPage, ApiError> {
        self.event_page(run, after, limit)
    }

    fn run_follow(
        &self,
        run: &RunId,
        after: u64,
        observer: &dyn RunObserver,
    ) -> Result<(), ApiError> {
        self.follow(run, after, observer)
    }

    fn run_logs(&self, run: &RunId, query: &LogQuery) -> Result<LogPage, ApiError> {
        self.log_page(run, query)
    }

    fn run_cancel(&self, run: &RunId) -> Result<(), ApiError> {
        self.cancel_run(run)
    }

    fn queue_pause(&self, is_paused: bool) -> Result<(), ApiError> {
        self.queue.pause(is_paused);
        self.begin_waiting();
        Ok(())
    }

    fn feed(&self, after: u64, limit: usize) -> Result<FeedPage, ApiError> {
        let db = &self.graph()?.db;
        let last = db.feed_last().map_err(|err| from_store(&err))?;
        let entries = db.feed_read(after, limit).map_err(|err| from_store(&err))?;
        Ok(FeedPage { entries, last })
    }

    fn feed_follow(&self, after: u64, observer: &dyn FeedObserver) -> Result<(), ApiError> {
        self.follow_feed(after, observer)
    }

    fn review_add(&self, request: &ReviewRequest) -> Result<Review, ApiError> {
        self.add_review_here(request)
    }

    fn review_list(&self, query: &ReviewQuery) -> Result<ReviewPage, ApiError> {
        self.reviews(query)
    }

    fn review_revoke(&self, id: &ReviewId) -> Result<Review, ApiError> {
        self.revoke_review_here(id)
    }

    fn rollout_list(&self) -> Result<Vec<RolloutStatus>, ApiError> {
        self.rollouts()
    }

    fn rollout_get(&self, scope: &RolloutScope) -> Result<RolloutStatus, ApiError> {
        self.rollout_status(scope)
    }

    fn rollout_decide(
        &self,
        scope: &RolloutScope,
        action: &RolloutAction,
    ) -> Result<RolloutStatus, ApiError> {
        self.decide_here(scope, action)
    }

    fn rollout_simulate(
        &self,
        scope: &RolloutScope,
        request: &SimulationRequest,
    ) -> Result<GateSimulation, ApiError> {
        self.simulate_gate(scope, request)
    }

    fn golden_case_list(&self) -> Result<Vec<GoldenCase>, ApiError> {
        self.golden_cases()
    }

    fn golden_case_put(&self, case: &GoldenCase) -> Result<(), ApiError> {
        self.put_golden_case(case)
    }

    fn golden_dispatch(&self, request: &GoldenRequest) -> Result<RunRecord, ApiError> {
        self.dispatch_golden(request)
    }

    fn golden_report(&self, workflow: &WorkflowId) -> Result<GoldenReport, ApiError> {
        self.report_golden(workflow)
    }

    fn run_report(&self, run: &RunId, format: ReportFormat) -> Result<Vec<u8>, ApiError> {
        self.report_of(run, format)
    }

    fn compare(&self, request: &CompareRequest) -> Result<ComparedFiles, ApiError> {
        self.compare_files(request)
    }

    fn cad_info(&self, file: &FileSource, mass_properties: bool) -> Result<CadReport, ApiError> {
        self.cad_report(file, mass_properties)
    }

    fn cad_glb(&self, file: &FileSource) -> Result<Vec<u8>, ApiError> {
        self.cad_to_glb(file)
    }

    fn cad_stl(&self, file: &FileSource, high_quality: bool) -> Result<Vec<u8>, ApiError> {
        self.cad_to_stl(file, high_quality)
    }

    fn cad_file_list(&self) -> Result<Vec<StoredFile>, ApiError> {
        self.cad_files()
    }

    fn cad_file_put(&self, file: &StoredFile) -> Result<(), ApiError> {
        self.put_cad_file(file)
    }

    fn file_put(
        &self,
        path: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<StoredFile, ApiError> {
        self.put_file(path, progress)
    }

    fn artifact_save(
        &self,
        digest: &Digest,
        destination: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<(), ApiError> {
        self.save_artifact(digest, destination, progress)
    }

    fn media_asset_save(&self, id: &MediaAssetId, destination: &Path) -> Result<(), ApiError> {
        self.save_media_asset(id, destination)
    }

    fn artifact_path(&self, digest: &Digest) -> Option<PathBuf> {
        self.artifacts().ok()?.path(digest)
    }
}

impl Studio {
    fn order_lines(&self) -> Result<Vec<OrderLineEntry>, ApiError> {
        let store = |err| from_store(&err);
        let mut entries = Vec::new();
        let lines = self.legacy.order_line_list().map_err(store)?;
        for line in lines.into_iter().filter(|line| !is_golden(line)) {
            let product = self.legacy.product_get(&line.product).map_err(store)?;
            let output_type = self
                .legacy
                .output_type_get(&line.output_type)
                .map_err(store)?;
            if let Some((product, output_type)) = product.zip(output_type) {
                entries.push(OrderLineEntry {
                    id: line.id,
                    product: product.name,
                    output_type: output_type.name,
                    workflow: output_type.workflow,
                    rollout: output_type.rollout,
                });
            }
        }
        Ok(entries)
    }

    /// All lines of a run, at most 10 000 of each side; none where they can't be read.
    pub(crate) fn log_lines_of(&self, run: &RunId) -> Vec<LogLine> {
        let query = LogQuery {
            limit: Some(10_000),
            ..LogQuery::default()
        };
        self.log_page(run, &query)
            .map_or_else(|_| Vec::new(), |page| page.lines)
    }

    /// Lines of both sides in the order of time, each side's own order kept.
    fn log_page(&self, run: &RunId, query: &LogQuery) -> Result<LogPage, ApiError> {
        let store = |err| from_store(&err);
        let limit = query.limit.unwrap_or(USUAL_LINES).clamp(1, 10_000) as usize;
        let mut control = Vec::new();
        if query.node.is_none() {
            let filter = LegacyLogFilter {
                after: query.after.control,
                limit: Some(limit),
            };
            control = self.legacy.legacy_log_read(run, &filter).map_err(store)?;
        }
        let filter = LogFilter {
            node: query.node.clone(),
            after: query.after.candidate,
            limit: Some(limit),
            ..LogFilter::default()
        };
        let candidate = match self.graph() {
            Ok(graph) => graph.db.log_read(run, &filter).map_err(store)?,
            // What legacy wrote is read all the same.
            Err(_) => Vec::new(),
        };
        if control.is_empty() && candidate.is_empty() && !self.is_known_to_legacy(run) {
            // Nothing was logged, or there is no such run.
            self.record(self.graph()?, run)?;
        }
        let lines = merged(control, candidate, limit);
        let last = |side: Side, otherwise: u64| {
            let of_side = lines.iter().rev().find(|line| line.side == side);
            of_side.map_or(otherwise, |line| line.seq)
        };
        let next = LogCursor {
            control: last(Side::Control, query.after.control),
            candidate: last(Side::Candidate, query.after.candidate),
        };
        Ok(LogPage { lines, next })
    }

    /// Whether a run is known without the graph's database.
    fn is_known_to_legacy(&self, run: &RunId) -> bool {
        self.unjournalled.has_ended(run).is_some()
            || self.legacy.legacy_run_get(run).is_ok_and(|it| it.is_some())
    }

    pub(crate) fn detail(&self, run: &RunId) -> Result<RunDetail, ApiError> {
        let graph = self.graph()?;
        let record = graph.db.run_get(run).map_err(|err| from_store(&err))?;
        let frozen = graph.db.run_frozen(run).map_err(|err| from_store(&err))?;
        let (record, frozen) = record.zip(frozen).ok_or_else(|| no_run(run))?;
        Ok(self.detail_of(record, frozen))
    }

    pub(crate) fn detail_of(&self, record: RunRecord, frozen: FrozenRun) -> RunDetail {
        let legacy = self.legacy.legacy_run_get(&record.id).ok().flatten();
        let filter = MediaAssetFilter {
            run: Some(record.id.clone()),
            ..MediaAssetFilter::default()
        };
        let media_assets = self.legacy.media_asset_list(&filter).unwrap_or_default();
        let filter = NotificationFilter {
            run: Some(record.id.clone()),
            ..NotificationFilter::default()
        };
        let notifications = self.legacy.notification_list(&filter).unwrap_or_default();
        let filter = MessageFilter {
            run: Some(record.id.clone()),
            ..MessageFilter::default()
        };
        let messages = self.legacy.message_list(&filter).unwrap_or_default();
        let evidence = self.evidence_of(&record);
        let reviews = self.reviews_of(&record.id);
        let files = self.files_of(&record, evidence.as_ref());
        RunDetail {
            record,
            frozen,
            legacy,
            evidence,
            reviews,
            media_assets,
            notifications,
            messages,
            files,
        }
    }

    pub(crate) fn evidence_of(&self, record: &RunRecord) -> Option<Evidence> {
        let graph = self.graph().ok()?;
        let bytes = graph
            .artifacts
            .read(record.comparison.as_ref()?, MAX_EVIDENCE_BYTES)
            .ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    fn files_of(
        &self,
        record: &RunRecord,
        evidence: Option<&Evidence>,
    ) -> BTreeMap<String, StoredFile> {
        let mut files = BTreeMap::new();
        let Ok(artifacts) = self.artifacts() else {
            return files;
        };
        let mut add = |name: &str, artifact: Option<&Artifact>| {
            if let Some(artifact) = artifact.filter(|it| artifacts.path(&it.digest).is_some()) {
                let file = StoredFile::new(artifact.digest, artifact.size_bytes, &artifact.name);
                files.insert(name.to_owned(), file);
            }
        };
        if let Some(evidence) = evidence {
            add("control", evidence.control.as_ref());
            add("candidate", evidence.candidate.as_ref());
            add("difference", evidence.difference.as_ref());
            add("side_by_side", evidence.side_by_side.as_ref());
        }
        for target in record
            .nodes
            .iter()
            .filter(|run| record.targets.contains(&run.node))
        {
            for (port, artifact) in &target.outputs {
                add(&format!("{}.{port}", target.node), Some(artifact));
            }
        }
        let comparison = record.comparison.and_then(|digest| {
            let size_bytes = artifacts.path(&digest)?.metadata().ok()?.len();
            Some(StoredFile::new(digest, size_bytes, "comparison.json"))
        });
        files.extend(comparison.map(|file| ("comparison".to_owned(), file)));
        files
    }
}

/// Both sides' lines by time, at most `limit` of them.
fn merged(control: Vec<LogLine>, candidate: Vec<LogLine>, limit: usize) -> Vec<LogLine> {
    let (mut control, mut candidate) = (
        control.into_iter().peekable(),
        candidate.into_iter().peekable(),
    );
    let mut lines = Vec::new();
    while lines.len() < limit {
        let takes_control = match (control.peek(), candidate.peek()) {
            (Some(one), Some(other)) => one.at <= other.at,
            (one, None) => one.is_some(),
            (None, Some(_)) => false,
        };
        let next = if takes_control {
            control.next()
        } else {
            candidate.next()
        };
        let Some(line) = next else { break };
        lines.push(line);
    }
    lines
}
