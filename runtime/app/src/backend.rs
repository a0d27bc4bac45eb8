//! [`Backend`] in this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, CadReport, CheckReport, CompareRequest, ComparedFiles, DispatchRequest,
    DryRun, ErrorKind, LogQuery, RerunRequest, RunDetail, RunObserver, RunQuery,
};
use hartomat_schema::{
    Catalogue, Diagnostic, Evidence, FrozenRun, LogLine, RunEventKind, RunId, RunRecord, Workflow,
    WorkflowId, validate,
};
use hartomat_store::{LegacyLogFilter, LogFilter, MediaAssetFilter, NotificationFilter, RunFilter};

use crate::Studio;
use crate::dispatch::no_run;
use crate::error::from_store;
use crate::host::now;
use crate::library::bundled_workflows;

/// The largest comparison document.
const MAX_EVIDENCE_BYTES: u64 = 64 << 20;

impl Backend for Studio {
    fn catalogue(&self) -> Catalogue {
        (*self.catalogue).clone()
    }

    fn workflow_list(&self) -> Result<Vec<Workflow>, ApiError> {
        let mut workflows = bundled_workflows();
        if let Ok(graph) = self.graph() {
            let saved = graph.db.workflow_list().map_err(|err| from_store(&err))?;
            workflows.extend(saved.into_iter().map(|saved| saved.workflow));
        }
        Ok(workflows)
    }

    fn workflow_get(&self, id: &WorkflowId) -> Result<Workflow, ApiError> {
        self.find_workflow(id)
    }

    fn validate(&self, workflow: &Workflow) -> Vec<Diagnostic> {
        validate(workflow, &self.catalogue)
    }

    fn preflight(&self, request: &DispatchRequest) -> Result<CheckReport, ApiError> {
        let (frozen, cad_file) = self.prepare(request)?;
        Ok(self.check(&frozen, &cad_file))
    }

    fn dry_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError> {
        self.plan_run(request)
    }

    fn dispatch(
        &self,
        request: &DispatchRequest,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError> {
        self.make_run(request, observer)
    }

    fn rerun(
        &self,
        request: &RerunRequest,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError> {
        self.make_rerun(request, observer)
    }

    fn resume(&self, run: &RunId, observer: Arc<dyn RunObserver>) -> Result<RunDetail, ApiError> {
        self.resume_run(run, observer)
    }

    fn run_list(&self, query: &RunQuery) -> Result<Vec<RunRecord>, ApiError> {
        let filter = RunFilter {
            states: query.states.clone(),
            mode: query.mode,
            workflow: query.workflow.clone(),
            verdict: query.verdict,
            limit: Some(query.limit.unwrap_or(50)),
            ..RunFilter::default()
        };
        self.graph()?
            .db
            .run_list(&filter)
            .map_err(|err| from_store(&err))
    }

    fn run_get(&self, run: &RunId) -> Result<RunDetail, ApiError> {
        self.detail(run)
    }

    fn run_logs(&self, run: &RunId, query: &LogQuery) -> Result<Vec<LogLine>, ApiError> {
        let store = |err| from_store(&err);
        let mut lines = Vec::new();
        if query.node.is_none() {
            let filter = LegacyLogFilter::default();
            lines = self.legacy.legacy_log_read(run, &filter).map_err(store)?;
        }
        let filter = LogFilter {
            node: query.node.clone(),
            ..LogFilter::default()
        };
        lines.extend(self.graph()?.db.log_read(run, &filter).map_err(store)?);
        lines.sort_by_key(|line| line.at);
        Ok(lines)
    }

    fn run_cancel(&self, run: &RunId) -> Result<(), ApiError> {
        if let Some(cancel) = self.running(run) {
            cancel.cancel();
            return Ok(());
        }
        let graph = self.graph()?;
        let record = graph.db.run_get(run).map_err(|err| from_store(&err))?;
        let record = record.ok_or_else(|| no_run(run))?;
        if record.state.is_final() {
            let message = format!("run {run} has already ended: {}", record.state.as_str());
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        graph
            .db
            .run_append(run, RunEventKind::CancelRequested, now())
            .map(|_| ())
            .map_err(|err| from_store(&err))
    }

    fn compare(&self, request: &CompareRequest) -> Result<ComparedFiles, ApiError> {
        crate::compare_files::compare_files(request)
    }

    fn cad_info(&self, path: &str, mass_properties: bool) -> Result<CadReport, ApiError> {
        self.cad_report(path, mass_properties)
    }

    fn cad_glb(&self, path: &str) -> Result<Vec<u8>, ApiError> {
        self.cad_to_glb(path)
    }

    fn cad_stl(&self, path: &str, high_quality: bool) -> Result<Vec<u8>, ApiError> {
        self.cad_to_stl(path, high_quality)
    }
}

impl Studio {
    pub(crate) fn find_workflow(&self, id: &WorkflowId) -> Result<Workflow, ApiError> {
        let saved = match self.graph() {
            Ok(graph) => graph.db.workflow_get(id).map_err(|err| from_store(&err))?,
            Err(_) => None,
        };
        saved
            .map(|saved| saved.workflow)
            .or_else(|| {
                bundled_workflows()
                    .into_iter()
                    .find(|workflow| workflow.id == *id)
            })
            .ok_or_else(|| {
                ApiError::new(ErrorKind::NotFound, format!("there is no workflow `{id}`"))
                    .hint("`hartomat workflow list` shows the workflows")
            })
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
        let evidence = self.evidence_of(&record);
        let files = self.files_of(&record, evidence.as_ref());
        RunDetail {
            record,
            frozen,
            legacy,
            evidence,
            media_assets,
            notifications,
            files,
        }
    }

    fn evidence_of(&self, record: &RunRecord) -> Option<Evidence> {
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
    ) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        let (Some(evidence), Ok(graph)) = (evidence, self.graph()) else {
            return files;
        };
        let named = [
            (
                "control",
                evidence.control.as_ref().map(|artifact| artifact.digest),
            ),
            (
                "candidate",
                evidence.candidate.as_ref().map(|artifact| artifact.digest),
            ),
            (
                "difference",
                evidence.difference.as_ref().map(|artifact| artifact.digest),
            ),
            (
                "side_by_side",
                evidence
                    .side_by_side
                    .as_ref()
                    .map(|artifact| artifact.digest),
            ),
            ("comparison", record.comparison),
        ];
        for (name, digest) in named {
            if let Some(path) = digest.and_then(|digest| graph.artifacts.path(&digest)) {
                files.insert(name.to_owned(), path.to_string_lossy().into_owned());
            }
        }
        files
    }
}
