//! Bodies of requests: bounded, and given up when nothing more arrives.

use std::io::{self, Read};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::{Buf as _, Bytes};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

use crate::answer::Refusal;

/// The longest that a JSON body may take to arrive.
const JSON_TIME: Duration = Duration::from_secs(60);
/// The longest that nothing of a body may arrive.
const SILENCE: Duration = Duration::from_secs(15);
/// The longest that a body may take to arrive; clients send pieces that take less.
const WHOLE: Duration = Duration::from_secs(90);
/// Pieces that wait for a slow disk.
const WAITING_PIECES: usize = 4;

/// Refuses a body that says it is too large, before any of it is read.
pub(crate) fn check_length(body: &Body, most: u64) -> Result<(), Refusal> {
    match body.size_hint().lower() > most {
        true => Err(too_large(most)),
        false => Ok(()),
    }
}

/// Reads a whole JSON body; it is not parsed yet.
pub(crate) async fn read_whole(
    headers: &HeaderMap,
    body: Body,
    most: u64,
) -> Result<Bytes, Refusal> {
    if !is_json(headers) {
        let message = "the request's body is not JSON";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
            .hint("send `content-type: application/json`"));
    }
    let limited = Limited::new(body, usize::try_from(most).unwrap_or(usize::MAX));
    let collected = timeout(JSON_TIME, limited.collect())
        .await
        .map_err(|_elapsed| too_slow())?
        .map_err(|err| match err.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(most),
            None => broken_off(),
        })?;
    Ok(collected.to_bytes())
}

/// The JSON of a body.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|err| {
        let message = format!("the body is no JSON: {err}");
        Refusal::new(StatusCode::BAD_REQUEST, message)
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

/// Bytes as they arrive, for a thread that may block.
pub(crate) struct Pieces {
    receiver: mpsc::Receiver<Result<Bytes, BrokenOff>>,
    current: Bytes,
    broken_off: Option<BrokenOff>,
    _place: Option<OwnedSemaphorePermit>,
}

/// Why a body ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BrokenOff {
    /// Its client has gone.
    Gone,
    /// It arrived too slowly.
    Slow,
    /// There was more of it than is taken.
    Long,
}

impl Pieces {
    /// No bytes.
    pub(crate) fn none() -> Self {
        let (_, receiver) = mpsc::channel(1);
        Self {
            receiver,
            current: Bytes::new(),
            broken_off: None,
            _place: None,
        }
    }

    /// The bytes of a body, at most so many; it keeps its place among the uploads until it is dropped.
    pub(crate) fn of(body: Body, most: u64, place: OwnedSemaphorePermit) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_PIECES);
        tokio::spawn(pump(body, most, sender));
        Self {
            receiver,
            current: Bytes::new(),
            broken_off: None,
            _place: Some(place),
        }
    }

    /// Why the bytes ended early, where that was the client's doing.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.broken_off.map(|why| match why {
            BrokenOff::Gone => broken_off(),
            BrokenOff::Slow => too_slow(),
            BrokenOff::Long => Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body is larger than a piece may be",
            ),
        })
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                Some(Ok(piece)) => self.current = piece,
                Some(Err(why)) => {
                    self.broken_off = Some(why);
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                None => return Ok(0),
            }
        }
        let count = self.current.len().min(buffer.len());
        self.current
            .split_to(count)
            .copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

/// Passes pieces on until the body ends, stalls, or nobody reads any more.
async fn pump(mut body: Body, most: u64, sender: mpsc::Sender<Result<Bytes, BrokenOff>>) {
    let (mut left, end) = (most, Instant::now() + WHOLE);
    loop {
        let until = end.min(Instant::now() + SILENCE);
        let piece = match timeout_at(until, body.frame()).await {
            Ok(None) => return,
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if data.len() as u64 > left => Err(BrokenOff::Long),
                Ok(data) => {
                    left -= data.len() as u64;
                    Ok(data)
                }
                Err(_trailers) => continue,
            },
            Ok(Some(Err(_gone))) => Err(BrokenOff::Gone),
            Err(_elapsed) => Err(BrokenOff::Slow),
        };
        let is_last = piece.is_err();
        if sender.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

fn too_large(most: u64) -> Refusal {
    let message = format!("the body is larger than {most} bytes");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn too_slow() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        "the body took too long to arrive",
    )
}

fn broken_off() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "the body broke off")
}
