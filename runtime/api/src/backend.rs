//! The one contract: what a runtime can do, in this process or on another machine.

use std::path::{Path, PathBuf};

use hartomat_schema::{
    AuditEntry, Calibration, Catalogue, Diagnostic, Digest, GateSimulation, GoldenCase, Material,
    MediaAssetId, Message, MessageId, Notification, NotificationTarget, OrderId, OutputType,
    OutputTypeId, Product, Review, ReviewId, RolloutAction, RolloutScope, RunId, RunRecord,
    StoredFile, StudioScene, Workflow, WorkflowId,
};

use crate::http::AuditQuery;
use crate::{
    ApiError, BackendInfo, BlendTemplateEntry, CadReport, CalibrationRequest, CheckReport,
    CompareRequest, ComparedFiles, DispatchRequest, DispatchResolution, DryRun, EventPage,
    FeedObserver, FeedPage, FileSource, GoldenReport, GoldenRequest, ImportReport, ImportRequest,
    LogPage, LogQuery, OrderDetail, OrderEntry, OrderLineEntry, OutputTypeDraft, OutputTypeEntry,
    ReportFormat, RerunRequest, ReviewPage, ReviewQuery, ReviewRequest, RolloutStatus, RunDetail,
    RunObserver, RunPage, RunQuery, SavedWorkflow, SimulationRequest, WorkflowSave,
    WorkflowSummary,
};

/// Hears how far a transfer has come: bytes done, bytes in all.
pub type TransferProgress<'a> = &'a dyn Fn(u64, u64);

/// The runtime as its users see it.
pub trait Backend: Send + Sync {
    /// Which runtime this is and how it is.
    fn info(&self) -> Result<BackendInfo, ApiError>;

    /// Every node definition.
    fn catalogue(&self) -> Result<Catalogue, ApiError>;

    /// The material library.
    fn material_list(&self) -> Result<Vec<Material>, ApiError>;

    /// A picture of a material on a ball: PNG of 128 × 128 pixels, transparent around it.
    fn material_swatch(&self, key: &str) -> Result<Vec<u8>, ApiError>;

    /// A frame of a stored video or of a stored list of frames as PNG, by its number from 1.
    fn artifact_frame(&self, digest: &Digest, number: u64) -> Result<Vec<u8>, ApiError>;

    /// The studio scenes.
    fn studio_scene_list(&self) -> Result<Vec<StudioScene>, ApiError>;

    /// The studio's `.blend` templates by name.
    fn blend_template_list(&self) -> Result<Vec<BlendTemplateEntry>, ApiError>;

    /// Workflows to start from.
    fn template_list(&self) -> Result<Vec<Workflow>, ApiError>;

    /// Order lines that a run can be of.
    fn order_line_list(&self) -> Result<Vec<OrderLineEntry>, ApiError>;

    /// Output types with what depends on them.
    fn output_type_list(&self) -> Result<Vec<OutputTypeEntry>, ApiError>;

    /// Makes an output type of a workflow, valid at once. It begins in legacy mode.
    fn output_type_create(&self, draft: &OutputTypeDraft) -> Result<OutputTypeEntry, ApiError>;

    /// Changes an output type. Its rollout stays: that changes by [`Backend::rollout_decide`] alone. Runs
    /// under way keep what they were dispatched with.
    fn output_type_put(&self, output_type: &OutputType) -> Result<OutputTypeEntry, ApiError>;

    /// How the mode and the settings of a dispatch would come about, without making it.
    fn resolve(&self, request: &DispatchRequest) -> Result<DispatchResolution, ApiError>;

    /// Products.
    fn product_list(&self) -> Result<Vec<Product>, ApiError>;

    /// Orders with how far they have come.
    fn order_list(&self) -> Result<Vec<OrderEntry>, ApiError>;

    /// An order with its lines and what came of each.
    fn order_get(&self, id: &OrderId) -> Result<OrderDetail, ApiError>;

    /// Takes a list of orders in, or says what would come of it.
    fn import(&self, request: &ImportRequest) -> Result<ImportReport, ApiError>;

    /// Measures an output type's noise floor: legacy renders against itself. Returns once it has begun;
    /// the output type's entry says how far it has come.
    fn calibrate(
        &self,
        id: &OutputTypeId,
        request: &CalibrationRequest,
    ) -> Result<Calibration, ApiError>;

    /// Notifications, newest first, at most 100.
    fn notification_list(&self) -> Result<Vec<Notification>, ApiError>;

    /// Targets outside of the studio. They are set where the data folder lies.
    fn notification_target_list(&self) -> Result<Vec<NotificationTarget>, ApiError>;

    /// Messages to targets outside of the studio, newest first, at most 100.
    fn message_list(&self) -> Result<Vec<Message>, ApiError>;

    /// Tries a message again that was given up.
    fn message_retry(&self, id: &MessageId) -> Result<Message, ApiError>;

    /// Saved and bundled workflows.
    fn workflow_list(&self) -> Result<Vec<WorkflowSummary>, ApiError>;

    /// A saved or bundled workflow.
    fn workflow_get(&self, id: &WorkflowId) -> Result<SavedWorkflow, ApiError>;

    /// Saves a workflow over the revision that the author has seen. A save over an older one is
    /// refused with both versions in [`ApiError::conflict`].
    fn workflow_put(&self, save: &WorkflowSave) -> Result<SavedWorkflow, ApiError>;

    /// Deletes a saved workflow that is still at this revision. Its runs keep the graph as it was.
    fn workflow_remove(&self, id: &WorkflowId, expected_revision: u64) -> Result<(), ApiError>;

    /// Structure and contract of a document.
    fn validate(&self, workflow: &Workflow) -> Result<Vec<Diagnostic>, ApiError>;

    /// Structure, contract, environment and data of a run, without making it.
    fn preflight(&self, request: &DispatchRequest) -> Result<CheckReport, ApiError>;

    /// A preflight, and what would run, what would be reused, what would come out.
    fn dry_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError>;

    /// Takes a run on and returns once that is durable; [`Backend::run_follow`] waits for its end.
    /// The same idempotency key with the same request gives the same run.
    fn dispatch(&self, request: &DispatchRequest) -> Result<RunRecord, ApiError>;

    /// Lets an interrupted run go on under its own id.
    fn resume(&self, run: &RunId) -> Result<RunRecord, ApiError>;

    /// Makes a run again, as a new run.
    fn rerun(&self, request: &RerunRequest) -> Result<RunRecord, ApiError>;

    /// Runs, newest first.
    fn run_list(&self, query: &RunQuery) -> Result<RunPage, ApiError>;

    /// A run with all that is known of it.
    fn run_get(&self, run: &RunId) -> Result<RunDetail, ApiError>;

    /// Events of a run after number `after`, at most `limit`.
    fn run_events(&self, run: &RunId, after: u64, limit: usize) -> Result<EventPage, ApiError>;

    /// Tells of a run's events after number `after`, each once and without gaps, until nothing more
    /// follows or [`RunObserver::wants_more`] says no. Over a network it outlives lost links.
    fn run_follow(
        &self,
        run: &RunId,
        after: u64,
        observer: &dyn RunObserver,
    ) -> Result<(), ApiError>;

    /// Lines of a run's log.
    fn run_logs(&self, run: &RunId, query: &LogQuery) -> Result<LogPage, ApiError>;

    /// Asks a run to stop, in whichever process it is.
    fn run_cancel(&self, run: &RunId) -> Result<(), ApiError>;

    /// Holds waiting runs back, or lets them go on; what runs goes on either way. Holds until the runtime
    /// ends, and only where runs wait in a queue.
    fn queue_pause(&self, is_paused: bool) -> Result<(), ApiError>;

    /// Events of all runs after number `after`, at most `limit`, in the order of journalling.
    fn feed(&self, after: u64, limit: usize) -> Result<FeedPage, ApiError>;

    /// Tells of the events of all runs after number `after` as they come, each once and in order, until
    /// [`FeedObserver::wants_more`] says no. Over a network it outlives lost links and goes on from the
    /// last number; it fails only where the runtime refuses.
    ///
    /// `after` is [`FeedPage::last`] for what is yet to come, and 0 for everything.
    fn feed_follow(&self, after: u64, observer: &dyn FeedObserver) -> Result<(), ApiError>;

    /// Accepts or rejects a difference of a run that has ended. Asking twice is the same as asking
    /// once. A review changes no verdict; an acceptance that stands is what later comparisons of its
    /// scope expect.
    fn review_add(&self, request: &ReviewRequest) -> Result<Review, ApiError>;

    /// Reviews, newest first.
    fn review_list(&self, query: &ReviewQuery) -> Result<ReviewPage, ApiError>;

    /// Takes a review back; one that was taken back before stays as it is.
    fn review_revoke(&self, id: &ReviewId) -> Result<Review, ApiError>;

    /// How every rollout stands: of all output types, and of workflows that somebody has decided on.
    fn rollout_list(&self) -> Result<Vec<RolloutStatus>, ApiError>;

    /// How a rollout stands.
    fn rollout_get(&self, scope: &RolloutScope) -> Result<RolloutStatus, ApiError>;

    /// Decides on a rollout: up by one step where the evidence is in, down at once, or another gate.
    /// Takes effect for the next dispatch; runs under way keep their mode.
    fn rollout_decide(
        &self,
        scope: &RolloutScope,
        action: &RolloutAction,
    ) -> Result<RolloutStatus, ApiError>;

    /// What a gate would have done on the past runs of the present definition.
    fn rollout_simulate(
        &self,
        scope: &RolloutScope,
        request: &SimulationRequest,
    ) -> Result<GateSimulation, ApiError>;

    /// Golden cases: bundled ones, and those of the studio.
    fn golden_case_list(&self) -> Result<Vec<GoldenCase>, ApiError>;

    /// Keeps a golden case, in place of the one with this id.
    fn golden_case_put(&self, case: &GoldenCase) -> Result<(), ApiError>;

    /// Dispatches a golden case on a workflow as it is saved; its result is in the report once the run
    /// has ended. Always a shadow run, whatever the rollout allows.
    fn golden_dispatch(&self, request: &GoldenRequest) -> Result<RunRecord, ApiError>;

    /// The golden cases that fit a workflow, and what became of them on its definition.
    fn golden_report(&self, workflow: &WorkflowId) -> Result<GoldenReport, ApiError>;

    /// A run that has ended as one file: a page for people, JSON or JUnit XML. A run that was not
    /// compared has a report all the same.
    fn run_report(&self, run: &RunId, format: ReportFormat) -> Result<Vec<u8>, ApiError>;

    /// Who changed what, newest first. Needs the scope `admin`.
    fn audit_list(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, ApiError>;

    /// Compares two files.
    fn compare(&self, request: &CompareRequest) -> Result<ComparedFiles, ApiError>;

    /// What is in a CAD file.
    fn cad_info(&self, file: &FileSource, mass_properties: bool) -> Result<CadReport, ApiError>;

    /// A CAD file as GLB.
    fn cad_glb(&self, file: &FileSource) -> Result<Vec<u8>, ApiError>;

    /// A CAD file as binary STL, in high or low quality.
    fn cad_stl(&self, file: &FileSource, high_quality: bool) -> Result<Vec<u8>, ApiError>;

    /// CAD files that were put under a name, newest first.
    fn cad_file_list(&self) -> Result<Vec<StoredFile>, ApiError>;

    /// Puts a stored file among the CAD files, once it reads as one.
    fn cad_file_put(&self, file: &StoredFile) -> Result<(), ApiError>;

    /// Stores a file of this machine. Over a network it is sent only when it isn't there yet, and
    /// from where a lost link had left off.
    fn file_put(&self, path: &Path, progress: TransferProgress<'_>)
    -> Result<StoredFile, ApiError>;

    /// Writes an artifact to a file of this machine: whole and verified, or not at all.
    fn artifact_save(
        &self,
        digest: &Digest,
        destination: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<(), ApiError>;

    /// Writes a media asset to a file of this machine: whole and verified, or not at all.
    fn media_asset_save(&self, id: &MediaAssetId, destination: &Path) -> Result<(), ApiError>;

    /// Where an artifact lies, if that is on this machine. Nobody may write there.
    fn artifact_path(&self, _digest: &Digest) -> Option<PathBuf> {
        None
    }

    /// Takes a run on and follows it to its end.
    fn run_to_end(
        &self,
        request: &DispatchRequest,
        observer: &dyn RunObserver,
    ) -> Result<RunDetail, ApiError> {
        let record = self.dispatch(request)?;
        self.follow_to_end(&record, observer)
    }

    /// Follows a run that was taken on to its end.
    fn follow_to_end(
        &self,
        record: &RunRecord,
        observer: &dyn RunObserver,
    ) -> Result<RunDetail, ApiError> {
        observer.dispatched(record);
        self.run_follow(&record.id, 0, observer)?;
        self.run_get(&record.id)
    }
}
