//! Dispatch freezes everything that decides the result.

use hartomat_api::ApiError;
use hartomat_api::{DispatchRequest, ErrorKind};
use hartomat_engine::effective_settings;
use hartomat_schema::{Catalogue, ExecutionMode, FrozenRun, RunId, Subject, Workflow};

use crate::host::now;

/// The most that a graph may take where nobody says otherwise.
const DEFAULT_BUDGET_SECS: u64 = 3600;
/// What each frame of a turntable adds to that.
const FRAME_BUDGET_SECS: u64 = 60;

/// The frozen run of a request whose workflow and subject are resolved.
pub(crate) fn freeze(
    request: &DispatchRequest,
    workflow: Workflow,
    subject: Subject,
    catalogue: &Catalogue,
    tools: std::collections::BTreeMap<String, String>,
) -> Result<FrozenRun, ApiError> {
    if workflow.family != subject.family() {
        let message = format!(
            "workflow `{}` is of the family `{}` and can't run on {}",
            workflow.name,
            workflow.family,
            match &subject {
                Subject::CadFile { .. } => "a CAD file",
                Subject::OrderLine(_) => "an order line",
            }
        );
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("choose a workflow of the other family"));
    }
    let (requested_mode, mode) = if request.targets.is_empty() {
        let requested = request.mode.unwrap_or(workflow.execution_mode);
        (requested, effective_mode(requested, &subject))
    } else {
        // A run on trial is the graph's alone. It delivers nothing, so no rollout has a say.
        (ExecutionMode::Graph, ExecutionMode::Graph)
    };
    let settings = effective_settings(&workflow, catalogue, &subject);
    let frames = |node: &hartomat_schema::Node| {
        let values = &settings.get(&node.id)?.values;
        let is_turntable = node.node_type.as_str() == "render_turntable";
        is_turntable.then(|| values.get("frames")?.as_u64())?
    };
    let frames: u64 = workflow.nodes.iter().filter_map(frames).sum();
    let usual = DEFAULT_BUDGET_SECS + FRAME_BUDGET_SECS.saturating_mul(frames);
    Ok(FrozenRun {
        id: RunId::new(uuid::Uuid::now_v7().to_string()).expect("a UUID is a valid id"),
        definition_hash: workflow.definition_hash(),
        catalogue_etag: catalogue.etag,
        requested_mode,
        mode,
        settings,
        tools,
        drill: request.drill.clone(),
        rerun_of: request.rerun_of.clone(),
        forced: request.forced.clone(),
        targets: request.targets.clone(),
        budget_secs: request.budget_secs.unwrap_or(usual),
        at: now(),
        workflow,
        subject,
    })
}

/// What is asked for, limited by what the output type's rollout allows.
pub(crate) fn effective_mode(requested: ExecutionMode, subject: &Subject) -> ExecutionMode {
    match subject {
        Subject::CadFile { .. } => requested,
        Subject::OrderLine(line) => requested.limited_by(line.output_type.rollout),
    }
}
