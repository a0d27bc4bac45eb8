//! The contract between the runtime and everyone who uses it: one trait, requests and responses, and
//! how they travel over HTTP.

mod agent;
mod backend;
mod blend_templates;
mod client;
mod cursor;
mod error;
pub mod http;
mod known_servers;
mod library;
mod observer;
mod orders;
mod report;
mod request;
mod response;

pub use agent::AgentAddress;
pub use backend::{Backend, TransferProgress};
pub use blend_templates::BlendTemplateEntry;
pub use client::{AccessToken, HttpClient, HttpOptions};
pub use cursor::{InvalidLogCursor, LogCursor};
pub use error::{ApiError, ErrorKind, WorkflowConflict};
pub use known_servers::{AGENT, KnownServer, KnownServers, TokenPlace};
pub use library::{LibraryDocument, read_library, write_migrated};
pub use observer::{FeedObserver, Link, RunObserver};
pub use orders::{
    CalibrationRequest, DispatchResolution, GoldenReport, GoldenRequest, ImportFormat,
    ImportOutcome, ImportReport, ImportRequest, ImportRow, OrderDetail, OrderEntry,
    OrderLineDetail, OutputTypeDraft, OutputTypeEntry,
};
pub use report::{Report, ReportFormat, ReportedRun, UnknownReportFormat};
pub use request::{
    CompareRequest, DispatchRequest, FileSource, LogQuery, RerunDefinition, RerunRequest,
    RerunScope, ReviewQuery, ReviewRequest, RunQuery, SimulationRequest, SubjectSource,
    WorkflowSave, WorkflowSource,
};
pub use response::{
    BackendInfo, BackendKind, CadReport, CheckReport, ComparedFiles, DryRun, EventPage, FeedPage,
    LogPage, NodeDecision, NodeDecisionKind, OrderLineEntry, ReviewPage, RolloutStatus, RunDetail,
    RunPage, SavedWorkflow, WorkflowSummary,
};
