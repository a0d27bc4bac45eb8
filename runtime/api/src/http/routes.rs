//! Every route, once. A route that isn't here doesn't exist; one that is here has a handler, a
//! scope, limits, a place in the OpenAPI document, and is walked by the tests.

use hartomat_schema::Scope;

use super::schemas::Schema;

/// Methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Does.
    Post,
    /// Puts a whole thing in its place.
    Put,
    /// Adds to a thing.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method in upper case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A body of a request or an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON of this shape.
    Json(Schema),
    /// Bytes of this media type.
    Bytes(&'static str),
    /// Server-sent events: see [`super::StreamEvent`].
    Events,
}

/// What a route does. The server matches on it, so that no route lacks a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each has its summary in the table")]
pub enum Operation {
    Health,
    Info,
    Metrics,
    OpenApi,
    NodeDefinitions,
    Materials,
    MaterialSwatch,
    StudioScenes,
    Templates,
    OrderLines,
    OutputTypeList,
    OutputTypeCreate,
    OutputTypePut,
    Resolve,
    ProductList,
    OrderList,
    OrderGet,
    Import,
    NotificationList,
    WorkflowList,
    WorkflowGet,
    WorkflowPut,
    WorkflowRemove,
    Validate,
    Preflight,
    DryRun,
    Dispatch,
    RunList,
    RunGet,
    RunJournal,
    RunStream,
    RunLogs,
    RunCancel,
    RunResume,
    RunRerun,
    RunReport,
    ReviewAdd,
    ReviewList,
    ReviewRevoke,
    GoldenCaseList,
    GoldenCasePut,
    GoldenDispatch,
    GoldenReport,
    RolloutList,
    RolloutGet,
    RolloutDecide,
    RolloutSimulate,
    Feed,
    FeedStream,
    Compare,
    CadFileList,
    CadFilePut,
    CadReport,
    CadGlb,
    CadStl,
    UploadGet,
    UploadPatch,
    UploadRemove,
    Artifact,
    ArtifactFrame,
    MediaAsset,
    AuditList,
    ShutDown,
}

/// A route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// What it does.
    pub operation: Operation,
    /// Method.
    pub method: Method,
    /// Address with its variables in braces.
    pub path: &'static str,
    /// What a token must allow.
    pub scope: Scope,
    /// One line for people.
    pub summary: &'static str,
    /// What follows the `?`.
    pub query: Option<Schema>,
    /// The request's body.
    pub request: Body,
    /// The answer when all is well.
    pub response: Body,
    /// Its status.
    pub status: u16,
    /// Whether it changes something, which the audit list then says.
    pub changes_state: bool,
    /// The most bytes of a request's body.
    pub max_body_bytes: u64,
}

impl Route {
    /// The address with its variables filled in, each escaped.
    pub fn address(&self, variables: &[&str]) -> String {
        let mut parts = self.path.split('{');
        let mut address = parts.next().unwrap_or_default().to_owned();
        for (part, value) in parts.zip(variables) {
            address.push_str(&escape(value));
            address.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
        }
        address
    }

    /// Names of the variables in its address.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        let parts = self.path.split('{').skip(1);
        parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
    }
}

/// Every route in the order of the document.
pub const fn routes() -> &'static [Route] {
    &ROUTES
}

/// The route of an operation.
pub fn route(operation: Operation) -> &'static Route {
    let found = ROUTES.iter().find(|route| route.operation == operation);
    found.expect("every operation has a route: a test walks them")
}

/// Bytes of JSON: room for the largest workflow document and its surroundings.
const JSON_BYTES: u64 = 16 << 20;
/// Bytes of one piece of an upload.
const PIECE_BYTES: u64 = 64 << 20;

const fn get(
    operation: Operation,
    path: &'static str,
    summary: &'static str,
    response: Body,
) -> Route {
    Route {
        operation,
        method: Method::Get,
        path,
        scope: Scope::Read,
        summary,
        query: None,
        request: Body::Empty,
        response,
        status: 200,
        changes_state: false,
        max_body_bytes: 0,
    }
}

const fn post(
    operation: Operation,
    path: &'static str,
    summary: &'static str,
    request: Body,
    response: Body,
) -> Route {
    Route {
        method: Method::Post,
        request,
        max_body_bytes: JSON_BYTES,
        ..get(operation, path, summary, response)
    }
}

impl Route {
    const fn query(self, query: Schema) -> Self {
        Self {
            query: Some(query),
            ..self
        }
    }

    const fn needs(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    const fn method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    const fn answers(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Changes something, with this scope.
    const fn changes(self, scope: Scope) -> Self {
        Self {
            scope,
            changes_state: true,
            ..self
        }
    }
}

use Body::{Bytes, Empty, Events, Json};
use Operation as O;

static ROUTES: [Route; 63] = [
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

/// A variable of an address with everything but plain letters, digits, `-`, `_` and `.` escaped.
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string never fails.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    // Dots alone would be resolved as folders on the way.
    match escaped.as_str() {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => escaped,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_one_route_and_every_address_one_method() {
        let operations: BTreeSet<_> = ROUTES.iter().map(|route| route.operation).collect();
        assert_eq!(operations.len(), ROUTES.len());
        let addresses: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| (route.path, route.method))
            .collect();
        assert_eq!(addresses.len(), ROUTES.len());
        for route in routes() {
            assert_eq!(super::route(route.operation).path, route.path);
            assert!(
                !route.changes_state || route.scope != Scope::Read,
                "{}",
                route.path
            );
            assert_eq!(
                route.request == Empty,
                route.max_body_bytes == 0
                    || route.path.ends_with("cancel")
                    || route.path.ends_with("resume")
                    || route.path.ends_with("revoke")
                    || route.path.ends_with("shutdown"),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn addresses_take_any_text() {
        let route = route(Operation::RunGet);
        assert_eq!(route.address(&["a b/../ü"]), "/v1/runs/a%20b%2F..%2F%C3%BC");
        assert_eq!(route.address(&[".."]), "/v1/runs/%2E%2E");
        assert_eq!(route.variables().collect::<Vec<_>>(), ["run"]);
    }
}
