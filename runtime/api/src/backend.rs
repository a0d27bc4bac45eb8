//! The one contract: what a runtime can do, in this process or on another machine.

use std::sync::Arc;

use hartomat_schema::{
    Catalogue, Diagnostic, LogLine, NodeId, RunEvent, RunId, RunRecord, Side, Workflow, WorkflowId,
};

use crate::{
    ApiError, CadReport, CheckReport, CompareRequest, ComparedFiles, DispatchRequest, DryRun,
    LogQuery, RerunRequest, RunDetail, RunQuery,
};

/// Hears what happens in a run while it is under way. Called from many threads.
pub trait RunObserver: Send + Sync {
    /// The run has its id and its nodes.
    fn dispatched(&self, _record: &RunRecord) {}
    /// An event was journalled.
    fn event(&self, _event: &RunEvent) {}
    /// A line was logged.
    fn log(&self, _line: &LogLine) {}
    /// A node, or the control where there is none, has come so far: 0 to 1.
    fn progress(&self, _side: Side, _node: Option<&NodeId>, _share: f64, _message: &str) {}
}

/// Hears nothing.
impl RunObserver for () {}

/// The runtime as its users see it.
pub trait Backend: Send + Sync {
    /// Every node definition.
    fn catalogue(&self) -> Catalogue;

    /// Saved and bundled workflows.
    fn workflow_list(&self) -> Result<Vec<Workflow>, ApiError>;

    /// A saved or bundled workflow.
    fn workflow_get(&self, id: &WorkflowId) -> Result<Workflow, ApiError>;

    /// Structure and contract of a document.
    fn validate(&self, workflow: &Workflow) -> Vec<Diagnostic>;

    /// Structure, contract, environment and data of a run, without making it.
    fn preflight(&self, request: &DispatchRequest) -> Result<CheckReport, ApiError>;

    /// A preflight, and what would run, what would be reused, what would come out.
    fn dry_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError>;

    /// Makes a run and waits for its end.
    fn dispatch(
        &self,
        request: &DispatchRequest,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError>;

    /// Lets an interrupted run go on under its own id.
    fn resume(&self, run: &RunId, observer: Arc<dyn RunObserver>) -> Result<RunDetail, ApiError>;

    /// Makes a run again.
    fn rerun(
        &self,
        request: &RerunRequest,
        observer: Arc<dyn RunObserver>,
    ) -> Result<RunDetail, ApiError>;

    /// Runs, newest first.
    fn run_list(&self, query: &RunQuery) -> Result<Vec<RunRecord>, ApiError>;

    /// A run with all that is known of it.
    fn run_get(&self, run: &RunId) -> Result<RunDetail, ApiError>;

    /// A run's log.
    fn run_logs(&self, run: &RunId, query: &LogQuery) -> Result<Vec<LogLine>, ApiError>;

    /// Asks a run to stop, in whichever process it is.
    fn run_cancel(&self, run: &RunId) -> Result<(), ApiError>;

    /// Compares two files.
    fn compare(&self, request: &CompareRequest) -> Result<ComparedFiles, ApiError>;

    /// What is in a CAD file.
    fn cad_info(&self, path: &str, mass_properties: bool) -> Result<CadReport, ApiError>;

    /// A CAD file as GLB.
    fn cad_glb(&self, path: &str) -> Result<Vec<u8>, ApiError>;

    /// A CAD file as binary STL, in high or low quality.
    fn cad_stl(&self, path: &str, high_quality: bool) -> Result<Vec<u8>, ApiError>;
}
