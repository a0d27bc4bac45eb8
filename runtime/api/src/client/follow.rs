//! Following journals over links that break: each event once, in order, without gaps.
//!
//! Observers are told from the caller's thread, outside of anything asynchronous, so that they may
//! ask the client back.

use std::ops::ControlFlow;
use std::pin::pin;
use std::time::{Duration, Instant};

use hartomat_schema::{FeedEntry, LogLine, RunEvent, RunId, Timestamp};
use reqwest::Response;
use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;
use sse_stream::Sse;
use tokio::time::timeout;

use super::answer::{Answer, Failure, has_type, stranger};
use super::background::POLL;
use super::call::Call;
use super::connection::HttpClient;
use super::events::{Events, now};
use super::retries::Retries;
use crate::http::{LAST_EVENT_ID, Operation, RunProgress, StreamEvent};
use crate::{ApiError, Backend as _, ErrorKind, FeedObserver, Link, RunObserver};

/// Events asked for at once where some are missing.
const PAGE: usize = 1000;
/// A link that held for so long was a good one, also where nothing happened.
const STEADY: Duration = Duration::from_secs(5);

impl HttpClient {
    pub(super) fn follow_feed(
        &self,
        after: u64,
        observer: &dyn FeedObserver,
    ) -> Result<(), ApiError> {
        Following::new(self, &Feed { observer }, after).follow()
    }

    pub(super) fn follow_run(
        &self,
        run: &RunId,
        after: u64,
        observer: &dyn RunObserver,
    ) -> Result<(), ApiError> {
        Following::new(self, &Run { run, observer }, after).follow()
    }
}

/// A journal that can be followed, and who hears of it.
trait Journal {
    type Item: DeserializeOwned;
    /// How often its observer is asked whether to go on while nothing comes.
    const LOOK: Duration;

    /// The request for its stream.
    fn stream(&self, client: &HttpClient) -> Result<Call, ApiError>;
    /// A page of what comes after a number.
    fn page(&self, client: &HttpClient, after: u64) -> Result<Vec<Self::Item>, ApiError>;
    /// Whether an item of this number may follow on `after`.
    fn may_follow(&self, after: u64, number: u64) -> bool;
    fn number(item: &Self::Item) -> u64;
    fn tell(&self, item: &Self::Item);
    /// Tells of something that is for show.
    fn show(&self, event: StreamEvent, data: &str);
    fn link(&self, link: &Link);
    fn wants_more(&self) -> bool;
}

struct Run<'a> {
    run: &'a RunId,
    observer: &'a dyn RunObserver,
}

impl Journal for Run<'_> {
    type Item = RunEvent;
    const LOOK: Duration = POLL;

    fn stream(&self, client: &HttpClient) -> Result<Call, ApiError> {
        client.call(Operation::RunStream, &[self.run.as_str()])
    }

    fn page(&self, client: &HttpClient, after: u64) -> Result<Vec<RunEvent>, ApiError> {
        Ok(client.run_events(self.run, after, PAGE)?.events)
    }

    fn may_follow(&self, after: u64, number: u64) -> bool {
        number == after + 1
    }

    fn number(event: &RunEvent) -> u64 {
        event.seq
    }

    fn tell(&self, event: &RunEvent) {
        self.observer.event(event);
    }

    fn show(&self, event: StreamEvent, data: &str) {
        // What is for show and can't be read is left out; the log has it all.
        match event {
            StreamEvent::Log => {
                if let Ok(line) = serde_json::from_str::<LogLine>(data) {
                    self.observer.log(&line);
                }
            }
            StreamEvent::Progress => {
                if let Ok(progress) = serde_json::from_str::<RunProgress>(data) {
                    let RunProgress {
                        side,
                        node,
                        share,
                        message,
                    } = progress;
                    self.observer.progress(side, node.as_ref(), share, &message);
                }
            }
            StreamEvent::Journal | StreamEvent::End => {}
        }
    }

    fn link(&self, link: &Link) {
        self.observer.link(link);
    }

    fn wants_more(&self) -> bool {
        self.observer.wants_more()
    }
}

struct Feed<'a> {
    observer: &'a dyn FeedObserver,
}

impl Journal for Feed<'_> {
    type Item = FeedEntry;
    // It is followed for hours in which nothing happens.
    const LOOK: Duration = Duration::from_secs(2);

    fn stream(&self, client: &HttpClient) -> Result<Call, ApiError> {
        client.call(Operation::FeedStream, &[])
    }

    fn page(&self, client: &HttpClient, after: u64) -> Result<Vec<FeedEntry>, ApiError> {
        Ok(client.feed(after, PAGE)?.entries)
    }

    fn may_follow(&self, after: u64, number: u64) -> bool {
        // The repair of a database leaves numbers out.
        number > after
    }

    fn number(entry: &FeedEntry) -> u64 {
        entry.ord
    }

    fn tell(&self, entry: &FeedEntry) {
        self.observer.entry(entry);
    }

    fn show(&self, _event: StreamEvent, _data: &str) {}

    fn link(&self, link: &Link) {
        self.observer.link(link);
    }

    fn wants_more(&self) -> bool {
        self.observer.wants_more()
    }
}

/// Why a connection came to its end.
enum End {
    /// Nothing more follows, or nobody wants it.
    Over,
    /// It broke off; what is known is as old as this.
    Lost(Failure),
}

struct Following<'a, J> {
    client: &'a HttpClient,
    journal: &'a J,
    /// Number of the last event that was told.
    after: u64,
    /// When something was heard last.
    heard_at: Timestamp,
    is_stale: bool,
    retries: Retries,
}

impl<'a, J: Journal> Following<'a, J> {
    fn new(client: &'a HttpClient, journal: &'a J, after: u64) -> Self {
        Self {
            client,
            journal,
            after,
            heard_at: now(),
            is_stale: false,
            retries: Retries::endless(),
        }
    }

    fn follow(&mut self) -> Result<(), ApiError> {
        while self.journal.wants_more() {
            match self.listen()? {
                End::Over => break,
                End::Lost(failure) => self.wait_out(&failure),
            }
        }
        Ok(())
    }

    /// One connection, from its beginning to its end.
    fn listen(&mut self) -> Result<End, ApiError> {
        let call = self.journal.stream(self.client)?;
        let call = call
            .timeout(None)
            .header(LAST_EVENT_ID, HeaderValue::from(self.after));
        let idle = self.client.options.idle_timeout;
        let opening = open(&call, idle, &self.client.address);
        let opened = self
            .client
            .background
            .wait_while(opening, &|| self.journal.wants_more());
        let mut events = match opened {
            None => return Ok(End::Over),
            Some(Ok(response)) => Events::new(response, idle),
            Some(Err(Failure::Refused(err))) => return Err(err),
            Some(Err(failure)) => return Ok(End::Lost(failure)),
        };
        self.link_is_up();
        let opened_at = Instant::now();
        let end = self.pass_on(&mut events);
        self.heard_at = events.heard_at();
        if opened_at.elapsed() > STEADY {
            self.retries.headway();
        }
        end
    }

    fn pass_on(&mut self, events: &mut Events) -> Result<End, ApiError> {
        while self.journal.wants_more() {
            let next = self
                .client
                .background
                .wait_at_most(J::LOOK, pin!(events.next()));
            match next {
                None => {}
                Some(Some(Ok(event))) => {
                    self.retries.headway();
                    if let ControlFlow::Break(end) = self.take(&event)? {
                        return Ok(end);
                    }
                }
                Some(Some(Err(failure))) => return Ok(End::Lost(failure)),
                Some(None) => return Ok(End::Lost(lost("the server closed the stream"))),
            }
        }
        Ok(End::Over)
    }

    fn take(&mut self, event: &Sse) -> Result<ControlFlow<End>, ApiError> {
        let data = event.data.as_deref().unwrap_or_default();
        match event.event.as_deref().and_then(StreamEvent::of) {
            Some(StreamEvent::Journal) => self.take_item(data),
            Some(StreamEvent::End) => Ok(ControlFlow::Break(End::Over)),
            Some(shown) => {
                self.journal.show(shown, data);
                Ok(ControlFlow::Continue(()))
            }
            // Newer servers may tell of more.
            None => Ok(ControlFlow::Continue(())),
        }
    }

    fn take_item(&mut self, data: &str) -> Result<ControlFlow<End>, ApiError> {
        let item: J::Item = serde_json::from_str(data).map_err(|err| {
            let message = format!("an event of {} can't be read: {err}", self.client.address);
            ApiError::new(ErrorKind::Internal, message)
                .hint("use the same version here and on the server")
        })?;
        let number = J::number(&item);
        if number > self.after + 1
            && let ControlFlow::Break(end) = self.fill_gap(number)?
        {
            return Ok(ControlFlow::Break(end));
        }
        if number > self.after {
            self.tell(&item)?;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Tells of what the journal has before this number.
    fn fill_gap(&mut self, number: u64) -> Result<ControlFlow<End>, ApiError> {
        while self.after + 1 < number {
            let page = match self.journal.page(self.client, self.after) {
                Ok(page) => page,
                Err(err) if is_passing(err.kind) => {
                    return Ok(ControlFlow::Break(End::Lost(lost(&err.message))));
                }
                Err(err) => return Err(err),
            };
            let before = self.after;
            for item in page.iter().filter(|item| J::number(item) > before) {
                if !self.journal.wants_more() {
                    return Ok(ControlFlow::Break(End::Over));
                }
                self.tell(item)?;
            }
            if self.after == before {
                break;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn tell(&mut self, item: &J::Item) -> Result<(), ApiError> {
        let (after, number) = (self.after, J::number(item));
        if !self.journal.may_follow(after, number) {
            let message = format!(
                "{} doesn't know what came between event {after} and event {number}",
                self.client.address
            );
            return Err(ApiError::new(ErrorKind::Internal, message));
        }
        self.after = number;
        self.journal.tell(item);
        Ok(())
    }

    fn link_is_up(&mut self) {
        if self.is_stale {
            self.is_stale = false;
            self.journal.link(&Link::Up);
        }
        self.heard_at = now();
    }

    /// Says that what is shown grows old, and waits before the next connection.
    fn wait_out(&mut self, failure: &Failure) {
        if !self.is_stale {
            self.is_stale = true;
            let stale = Link::StaleSince(self.heard_at, failure.why().to_owned());
            self.journal.link(&stale);
        }
        let wait = self.retries.failed(failure.wait()).unwrap_or(POLL);
        let until = Instant::now() + wait;
        while self.journal.wants_more() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            std::thread::sleep(left.min(POLL));
        }
    }
}

/// Opens a stream. Gateways and pages for signing in pass; what the server itself refuses stays.
async fn open(call: &Call, idle: Duration, address: &str) -> Result<Response, Failure> {
    let opening = async {
        let response = call.open().await?;
        if response.status().is_redirection() {
            return Err(lost(&stranger(address).message));
        }
        if !response.status().is_success() {
            // A status without success never reads as an answer.
            let refused = Answer::read(response, 0).await.err();
            return Err(match refused {
                Some(Failure::Refused(err)) if is_passing(err.kind) => lost(&err.message),
                Some(failure) => failure,
                None => lost("the server gave no answer"),
            });
        }
        if !has_type(response.headers(), "text/event-stream") {
            return Err(lost(&stranger(address).message));
        }
        Ok(response)
    };
    match timeout(idle, opening).await {
        Ok(opened) => opened,
        Err(_elapsed) => Err(lost("it took too long")),
    }
}

/// Whether an error may be gone by itself after a while.
const fn is_passing(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unreachable | ErrorKind::Busy | ErrorKind::Internal
    )
}

fn lost(why: &str) -> Failure {
    Failure::Lost {
        why: why.to_owned(),
        may_be_done: false,
    }
}
