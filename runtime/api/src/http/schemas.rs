//! Names of the shapes that routes carry, and the JSON Schema of each.

use hartomat_schema::{
    AuditEntry, Calibration, Catalogue, Diagnostic, GateSimulation, GoldenCase, Material, Message,
    Notification, NotificationTarget, OutputType, Product, Review, RolloutAction, RunRecord,
    StoredFile, StudioScene, Workflow,
};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::wire::{
    CadQuery, ComparisonAnswer, Health, JournalQuery, MeshQuery, NamedFile, QueueState,
    ReportQuery, RerunOptions, ReviewOptions, RunComparison, Session, Share, ShareOptions,
    SignInCode, UploadQuery, UploadState, WorkflowRemoval,
};
use crate::{
    BackendInfo, BlendTemplateEntry, CadReport, CalibrationRequest, CheckReport, CompareRequest,
    DispatchRequest, DispatchResolution, DryRun, EventPage, FeedPage, GoldenReport, GoldenRequest,
    ImportReport, ImportRequest, LogPage, LogQuery, OrderDetail, OrderEntry, OrderLineEntry,
    OutputTypeDraft, OutputTypeEntry, ReviewPage, ReviewQuery, RolloutStatus, RunDetail, RunPage,
    RunQuery, SavedWorkflow, SimulationRequest, WorkflowSave, WorkflowSummary,
};

/// Which lines of the audit list to read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AuditQuery {
    /// Only lines before this one.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub before: Option<u64>,
    /// At most so many, 100 unless said.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
}

macro_rules! schemas {
    ($($name:ident: $type:ty,)*) => {
        /// A shape that a route carries.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its type")]
        pub enum Schema {
            $($name,)*
        }

        impl Schema {
            /// Its JSON Schema, a reference where the type has a name of its own.
            pub(super) fn generate(self, generator: &mut SchemaGenerator) -> schemars::Schema {
                match self {
                    $(Self::$name => generator.subschema_for::<$type>(),)*
                }
            }
        }
    };
}

schemas! {
    Anything: serde_json::Value,
    AuditEntries: Vec<AuditEntry>,
    AuditQuery: AuditQuery,
    BackendInfo: BackendInfo,
    BlendTemplates: Vec<BlendTemplateEntry>,
    CadQuery: CadQuery,
    Calibration: Calibration,
    CalibrationRequest: CalibrationRequest,
    CadReport: CadReport,
    Catalogue: Catalogue,
    CheckReport: CheckReport,
    CompareRequest: CompareRequest,
    ComparisonAnswer: ComparisonAnswer,
    Diagnostics: Vec<Diagnostic>,
    DispatchRequest: DispatchRequest,
    DispatchResolution: DispatchResolution,
    DryRun: DryRun,
    EventPage: EventPage,
    FeedPage: FeedPage,
    GateSimulation: GateSimulation,
    GoldenCase: GoldenCase,
    GoldenCases: Vec<GoldenCase>,
    GoldenReport: GoldenReport,
    GoldenRequest: GoldenRequest,
    Health: Health,
    ImportReport: ImportReport,
    ImportRequest: ImportRequest,
    JournalQuery: JournalQuery,
    LogPage: LogPage,
    LogQuery: LogQuery,
    Materials: Vec<Material>,
    MeshQuery: MeshQuery,
    Message: Message,
    Messages: Vec<Message>,
    NamedFile: NamedFile,
    NotificationTargets: Vec<NotificationTarget>,
    Notifications: Vec<Notification>,
    OrderDetail: OrderDetail,
    OrderEntries: Vec<OrderEntry>,
    OrderLines: Vec<OrderLineEntry>,
    OutputType: OutputType,
    OutputTypeDraft: OutputTypeDraft,
    OutputTypeEntries: Vec<OutputTypeEntry>,
    OutputTypeEntry: OutputTypeEntry,
    Products: Vec<Product>,
    QueueState: QueueState,
    ReportQuery: ReportQuery,
    RerunOptions: RerunOptions,
    Review: Review,
    ReviewOptions: ReviewOptions,
    ReviewPage: ReviewPage,
    ReviewQuery: ReviewQuery,
    RolloutAction: RolloutAction,
    RolloutStatus: RolloutStatus,
    RolloutStatuses: Vec<RolloutStatus>,
    RunComparison: RunComparison,
    RunDetail: RunDetail,
    RunPage: RunPage,
    RunQuery: RunQuery,
    RunRecord: RunRecord,
    SavedWorkflow: SavedWorkflow,
    Session: Session,
    Share: Share,
    ShareOptions: ShareOptions,
    SignInCode: SignInCode,
    SimulationRequest: SimulationRequest,
    StoredFile: StoredFile,
    StoredFiles: Vec<StoredFile>,
    StudioScenes: Vec<StudioScene>,
    UploadQuery: UploadQuery,
    UploadState: UploadState,
    Workflow: Workflow,
    Workflows: Vec<Workflow>,
    WorkflowRemoval: WorkflowRemoval,
    WorkflowSave: WorkflowSave,
    WorkflowSummaries: Vec<WorkflowSummary>,
}
