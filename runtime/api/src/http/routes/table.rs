//! The table: each route in the order of the document.

use hartomat_schema::Scope;

use super::{Body, Method, Operation, PIECE_BYTES, Route, get, post};
use crate::http::schemas::Schema;

use Body::{Bytes, Empty, Events, Json};
use Operation as O;

pub(super) static ROUTES: [Route; 76] = [
    get(
        O::Health,
        "/v1/health",
        "That the server lives",
        Json(Schema::Health),
    ),
    get(
        O::Info,
        "/v1/info",
        "Which runtime this is and how it is",
        Json(Schema::BackendInfo),
    ),
    get(
        O::Metrics,
        "/v1/metrics",
        "Figures for Prometheus",
        Bytes("text/plain"),
    ),
    get(
        O::OpenApi,
        "/v1/openapi.json",
        "This document",
        Json(Schema::Anything),
    ),
    get(
        O::SessionStart,
        "/v1/session",
        "Sign a browser in: a cookie and the key that goes with it, for a token or a share",
        Json(Schema::Session),
    )
    .method(Method::Post)
    .answers(201),
    get(
        O::SessionGet,
        "/v1/session",
        "Whom a browser speaks for",
        Json(Schema::Session),
    ),
    get(O::SessionEnd, "/v1/session", "Sign a browser out", Empty)
        .method(Method::Delete)
        .answers(204),
    get(
        O::SignInCode,
        "/v1/session/codes",
        "A code that signs one browser in, once, within a minute",
        Json(Schema::SignInCode),
    )
    .method(Method::Post)
    .answers(201),
    get(
        O::NodeDefinitions,
        "/v1/node-definitions",
        "Every node definition, with an etag",
        Json(Schema::Catalogue),
    ),
    get(
        O::Materials,
        "/v1/materials",
        "The material library",
        Json(Schema::Materials),
    ),
    get(
        O::MaterialSwatch,
        "/v1/materials/{material}/swatch",
        "A picture of a material on a ball, 128 × 128, transparent around it",
        Bytes("image/png"),
    ),
    get(
        O::StudioScenes,
        "/v1/studio-scenes",
        "The studio scenes",
        Json(Schema::StudioScenes),
    ),
    get(
        O::BlendTemplates,
        "/v1/blend-templates",
        "The studio's Blender files that products are set into",
        Json(Schema::BlendTemplates),
    ),
    get(
        O::Templates,
        "/v1/templates",
        "Workflows to start from",
        Json(Schema::Workflows),
    ),
    get(
        O::OrderLines,
        "/v1/order-lines",
        "Order lines that a run can be of",
        Json(Schema::OrderLines),
    ),
    get(
        O::OutputTypeList,
        "/v1/output-types",
        "Output types with what depends on them",
        Json(Schema::OutputTypeEntries),
    ),
    post(
        O::OutputTypeCreate,
        "/v1/output-types",
        "Make an output type of a workflow, valid at once",
        Json(Schema::OutputTypeDraft),
        Json(Schema::OutputTypeEntry),
    )
    .changes(Scope::Author)
    .answers(201),
    post(
        O::OutputTypePut,
        "/v1/output-types/{output_type}",
        "Change an output type; its rollout stays",
        Json(Schema::OutputType),
        Json(Schema::OutputTypeEntry),
    )
    .method(Method::Put)
    .changes(Scope::Author),
    post(
        O::Calibrate,
        "/v1/output-types/{output_type}/calibration",
        "Measure an output type's noise floor with legacy alone",
        Json(Schema::CalibrationRequest),
        Json(Schema::Calibration),
    )
    .changes(Scope::Dispatch)
    .answers(202),
    post(
        O::Resolve,
        "/v1/resolutions",
        "How the mode and the settings of a dispatch would come about",
        Json(Schema::DispatchRequest),
        Json(Schema::DispatchResolution),
    ),
    get(
        O::ProductList,
        "/v1/products",
        "Products",
        Json(Schema::Products),
    ),
    get(
        O::OrderList,
        "/v1/orders",
        "Orders with how far they have come",
        Json(Schema::OrderEntries),
    ),
    get(
        O::OrderGet,
        "/v1/orders/{order}",
        "An order with its lines and what came of each",
        Json(Schema::OrderDetail),
    ),
    post(
        O::Import,
        "/v1/imports",
        "Take a list of orders in, or say what would come of it",
        Json(Schema::ImportRequest),
        Json(Schema::ImportReport),
    )
    .changes(Scope::Dispatch),
    get(
        O::NotificationList,
        "/v1/notifications",
        "Notifications, newest first",
        Json(Schema::Notifications),
    ),
    get(
        O::NotificationTargetList,
        "/v1/notification-targets",
        "Who is told outside of the studio",
        Json(Schema::NotificationTargets),
    ),
    get(
        O::MessageList,
        "/v1/messages",
        "Messages to targets outside of the studio, newest first",
        Json(Schema::Messages),
    ),
    post(
        O::MessageRetry,
        "/v1/messages/{message}/retry",
        "Try a message again that was given up",
        Empty,
        Json(Schema::Message),
    )
    .changes(Scope::Dispatch),
    get(
        O::WorkflowList,
        "/v1/workflows",
        "Saved and bundled workflows",
        Json(Schema::WorkflowSummaries),
    ),
    get(
        O::WorkflowGet,
        "/v1/workflows/{workflow}",
        "A workflow with its revision",
        Json(Schema::SavedWorkflow),
    ),
    post(
        O::WorkflowPut,
        "/v1/workflows/{workflow}",
        "Save a workflow over the revision that was seen",
        Json(Schema::WorkflowSave),
        Json(Schema::SavedWorkflow),
    )
    .method(Method::Put)
    .changes(Scope::Author),
    get(
        O::WorkflowRemove,
        "/v1/workflows/{workflow}",
        "Delete a workflow that is still at a revision",
        Empty,
    )
    .method(Method::Delete)
    .query(Schema::WorkflowRemoval)
    .changes(Scope::Author)
    .answers(204),
    post(
        O::Validate,
        "/v1/validations",
        "Structure and contract of a document",
        Json(Schema::Workflow),
        Json(Schema::Diagnostics),
    ),
    post(
        O::Preflight,
        "/v1/preflights",
        "All checks of a run, without making it",
        Json(Schema::DispatchRequest),
        Json(Schema::CheckReport),
    ),
    post(
        O::DryRun,
        "/v1/dry-runs",
        "What a run would do",
        Json(Schema::DispatchRequest),
        Json(Schema::DryRun),
    ),
    post(
        O::Dispatch,
        "/v1/runs",
        "Take a run on",
        Json(Schema::DispatchRequest),
        Json(Schema::RunRecord),
    )
    .changes(Scope::Dispatch)
    .answers(202),
    get(
        O::RunList,
        "/v1/runs",
        "Runs, newest first",
        Json(Schema::RunPage),
    )
    .query(Schema::RunQuery),
    get(
        O::RunGet,
        "/v1/runs/{run}",
        "A run with all that is known of it",
        Json(Schema::RunDetail),
    ),
    get(
        O::RunJournal,
        "/v1/runs/{run}/journal",
        "A page of a run's events",
        Json(Schema::EventPage),
    )
    .query(Schema::JournalQuery),
    get(
        O::RunStream,
        "/v1/runs/{run}/events",
        "A run's events as they come, from `last-event-id` on",
        Events,
    ),
    get(
        O::RunLogs,
        "/v1/runs/{run}/logs",
        "A page of a run's log",
        Json(Schema::LogPage),
    )
    .query(Schema::LogQuery),
    post(
        O::QueuePut,
        "/v1/queue",
        "Hold waiting runs back, or let them go on",
        Json(Schema::QueueState),
        Empty,
    )
    .method(Method::Put)
    .changes(Scope::Admin)
    .answers(204),
    post(
        O::RunCancel,
        "/v1/runs/{run}/cancel",
        "Ask a run to stop",
        Empty,
        Empty,
    )
    .changes(Scope::Dispatch)
    .answers(204),
    post(
        O::RunResume,
        "/v1/runs/{run}/resume",
        "Let an interrupted run go on",
        Empty,
        Json(Schema::RunRecord),
    )
    .changes(Scope::Dispatch)
    .answers(202),
    post(
        O::RunRerun,
        "/v1/runs/{run}/rerun",
        "Make a run again",
        Json(Schema::RerunOptions),
        Json(Schema::RunRecord),
    )
    .changes(Scope::Dispatch)
    .answers(202),
    get(
        O::RunReport,
        "/v1/runs/{run}/report",
        "A run as one file: a page for people, JSON or JUnit XML",
        Bytes("application/octet-stream"),
    )
    .query(Schema::ReportQuery),
    get(
        O::RunComparison,
        "/v1/runs/{run}/comparison",
        "A run's comparison with its pictures",
        Json(Schema::RunComparison),
    ),
    post(
        O::ShareCreate,
        "/v1/runs/{run}/shares",
        "Make a link that shows a run's comparison to whoever has it",
        Json(Schema::ShareOptions),
        Json(Schema::Share),
    )
    .changes(Scope::Rollout)
    .answers(201),
    get(
        O::ShareKeyRotate,
        "/v1/share-key",
        "Sign links with another key: all that were made until now end",
        Empty,
    )
    .method(Method::Put)
    .changes(Scope::Admin)
    .answers(204),
    // Whoever accepts a difference lets later comparisons pass, and those count when a workflow is to
    // be promoted: so it takes the right to move workflows between modes, not that to draw them.
    post(
        O::ReviewAdd,
        "/v1/runs/{run}/reviews",
        "Accept or reject a difference of a run",
        Json(Schema::ReviewOptions),
        Json(Schema::Review),
    )
    .changes(Scope::Rollout)
    .answers(201),
    get(
        O::ReviewList,
        "/v1/reviews",
        "Reviews, newest first",
        Json(Schema::ReviewPage),
    )
    .query(Schema::ReviewQuery),
    post(
        O::ReviewRevoke,
        "/v1/reviews/{review}/revoke",
        "Take a review back",
        Empty,
        Json(Schema::Review),
    )
    .changes(Scope::Rollout),
    get(
        O::GoldenCaseList,
        "/v1/golden-cases",
        "Golden cases",
        Json(Schema::GoldenCases),
    ),
    post(
        O::GoldenCasePut,
        "/v1/golden-cases/{golden_case}",
        "Keep a golden case",
        Json(Schema::GoldenCase),
        Empty,
    )
    .method(Method::Put)
    .changes(Scope::Rollout)
    .answers(204),
    post(
        O::GoldenDispatch,
        "/v1/golden-runs",
        "Run a golden case on a workflow",
        Json(Schema::GoldenRequest),
        Json(Schema::RunRecord),
    )
    .changes(Scope::Dispatch)
    .answers(202),
    get(
        O::GoldenReport,
        "/v1/workflows/{workflow}/golden-report",
        "Golden cases of a workflow, and what became of them on its definition",
        Json(Schema::GoldenReport),
    ),
    get(
        O::RolloutList,
        "/v1/rollouts",
        "How every rollout stands",
        Json(Schema::RolloutStatuses),
    ),
    get(
        O::RolloutGet,
        "/v1/rollouts/{scope}",
        "How a rollout stands",
        Json(Schema::RolloutStatus),
    ),
    post(
        O::RolloutDecide,
        "/v1/rollouts/{scope}/decisions",
        "Promote, roll back, or change the gate",
        Json(Schema::RolloutAction),
        Json(Schema::RolloutStatus),
    )
    .changes(Scope::Rollout)
    .answers(201),
    post(
        O::RolloutSimulate,
        "/v1/rollouts/{scope}/simulations",
        "What a gate would have done on past runs",
        Json(Schema::SimulationRequest),
        Json(Schema::GateSimulation),
    ),
    get(
        O::Feed,
        "/v1/feed",
        "A page of the events of all runs",
        Json(Schema::FeedPage),
    )
    .query(Schema::JournalQuery),
    get(
        O::FeedStream,
        "/v1/events",
        "The events of all runs as they come, from `last-event-id` on",
        Events,
    ),
    post(
        O::Compare,
        "/v1/comparisons",
        "Compare two stored files",
        Json(Schema::CompareRequest),
        Json(Schema::ComparisonAnswer),
    )
    .changes(Scope::Dispatch),
    get(
        O::CadFileList,
        "/v1/cad-files",
        "CAD files, newest first",
        Json(Schema::StoredFiles),
    ),
    post(
        O::CadFilePut,
        "/v1/cad-files/{digest}",
        "Put a stored file among the CAD files",
        Json(Schema::NamedFile),
        Json(Schema::StoredFile),
    )
    .method(Method::Put)
    .changes(Scope::Dispatch),
    get(
        O::CadReport,
        "/v1/cad-files/{digest}/report",
        "What is in a stored CAD file",
        Json(Schema::CadReport),
    )
    .query(Schema::CadQuery),
    get(
        O::CadGlb,
        "/v1/cad-files/{digest}/glb",
        "A stored CAD file as GLB",
        Bytes("model/gltf-binary"),
    ),
    get(
        O::CadStl,
        "/v1/cad-files/{digest}/stl",
        "A stored CAD file as binary STL",
        Bytes("model/stl"),
    )
    .query(Schema::MeshQuery),
    get(
        O::UploadGet,
        "/v1/uploads/{digest}",
        "How much of a file has arrived",
        Json(Schema::UploadState),
    ),
    Route {
        max_body_bytes: PIECE_BYTES,
        ..post(
            O::UploadPatch,
            "/v1/uploads/{digest}",
            "Send a piece of a file",
            Bytes("application/octet-stream"),
            Json(Schema::UploadState),
        )
        .method(Method::Patch)
        .query(Schema::UploadQuery)
        .changes(Scope::Dispatch)
    },
    get(
        O::UploadRemove,
        "/v1/uploads/{digest}",
        "Forget an unfinished upload",
        Empty,
    )
    .method(Method::Delete)
    .changes(Scope::Dispatch)
    .answers(204),
    get(
        O::Artifact,
        "/v1/artifacts/{digest}",
        "An artifact's bytes, or a range of them",
        Bytes("application/octet-stream"),
    ),
    get(
        O::ArtifactFrame,
        "/v1/artifacts/{digest}/frames/{frame}",
        "A frame of a video or turntable, from 1",
        Bytes("image/png"),
    ),
    get(
        O::MediaAsset,
        "/v1/media-assets/{media_asset}/content",
        "A media asset's bytes",
        Bytes("application/octet-stream"),
    ),
    get(
        O::AuditList,
        "/v1/audit",
        "Who changed what, newest first",
        Json(Schema::AuditEntries),
    )
    .query(Schema::AuditQuery)
    .needs(Scope::Admin),
    post(
        O::ShutDown,
        "/v1/shutdown",
        "Stop an agent; what it runs goes on at its next start",
        Empty,
        Empty,
    )
    .changes(Scope::Admin)
    .answers(202),
];
