//! The list of runs, newest first: pages as they are needed, rows that follow what happens.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_api::{ApiError, RunPage};
use hartomat_schema::{FeedEntry, OutputTypeId, RunEventKind, RunId};

use super::folds::Folds;
use super::{RunFilter, RunRow};
use crate::backend::Ticket;

/// Rows of a page.
pub(super) const PAGE: u32 = 500;
/// So many rows before the last one that is there, older ones are asked for.
pub(crate) const AHEAD: usize = 60;

/// What a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The first one: it takes the place of all.
    First,
    /// Older runs, below.
    Older,
    /// Newer runs, above.
    Newest,
}

/// The list.
#[derive(Debug, Default)]
pub struct RunList {
    /// Which runs are listed.
    pub filter: RunFilter,
    rows: Vec<RunRow>,
    /// Where each run is among the rows.
    numbers: BTreeMap<RunId, u32>,
    /// Indexes of rows that are shown: heads that have the words, and what is unfolded under them.
    shown: Vec<u32>,
    /// Where each row is among those that are shown.
    places: BTreeMap<u32, u32>,
    folds: Folds,
    output_types: BTreeSet<OutputTypeId>,
    next: Option<RunId>,
    pub(super) asked: Option<(Ticket, Purpose)>,
    /// Why the last page didn't come.
    pub error: Option<ApiError>,
    /// Whether any page has come.
    pub is_read: bool,
    /// Whether a run began that isn't in it.
    pub(super) is_behind: bool,
    /// Whether runs may no longer belong here, which only the runtime can say.
    pub(super) is_stale: bool,
    /// How often rows were gone through to find those with the words.
    scans: u64,
}

impl RunList {
    /// How many rows there are to see.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// A row by its place.
    pub fn row(&self, index: usize) -> Option<&RunRow> {
        self.rows.get(*self.shown.get(index)? as usize)
    }

    /// The place of a run.
    pub fn position(&self, run: &RunId) -> Option<usize> {
        let number = self.numbers.get(run)?;
        let place = self.places.get(number).or_else(|| {
            let head = self.folds.head_of(run)?;
            self.places.get(&head)
        });
        Some(*place? as usize)
    }

    /// How many earlier runs are folded under a row, and whether they are shown.
    pub fn folded(&self, index: usize) -> (usize, bool) {
        let Some((number, row)) = self.shown.get(index).zip(self.row(index)) else {
            return (0, false);
        };
        let count = self.folds.members(*number).len();
        (count, self.folds.is_unfolded(&row.id))
    }

    /// Whether a row is shown under the run that repeats it.
    pub fn is_under_another(&self, index: usize) -> bool {
        let number = self.shown.get(index);
        number.is_some_and(|number| self.folds.is_member(*number))
    }

    /// Shows or hides the earlier runs of a row.
    pub(super) fn unfold(&mut self, run: RunId, is_unfolded: bool) {
        self.folds.unfold(run, is_unfolded);
        self.scan();
    }

    /// How many runs were read, whether they have the words or not.
    pub fn read_count(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are older ones.
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// Whether a page is on its way.
    pub fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Output types that were met, in order.
    pub fn output_types(&self) -> &BTreeSet<OutputTypeId> {
        &self.output_types
    }

    /// How often all rows were gone through: not once per frame.
    pub fn scans(&self) -> u64 {
        self.scans
    }

    pub(super) fn next(&self) -> Option<&RunId> {
        self.next.as_ref()
    }

    /// Another filter; says whether the runtime must be asked.
    pub(super) fn set_filter(&mut self, filter: RunFilter) -> bool {
        let words_alone = RunFilter {
            text: self.filter.text.clone(),
            ..filter.clone()
        } == self.filter;
        self.filter = filter;
        if words_alone {
            self.scan();
        }
        !words_alone
    }

    pub(super) fn page_came(&mut self, ticket: Ticket, page: Result<Box<RunPage>, ApiError>) {
        let Some((_, purpose)) = self.asked.take_if(|(asked, _)| *asked == ticket) else {
            return;
        };
        self.is_read = true;
        let page = match page {
            Ok(page) => page,
            Err(err) => {
                self.error = Some(err);
                return;
            }
        };
        self.error = None;
        let met = page.runs.iter().filter_map(|run| run.output_type.as_ref());
        self.output_types.extend(met.cloned());
        let fresh: Vec<RunRow> = page.runs.iter().map(RunRow::new).collect();
        match purpose {
            Purpose::First => {
                self.rows = fresh;
                self.next = page.next;
            }
            Purpose::Older => {
                let before = self.rows.len();
                self.rows.extend(fresh);
                self.next = page.next;
                self.scan_from(before);
                if self.folds.has_unfolded() {
                    self.scan();
                }
                return;
            }
            Purpose::Newest => self.merge(fresh, page.next),
        }
        self.scan();
    }

    /// Newer runs come above; where the page doesn't reach what is there, it takes its place.
    fn merge(&mut self, fresh: Vec<RunRow>, next: Option<RunId>) {
        let reaches = self
            .rows
            .first()
            .is_some_and(|first| fresh.iter().any(|row| row.id == first.id));
        if !reaches {
            self.rows = fresh;
            self.next = next;
            return;
        }
        let newest = fresh.len().min(self.rows.len());
        let mut old = std::mem::take(&mut self.rows);
        let known: std::collections::BTreeSet<&RunId> = fresh.iter().map(|row| &row.id).collect();
        let mut index = 0;
        old.retain(|row| {
            index += 1;
            index > newest || !known.contains(&row.id)
        });
        drop(known);
        self.rows = fresh;
        self.rows.extend(old);
        self.rows.dedup_by(|a, b| a.id == b.id);
    }

    /// What has happened in all runs. Whether somebody has reviewed a run, or another took its place,
    /// is asked of the runtime.
    pub(super) fn happened(&mut self, entries: &[FeedEntry]) {
        let mut has_gone = false;
        for entry in entries {
            let number = self.numbers.get(&entry.run);
            match number.and_then(|number| self.rows.get_mut(*number as usize)) {
                Some(row) => {
                    row.take(&entry.event);
                    has_gone |= !self.filter.takes(row);
                }
                None => self.is_behind = true,
            }
            self.is_stale |= self.filter.unresolved && decides(&entry.event.kind);
        }
        if has_gone {
            let filter = &self.filter;
            self.rows.retain(|row| filter.takes(row));
            self.scan();
        }
    }

    fn scan(&mut self) {
        self.numbers.clear();
        self.folds.clear();
        self.shown.clear();
        self.places.clear();
        self.scan_from(0);
        if self.folds.has_unfolded() {
            self.show_unfolded();
        }
    }

    /// Puts what is unfolded under its heads.
    fn show_unfolded(&mut self) {
        let heads = std::mem::take(&mut self.shown);
        self.places.clear();
        for head in heads {
            self.show(head);
            let row = self.rows.get(head as usize);
            if row.is_some_and(|row| self.folds.is_unfolded(&row.id)) {
                for member in self.folds.members(head).to_vec() {
                    self.show(member);
                }
            }
        }
    }

    fn show(&mut self, number: u32) {
        let place = u32::try_from(self.shown.len()).unwrap_or(u32::MAX);
        self.places.insert(number, place);
        self.shown.push(number);
    }

    /// Goes through the rows from this one on.
    fn scan_from(&mut self, begin: usize) {
        self.scans += 1;
        let words = self.filter.words();
        for number in begin..self.rows.len() {
            let row = &self.rows[number];
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            self.numbers.insert(row.id.clone(), number);
            if !words.iter().all(|word| row.words.contains(word)) {
                continue;
            }
            if self.folds.add(number, row) {
                self.show(number);
            }
        }
    }
}

/// Whether an event may settle a run, or another one in its place.
pub(super) fn decides(kind: &RunEventKind) -> bool {
    matches!(
        kind,
        RunEventKind::Finished { .. }
            | RunEventKind::Compared { .. }
            | RunEventKind::Reviewed { .. }
            | RunEventKind::ReviewRevoked { .. }
    )
}
