//! Bodies of requests: bounded, and given up when nothing more arrives.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::{Buf as _, Bytes};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout_at};

use crate::answer::Refusal;

/// The longest that a JSON body may take to arrive.
const JSON_TIME: Duration = Duration::from_secs(60);
/// The longest that nothing of a body may arrive.
const SILENCE: Duration = Duration::from_secs(15);
/// The longest that a body may take to arrive; clients send pieces that take less.
const WHOLE: Duration = Duration::from_secs(90);
/// JSON bodies take room in pieces of so many bytes. The first of each is free: there are no more of them
/// than connections, and so no small request waits for a large one.
const ROOM_PIECE: usize = 64 << 10;
/// Pieces of JSON bodies at once: four of the largest.
pub(crate) const ROOM_PIECES: usize = 1024;
/// Pieces that wait for a slow disk.
const WAITING_PIECES: usize = 4;

/// Refuses a body that says it is too large, before any of it is read.
pub(crate) fn check_length(body: &Body, most: u64) -> Result<(), Refusal> {
    match body.size_hint().lower() > most {
        true => Err(too_large(most)),
        false => Ok(()),
    }
}

/// Reads a whole JSON body, and takes room for it as it arrives; it is not parsed yet.
pub(crate) async fn read_whole(
    headers: &HeaderMap,
    mut body: Body,
    most: u64,
    room: &Arc<Semaphore>,
) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), Refusal> {
    if !is_json(headers) {
        let message = "the request's body is not JSON";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
            .hint("send `content-type: application/json`"));
    }
    let end = Instant::now() + JSON_TIME;
    let (mut bytes, mut held) = (Vec::new(), None);
    loop {
        let until = end.min(Instant::now() + SILENCE);
        let frame = timeout_at(until, body.frame()).await;
        let Some(frame) = frame.map_err(|_elapsed| too_slow())? else {
            return Ok((bytes, held));
        };
        let Ok(data) = frame.map_err(|_gone| broken_off())?.into_data() else {
            // Trailers say nothing.
            continue;
        };
        let length = bytes.len() + data.len();
        if length as u64 > most {
            return Err(too_large(most));
        }
        take_room(&mut held, length, room)?;
        bytes.extend_from_slice(&data);
    }
}

/// Takes the room that a body of so many bytes needs. Where there is none, the body is refused: bodies that
/// waited for each other's room would keep their own meanwhile.
fn take_room(
    held: &mut Option<OwnedSemaphorePermit>,
    bytes: usize,
    room: &Arc<Semaphore>,
) -> Result<(), Refusal> {
    let needed = bytes.div_ceil(ROOM_PIECE).saturating_sub(1);
    let there = held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
    let more = u32::try_from(needed.saturating_sub(there)).unwrap_or(u32::MAX);
    if more == 0 {
        return Ok(());
    }
    let taken = room.clone().try_acquire_many_owned(more);
    let taken = taken.map_err(|_full| Refusal {
        retry_after_secs: Some(2),
        ..Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "many large requests arrive already",
        )
    })?;
    match held {
        Some(held) => held.merge(taken),
        None => *held = Some(taken),
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn large_bodies_share_the_room_and_small_ones_take_none() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, json)]);
        let room = Arc::new(Semaphore::new(2));
        let read = |bytes: usize| {
            let body = Body::from(vec![b' '; bytes]);
            runtime.block_on(read_whole(&headers, body, 4 * ROOM_PIECE as u64, &room))
        };
        let (bytes, held) = read(3 * ROOM_PIECE).unwrap();
        assert_eq!(bytes.len(), 3 * ROOM_PIECE);
        assert_eq!(room.available_permits(), 0);
        let refused = read(ROOM_PIECE + 1).unwrap_err();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(read(ROOM_PIECE).unwrap().0.len(), ROOM_PIECE);
        drop(held);
        assert_eq!(room.available_permits(), 2);
        let refused = read(4 * ROOM_PIECE + 1).unwrap_err();
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
