//! A stream of server-sent events that notices silence and doesn't grow without bounds.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt as _, try_unfold};
use hartomat_schema::Timestamp;
use reqwest::Response;
use sse_stream::{Error, Sse, SseByteStream};
use tokio::time::timeout;

use super::answer::{Failure, next_chunk};

/// The most bytes from one event to the next.
const MAX_EVENT_BYTES: u64 = 32 << 20;

/// Why a stream broke off.
#[derive(Debug, thiserror::Error)]
enum BrokenOff {
    #[error("nothing was heard for {} s", .0.as_secs_f32())]
    Silent(Duration),
    #[error("{0}")]
    Lost(String),
    #[error("an event is larger than {} MB", MAX_EVENT_BYTES >> 20)]
    TooLarge,
}

/// What came in so far.
struct Gauge {
    /// When bytes came last, in milliseconds since 1970.
    heard_at: AtomicI64,
    /// Bytes since the last event.
    pending: AtomicU64,
}

/// Events of an answer as they come.
pub(super) struct Events {
    events: Pin<Box<dyn Stream<Item = Result<Sse, Error>> + Send>>,
    gauge: Arc<Gauge>,
}

impl Events {
    /// The events of an answer, until it was silent for so long.
    pub(super) fn new(response: Response, idle: Duration) -> Self {
        let gauge = Arc::new(Gauge {
            heard_at: AtomicI64::new(now().0),
            pending: AtomicU64::new(0),
        });
        let bytes = bytes(response, idle, gauge.clone());
        Self {
            events: Box::pin(SseByteStream::new(Box::pin(bytes))),
            gauge,
        }
    }

    /// The next event; none once the server has closed the stream. Nothing is lost when this is
    /// dropped before it is ready.
    pub(super) async fn next(&mut self) -> Option<Result<Sse, Failure>> {
        let event = self.events.next().await?;
        self.gauge.pending.store(0, Ordering::Relaxed);
        Some(event.map_err(|err| {
            let why = match err {
                Error::Body(err) => err.to_string(),
                err => format!("the stream can't be read: {err}"),
            };
            Failure::Lost {
                why,
                may_be_done: false,
            }
        }))
    }

    /// When bytes came last.
    pub(super) fn heard_at(&self) -> Timestamp {
        Timestamp(self.gauge.heard_at.load(Ordering::Relaxed))
    }
}

/// Signs of life count as bytes, although they are no events.
fn bytes(
    response: Response,
    idle: Duration,
    gauge: Arc<Gauge>,
) -> impl Stream<Item = Result<Bytes, BrokenOff>> + Send {
    try_unfold((response, gauge), move |(mut response, gauge)| async move {
        let chunk = timeout(idle, next_chunk(&mut response)).await;
        let chunk = chunk.map_err(|_elapsed| BrokenOff::Silent(idle))?;
        let chunk = chunk.map_err(|failure| BrokenOff::Lost(failure.why().to_owned()))?;
        let Some(chunk) = chunk else { return Ok(None) };
        gauge.heard_at.store(now().0, Ordering::Relaxed);
        let length = chunk.len() as u64;
        let pending = gauge.pending.fetch_add(length, Ordering::Relaxed) + length;
        if pending > MAX_EVENT_BYTES {
            return Err(BrokenOff::TooLarge);
        }
        Ok(Some((chunk, (response, gauge))))
    })
}

pub(super) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
