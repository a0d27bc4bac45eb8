//! Rollouts: how they stand, and decisions about them.

use hartomat_api::{Backend as _, SimulationRequest};
use hartomat_app::Studio;
use hartomat_schema::RolloutAction;

use crate::answer::{Answer, Refusal};
use crate::call::{Call, Payload};
use crate::server::Server;

pub(super) fn list(server: &Server) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.rollout_list()?)
}

pub(super) fn get(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    Answer::json(&server.studio.rollout_get(&call.rollout()?)?)
}

pub(super) fn decide(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let action: RolloutAction = call.json()?;
    let scope = call.rollout()?;
    let person = call.caller.person.clone();
    Answer::json(&server.studio.rollout_decide_as(&person, &scope, &action)?)
}

pub(super) fn simulate(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let request: SimulationRequest = call.json()?;
    Answer::json(&server.studio.rollout_simulate(&call.rollout()?, &request)?)
}

pub(super) fn is_rollback(call: &Call) -> bool {
    matches!(action(call), Some(RolloutAction::RollBack { .. }))
}

pub(super) fn sentence(call: &Call) -> Option<String> {
    let action = action(call)?;
    let scope = call.rollout().ok()?;
    Some(Studio::rollout_sentence(
        &call.caller.person,
        &scope,
        &action,
    ))
}

/// What is asked for, before it is done.
fn action(call: &Call) -> Option<RolloutAction> {
    match &call.body {
        Payload::Json(body) => serde_json::from_value(body.clone()).ok(),
        _ => None,
    }
}
