//! The inbox: how many runs a person should look at. An entry goes when it was reviewed, or when a
//! rerun has come to an end in its place; the runtime knows which.

use hartomat_api::{ApiError, RunPage};
use hartomat_schema::FeedEntry;

use super::RunFilter;
use super::list::decides;
use crate::backend::{Ask, RunsAsk, Ticket};
use crate::files::now;
use crate::state::State;

/// So many are counted; more are “and more”.
const COUNTED: u32 = 200;

/// How many runs a person should look at.
#[derive(Debug, Default)]
pub struct Inbox {
    count: Option<usize>,
    has_more: bool,
    asked: Option<Ticket>,
    is_stale: bool,
}

impl Inbox {
    /// How many there are, for a badge: `3`, or `200+`; none where there is nothing, or nobody knows.
    pub fn badge(&self) -> Option<String> {
        let count = self.count.filter(|count| *count > 0)?;
        let more = if self.has_more { "+" } else { "" };
        Some(format!("{count}{more}"))
    }

    /// How many there are at least; none before anybody has counted.
    pub fn count(&self) -> Option<usize> {
        self.count
    }

    pub(super) fn ask_again(&mut self) {
        self.is_stale = true;
    }

    pub(super) fn happened(&mut self, entries: &[FeedEntry]) {
        self.is_stale |= entries.iter().any(|entry| decides(&entry.event.kind));
    }

    pub(super) fn counted(&mut self, ticket: Ticket, page: Result<Box<RunPage>, ApiError>) {
        if self.asked.take_if(|asked| *asked == ticket).is_none() {
            return;
        }
        if let Ok(page) = page {
            self.count = Some(page.runs.len());
            self.has_more = page.next.is_some();
        }
    }
}

/// Counts anew where something may have changed.
pub(super) fn follow(state: &mut State) {
    let inbox = &state.runs.inbox;
    let is_due = inbox.count.is_none() || inbox.is_stale;
    if !is_due || inbox.asked.is_some() || !state.shell.connection().is_up() {
        return;
    }
    let ticket = state.shell.ticket();
    let inbox = &mut state.runs.inbox;
    inbox.is_stale = false;
    inbox.asked = Some(ticket);
    // Where it can't be counted, nobody is asked again until something happens.
    inbox.count.get_or_insert(0);
    let query = RunFilter::inbox().query(None, COUNTED, now());
    let ask = RunsAsk::CountInbox(ticket, Box::new(query));
    state.shell.ask(Ask::Runs(ask));
}
