//! The first pictures on a new machine: the bundled still on the bundled sample, small.

use hartomat_api::{
    ApiError, Backend, DispatchRequest, ErrorKind, FileSource, SubjectSource, WorkflowSource,
};
use hartomat_app::bundled_sample;
use hartomat_schema::{ExecutionMode, RunRecord, WorkflowId};
use serde_json::Value;

/// Small enough to be there soon, large enough to be looked at.
const SETTINGS: [(&str, u32); 3] = [("width_px", 360), ("height_px", 360), ("samples", 24)];

/// Makes a picture as it is delivered by default, or the same by both sides.
pub(crate) fn dispatch(
    backend: &dyn Backend,
    data_dir: &std::path::Path,
    compares: bool,
) -> Result<RunRecord, ApiError> {
    let sample = bundled_sample(data_dir).map_err(|err| {
        ApiError::new(
            ErrorKind::Internal,
            format!("can't write the bundled sample: {err}"),
        )
    })?;
    let mut workflow = backend
        .workflow_get(&WorkflowId::literal("canonical-still"))?
        .workflow;
    for node in &mut workflow.nodes {
        if node.node_type.as_str() == "render_still" {
            let settings = SETTINGS.map(|(name, value)| (name.to_owned(), Value::from(value)));
            node.settings.extend(settings);
        }
    }
    let file = FileSource::Path(sample.to_string_lossy().into_owned());
    let mode = if compares {
        ExecutionMode::Shadow
    } else {
        ExecutionMode::Legacy
    };
    backend.dispatch(&DispatchRequest {
        mode: Some(mode),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(file),
        )
    })
}
