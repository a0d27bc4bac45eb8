//! What tests work with: the catalogue as the runtime serves it, the library of the repository, and
//! a backend that keeps workflows in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hartomat_api::{
    ApiError, Backend, BackendInfo, BackendKind, BlendTemplateEntry, CadReport, CalibrationRequest,
    CheckReport, CompareRequest, ComparedFiles, DispatchRequest, DispatchResolution, DryRun,
    ErrorKind, EventPage, FeedObserver, FeedPage, FileSource, GoldenReport, GoldenRequest,
    ImportReport, ImportRequest, LogCursor, LogPage, LogQuery, NodeDecision, NodeDecisionKind,
    OrderDetail, OrderEntry, OrderLineEntry, OutputTypeDraft, OutputTypeEntry, ReportFormat,
    RerunRequest, ReviewPage, ReviewQuery, ReviewRequest, RolloutStatus, RunDetail, RunObserver,
    RunPage, RunQuery, SavedWorkflow, SimulationRequest, SubjectSource, TransferProgress,
    WorkflowConflict, WorkflowSave, WorkflowSource, WorkflowSummary,
};
use hartomat_editor::files::EditorFolder;
use hartomat_schema::{
    BlendTemplate, Calibration, Catalogue, Diagnostic, Digest, ExecutionMode, GateSimulation,
    GoldenCase, LogLevel, LogLine, Material, MediaAssetId, Message, MessageId, NodeId,
    Notification, NotificationTarget, OrderId, OrderLineId, OutputType, OutputTypeId, Product,
    Review, ReviewId, RolloutAction, RolloutScope, RunEvent, RunId, RunRecord, Side, StoredFile,
    StudioScene, Timestamp, Workflow, WorkflowId, validate,
};
use serde_json::json;

/// The catalogue as the runtime serves it.
pub(crate) fn catalogue() -> Catalogue {
    serde_json::from_str(include_str!("catalogue.json")).unwrap()
}

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

fn read_all<T: serde::de::DeserializeOwned>(folder: &str) -> Vec<T> {
    let mut paths: Vec<_> = std::fs::read_dir(assets().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    paths.into_iter().map(read).collect()
}

/// The material library.
pub(crate) fn materials() -> Vec<Material> {
    read_all::<Vec<Material>>("materials").concat()
}

/// One that is trusted, one that a check found unfit.
pub(crate) fn blend_templates() -> Vec<BlendTemplateEntry> {
    let entry = |name: &str, trusted, problems: Option<&str>| BlendTemplateEntry {
        template: BlendTemplate {
            name: name.to_owned(),
            digest: Digest::of(name.as_bytes()),
            trusted,
        },
        problems: problems.map(|problem| vec![problem.to_owned()]),
        remarks: Vec::new(),
    };
    vec![
        entry("catalogue.blend", true, None),
        entry("sketch.blend", false, Some("lacks lights")),
    ]
}

/// The studio scenes.
pub(crate) fn studio_scenes() -> Vec<StudioScene> {
    read_all("scenes")
}

/// The bundled workflows.
pub(crate) fn templates() -> Vec<Workflow> {
    read_all("workflows")
}

/// A bundled workflow.
pub(crate) fn workflow(id: &str) -> Workflow {
    let mut templates = templates().into_iter();
    templates
        .find(|workflow| workflow.id.as_str() == id)
        .unwrap()
}

/// Writes what the editor keeps of a backend for work without one.
pub(crate) fn write_library_copy(data_dir: &Path) {
    let path = EditorFolder::new(data_dir).library();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let values = json!({
        "catalogue": catalogue(), "materials": materials(), "studio_scenes": studio_scenes(),
        "templates": templates(), "order_lines": [], "workflows": []
    });
    std::fs::write(path, values.to_string()).unwrap();
}

/// A runtime that keeps workflows in memory and validates with the one validator. It runs nothing.
pub(crate) struct MemoryBackend {
    pub(crate) catalogue: Catalogue,
    pub(crate) workflows: Mutex<BTreeMap<WorkflowId, SavedWorkflow>>,
    pub(crate) templates: Mutex<Vec<Workflow>>,
    pub(crate) is_reachable: Mutex<bool>,
    /// What checks were asked for.
    pub(crate) asked: Mutex<Vec<DispatchRequest>>,
    /// Materials whose pictures were asked for.
    pub(crate) swatches_asked: Mutex<Vec<String>>,
    /// Runs, newest first.
    pub(crate) runs: Mutex<Vec<RunRecord>>,
    /// What runs were asked for; each is refused as unreachable.
    pub(crate) dispatched: Mutex<Vec<DispatchRequest>>,
    /// Events of every run.
    pub(crate) events: Mutex<Vec<RunEvent>>,
    /// How many lines every run has logged.
    pub(crate) log_lines: Mutex<u64>,
    /// What reruns were asked for; each is refused as unreachable.
    pub(crate) reruns: Mutex<Vec<RerunRequest>>,
    /// So many of the next requests for the list of workflows, a run's stream or its log fail.
    pub(crate) failures: Mutex<u32>,
}

impl MemoryBackend {
    pub(crate) fn new() -> Arc<Self> {
        Self::with(catalogue())
    }

    pub(crate) fn with(catalogue: Catalogue) -> Arc<Self> {
        let workflows = templates().into_iter();
        let workflows = workflows.map(|workflow| (workflow.id.clone(), saved(0, workflow)));
        Arc::new(Self {
            catalogue,
            workflows: Mutex::new(workflows.collect()),
            templates: Mutex::new(templates()),
            is_reachable: Mutex::new(true),
            asked: Mutex::default(),
            swatches_asked: Mutex::default(),
            runs: Mutex::default(),
            dispatched: Mutex::default(),
            events: Mutex::default(),
            log_lines: Mutex::default(),
            reruns: Mutex::default(),
            failures: Mutex::default(),
        })
    }

    /// Somebody else saves.
    pub(crate) fn save_behind_the_back(&self, id: &str, change: impl FnOnce(&mut Workflow)) {
        let mut workflows = self.workflows.lock().unwrap();
        let saved = workflows.get_mut(&WorkflowId::new(id).unwrap()).unwrap();
        change(&mut saved.workflow);
        saved.revision += 1;
    }

    pub(crate) fn saved(&self, id: &str) -> SavedWorkflow {
        self.workflows.lock().unwrap()[&WorkflowId::new(id).unwrap()].clone()
    }

    fn reach(&self) -> Result<(), ApiError> {
        match *self.is_reachable.lock().unwrap() {
            true => Ok(()),
            false => Err(ApiError::new(ErrorKind::Unreachable, "the plug is out")),
        }
    }

    fn fail_at_times(&self) -> Result<(), ApiError> {
        let mut failures = self.failures.lock().unwrap();
        if *failures == 0 {
            return Ok(());
        }
        *failures -= 1;
        Err(ApiError::new(ErrorKind::Unreachable, "the plug is loose"))
    }

    fn report(&self, request: &DispatchRequest) -> CheckReport {
        self.asked.lock().unwrap().push(request.clone());
        let diagnostics = match &request.workflow {
            WorkflowSource::Document(workflow) => validate(workflow, &self.catalogue),
            WorkflowSource::Saved(_) => Vec::new(),
        };
        let tools = BTreeMap::from([("occt".to_owned(), "7.9".to_owned())]);
        CheckReport { diagnostics, tools }
    }
}

fn saved(revision: u64, workflow: Workflow) -> SavedWorkflow {
    SavedWorkflow {
        revision,
        workflow,
        remarks: Vec::new(),
    }
}

fn not_here<T>() -> Result<T, ApiError> {
    Err(ApiError::new(
        ErrorKind::EnvironmentMissing,
        "this runtime runs nothing",
    ))
}

/// Line `number` from 0: every second one is of `still`, every thousandth a warning.
fn log_line(number: u64) -> LogLine {
    LogLine {
        seq: number + 1,
        at: Timestamp(1_790_000_000_000 + number as i64),
        side: Side::Candidate,
        node: number.is_multiple_of(2).then(|| NodeId::literal("still")),
        level: match number % 1000 {
            999 => LogLevel::Warning,
            _ => LogLevel::Info,
        },
        text: format!("line {} of the log", number + 1),
    }
}

/// All that is known of a run: of a CAD file, by the canonical still.
fn detail(record: &RunRecord) -> RunDetail {
    let frozen = json!({
        "id": record.id, "workflow": workflow("canonical-still"),
        "definition_hash": record.definition_hash, "catalogue_etag": record.definition_hash,
        "requested_mode": record.mode, "mode": record.mode,
        "subject": { "family": "cad_file", "cad_file": {
            "name": "bearing.step", "path": "/parts/bearing.step",
            "digest": record.definition_hash, "size_bytes": 1000
        } },
        "settings": { "still": {
            "values": { "samples": 128, "width_px": 1024 },
            "origins": { "samples": "order_line", "width_px": "default" }
        } },
        "tools": { "occt": "7.9" }, "budget_secs": 600, "at": record.created_at
    });
    RunDetail {
        record: record.clone(),
        frozen: serde_json::from_value(frozen).unwrap(),
        legacy: None,
        evidence: None,
        reviews: Vec::new(),
        media_assets: Vec::new(),
        notifications: Vec::new(),
        messages: Vec::new(),
        files: BTreeMap::new(),
    }
}

impl Backend for MemoryBackend {
    fn info(&self) -> Result<BackendInfo, ApiError> {
        self.reach()?;
        Ok(BackendInfo {
            kind: BackendKind::Agent,
            version: "1.0.0".to_owned(),
            catalogue_etag: self.catalogue.etag,
            tools: BTreeMap::new(),
            graph_ready: true,
            notices: Vec::new(),
            queued: 0,
            running: 0,
            is_paused: false,
        })
    }

    fn catalogue(&self) -> Result<Catalogue, ApiError> {
        self.reach()?;
        Ok(self.catalogue.clone())
    }

    fn material_list(&self) -> Result<Vec<Material>, ApiError> {
        Ok(materials())
    }

    fn artifact_frame(&self, _digest: &Digest, _number: u64) -> Result<Vec<u8>, ApiError> {
        Err(ApiError::new(
            ErrorKind::NotFound,
            "there are no videos here",
        ))
    }

    fn material_swatch(&self, key: &str) -> Result<Vec<u8>, ApiError> {
        self.reach()?;
        self.swatches_asked.lock().unwrap().push(key.to_owned());
        if !materials().iter().any(|material| material.key == key) {
            let message = format!("no picture of `{key}`");
            return Err(ApiError::new(ErrorKind::NotFound, message));
        }
        let picture = image::RgbaImage::from_pixel(128, 128, image::Rgba([90, 40, 20, 255]));
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        Ok(png.into_inner())
    }

    fn studio_scene_list(&self) -> Result<Vec<StudioScene>, ApiError> {
        Ok(studio_scenes())
    }

    fn blend_template_list(&self) -> Result<Vec<BlendTemplateEntry>, ApiError> {
        Ok(blend_templates())
    }

    fn template_list(&self) -> Result<Vec<Workflow>, ApiError> {
        Ok(self.templates.lock().unwrap().clone())
    }

    fn order_line_list(&self) -> Result<Vec<OrderLineEntry>, ApiError> {
        Ok(vec![OrderLineEntry {
            id: OrderLineId::literal("line-1"),
            product: "Ball bearing 6204".to_owned(),
            output_type: "Catalogue still".to_owned(),
            workflow: WorkflowId::literal("canonical-still"),
            rollout: ExecutionMode::Shadow,
        }])
    }

    fn workflow_list(&self) -> Result<Vec<WorkflowSummary>, ApiError> {
        self.fail_at_times()?;
        let workflows = self.workflows.lock().unwrap();
        Ok(workflows.values().map(SavedWorkflow::summary).collect())
    }

    fn workflow_get(&self, id: &WorkflowId) -> Result<SavedWorkflow, ApiError> {
        self.reach()?;
        let found = self.workflows.lock().unwrap().get(id).cloned();
        found.ok_or_else(|| {
            ApiError::new(ErrorKind::NotFound, format!("there is no workflow `{id}`"))
        })
    }

    fn workflow_put(&self, save: &WorkflowSave) -> Result<SavedWorkflow, ApiError> {
        self.reach()?;
        let mut workflows = self.workflows.lock().unwrap();
        let id = save.workflow.id.clone();
        let current = workflows.get(&id).cloned();
        if current.as_ref().map_or(0, |current| current.revision) != save.expected_revision {
            let mut err = ApiError::new(ErrorKind::Conflict, "somebody else has saved");
            err.conflict = Some(Box::new(WorkflowConflict {
                yours: saved(save.expected_revision, save.workflow.clone()),
                current,
            }));
            return Err(err);
        }
        let after = saved(save.expected_revision + 1, save.workflow.clone());
        workflows.insert(id, after.clone());
        Ok(after)
    }

    fn workflow_remove(&self, _id: &WorkflowId, _revision: u64) -> Result<(), ApiError> {
        not_here()
    }

    fn validate(&self, workflow: &Workflow) -> Result<Vec<Diagnostic>, ApiError> {
        Ok(validate(workflow, &self.catalogue))
    }

    fn preflight(&self, request: &DispatchRequest) -> Result<CheckReport, ApiError> {
        self.reach()?;
        if let Some(FileSource::Path(path)) = request.subject.file()
            && !Path::new(path).exists()
        {
            let message = format!("can't read {path}");
            return Err(ApiError::new(ErrorKind::InvalidInput, message).hint("choose a STEP file"));
        }
        Ok(self.report(request))
    }

    fn dry_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError> {
        self.reach()?;
        let report = self.report(request);
        let WorkflowSource::Document(workflow) = &request.workflow else {
            return not_here();
        };
        let _of = matches!(request.subject, SubjectSource::OrderLine(_));
        let decide = |(index, node): (usize, &hartomat_schema::Node)| NodeDecision {
            node: node.id.clone(),
            node_type: node.node_type.clone(),
            decision: if index == 0 {
                NodeDecisionKind::Reuse
            } else {
                NodeDecisionKind::Run
            },
            reason: if index == 0 {
                "equal inputs ran before"
            } else {
                "`samples` changed"
            }
            .to_owned(),
            artifacts: vec!["image".to_owned()],
            last_took_ms: Some(1_500),
        };
        Ok(DryRun {
            report,
            mode: ExecutionMode::Shadow,
            nodes: workflow.nodes.iter().enumerate().map(decide).collect(),
            expected_ms: Some(65_000),
        })
    }

    fn dispatch(&self, request: &DispatchRequest) -> Result<RunRecord, ApiError> {
        self.dispatched.lock().unwrap().push(request.clone());
        Err(ApiError::new(ErrorKind::Unreachable, "the plug is out"))
    }

    fn resume(&self, _run: &RunId) -> Result<RunRecord, ApiError> {
        not_here()
    }

    fn rerun(&self, request: &RerunRequest) -> Result<RunRecord, ApiError> {
        self.reruns.lock().unwrap().push(request.clone());
        Err(ApiError::new(ErrorKind::Unreachable, "the plug is out"))
    }

    fn run_list(&self, query: &RunQuery) -> Result<RunPage, ApiError> {
        let runs = self.runs.lock().unwrap();
        let begin = query.before.as_ref().map_or(0, |before| {
            runs.iter().position(|run| run.id == *before).unwrap() + 1
        });
        let takes = |run: &&RunRecord| query.states.is_empty() || query.states.contains(&run.state);
        let rest = runs[begin..].iter().filter(takes);
        let limit = query.limit.unwrap_or(50) as usize;
        let page: Vec<RunRecord> = rest.clone().take(limit).cloned().collect();
        let next = page.last().filter(|_| rest.count() > limit);
        Ok(RunPage {
            next: next.map(|run| run.id.clone()),
            runs: page,
        })
    }

    fn run_get(&self, run: &RunId) -> Result<RunDetail, ApiError> {
        let runs = self.runs.lock().unwrap();
        let record = runs.iter().find(|record| record.id == *run);
        record.map_or_else(not_here, |record| Ok(detail(record)))
    }

    fn run_events(&self, run: &RunId, after: u64, _limit: usize) -> Result<EventPage, ApiError> {
        let record = self.run_get(run)?.record;
        let events = self.events.lock().unwrap().clone().into_iter();
        Ok(EventPage {
            events: events.filter(|event| event.seq > after).collect(),
            last_seq: record.last_seq,
            state: record.state,
            goes_on: false,
        })
    }

    fn run_follow(
        &self,
        _run: &RunId,
        _after: u64,
        observer: &dyn RunObserver,
    ) -> Result<(), ApiError> {
        self.fail_at_times()?;
        // Nothing happens.
        while observer.wants_more() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Ok(())
    }

    fn run_logs(&self, _run: &RunId, query: &LogQuery) -> Result<LogPage, ApiError> {
        self.fail_at_times()?;
        let begin = query.after.candidate;
        let room = u64::from(query.limit.unwrap_or(1000));
        let end = (begin + room).min(*self.log_lines.lock().unwrap());
        let next = LogCursor {
            control: 0,
            candidate: end,
        };
        let lines = (begin..end).map(log_line).collect();
        Ok(LogPage { lines, next })
    }

    fn run_cancel(&self, _run: &RunId) -> Result<(), ApiError> {
        not_here()
    }

    fn queue_pause(&self, _is_paused: bool) -> Result<(), ApiError> {
        not_here()
    }

    fn feed(&self, _after: u64, _limit: usize) -> Result<FeedPage, ApiError> {
        not_here()
    }

    fn feed_follow(&self, _after: u64, _observer: &dyn FeedObserver) -> Result<(), ApiError> {
        not_here()
    }

    fn review_add(&self, _request: &ReviewRequest) -> Result<Review, ApiError> {
        not_here()
    }

    fn review_list(&self, _query: &ReviewQuery) -> Result<ReviewPage, ApiError> {
        not_here()
    }

    fn golden_case_list(&self) -> Result<Vec<GoldenCase>, ApiError> {
        not_here()
    }

    fn golden_case_put(&self, _case: &GoldenCase) -> Result<(), ApiError> {
        not_here()
    }

    fn golden_dispatch(&self, _request: &GoldenRequest) -> Result<RunRecord, ApiError> {
        not_here()
    }

    fn golden_report(&self, _workflow: &WorkflowId) -> Result<GoldenReport, ApiError> {
        not_here()
    }

    fn rollout_list(&self) -> Result<Vec<RolloutStatus>, ApiError> {
        not_here()
    }

    fn rollout_get(&self, _scope: &RolloutScope) -> Result<RolloutStatus, ApiError> {
        not_here()
    }

    fn rollout_decide(
        &self,
        _scope: &RolloutScope,
        _action: &RolloutAction,
    ) -> Result<RolloutStatus, ApiError> {
        not_here()
    }

    fn rollout_simulate(
        &self,
        _scope: &RolloutScope,
        _request: &SimulationRequest,
    ) -> Result<GateSimulation, ApiError> {
        not_here()
    }

    fn output_type_list(&self) -> Result<Vec<OutputTypeEntry>, ApiError> {
        not_here()
    }

    fn output_type_create(&self, _draft: &OutputTypeDraft) -> Result<OutputTypeEntry, ApiError> {
        not_here()
    }

    fn output_type_put(&self, _output_type: &OutputType) -> Result<OutputTypeEntry, ApiError> {
        not_here()
    }

    fn resolve(&self, _request: &DispatchRequest) -> Result<DispatchResolution, ApiError> {
        not_here()
    }

    fn product_list(&self) -> Result<Vec<Product>, ApiError> {
        not_here()
    }

    fn order_list(&self) -> Result<Vec<OrderEntry>, ApiError> {
        not_here()
    }

    fn order_get(&self, _id: &OrderId) -> Result<OrderDetail, ApiError> {
        not_here()
    }

    fn import(&self, _request: &ImportRequest) -> Result<ImportReport, ApiError> {
        not_here()
    }

    fn audit_list(
        &self,
        _query: &hartomat_api::http::AuditQuery,
    ) -> Result<Vec<hartomat_schema::AuditEntry>, ApiError> {
        not_here()
    }

    fn notification_list(&self) -> Result<Vec<Notification>, ApiError> {
        not_here()
    }

    fn calibrate(
        &self,
        _id: &OutputTypeId,
        _request: &CalibrationRequest,
    ) -> Result<Calibration, ApiError> {
        not_here()
    }

    fn notification_target_list(&self) -> Result<Vec<NotificationTarget>, ApiError> {
        not_here()
    }

    fn message_list(&self) -> Result<Vec<Message>, ApiError> {
        not_here()
    }

    fn message_retry(&self, _id: &MessageId) -> Result<Message, ApiError> {
        not_here()
    }

    fn review_revoke(&self, _id: &ReviewId) -> Result<Review, ApiError> {
        not_here()
    }

    fn run_report(&self, _run: &RunId, _format: ReportFormat) -> Result<Vec<u8>, ApiError> {
        not_here()
    }

    fn compare(&self, request: &CompareRequest) -> Result<ComparedFiles, ApiError> {
        self.reach()?;
        let read = |source: &FileSource| match source {
            FileSource::Path(path) => Ok(std::fs::read(path).unwrap()),
            FileSource::Stored(_) => not_here(),
        };
        let (control, candidate) = (read(&request.control)?, read(&request.candidate)?);
        let options = hartomat_compare::CompareOptions::default();
        Ok(ComparedFiles {
            comparison: hartomat_compare::compare_files(&control, &candidate, &options),
            difference: None,
            side_by_side: None,
        })
    }

    fn cad_info(&self, _file: &FileSource, _mass_properties: bool) -> Result<CadReport, ApiError> {
        not_here()
    }

    fn cad_glb(&self, _file: &FileSource) -> Result<Vec<u8>, ApiError> {
        not_here()
    }

    fn cad_stl(&self, _file: &FileSource, _high_quality: bool) -> Result<Vec<u8>, ApiError> {
        not_here()
    }

    fn cad_file_list(&self) -> Result<Vec<StoredFile>, ApiError> {
        not_here()
    }

    fn cad_file_put(&self, _file: &StoredFile) -> Result<(), ApiError> {
        not_here()
    }

    fn file_put(
        &self,
        _path: &Path,
        _progress: TransferProgress<'_>,
    ) -> Result<StoredFile, ApiError> {
        not_here()
    }

    fn artifact_save(
        &self,
        _digest: &Digest,
        _destination: &Path,
        _progress: TransferProgress<'_>,
    ) -> Result<(), ApiError> {
        not_here()
    }

    fn media_asset_save(&self, _id: &MediaAssetId, _destination: &Path) -> Result<(), ApiError> {
        not_here()
    }
}
