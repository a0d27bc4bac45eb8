//! What authors need: the catalogue, the libraries, workflows and their checks.

use axum::http::StatusCode;
use hartomat_api::http::WorkflowRemoval;
use hartomat_api::{ApiError, Backend as _, ErrorKind, WorkflowSave};
use hartomat_schema::Workflow;
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

pub(super) fn node_definitions(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let catalogue = server.studio.catalogue()?;
    let etag: Option<ETag> = format!("\"{}\"", catalogue.etag).parse().ok();
    let seen = call.headers.typed_get::<IfNoneMatch>();
    let is_seen = seen
        .zip(etag)
        .is_some_and(|(seen, etag)| !seen.precondition_passes(&etag));
    let answer = match is_seen {
        true => Answer::empty().with_status(StatusCode::NOT_MODIFIED),
        false => Answer::json(&catalogue)?,
    };
    Ok(answer.with_etag(&catalogue.etag))
}

pub(super) fn materials(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.material_list()?)
}

pub(super) fn material_swatch(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let png = server.studio.material_swatch(call.variable())?;
    Ok(Answer::bytes(png))
}

pub(super) fn studio_scenes(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.studio_scene_list()?)
}

pub(super) fn blend_templates(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.blend_template_list()?)
}

pub(super) fn templates(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.template_list()?)
}

pub(super) fn order_lines(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.order_line_list()?)
}

pub(super) fn list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.workflow_list()?)
}

pub(super) fn get(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.workflow_get(&call.workflow()?)?)
}

pub(super) fn put(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let id = call.workflow()?;
    let save: WorkflowSave = call.json()?;
    if save.workflow.id != id {
        let message = format!(
            "the address says `{id}`, the document `{}`",
            save.workflow.id
        );
        return Err(ApiError::new(ErrorKind::InvalidInput, message).into());
    }
    Answer::json(&server.studio.workflow_put(&save)?)
}

pub(super) fn remove(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let removal: WorkflowRemoval = call.query()?;
    server
        .studio
        .workflow_remove(&call.workflow()?, removal.revision)?;
    Ok(Answer::empty())
}

pub(super) fn validate(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let workflow: Workflow = call.json()?;
    Answer::json(&server.studio.validate(&workflow)?)
}
