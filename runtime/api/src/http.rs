//! How the contract travels: one table of routes, from which the server's router, the client, the
//! OpenAPI document and the tests are made.

mod openapi;
mod routes;
mod schemas;
mod status;
mod wire;

pub use openapi::openapi;
pub use routes::{Body, Method, Operation, Route, route, routes};
pub use schemas::{AuditQuery, Schema};
pub use status::{error_kind, status};
pub use wire::{
    CONTENT_DIGEST, CadQuery, ComparisonAnswer, FeedQuery, Health, IDEMPOTENCY_KEY, JournalQuery,
    LAST_EVENT_ID, MeshQuery, NamedFile, QueueState, ReportQuery, RerunOptions, ReviewOptions,
    RunComparison, RunProgress, SESSION_KEY, Session, Share, ShareOptions, SignInCode, StreamEvent,
    UploadQuery, UploadState, WorkflowRemoval,
};
