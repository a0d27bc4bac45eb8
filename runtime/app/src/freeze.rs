//! Dispatch freezes everything that decides the result.

use hartomat_api::ApiError;
use hartomat_api::{DispatchRequest, ErrorKind};
use hartomat_engine::effective_settings;
use hartomat_schema::{
    Catalogue, ExecutionMode, FrozenRun, ModeRequest, ModeResolution, Rollout, RunId, Subject,
    Workflow, resolve_mode,
};

use crate::host::now;

/// The most that a graph may take where nobody says otherwise.
const DEFAULT_BUDGET_SECS: u64 = 3600;
/// What each frame of a turntable adds to that.
const FRAME_BUDGET_SECS: u64 = 60;

/// What a run is of, and what it is allowed.
pub(crate) struct Resolved {
    pub(crate) workflow: Workflow,
    pub(crate) subject: Subject,
    pub(crate) rollouts: Vec<Rollout>,
}

/// The frozen run of a request whose workflow and subject are resolved.
pub(crate) fn freeze(
    request: &DispatchRequest,
    resolved: Resolved,
    catalogue: &Catalogue,
    tools: std::collections::BTreeMap<String, String>,
) -> Result<FrozenRun, ApiError> {
    let Resolved {
        workflow,
        subject,
        rollouts,
    } = resolved;
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
    let id = RunId::new(uuid::Uuid::now_v7().to_string()).expect("a UUID is a valid id");
    let requested_mode = requested_mode(request, &workflow);
    let resolution = resolution(request, &workflow, &rollouts, Some(&id));
    let settings = effective_settings(&workflow, catalogue, &subject);
    let frames = |node: &hartomat_schema::Node| {
        let values = &settings.get(&node.id)?.values;
        let is_turntable = node.node_type.as_str() == "render_turntable";
        is_turntable.then(|| values.get("frames")?.as_u64())?
    };
    let frames: u64 = workflow.nodes.iter().filter_map(frames).sum();
    let usual = DEFAULT_BUDGET_SECS + FRAME_BUDGET_SECS.saturating_mul(frames);
    Ok(FrozenRun {
        id,
        definition_hash: workflow.definition_hash(),
        catalogue_etag: catalogue.etag,
        requested_mode,
        mode: resolution.mode,
        mode_limits: resolution.limits,
        settings,
        tools,
        drill: request.drill.clone(),
        golden: None,
        rerun_of: request.rerun_of.clone(),
        forced: request.forced.clone(),
        targets: request.targets.clone(),
        budget_secs: request.budget_secs.unwrap_or(usual),
        at: now(),
        workflow,
        subject,
    })
}

/// The mode that a request asks for. A run on trial is the graph's alone.
fn requested_mode(request: &DispatchRequest, workflow: &Workflow) -> ExecutionMode {
    match request.targets.is_empty() {
        true => request.mode.unwrap_or(workflow.execution_mode),
        false => ExecutionMode::Graph,
    }
}

/// How the mode of a request comes about. A share of dispatches is drawn by the run's id.
pub(crate) fn resolution(
    request: &DispatchRequest,
    workflow: &Workflow,
    rollouts: &[Rollout],
    run: Option<&RunId>,
) -> ModeResolution {
    let mode = requested_mode(request, workflow);
    if !request.targets.is_empty() {
        // It delivers nothing, so no rollout has a say.
        return ModeResolution {
            mode,
            limits: Vec::new(),
        };
    }
    let by = match request.mode {
        Some(_) => "the request".to_owned(),
        None => format!("workflow `{}`", workflow.name),
    };
    let asked = ModeRequest {
        mode,
        by: &by,
        definition_hash: workflow.definition_hash(),
        run,
        at: now(),
    };
    resolve_mode(&asked, rollouts)
}
