//! What goes back to a client, and how errors look there.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use hartomat_api::http::{Body as Shape, CONTENT_DIGEST, Route, status};
use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::Digest;
use serde::Serialize;

/// Seconds after which a client may try again what was too much now.
const RETRY_AFTER_SECS: u32 = 1;

/// An error with the status that it goes out with.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) error: ApiError,
    pub(crate) retry_after_secs: Option<u32>,
}

impl Refusal {
    /// A refusal with a status that its kind alone doesn't lead to.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let kind = hartomat_api::http::error_kind(status.as_u16());
        Self {
            status,
            error: ApiError::new(kind, message),
            retry_after_secs: None,
        }
    }

    /// The same with a hint.
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.error = self.error.hint(hint);
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let bytes = serde_json::to_vec(&self.error).unwrap_or_default();
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after_secs {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let is_passing = matches!(error.kind, ErrorKind::Busy | ErrorKind::Unreachable);
        Self {
            status: StatusCode::from_u16(status(error.kind))
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            retry_after_secs: is_passing.then_some(RETRY_AFTER_SECS),
            error,
        }
    }
}

/// An answer to a request that was fine.
pub(crate) struct Answer {
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: Body,
}

impl Answer {
    /// Nothing to say.
    pub(crate) fn empty() -> Self {
        Self {
            status: None,
            headers: HeaderMap::new(),
            body: Body::empty(),
        }
    }

    pub(crate) fn json(value: &impl Serialize) -> Result<Self, Refusal> {
        let bytes = serde_json::to_vec(value)
            .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        Ok(Self::bytes(bytes))
    }

    pub(crate) fn bytes(bytes: impl Into<Body>) -> Self {
        Self {
            body: bytes.into(),
            ..Self::empty()
        }
    }

    #[must_use]
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }

    /// Says what the answer is a version of.
    #[must_use]
    pub(crate) fn with_etag(mut self, etag: &Digest) -> Self {
        if let Ok(value) = HeaderValue::from_str(&format!("\"{etag}\"")) {
            self.headers.insert(ETAG, value);
        }
        self
    }

    /// Gives a browser a cookie, or takes it away.
    #[must_use]
    pub(crate) fn with_cookie(mut self, cookie: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.headers.insert(SET_COOKIE, value);
        }
        self
    }

    /// Bytes of a file, to be saved and never shown as a page.
    pub(crate) fn file(body: Body, digest: &Digest, bytes: u64) -> Self {
        let mut answer = Self::bytes(body).with_etag(digest);
        let headers = &mut answer.headers;
        headers.insert(CONTENT_LENGTH, bytes.into());
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
        if let Ok(value) = HeaderValue::from_str(&digest.to_string()) {
            headers.insert(CONTENT_DIGEST, value);
        }
        answer
    }

    /// Says which bytes of a file these are.
    #[must_use]
    pub(crate) fn with_range(mut self, first: u64, last: u64, total: u64) -> Self {
        if let Ok(value) = HeaderValue::from_str(&format!("bytes {first}-{last}/{total}")) {
            self.headers.insert(CONTENT_RANGE, value);
        }
        self.with_status(StatusCode::PARTIAL_CONTENT)
    }

    pub(crate) fn into_response(self, route: &Route) -> Response<Body> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self
            .status
            .or_else(|| StatusCode::from_u16(route.status).ok())
            .unwrap_or_default();
        *response.headers_mut() = self.headers;
        let media_type = match route.response {
            Shape::Empty => None,
            Shape::Json(_) => Some("application/json"),
            Shape::Bytes(media_type) => Some(media_type),
            Shape::Events => Some("text/event-stream"),
        };
        if let Some(media_type) = media_type {
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        response
    }
}

/// What every answer says to browsers: keep nothing, guess nothing, run nothing, show nothing of it in
/// pages of others, and tell nobody where they come from. A page says itself what it may run.
pub(crate) fn harden(response: &mut Response<Body>) {
    let said = [
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    let always = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    let headers = response.headers_mut();
    for (name, value) in said {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
