//! Reviews: added, listed, taken back; and the sentences that the audit list has of them.

use hartomat_api::http::ReviewOptions;
use hartomat_api::{Backend as _, ReviewQuery, ReviewRequest};
use hartomat_app::Studio;
use hartomat_schema::ReviewId;

use crate::answer::{Answer, Refusal};
use crate::call::{Call, Payload};
use crate::server::Server;

pub(super) fn add(server: &Server, call: &mut Call) -> Result<Answer, Refusal> {
    let options: ReviewOptions = call.json()?;
    let request = options.for_run(call.run()?);
    let review = server.studio.review_add_as(&call.caller.person, &request)?;
    Answer::json(&review)
}

pub(super) fn list(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let query: ReviewQuery = call.query()?;
    Answer::json(&server.studio.review_list(&query)?)
}

pub(super) fn revoke(server: &Server, call: &Call) -> Result<Answer, Refusal> {
    let id: ReviewId = call.review()?;
    Answer::json(&server.studio.review_revoke_as(&call.caller.person, &id)?)
}

pub(super) fn sentence_of_addition(studio: &Studio, call: &Call) -> Option<String> {
    let Payload::Json(body) = &call.body else {
        return None;
    };
    let options: ReviewOptions = serde_json::from_value(body.clone()).ok()?;
    let request: ReviewRequest = options.for_run(call.run().ok()?);
    Some(studio.review_sentence(&call.caller.person, &request))
}

pub(super) fn sentence_of_revocation(studio: &Studio, call: &Call) -> Option<String> {
    let id = call.review().ok()?;
    Some(studio.revocation_sentence(&call.caller.person, &id))
}
