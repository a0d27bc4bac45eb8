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
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::answer::Refusal;

/// The longest that a JSON body may take to arrive.
const JSON_TIME: Duration = Duration::from_secs(60);
/// The longest that a piece of a body may take to arrive.
const PIECE_TIME: Duration = Duration::from_secs(15);
/// Pieces that wait for a slow disk.
const WAITING_PIECES: usize = 4;

/// Refuses a body that says it is too large, before any of it is read.
pub(crate) fn check_length(body: &Body, most: u64) -> Result<(), Refusal> {
    match body.size_hint().lower() > most {
        true => Err(too_large(most)),
        false => Ok(()),
    }
}

/// Reads a whole JSON body.
pub(crate) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    most: u64,
) -> Result<Value, Refusal> {
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
    serde_json::from_reader(collected.aggregate().reader()).map_err(|err| {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            format!("the body is no JSON: {err}"),
        )
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
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Pieces {
    /// No bytes.
    pub(crate) fn none() -> Self {
        let (_, receiver) = mpsc::channel(1);
        Self {
            receiver,
            current: Bytes::new(),
        }
    }

    /// The bytes of a body, at most so many.
    pub(crate) fn of(body: Body, most: u64) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_PIECES);
        tokio::spawn(pump(body, most, sender));
        Self {
            receiver,
            current: Bytes::new(),
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.current = piece?,
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
async fn pump(mut body: Body, most: u64, sender: mpsc::Sender<io::Result<Bytes>>) {
    let mut left = most;
    loop {
        let piece = match timeout(PIECE_TIME, body.frame()).await {
            Ok(None) => return,
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if data.len() as u64 > left => Err(io::Error::other("more than is taken")),
                Ok(data) => {
                    left -= data.len() as u64;
                    Ok(data)
                }
                Err(_trailers) => continue,
            },
            Ok(Some(Err(err))) => Err(io::Error::other(err)),
            Err(_elapsed) => Err(io::ErrorKind::TimedOut.into()),
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
