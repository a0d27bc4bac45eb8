//! Output types, orders, and what is told to people.

use hartomat_api::{
    ApiError, Backend as _, CalibrationRequest, DispatchRequest, ErrorKind, ImportRequest,
    OutputTypeDraft,
};
use hartomat_schema::{OrderId, OutputType, OutputTypeId};

use super::runs::stored;
use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::server::Server;

pub(super) fn output_type_list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.output_type_list()?)
}

pub(super) fn output_type_create(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let draft: OutputTypeDraft = call.json()?;
    Answer::json(&server.studio.output_type_create(&draft)?)
}

pub(super) fn output_type_put(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let output_type: OutputType = call.json()?;
    if output_type.id.as_str() != call.variable() {
        let message = "the address names another output type than the body";
        return Err(ApiError::new(ErrorKind::InvalidInput, message).into());
    }
    Answer::json(&server.studio.output_type_put(&output_type)?)
}

pub(super) fn calibrate(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request: CalibrationRequest = call.json()?;
    let unknown = |err| ApiError::from_source(ErrorKind::NotFound, &err);
    let id = OutputTypeId::new(call.variable()).map_err(unknown)?;
    Answer::json(&server.studio.calibrate(&id, &request)?)
}

pub(super) fn resolve(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request: DispatchRequest = call.json()?;
    if let Some(file) = request.subject.file() {
        stored(file)?;
    }
    Answer::json(&server.studio.resolve(&request)?)
}

pub(super) fn product_list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.product_list()?)
}

pub(super) fn list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.order_list()?)
}

pub(super) fn get(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let unknown = |err| ApiError::from_source(ErrorKind::NotFound, &err);
    let id = OrderId::new(call.variable()).map_err(unknown)?;
    Answer::json(&server.studio.order_get(&id)?)
}

pub(super) fn import(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request: ImportRequest = call.json()?;
    Answer::json(&server.studio.import(&request)?)
}

pub(super) fn notification_list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.notification_list()?)
}
