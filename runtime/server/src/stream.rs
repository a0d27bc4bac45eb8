//! Event streams: a run's events, or those of all runs, from where the client was, without gaps.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use hartomat_api::http::{LAST_EVENT_ID, StreamEvent};
use hartomat_api::{ApiError, Backend as _};
use hartomat_app::Studio;
use hartomat_schema::RunId;
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};
use tokio::time::Instant;

use crate::answer::{Answer, Refusal};
use crate::call::Call;
use crate::identity::Caller;
use crate::server::Server;
use crate::tail::{self, Kept, Shown};

/// How often a quiet stream says that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How often a run without a journal is asked whether it has ended.
const POLL: Duration = Duration::from_millis(200);
/// How often a stream looks whether its listener is still known.
const KNOWN: Duration = Duration::from_secs(10);
/// Events read from the journal at a time.
const PAGE: usize = 1000;

/// What a stream tells of.
enum Scope {
    /// A run, after the event with this number.
    Run { run: RunId, after: u64 },
    /// All runs.
    All,
}

/// Where a stream takes its next events from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The journal, until it has caught up.
    Journal,
    /// The tail that all streams share.
    Tail,
    /// Nothing tells of this run, as the graph's database is broken: it is asked for its end.
    Unjournalled,
    /// Nothing more follows.
    Nothing,
}

struct EventStream {
    server: Arc<Server>,
    /// Who listens.
    caller: Caller,
    /// Until when nobody has to look whether the listener is still known.
    known_until: Instant,
    scope: Scope,
    source: Source,
    /// Place among the events of all runs.
    ord: u64,
    pending: VecDeque<Event>,
    changes: watch::Receiver<u64>,
    /// What is for show, in the stream of one run.
    shown: Option<broadcast::Receiver<Arc<Shown>>>,
    stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

/// A run's events after the one that the client has seen.
pub(crate) async fn of_run(server: &Arc<Server>, call: &Call) -> Result<Answer, Refusal> {
    let run = call.run()?;
    let after = last_seen(call)?;
    let mut stream = EventStream::new(server, call, Scope::Run { run, after }, 0)?;
    // What is not there is said before the stream begins.
    stream.read_journal().await?;
    Ok(stream.into_answer())
}

/// The events of all runs after the one that the client has seen.
pub(crate) async fn of_all(server: &Arc<Server>, call: &Call) -> Result<Answer, Refusal> {
    let after = last_seen(call)?;
    let mut stream = EventStream::new(server, call, Scope::All, after)?;
    stream.read_journal().await?;
    Ok(stream.into_answer())
}

fn last_seen(call: &Call) -> Result<u64, Refusal> {
    let Some(value) = call.headers.get(LAST_EVENT_ID) else {
        return Ok(0);
    };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.filter(|number| *number < 1 << 53).ok_or_else(|| {
        let message = format!("`{LAST_EVENT_ID}` is the number of an event");
        Refusal::new(StatusCode::BAD_REQUEST, message)
    })
}

impl EventStream {
    fn new(server: &Arc<Server>, call: &Call, scope: Scope, ord: u64) -> Result<Self, Refusal> {
        let place = server.event_places.clone().try_acquire_owned();
        let place = place.map_err(|_full| Refusal {
            retry_after_secs: Some(10),
            ..Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "as many clients follow events as this server allows",
            )
        })?;
        let shown = matches!(scope, Scope::Run { .. }).then(|| server.tail.shown());
        Ok(Self {
            caller: call.caller.clone(),
            known_until: Instant::now() + KNOWN,
            scope,
            source: Source::Journal,
            ord,
            pending: VecDeque::new(),
            changes: server.tail.changes(),
            shown,
            stopping: server.stopping(),
            server: server.clone(),
            _place: place,
        })
    }

    fn into_answer(self) -> Answer {
        let events = stream::unfold(self, |mut stream| async move {
            let event = stream.next().await?;
            Some((Ok::<_, Infallible>(event), stream))
        });
        let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
        let response = Sse::new(events).keep_alive(keep_alive).into_response();
        Answer::bytes(Body::new(response.into_body()))
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if Instant::now() >= self.known_until && !self.is_known().await {
                return None;
            }
            if let Some(event) = self.pending.pop_front() {
                return Some(event);
            }
            match self.source {
                // A journal that can't be read ends the stream; the client comes back.
                Source::Journal => self.read_journal().await.ok()?,
                Source::Tail => self.read_tail().await,
                Source::Unjournalled => self.wait_unjournalled().await,
                Source::Nothing => return None,
            }
        }
    }

    /// Whether the listener is still known: tokens are revoked, sessions and links end. Where that can't
    /// be told, the stream ends, and the client comes back.
    async fn is_known(&mut self) -> bool {
        self.known_until = Instant::now() + KNOWN;
        let (server, caller) = (self.server.clone(), self.caller.clone());
        let work = move |studio: &Arc<Studio>| server.identity.still_knows(studio, &caller);
        matches!(self.server.block(work).await, Ok(Ok(true)))
    }

    async fn read_journal(&mut self) -> Result<(), Refusal> {
        let server = self.server.clone();
        match &self.scope {
            Scope::All => {
                let after = self.ord;
                let page = server
                    .block(move |studio| studio.feed(after, PAGE))
                    .await??;
                for entry in page.entries.iter().map(Kept::new) {
                    self.ord = entry.ord;
                    self.pending.push_back(journal(entry.ord, entry.entry));
                }
                if page.entries.len() < PAGE {
                    self.source = Source::Tail;
                }
            }
            Scope::Run { run, after } => {
                // The tail from here on, the journal up to here at least.
                self.ord = server.tail.last();
                let (run, from) = (run.clone(), *after);
                let page = server
                    .block(move |studio| studio.run_events(&run, from, PAGE))
                    .await??;
                let mut reached = from;
                for event in &page.events {
                    reached = event.seq;
                    self.pending
                        .push_back(journal(event.seq, tail::json(event)));
                }
                if page.is_end(reached) {
                    self.pending.push_back(end());
                    self.source = Source::Nothing;
                } else if page.last_seq == 0 {
                    self.source = Source::Unjournalled;
                } else if page.events.len() < PAGE {
                    self.source = Source::Tail;
                }
                self.reach(reached);
            }
        }
        Ok(())
    }

    async fn read_tail(&mut self) {
        match self.server.tail.since(self.ord) {
            None => self.source = Source::Journal,
            Some(entries) if entries.is_empty() => self.wait().await,
            Some(entries) => {
                for entry in entries {
                    if self.take(&entry) {
                        break;
                    }
                }
            }
        }
    }

    async fn wait_unjournalled(&mut self) {
        if tokio::time::timeout(POLL, self.wait()).await.is_err() {
            self.source = Source::Journal;
        }
    }

    /// Takes an event of the tail; whether the journal must be asked before the next.
    fn take(&mut self, entry: &Kept) -> bool {
        self.ord = entry.ord;
        let after = match &self.scope {
            Scope::All => {
                self.pending
                    .push_back(journal(entry.ord, entry.entry.clone()));
                return false;
            }
            Scope::Run { run, .. } if *run != entry.run => return false,
            Scope::Run { after, .. } => *after,
        };
        if entry.seq == after + 1 {
            self.pending
                .push_back(journal(entry.seq, entry.event.clone()));
            self.reach(entry.seq);
        }
        let asks = asks_journal(entry, after);
        if asks {
            self.source = Source::Journal;
        }
        asks
    }

    fn reach(&mut self, seq: u64) {
        if let Scope::Run { after, .. } = &mut self.scope {
            *after = seq;
        }
    }

    /// Waits for events, or what is for show, or the server's end, or until the listener is looked up.
    async fn wait(&mut self) {
        let shown = async {
            match &mut self.shown {
                Some(shown) => shown.recv().await.ok(),
                None => std::future::pending().await,
            }
        };
        let shown = tokio::select! {
            changed = self.changes.changed() => match changed {
                Ok(()) => return,
                Err(_gone) => None,
            },
            _ = self.stopping.wait_for(|stops| *stops) => None,
            () = tokio::time::sleep_until(self.known_until) => return,
            shown = shown => Some(shown),
        };
        match shown {
            Some(shown) => self.show(shown),
            None => self.source = Source::Nothing,
        }
    }

    /// Passes on what is for show; nothing where the client was too slow for some of it.
    fn show(&mut self, shown: Option<Arc<Shown>>) {
        if let (Some(shown), Scope::Run { run, .. }) = (shown, &self.scope)
            && shown.run == *run
        {
            let event = Event::default().event(shown.name.as_str());
            self.pending.push_back(event.data(&shown.data));
        }
    }
}

/// Whether the journal must be asked about an event of the tail, for a client that has all up to `after`.
fn asks_journal(entry: &Kept, after: u64) -> bool {
    // A gap, or perhaps the end. The last event may have come from the journal, whose record is older
    // than its events and so didn't tell of the end yet.
    entry.seq > after + 1 || (entry.is_turn && entry.seq >= after)
}

fn journal(id: u64, data: String) -> Event {
    let event = Event::default().event(StreamEvent::Journal.as_str());
    event.id(id.to_string()).data(data)
}

fn end() -> Event {
    Event::default().event(StreamEvent::End.as_str()).data("{}")
}

impl From<tokio::task::JoinError> for Refusal {
    fn from(err: tokio::task::JoinError) -> Self {
        ApiError::from_source(hartomat_api::ErrorKind::Internal, &err).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: u64, is_turn: bool) -> Kept {
        Kept {
            ord: 70 + seq,
            run: RunId::literal("run-1"),
            seq,
            is_turn,
            event: String::new(),
            entry: String::new(),
        }
    }

    #[test]
    fn the_journal_is_asked_about_gaps_and_about_an_end_that_it_has_told_before_its_record() {
        for (seq, is_turn, asks) in [
            (4, false, false),
            (4, true, false),
            (5, false, false),
            (5, true, true),
            (6, false, false),
            (6, true, true),
            (7, false, true),
        ] {
            assert_eq!(asks_journal(&entry(seq, is_turn), 5), asks, "{seq}");
        }
    }
}
