//! Golden cases.

use hartomat_api::{ApiError, Backend as _, ErrorKind, GoldenRequest};
use hartomat_schema::GoldenCase;

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

pub(super) fn list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.golden_case_list()?)
}

pub(super) fn put(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let case: GoldenCase = call.json()?;
    if case.id.as_str() != call.variable() {
        let message = "the address names another case than the body";
        return Err(ApiError::new(ErrorKind::InvalidInput, message).into());
    }
    server.studio.golden_case_put(&case)?;
    Ok(Answer::empty())
}

pub(super) fn dispatch(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request: GoldenRequest = call.json()?;
    Answer::json(&server.studio.golden_dispatch(&request)?)
}

pub(super) fn report(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.golden_report(&call.workflow()?)?)
}
