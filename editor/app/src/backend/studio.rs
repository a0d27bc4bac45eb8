//! What the window asks about the studio's side, and how that is answered.

use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, ImportReport, ImportRequest, OrderDetail, OrderEntry, OutputTypeDraft,
    OutputTypeEntry, RolloutStatus,
};
use hartomat_schema::{OrderId, OutputType, RolloutAction, RolloutScope};

/// A question about output types, orders and rollouts.
#[derive(Debug, Clone)]
pub enum StudioAsk {
    /// What is allowed where.
    Rollouts,
    /// Decide on a rollout.
    Decide(RolloutScope, Box<RolloutAction>),
    /// Output types.
    OutputTypes,
    /// Make an output type.
    CreateType(OutputTypeDraft),
    /// Change an output type.
    PutType(Box<OutputType>),
    /// Orders.
    Orders,
    /// An order with its lines.
    Order(OrderId),
    /// Take a list of orders in, or say what would come of it.
    Import(Box<ImportRequest>),
}

/// Something that a thread has to say about them.
#[derive(Debug, Clone)]
pub enum StudioEvent {
    /// What is allowed where.
    Rollouts(Result<Vec<RolloutStatus>, ApiError>),
    /// A decision was made, or not.
    Decided(Result<Box<RolloutStatus>, ApiError>),
    /// Output types.
    OutputTypes(Result<Vec<OutputTypeEntry>, ApiError>),
    /// An output type was made, or not.
    TypeCreated(Result<Box<OutputTypeEntry>, ApiError>),
    /// An output type was changed, or not.
    TypePut(Result<Box<OutputTypeEntry>, ApiError>),
    /// Orders.
    Orders(Result<Vec<OrderEntry>, ApiError>),
    /// An order with its lines.
    Order(OrderId, Result<Box<OrderDetail>, ApiError>),
    /// What came of a list of orders.
    Imported(Result<ImportReport, ApiError>),
}

/// Answers a question.
pub(super) fn answer(backend: Result<Arc<dyn Backend>, ApiError>, ask: StudioAsk) -> StudioEvent {
    match ask {
        StudioAsk::Rollouts => StudioEvent::Rollouts(backend.and_then(|it| it.rollout_list())),
        StudioAsk::Decide(scope, action) => {
            let decided = backend.and_then(|it| it.rollout_decide(&scope, &action));
            StudioEvent::Decided(decided.map(Box::new))
        }
        StudioAsk::OutputTypes => {
            StudioEvent::OutputTypes(backend.and_then(|it| it.output_type_list()))
        }
        StudioAsk::CreateType(draft) => {
            let made = backend.and_then(|it| it.output_type_create(&draft));
            StudioEvent::TypeCreated(made.map(Box::new))
        }
        StudioAsk::PutType(output_type) => {
            let put = backend.and_then(|it| it.output_type_put(&output_type));
            StudioEvent::TypePut(put.map(Box::new))
        }
        StudioAsk::Orders => StudioEvent::Orders(backend.and_then(|it| it.order_list())),
        StudioAsk::Order(id) => {
            let found = backend.and_then(|it| it.order_get(&id));
            StudioEvent::Order(id, found.map(Box::new))
        }
        StudioAsk::Import(request) => {
            StudioEvent::Imported(backend.and_then(|it| it.import(&request)))
        }
    }
}
