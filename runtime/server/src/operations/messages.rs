//! Messages to targets outside of the studio.

use hartomat_api::{ApiError, Backend as _, ErrorKind};
use hartomat_schema::MessageId;

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

pub(super) fn target_list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.notification_target_list()?)
}

pub(super) fn list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.message_list()?)
}

pub(super) fn retry(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let unknown = |err| ApiError::from_source(ErrorKind::NotFound, &err);
    let id = MessageId::new(call.variable()).map_err(unknown)?;
    Answer::json(&server.studio.message_retry(&id)?)
}
