//! The contract between the runtime and everyone who uses it: one trait, requests and responses.

mod backend;
mod error;
mod request;
mod response;

pub use backend::{Backend, RunObserver};
pub use error::{ApiError, ErrorKind};
pub use request::{
    CompareRequest, DispatchRequest, LogQuery, RerunRequest, RunQuery, SubjectSource,
    WorkflowSource,
};
pub use response::{
    CadReport, CheckReport, ComparedFiles, DryRun, NodeDecision, NodeDecisionKind, RunDetail,
};
