//! A request that was let in: who asks for which route with what.

use axum::http::{HeaderMap, StatusCode};
use hartomat_api::http::{IDEMPOTENCY_KEY, Route};
use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{Digest, ReviewId, RolloutScope, RunId, WorkflowId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::Refusal;
use crate::body::Pieces;
use crate::identity::Caller;

/// A request that was let in, with its body read and checked against its shape.
pub(crate) struct Call {
    pub(crate) route: &'static Route,
    pub(crate) caller: Caller,
    /// Variables of the address, unescaped.
    pub(crate) variables: Vec<String>,
    pub(crate) query: Value,
    pub(crate) headers: HeaderMap,
    /// The port that it came to.
    pub(crate) port: u16,
    pub(crate) body: Payload,
}

/// A body.
pub(crate) enum Payload {
    None,
    Json(Value),
    Bytes(Pieces),
}

impl Call {
    /// The first variable of the address.
    pub(crate) fn variable(&self) -> &str {
        self.variables.first().map_or("", String::as_str)
    }

    pub(crate) fn run(&self) -> Result<RunId, Refusal> {
        RunId::new(self.variable()).map_err(|err| unknown(&err))
    }

    pub(crate) fn review(&self) -> Result<ReviewId, Refusal> {
        ReviewId::new(self.variable()).map_err(|err| unknown(&err))
    }

    pub(crate) fn rollout(&self) -> Result<RolloutScope, Refusal> {
        self.variable().parse().map_err(|err| unknown(&err))
    }

    pub(crate) fn workflow(&self) -> Result<WorkflowId, Refusal> {
        WorkflowId::new(self.variable()).map_err(|err| unknown(&err))
    }

    pub(crate) fn digest(&self) -> Result<Digest, Refusal> {
        self.variable().parse().map_err(|err| unknown(&err))
    }

    /// What follows the `?`; its shape was checked.
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_value(self.query.clone()).map_err(|err| wrong(&err))
    }

    /// The body; its shape was checked.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T, Refusal> {
        match std::mem::replace(&mut self.body, Payload::None) {
            Payload::Json(value) => serde_json::from_value(value).map_err(|err| wrong(&err)),
            Payload::None | Payload::Bytes(_) => {
                let message = "the request's body is missing";
                Err(ApiError::new(ErrorKind::InvalidInput, message).into())
            }
        }
    }

    /// The body's bytes as they arrive.
    pub(crate) fn bytes(&mut self) -> Pieces {
        match std::mem::replace(&mut self.body, Payload::None) {
            Payload::Bytes(pieces) => pieces,
            Payload::None | Payload::Json(_) => Pieces::none(),
        }
    }

    /// The key that makes asking twice the same as asking once.
    pub(crate) fn idempotency_key(&self) -> Result<Option<String>, Refusal> {
        let Some(key) = self.headers.get(IDEMPOTENCY_KEY) else {
            return Ok(None);
        };
        let is_plain = |byte: &u8| byte.is_ascii_graphic();
        let bytes = key.as_bytes();
        match (1..=128).contains(&bytes.len()) && bytes.iter().all(is_plain) {
            true => Ok(Some(String::from_utf8_lossy(bytes).into_owned())),
            false => {
                let message =
                    format!("`{IDEMPOTENCY_KEY}` has 1 to 128 printable ASCII characters");
                Err(Refusal::new(StatusCode::BAD_REQUEST, message))
            }
        }
    }
}

/// What can't be an id names nothing.
fn unknown(err: &dyn std::error::Error) -> Refusal {
    ApiError::from_source(ErrorKind::NotFound, err).into()
}

fn wrong(err: &serde_json::Error) -> Refusal {
    ApiError::from_source(ErrorKind::InvalidInput, err).into()
}
