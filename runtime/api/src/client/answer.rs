//! What came back, or why nothing did.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;

use super::retries::retry_after;
use crate::http::error_kind;
use crate::{ApiError, ErrorKind};

/// The largest body of an error.
const MAX_ERROR_BYTES: u64 = 4 << 20;

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why there is no good answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nothing came back, or only a part of it.
    Lost {
        /// What happened, for people.
        why: String,
        /// Whether the server may have done what was asked.
        may_be_done: bool,
    },
    /// The server can't now; later it may.
    Later {
        /// What it said.
        error: ApiError,
        /// How long it asked to wait.
        wait: Option<Duration>,
        /// Whether the server may have done what was asked.
        may_be_done: bool,
    },
    /// Asking again would change nothing.
    Refused(ApiError),
}

impl Failure {
    /// What happened, in a line.
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Lost { why, .. } => why,
            Self::Later { error, .. } | Self::Refused(error) => &error.message,
        }
    }

    /// How long the server asked to wait.
    pub(super) const fn wait(&self) -> Option<Duration> {
        match self {
            Self::Later { wait, .. } => *wait,
            Self::Lost { .. } | Self::Refused(_) => None,
        }
    }

    /// Whether the server may have done what was asked.
    pub(super) const fn may_be_done(&self) -> bool {
        match self {
            Self::Lost { may_be_done, .. } | Self::Later { may_be_done, .. } => *may_be_done,
            Self::Refused(_) => false,
        }
    }

    /// The error that callers get when there is no time left.
    pub(super) fn into_error(self, address: &str) -> ApiError {
        match self {
            Self::Lost { why, .. } => ApiError::new(
                ErrorKind::Unreachable,
                format!("no answer from {address}: {why}"),
            )
            .hint(format!(
                "see whether the server at {address} runs and can be reached from here"
            )),
            Self::Later { error, .. } if error.kind == ErrorKind::Unreachable => {
                error.hint(format!("try again later; the server is {address}"))
            }
            Self::Later { error, .. } | Self::Refused(error) => error,
        }
    }
}

impl Answer {
    /// Reads an answer with at most so many bytes; an error of the server's is a [`Failure`].
    pub(super) async fn read(response: Response, limit: u64) -> Result<Self, Failure> {
        let (status, headers) = (response.status(), response.headers().clone());
        let is_good = status.is_success() || status == StatusCode::NOT_MODIFIED;
        let limit = if is_good { limit } else { MAX_ERROR_BYTES };
        let body = read_body(response, limit).await;
        if !is_good {
            // A status says enough where its body is lost.
            return Err(refusal(status, &headers, &body.unwrap_or_default()));
        }
        Ok(Self {
            status,
            headers,
            body: body?,
        })
    }

    /// The answer's JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, address: &str) -> Result<T, ApiError> {
        if !has_type(&self.headers, "application/json") {
            return Err(stranger(address));
        }
        serde_json::from_slice(&self.body).map_err(|err| {
            let message = format!("the answer of {address} can't be read: {err}");
            ApiError::new(ErrorKind::Internal, message)
                .hint("use the same version here and on the server")
        })
    }
}

/// Whether an answer is of this media type.
pub(super) fn has_type(headers: &HeaderMap, media_type: &str) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
}

/// Something answers that is no server of ours, such as a sign-in page on the way.
pub(super) fn stranger(address: &str) -> ApiError {
    let message = format!("what answers at {address} is no server of HartOMat Studio");
    ApiError::new(ErrorKind::Unreachable, message).hint("check the address and its port")
}

/// What a status other than success amounts to.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    if status.is_redirection() {
        let message = "the server sends us to another address, which is not followed";
        let error = ApiError::new(ErrorKind::Unreachable, message)
            .hint("name the server's own address, with http:// or https:// as it wants it");
        return Failure::Refused(error);
    }
    let error = serde_json::from_slice(body).unwrap_or_else(|_not_ours| {
        let message = format!("the server answers {status} and doesn't say why");
        ApiError::new(error_kind(status.as_u16()), message)
    });
    match status.as_u16() {
        // A gateway doesn't know what became of it.
        408 | 502 | 504 => Failure::Later {
            error,
            wait: retry_after(headers),
            may_be_done: true,
        },
        429 | 503 => Failure::Later {
            error,
            wait: retry_after(headers),
            may_be_done: false,
        },
        _ => Failure::Refused(error),
    }
}

async fn read_body(mut response: Response, limit: u64) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let message = format!("the answer is larger than {} MB", limit >> 20);
        Failure::Refused(ApiError::new(ErrorKind::TooLarge, message))
    };
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = next_chunk(&mut response).await? {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The next bytes of a body; none after the last.
pub(super) async fn next_chunk(response: &mut Response) -> Result<Option<Bytes>, Failure> {
    response.chunk().await.map_err(|err| lost(&err))
}

/// What an error of the transport amounts to.
pub(super) fn lost(err: &reqwest::Error) -> Failure {
    if let Some(err) = certificate_error(err) {
        let message = format!("the server's certificate is not trusted: {err}");
        let error = ApiError::new(ErrorKind::Unreachable, message)
            .hint("name the root certificate that signed it, if it is your studio's own");
        return Failure::Refused(error);
    }
    let cause = deepest(err);
    let why = if err.is_timeout() {
        "it took too long".to_owned()
    } else if err.is_connect() {
        format!("can't connect: {cause}")
    } else {
        format!("the link broke: {cause}")
    };
    Failure::Lost {
        why,
        may_be_done: !err.is_connect(),
    }
}

/// The first cause. Outer errors name the address once more and nothing else.
fn deepest(err: &reqwest::Error) -> String {
    let mut cause: &dyn Error = err;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// What TLS says against the server's certificate. It lies within errors of input and output, which
/// don't name what they wrap as their source.
fn certificate_error<'a>(err: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls @ rustls::Error::InvalidCertificate(_)) = err.downcast_ref() {
        return Some(tls);
    }
    let wrapped = err.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    let wrapped = wrapped.and_then(|err| certificate_error(err));
    wrapped.or_else(|| certificate_error(err.source()?))
}
