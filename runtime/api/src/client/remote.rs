//! [`Backend`] over the routes. A file of this machine never crosses as a path: it is stored first.

use std::path::Path;

use hartomat_schema::{
    AuditEntry, Calibration, CalibrationState, Catalogue, Diagnostic, Digest, GateSimulation,
    GoldenCase, Material, MediaAssetId, Message, MessageId, Notification, NotificationTarget,
    OrderId, OutputType, OutputTypeId, Product, Review, ReviewId, RolloutAction, RolloutScope,
    RunId, RunRecord, RunState, StoredFile, StudioScene, Workflow, WorkflowId,
};
use reqwest::header::HeaderValue;
use uuid::Uuid;

use super::call::{Call, Outcome};
use super::connection::HttpClient;
use crate::http::{
    AuditQuery, CadQuery, ComparisonAnswer, IDEMPOTENCY_KEY, JournalQuery, MeshQuery, NamedFile,
    Operation, QueueState, ReportQuery, RerunOptions, ReviewOptions, WorkflowRemoval,
};
use crate::{
    ApiError, Backend, BackendInfo, BlendTemplateEntry, CadReport, CalibrationRequest, CheckReport,
    CompareRequest, ComparedFiles, DispatchRequest, DispatchResolution, DryRun, ErrorKind,
    EventPage, FeedObserver, FeedPage, FileSource, GoldenReport, GoldenRequest, ImportReport,
    ImportRequest, LogPage, LogQuery, OrderDetail, OrderEntry, OrderLineEntry, OutputTypeDraft,
    OutputTypeEntry, ReportFormat, RerunRequest, ReviewPage, ReviewQuery, ReviewRequest,
    RolloutStatus, RunDetail, RunObserver, RunPage, RunQuery, SavedWorkflow, SimulationRequest,
    TransferProgress, WorkflowSave, WorkflowSummary,
};

/// The largest mesh.
const MAX_MESH_BYTES: u64 = 2 << 30;
/// The largest report.
const MAX_REPORT_BYTES: u64 = 256 << 20;
/// The largest picture of a difference.
const MAX_PICTURE_BYTES: u64 = 512 << 20;

impl Backend for HttpClient {
    fn info(&self) -> Result<BackendInfo, ApiError> {
        self.fetch(Operation::Info)
    }

    fn catalogue(&self) -> Result<Catalogue, ApiError> {
        self.cached_catalogue()
    }

    fn material_list(&self) -> Result<Vec<Material>, ApiError> {
        self.fetch(Operation::Materials)
    }

    fn material_swatch(&self, key: &str) -> Result<Vec<u8>, ApiError> {
        let call = self.long_call(Operation::MaterialSwatch, &[key])?;
        Ok(self.exchange(&call).answer?.body)
    }

    fn artifact_frame(&self, digest: &Digest, number: u64) -> Result<Vec<u8>, ApiError> {
        let variables = [digest.to_string(), number.to_string()];
        let variables = variables.each_ref().map(String::as_str);
        let call = self.long_call(Operation::ArtifactFrame, &variables)?;
        Ok(self.exchange(&call).answer?.body)
    }

    fn studio_scene_list(&self) -> Result<Vec<StudioScene>, ApiError> {
        self.fetch(Operation::StudioScenes)
    }

    fn blend_template_list(&self) -> Result<Vec<BlendTemplateEntry>, ApiError> {
        self.fetch(Operation::BlendTemplates)
    }

    fn template_list(&self) -> Result<Vec<Workflow>, ApiError> {
        self.fetch(Operation::Templates)
    }

    fn order_line_list(&self) -> Result<Vec<OrderLineEntry>, ApiError> {
        self.fetch(Operation::OrderLines)
    }

    fn output_type_list(&self) -> Result<Vec<OutputTypeEntry>, ApiError> {
        self.fetch(Operation::OutputTypeList)
    }

    /// Twice would make two of them.
    fn output_type_create(&self, draft: &OutputTypeDraft) -> Result<OutputTypeEntry, ApiError> {
        let call = self.call(Operation::OutputTypeCreate, &[])?.json(draft)?;
        self.ask(&call.at_most_once())
    }

    fn output_type_put(&self, output_type: &OutputType) -> Result<OutputTypeEntry, ApiError> {
        let call = self.call(Operation::OutputTypePut, &[output_type.id.as_str()])?;
        self.ask(&call.json(output_type)?)
    }

    fn resolve(&self, request: &DispatchRequest) -> Result<DispatchResolution, ApiError> {
        let request = self.with_stored(request)?;
        self.ask(&self.call(Operation::Resolve, &[])?.json(&request)?)
    }

    fn product_list(&self) -> Result<Vec<Product>, ApiError> {
        self.fetch(Operation::ProductList)
    }

    fn order_list(&self) -> Result<Vec<OrderEntry>, ApiError> {
        self.fetch(Operation::OrderList)
    }

    fn order_get(&self, id: &OrderId) -> Result<OrderDetail, ApiError> {
        self.ask(&self.call(Operation::OrderGet, &[id.as_str()])?)
    }

    fn import(&self, request: &ImportRequest) -> Result<ImportReport, ApiError> {
        self.ask(&self.call(Operation::Import, &[])?.json(request)?)
    }

    fn calibrate(
        &self,
        id: &OutputTypeId,
        request: &CalibrationRequest,
    ) -> Result<Calibration, ApiError> {
        let call = self.call(Operation::Calibrate, &[id.as_str()])?;
        let Outcome { answer, in_doubt } = self.exchange(&call.json(request)?);
        match answer {
            Ok(answer) => answer.json(&self.address),
            Err(err) if in_doubt && err.kind == ErrorKind::Conflict => {
                // It is under way already: most likely because the lost request had reached the server.
                let mut entries = self.output_type_list()?.into_iter();
                let own = entries.find(|entry| entry.output_type.id == *id);
                let is_ours = |begun: &Calibration| {
                    begun.state == CalibrationState::Running && begun.times == request.times
                };
                let begun = own.and_then(|entry| entry.calibration);
                begun.filter(is_ours).ok_or(err)
            }
            Err(err) => Err(err),
        }
    }

    fn notification_list(&self) -> Result<Vec<Notification>, ApiError> {
        self.fetch(Operation::NotificationList)
    }

    fn audit_list(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, ApiError> {
        self.ask(&self.call(Operation::AuditList, &[])?.query(query)?)
    }

    fn notification_target_list(&self) -> Result<Vec<NotificationTarget>, ApiError> {
        self.fetch(Operation::NotificationTargetList)
    }

    fn message_list(&self) -> Result<Vec<Message>, ApiError> {
        self.fetch(Operation::MessageList)
    }

    fn message_retry(&self, id: &MessageId) -> Result<Message, ApiError> {
        let call = self.call(Operation::MessageRetry, &[id.as_str()])?;
        let Outcome { answer, in_doubt } = self.exchange(&call);
        match answer {
            Ok(answer) => answer.json(&self.address),
            Err(err) if in_doubt && err.kind == ErrorKind::Conflict => {
                // It is sent, or being sent: most likely because the lost request had reached the server.
                let mut messages = self.message_list()?.into_iter();
                let found = messages.find(|message| message.id == *id);
                found.ok_or(err)
            }
            Err(err) => Err(err),
        }
    }

    fn workflow_list(&self) -> Result<Vec<WorkflowSummary>, ApiError> {
        self.fetch(Operation::WorkflowList)
    }

    fn workflow_get(&self, id: &WorkflowId) -> Result<SavedWorkflow, ApiError> {
        self.ask(&self.call(Operation::WorkflowGet, &[id.as_str()])?)
    }

    fn workflow_put(&self, save: &WorkflowSave) -> Result<SavedWorkflow, ApiError> {
        let call = self.call(Operation::WorkflowPut, &[save.workflow.id.as_str()])?;
        let Outcome { answer, in_doubt } = self.exchange(&call.json(save)?);
        match answer {
            Ok(answer) => answer.json(&self.address),
            Err(err) if in_doubt && err.kind == ErrorKind::Conflict => {
                // The save that it conflicts with may be our own, whose answer was lost.
                match self.workflow_get(&save.workflow.id) {
                    Ok(current) if is_saved_as(&current, save) => Ok(current),
                    Err(unknown) if unknown.kind == ErrorKind::Unreachable => Err(unknown),
                    Ok(_) | Err(_) => Err(err),
                }
            }
            Err(err) => Err(err),
        }
    }

    fn workflow_remove(&self, id: &WorkflowId, expected_revision: u64) -> Result<(), ApiError> {
        let removal = WorkflowRemoval {
            revision: expected_revision,
        };
        let call = self
            .call(Operation::WorkflowRemove, &[id.as_str()])?
            .query(&removal)?;
        let Outcome { answer, in_doubt } = self.exchange(&call);
        match answer {
            Ok(_) => Ok(()),
            Err(err) if in_doubt && err.kind == ErrorKind::NotFound => Ok(()),
            Err(err) if in_doubt && err.kind == ErrorKind::Conflict => {
                // What is left after ours is the bundled one, which nobody has saved over.
                let is_gone = self
                    .workflow_get(id)
                    .is_ok_and(|current| current.revision == 0);
                if is_gone { Ok(()) } else { Err(err) }
            }
            Err(err) => Err(err),
        }
    }

    fn validate(&self, workflow: &Workflow) -> Result<Vec<Diagnostic>, ApiError> {
        self.ask(&self.call(Operation::Validate, &[])?.json(workflow)?)
    }

    fn preflight(&self, request: &DispatchRequest) -> Result<CheckReport, ApiError> {
        self.ask(
            &self
                .long_call(Operation::Preflight, &[])?
                .json(&self.with_stored(request)?)?,
        )
    }

    fn dry_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError> {
        self.ask(
            &self
                .long_call(Operation::DryRun, &[])?
                .json(&self.with_stored(request)?)?,
        )
    }

    /// The key stands in the body and in the header; a request without one gets one here.
    fn dispatch(&self, request: &DispatchRequest) -> Result<RunRecord, ApiError> {
        let mut request = self.with_stored(request)?;
        let key = request.idempotency_key.get_or_insert_with(new_key).clone();
        let call = self.call(Operation::Dispatch, &[])?.json(&request)?;
        self.ask(&with_key(call, &key)?)
    }

    fn resume(&self, run: &RunId) -> Result<RunRecord, ApiError> {
        let call = self.call(Operation::RunResume, &[run.as_str()])?;
        let Outcome { answer, in_doubt } = self.exchange(&call);
        match answer {
            Ok(answer) => answer.json(&self.address),
            Err(err) if in_doubt && err.kind == ErrorKind::Conflict => {
                // It goes on already: most likely because the lost request had reached the server.
                let record = self.run_get(run)?.record;
                let goes_on = matches!(record.state, RunState::Queued | RunState::Running);
                if goes_on { Ok(record) } else { Err(err) }
            }
            Err(err) => Err(err),
        }
    }

    /// The key stands in the header; a request without one gets one here.
    fn rerun(&self, request: &RerunRequest) -> Result<RunRecord, ApiError> {
        let options = RerunOptions {
            scope: request.scope.clone(),
            definition: request.definition.clone(),
            priority: request.priority,
        };
        let key = request.idempotency_key.clone().unwrap_or_else(new_key);
        let call = self
            .call(Operation::RunRerun, &[request.run.as_str()])?
            .json(&options)?;
        self.ask(&with_key(call, &key)?)
    }

    fn run_list(&self, query: &RunQuery) -> Result<RunPage, ApiError> {
        self.ask(&self.call(Operation::RunList, &[])?.query(query)?)
    }

    fn run_get(&self, run: &RunId) -> Result<RunDetail, ApiError> {
        self.ask(&self.call(Operation::RunGet, &[run.as_str()])?)
    }

    fn run_events(&self, run: &RunId, after: u64, limit: usize) -> Result<EventPage, ApiError> {
        let call = self.call(Operation::RunJournal, &[run.as_str()])?;
        self.ask(&call.query(&journal_query(after, limit))?)
    }

    fn run_follow(
        &self,
        run: &RunId,
        after: u64,
        observer: &dyn RunObserver,
    ) -> Result<(), ApiError> {
        self.follow_run(run, after, observer)
    }

    fn run_logs(&self, run: &RunId, query: &LogQuery) -> Result<LogPage, ApiError> {
        self.ask(
            &self
                .call(Operation::RunLogs, &[run.as_str()])?
                .query(query)?,
        )
    }

    fn run_cancel(&self, run: &RunId) -> Result<(), ApiError> {
        let Outcome { answer, in_doubt } =
            self.exchange(&self.call(Operation::RunCancel, &[run.as_str()])?);
        match answer {
            Ok(_) => Ok(()),
            Err(err) if in_doubt && err.kind == ErrorKind::Conflict => {
                let is_cancelled = self.run_get(run)?.record.state == RunState::Cancelled;
                if is_cancelled { Ok(()) } else { Err(err) }
            }
            Err(err) => Err(err),
        }
    }

    fn queue_pause(&self, is_paused: bool) -> Result<(), ApiError> {
        let call = self.call(Operation::QueuePut, &[])?;
        let answer = self.exchange(&call.json(&QueueState { is_paused })?).answer;
        answer.map(|_| ())
    }

    fn feed(&self, after: u64, limit: usize) -> Result<FeedPage, ApiError> {
        let call = self.call(Operation::Feed, &[])?;
        self.ask(&call.query(&journal_query(after, limit))?)
    }

    fn feed_follow(&self, after: u64, observer: &dyn FeedObserver) -> Result<(), ApiError> {
        self.follow_feed(after, observer)
    }

    fn review_add(&self, request: &ReviewRequest) -> Result<Review, ApiError> {
        let options = ReviewOptions::of(request);
        let call = self.call(Operation::ReviewAdd, &[request.run.as_str()])?;
        self.ask(&call.json(&options)?)
    }

    fn review_list(&self, query: &ReviewQuery) -> Result<ReviewPage, ApiError> {
        self.ask(&self.call(Operation::ReviewList, &[])?.query(query)?)
    }

    fn review_revoke(&self, id: &ReviewId) -> Result<Review, ApiError> {
        self.ask(&self.call(Operation::ReviewRevoke, &[id.as_str()])?)
    }

    fn golden_case_list(&self) -> Result<Vec<GoldenCase>, ApiError> {
        self.fetch(Operation::GoldenCaseList)
    }

    fn golden_case_put(&self, case: &GoldenCase) -> Result<(), ApiError> {
        let call = self.call(Operation::GoldenCasePut, &[case.id.as_str()])?;
        self.exchange(&call.json(case)?).answer.map(|_| ())
    }

    /// Twice would make two runs.
    fn golden_dispatch(&self, request: &GoldenRequest) -> Result<RunRecord, ApiError> {
        let call = self.call(Operation::GoldenDispatch, &[])?.json(request)?;
        self.ask(&call.at_most_once())
    }

    fn golden_report(&self, workflow: &WorkflowId) -> Result<GoldenReport, ApiError> {
        self.ask(&self.call(Operation::GoldenReport, &[workflow.as_str()])?)
    }

    fn rollout_list(&self) -> Result<Vec<RolloutStatus>, ApiError> {
        self.ask(&self.call(Operation::RolloutList, &[])?)
    }

    fn rollout_get(&self, scope: &RolloutScope) -> Result<RolloutStatus, ApiError> {
        self.ask(&self.call(Operation::RolloutGet, &[&scope.to_string()])?)
    }

    fn rollout_decide(
        &self,
        scope: &RolloutScope,
        action: &RolloutAction,
    ) -> Result<RolloutStatus, ApiError> {
        let call = self.call(Operation::RolloutDecide, &[&scope.to_string()])?;
        let call = call.json(action)?;
        match action {
            // Twice would be two modes up.
            RolloutAction::Promote { .. } => self.ask(&call.at_most_once()),
            _ => self.ask(&call),
        }
    }

    fn rollout_simulate(
        &self,
        scope: &RolloutScope,
        request: &SimulationRequest,
    ) -> Result<GateSimulation, ApiError> {
        let call = self.call(Operation::RolloutSimulate, &[&scope.to_string()])?;
        self.ask(&call.json(request)?)
    }

    fn run_report(&self, run: &RunId, format: ReportFormat) -> Result<Vec<u8>, ApiError> {
        let call = self.long_call(Operation::RunReport, &[run.as_str()])?;
        let call = call.query(&ReportQuery { format })?;
        Ok(self.exchange(&call.limit(MAX_REPORT_BYTES)).answer?.body)
    }

    fn compare(&self, request: &CompareRequest) -> Result<ComparedFiles, ApiError> {
        let request = CompareRequest {
            control: FileSource::Stored(self.stored(&request.control)?),
            candidate: FileSource::Stored(self.stored(&request.candidate)?),
            ..request.clone()
        };
        let call = self.long_call(Operation::Compare, &[])?.json(&request)?;
        let answer: ComparisonAnswer = self.ask(&call)?;
        let picture = |file: Option<StoredFile>| {
            let bytes = file.map(|file| self.artifact_bytes(&file.digest, MAX_PICTURE_BYTES));
            bytes.transpose()
        };
        Ok(ComparedFiles {
            comparison: answer.comparison,
            difference: picture(answer.difference)?,
            side_by_side: picture(answer.side_by_side)?,
        })
    }

    fn cad_info(&self, file: &FileSource, mass_properties: bool) -> Result<CadReport, ApiError> {
        let query = CadQuery { mass_properties };
        self.ask(&self.cad_call(Operation::CadReport, file)?.query(&query)?)
    }

    fn cad_glb(&self, file: &FileSource) -> Result<Vec<u8>, ApiError> {
        let call = self
            .cad_call(Operation::CadGlb, file)?
            .limit(MAX_MESH_BYTES);
        Ok(self.exchange(&call).answer?.body)
    }

    fn cad_stl(&self, file: &FileSource, high_quality: bool) -> Result<Vec<u8>, ApiError> {
        let call = self
            .cad_call(Operation::CadStl, file)?
            .query(&MeshQuery { high_quality })?;
        Ok(self.exchange(&call.limit(MAX_MESH_BYTES)).answer?.body)
    }

    fn cad_file_list(&self) -> Result<Vec<StoredFile>, ApiError> {
        self.fetch(Operation::CadFileList)
    }

    fn cad_file_put(&self, file: &StoredFile) -> Result<(), ApiError> {
        let name = NamedFile {
            name: file.name.clone(),
        };
        let call = self.long_call(Operation::CadFilePut, &[&file.digest.to_string()])?;
        self.exchange(&call.json(&name)?).answer.map(|_| ())
    }

    fn file_put(
        &self,
        path: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<StoredFile, ApiError> {
        self.upload(path, progress)
    }

    fn artifact_save(
        &self,
        digest: &Digest,
        destination: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<(), ApiError> {
        self.download_artifact(digest, destination, progress)
    }

    fn media_asset_save(&self, id: &MediaAssetId, destination: &Path) -> Result<(), ApiError> {
        self.download_media_asset(id, destination)
    }
}

impl HttpClient {
    /// A request whose answer takes the server a while.
    fn long_call(&self, operation: Operation, variables: &[&str]) -> Result<Call, ApiError> {
        let call = self.call(operation, variables)?;
        Ok(call.timeout(Some(self.options.long_answer_timeout)))
    }

    fn cad_call(&self, operation: Operation, file: &FileSource) -> Result<Call, ApiError> {
        let digest = self.stored(file)?.digest.to_string();
        self.long_call(operation, &[&digest])
    }

    /// A file as the server knows it, stored there first if it is one of this machine.
    fn stored(&self, file: &FileSource) -> Result<StoredFile, ApiError> {
        match file {
            FileSource::Path(path) => self.upload(Path::new(path), &|_, _| {}),
            FileSource::Stored(file) => Ok(file.clone()),
        }
    }

    fn with_stored(&self, request: &DispatchRequest) -> Result<DispatchRequest, ApiError> {
        let mut request = request.clone();
        if let Some(file) = request.subject.file_mut() {
            *file = FileSource::Stored(self.stored(file)?);
        }
        Ok(request)
    }
}

fn is_saved_as(current: &SavedWorkflow, save: &WorkflowSave) -> bool {
    current.revision == save.expected_revision + 1 && current.workflow == save.workflow
}

fn journal_query(after: u64, limit: usize) -> JournalQuery {
    JournalQuery {
        after,
        limit: Some(u32::try_from(limit.clamp(1, 10_000)).unwrap_or(10_000)),
    }
}

/// Unlike every other one, and rising with time, which a database's index likes.
fn new_key() -> String {
    Uuid::now_v7().to_string()
}

fn with_key(call: Call, key: &str) -> Result<Call, ApiError> {
    let is_key = (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let value = HeaderValue::try_from(key).ok().filter(|_| is_key);
    let value = value.ok_or_else(|| {
        let message = "an idempotency key has 1 to 128 visible ASCII letters";
        ApiError::new(ErrorKind::InvalidInput, message)
    })?;
    Ok(call.header(IDEMPOTENCY_KEY, value))
}
