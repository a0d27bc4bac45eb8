//! The server itself: health, figures, the document, the audit list, its end.

use hartomat_api::http::{AuditQuery, Health};
use hartomat_api::{ApiError, Backend as _, BackendKind, ErrorKind};

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

pub(super) fn health(server: &Server) -> Result<Answer, Refusal> {
    let status = if server.is_stopping() {
        "draining"
    } else {
        "ok"
    };
    Answer::json(&Health {
        status: status.to_owned(),
    })
}

pub(super) fn info(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.info()?)
}

pub(super) fn metrics(server: &Server) -> Answer {
    let text = server
        .metrics
        .text(&server.studio.counts(), server.event_clients());
    Answer::bytes(text)
}

pub(super) fn openapi(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(server.shapes.document())
}

pub(super) fn audit_list(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: AuditQuery = call.query()?;
    Answer::json(&server.studio.audit_list(&query)?)
}

pub(super) fn shut_down(server: &Server) -> Result<Answer, Refusal> {
    if server.kind != BackendKind::Agent {
        let message = "a team's server is stopped on its own machine";
        return Err(ApiError::new(ErrorKind::Forbidden, message).into());
    }
    server.stop();
    Ok(Answer::empty())
}
