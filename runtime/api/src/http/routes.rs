//! Every route, once. A route that isn't here doesn't exist; one that is here has a handler, a
//! scope, limits, a place in the OpenAPI document, and is walked by the tests.

mod table;

use hartomat_schema::Scope;

use super::schemas::Schema;
use table::ROUTES;

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
    SessionStart,
    SessionGet,
    SessionEnd,
    SignInCode,
    NodeDefinitions,
    Materials,
    MaterialSwatch,
    StudioScenes,
    BlendTemplates,
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
    Calibrate,
    NotificationList,
    NotificationTargetList,
    MessageList,
    MessageRetry,
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
    QueuePut,
    RunCancel,
    RunResume,
    RunRerun,
    RunReport,
    RunComparison,
    ShareCreate,
    ShareKeyRotate,
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
                route.request == Body::Empty,
                route.max_body_bytes == 0
                    || route.path.ends_with("cancel")
                    || route.path.ends_with("resume")
                    || route.path.ends_with("retry")
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
