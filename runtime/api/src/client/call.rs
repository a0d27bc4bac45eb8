//! A request to a route, and asking it again until it is answered.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, Request, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::{Answer, Failure, lost};
use super::connection::HttpClient;
use super::retries::Retries;
use crate::http::{Method, Operation, Route, route};
use crate::{ApiError, ErrorKind};

/// The largest JSON answer.
const MAX_JSON_BYTES: u64 = 256 << 20;

/// A request to a route.
pub(super) struct Call {
    route: &'static Route,
    requests: Client,
    request: Request,
    /// The most bytes of the answer.
    limit: u64,
    /// Whether it is asked again although it may have been done.
    is_repeatable: bool,
}

/// What became of a request.
pub(super) struct Outcome {
    pub(super) answer: Result<Answer, ApiError>,
    /// Whether an earlier attempt, whose answer was lost, may have done what was asked.
    pub(super) in_doubt: bool,
}

impl Call {
    /// Something that follows the `?`.
    pub(super) fn query(mut self, query: &impl Serialize) -> Result<Self, ApiError> {
        let builder = RequestBuilder::from_parts(self.requests.clone(), self.request);
        self.request = builder
            .query(query)
            .build()
            .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err.without_url()))?;
        Ok(self)
    }

    /// A body of JSON.
    pub(super) fn json(self, body: &impl Serialize) -> Result<Self, ApiError> {
        let bytes = serde_json::to_vec(body)
            .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
        self.body(bytes.into(), "application/json")
    }

    /// A body of this media type.
    pub(super) fn body(mut self, bytes: Bytes, media_type: &'static str) -> Result<Self, ApiError> {
        if bytes.len() as u64 > self.route.max_body_bytes {
            let most = self.route.max_body_bytes >> 20;
            let message = format!("a request is larger than the {most} MB that a server takes");
            return Err(ApiError::new(ErrorKind::TooLarge, message));
        }
        *self.request.body_mut() = Some(bytes.into());
        Ok(self.header(CONTENT_TYPE.as_str(), HeaderValue::from_static(media_type)))
    }

    /// A header; the name is in lower case.
    pub(super) fn header(mut self, name: &'static str, value: HeaderValue) -> Self {
        let name = HeaderName::from_static(name);
        self.request.headers_mut().insert(name, value);
        self
    }

    /// The longest wait for the whole answer; none where it is a stream.
    pub(super) fn timeout(mut self, longest: Option<Duration>) -> Self {
        *self.request.timeout_mut() = longest;
        self
    }

    /// The most bytes of the answer.
    pub(super) const fn limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// Is not asked again once it may have been done, as it would be done twice.
    pub(super) const fn at_most_once(mut self) -> Self {
        self.is_repeatable = false;
        self
    }

    /// Asks once, and leaves the body to be read.
    pub(super) async fn open(&self) -> Result<Response, Failure> {
        let request = self.request.try_clone();
        let request = request.expect("bodies are bytes, which can be sent again");
        let answered = self.requests.execute(request).await;
        answered.map_err(|err| lost(&err))
    }
}

impl HttpClient {
    /// A request to a route with the variables of its address.
    pub(super) fn call(&self, operation: Operation, variables: &[&str]) -> Result<Call, ApiError> {
        let route = route(operation);
        let address = route.address(variables);
        let mut url = self.url.clone();
        url.set_path(&address);
        if url.path() != address {
            // Dots alone are taken for folders on the way, however they are escaped.
            let message = format!("nothing can have the id `{}`", variables.join("/"));
            return Err(ApiError::new(ErrorKind::NotFound, message));
        }
        let call = Call {
            route,
            requests: self.requests.clone(),
            request: Request::new(method(route.method), url),
            limit: MAX_JSON_BYTES,
            is_repeatable: true,
        };
        Ok(call.timeout(Some(self.options.answer_timeout)))
    }

    /// Asks until there is an answer or no time left. Asking again is safe: reads are by nature, dispatches
    /// by their key, and others because callers look at what an [`Outcome::in_doubt`] led to. What would
    /// be done twice is [`Call::at_most_once`]; then the error says that it may have been done.
    pub(super) fn exchange(&self, call: &Call) -> Outcome {
        let mut retries = Retries::within(self.options.retry_budget);
        let mut in_doubt = false;
        loop {
            let failure = match self.ask_once(call) {
                Ok(answer) => {
                    return Outcome {
                        answer: Ok(answer),
                        in_doubt,
                    };
                }
                Err(failure) => failure,
            };
            let is_unsure = !call.is_repeatable && failure.may_be_done();
            let wait = match failure {
                Failure::Lost { .. } | Failure::Later { .. } if !is_unsure => {
                    retries.failed(failure.wait())
                }
                _ => None,
            };
            let Some(wait) = wait else {
                let mut error = failure.into_error(&self.address);
                if is_unsure {
                    // Where nobody can be reached, nothing was begun.
                    error.kind = ErrorKind::Internal;
                    error =
                        error.hint("it may have been done all the same: look before you ask again");
                }
                let answer = Err(error);
                return Outcome { answer, in_doubt };
            };
            in_doubt |= failure.may_be_done();
            std::thread::sleep(wait);
        }
    }

    /// Asks until there is an answer or no time left, and reads its JSON.
    pub(super) fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ApiError> {
        self.exchange(call).answer?.json(&self.address)
    }

    /// Asks a route without variables for JSON.
    pub(super) fn fetch<T: DeserializeOwned>(&self, operation: Operation) -> Result<T, ApiError> {
        self.ask(&self.call(operation, &[])?)
    }

    /// Asks once.
    pub(super) fn ask_once(&self, call: &Call) -> Result<Answer, Failure> {
        self.background.wait(async {
            let response = call.open().await?;
            Answer::read(response, call.limit).await
        })
    }
}

const fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}
