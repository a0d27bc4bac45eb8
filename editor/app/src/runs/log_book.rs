//! The log of a run: lines as they come, those that are shown, and where something was found. Lines
//! are gone through some at a time, so that a long log makes no frame late.

use hartomat_api::{ApiError, LogCursor, LogPage};
use hartomat_schema::{LogLevel, NodeId, RunId, Timestamp};

use super::log_lines::LogLines;
use super::log_search::LogSearch;
use super::{LogCommand, LogEntry};

/// The most lines that are kept.
const MOST: usize = 2_000_000;
/// Lines that are looked at in a frame.
const LINES_A_FRAME: usize = 20_000;

/// A log.
#[derive(Debug)]
pub struct LogBook {
    lines: LogLines,
    pub(super) cursor: LogCursor,
    pub(super) is_asked: bool,
    /// Whether there is more to read.
    pub(super) is_behind: bool,
    /// Why it couldn't be read.
    pub error: Option<ApiError>,
    /// Of this node alone.
    pub node: Option<NodeId>,
    /// Of this try of the node alone.
    pub attempt: Option<u32>,
    within: Option<(Timestamp, Timestamp)>,
    /// Whether errors, warnings and the rest are shown.
    pub levels: [bool; 3],
    /// What is searched for.
    pub wanted: String,
    /// Whether that is a regular expression.
    pub is_regex: bool,
    search: LogSearch,
    /// Whether new lines are followed.
    pub is_following: bool,
    /// The line that was chosen, among those that are shown.
    pub current: Option<usize>,
    shown: Vec<u32>,
    /// Places in `shown`.
    found: Vec<u32>,
    scanned: usize,
    /// How many of the shown lines were searched.
    searched: usize,
    /// Which of the places one is at.
    at: usize,
    /// The line that shall come into view.
    target: Option<usize>,
    jumps: u64,
}

/// The element that the lines of a run's log are.
pub(crate) fn log_element(run: &RunId) -> egui::Id {
    egui::Id::new(("log", run.as_str()))
}

impl Default for LogBook {
    fn default() -> Self {
        Self {
            lines: LogLines::default(),
            cursor: LogCursor::default(),
            is_asked: false,
            is_behind: true,
            error: None,
            node: None,
            attempt: None,
            within: None,
            levels: [true; 3],
            wanted: String::new(),
            is_regex: false,
            search: LogSearch::default(),
            is_following: true,
            current: None,
            shown: Vec::new(),
            found: Vec::new(),
            scanned: 0,
            searched: 0,
            at: 0,
            target: None,
            jumps: 0,
        }
    }
}

impl LogBook {
    /// How many lines there are to see.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// A line by its place.
    pub fn line(&self, index: usize) -> Option<LogEntry<'_>> {
        self.lines.get(*self.shown.get(index)? as usize)
    }

    /// Lines that are shown, in order.
    pub fn shown(&self) -> impl Iterator<Item = LogEntry<'_>> {
        let shown = self.shown.iter();
        shown.filter_map(|index| self.lines.get(*index as usize))
    }

    /// How many lines were read.
    pub fn read_count(&self) -> usize {
        self.lines.len()
    }

    /// Whether lines are being read.
    pub fn is_reading(&self) -> bool {
        self.is_asked || self.scanned < self.lines.len()
    }

    /// Whether not everything was kept.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= MOST
    }

    /// How many places were found.
    pub fn found_count(&self) -> usize {
        self.found.len()
    }

    /// Which of the places one is at, from 1, and the line there.
    pub fn found_at(&self) -> Option<(usize, usize)> {
        let index = *self.found.get(self.at)?;
        Some((self.at + 1, index as usize))
    }

    /// The line that shall come into view, and a number that changes with each such wish.
    pub fn target(&self) -> (u64, Option<usize>) {
        (self.jumps, self.target)
    }

    /// Whether the expression can't be read.
    pub fn is_broken(&self) -> bool {
        matches!(self.search, LogSearch::Broken)
    }

    /// Where in a line something was found.
    pub fn places(&self, line: &str) -> Vec<std::ops::Range<usize>> {
        self.search.places(line)
    }

    pub(super) fn came(&mut self, page: Result<Box<LogPage>, ApiError>) {
        self.is_asked = false;
        match page {
            Ok(page) => {
                self.error = None;
                // What comes while this is read is told by the stream.
                self.is_behind |= !page.lines.is_empty();
                self.cursor = page.next;
                let room = MOST - self.lines.len().min(MOST);
                self.lines.add(page.lines, room);
            }
            Err(err) => {
                self.is_behind = true;
                self.error = Some(err);
            }
        }
    }

    /// Whether the next page shall be asked for.
    pub(super) fn is_due(&self) -> bool {
        self.is_behind && !self.is_asked && self.error.is_none() && !self.is_full()
    }

    /// The runtime was heard of again: a page that couldn't be read may come now.
    pub(super) fn try_again(&mut self) {
        self.error = None;
    }

    /// Carries a command out. A try of a node is told apart by when its lines were written.
    pub(super) fn ask(&mut self, command: LogCommand, within: Option<(Timestamp, Timestamp)>) {
        match command {
            LogCommand::OfNode(node) => {
                self.node = node;
                self.attempt = None;
                self.within = None;
                self.show_anew();
            }
            LogCommand::OfAttempt(attempt) => {
                self.attempt = attempt.filter(|_| within.is_some());
                self.within = within;
                self.show_anew();
            }
            LogCommand::Level(level, is_shown) => {
                if let Some(of) = self.levels.get_mut(level) {
                    *of = is_shown;
                }
                self.show_anew();
            }
            LogCommand::Search(wanted) => {
                self.wanted = wanted;
                self.is_following &= self.wanted.is_empty();
                self.search_anew();
            }
            LogCommand::Regex(is_regex) => {
                self.is_regex = is_regex;
                self.search_anew();
            }
            LogCommand::Follow(is_following) => self.is_following = is_following,
            LogCommand::Next(is_forward) => self.step(is_forward),
            LogCommand::Current(current) => self.choose(current),
        }
    }

    fn show_anew(&mut self) {
        self.shown.clear();
        self.scanned = 0;
        self.current = None;
        self.search_anew();
    }

    fn search_anew(&mut self) {
        self.search = LogSearch::new(&self.wanted, self.is_regex);
        self.found.clear();
        self.searched = 0;
        self.at = 0;
        self.scan();
    }

    fn step(&mut self, is_forward: bool) {
        let count = self.found.len();
        if count > 0 {
            let by = if is_forward { 1 } else { count - 1 };
            self.at = (self.at + by) % count;
            self.is_following = false;
            self.go_to_found();
        }
    }

    fn choose(&mut self, current: Option<usize>) {
        let last = self.shown.len().checked_sub(1);
        self.current = current.and_then(|index| Some(index.min(last?)));
        if self.current.is_some() {
            self.is_following = false;
            self.target = self.current;
            self.jumps += 1;
        }
    }

    fn go_to_found(&mut self) {
        self.target = self.found_at().map(|(_, index)| index);
        self.current = self.target;
        self.jumps += 1;
    }

    /// Looks at some more lines; says whether there are others still.
    pub(super) fn scan(&mut self) -> bool {
        let until = self.lines.len().min(self.scanned + LINES_A_FRAME);
        for index in self.scanned..until {
            if self.takes(index) {
                self.shown.push(u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
        self.scanned = until;
        self.look_for_places();
        until < self.lines.len() || self.searched < self.shown.len()
    }

    fn takes(&self, index: usize) -> bool {
        let Some(line) = self.lines.get(index) else {
            return false;
        };
        let level = match line.level {
            LogLevel::Error => 0,
            LogLevel::Warning => 1,
            LogLevel::Info => 2,
        };
        let is_of_node = self.node.is_none() || self.node.as_ref() == line.node;
        let is_then = |(begin, end): (Timestamp, Timestamp)| line.at >= begin && line.at < end;
        self.levels[level] && is_of_node && self.within.is_none_or(is_then)
    }

    fn look_for_places(&mut self) {
        if !matches!(self.search, LogSearch::Pattern(_)) {
            self.searched = self.shown.len();
            return;
        }
        let until = self.shown.len().min(self.searched + LINES_A_FRAME);
        let had_none = self.found.is_empty();
        for index in self.searched..until {
            let line = self.lines.get(self.shown[index] as usize);
            if line.is_some_and(|line| self.search.finds(line.text)) {
                self.found.push(u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
        self.searched = until;
        if had_none && !self.found.is_empty() {
            self.go_to_found();
        }
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{LogLine, Side};

    use super::*;

    fn book(count: usize) -> LogBook {
        let lines = (0..count).map(|number| LogLine {
            seq: number as u64 + 1,
            at: Timestamp(number as i64),
            side: Side::Candidate,
            node: Some(NodeId::literal(if number % 2 == 0 {
                "still"
            } else {
                "glb"
            })),
            level: if number % 10 == 0 {
                LogLevel::Warning
            } else {
                LogLevel::Info
            },
            text: format!("line {number} of (all)"),
        });
        let mut book = LogBook::default();
        book.came(Ok(Box::new(LogPage {
            lines: lines.collect(),
            next: LogCursor::default(),
        })));
        while book.scan() {}
        book
    }

    fn ask(book: &mut LogBook, command: LogCommand) {
        book.ask(command, None);
    }

    #[test]
    fn plain_searches_take_signs_as_they_are_and_expressions_don_t() {
        let mut book = book(100);
        ask(&mut book, LogCommand::Search("(all)".to_owned()));
        assert_eq!(book.found_count(), 100);
        ask(&mut book, LogCommand::Search("LINE [12] ".to_owned()));
        assert_eq!(book.found_count(), 0);
        ask(&mut book, LogCommand::Regex(true));
        assert_eq!(book.found_count(), 2);
        assert_eq!(book.found_at(), Some((1, 1)));
        ask(&mut book, LogCommand::Next(false));
        assert_eq!(book.found_at(), Some((2, 2)));
        ask(&mut book, LogCommand::Search("(".to_owned()));
        assert!(book.is_broken());
    }

    #[test]
    fn nodes_levels_and_tries_are_told_apart_and_lines_keep_their_numbers() {
        let mut book = book(100);
        ask(
            &mut book,
            LogCommand::OfNode(Some(NodeId::literal("still"))),
        );
        assert_eq!(book.len(), 50);
        let second_try = Some((Timestamp(60), Timestamp(80)));
        book.ask(LogCommand::OfAttempt(Some(2)), second_try);
        assert_eq!((book.len(), book.attempt), (10, Some(2)));
        assert_eq!(book.line(0).unwrap().number, 61);
        ask(
            &mut book,
            LogCommand::OfNode(Some(NodeId::literal("still"))),
        );
        assert_eq!(book.attempt, None);
        ask(&mut book, LogCommand::Level(2, false));
        assert_eq!(book.len(), 10);
    }

    #[test]
    fn a_long_log_is_gone_through_some_lines_at_a_time_and_stays_in_view_while_it_is_searched() {
        let mut book = book(3 * LINES_A_FRAME);
        ask(&mut book, LogCommand::Search("line".to_owned()));
        assert_eq!(book.len(), 3 * LINES_A_FRAME);
        assert_eq!(book.found_count(), LINES_A_FRAME);
        while book.scan() {}
        assert_eq!(book.found_count(), 3 * LINES_A_FRAME);
    }

    #[test]
    fn a_page_that_failed_is_asked_for_again_once_something_is_heard() {
        let mut book = book(3);
        book.is_behind = false;
        let err = ApiError::new(hartomat_api::ErrorKind::Unreachable, "the plug is out");
        book.came(Err(err));
        assert!(!book.is_due(), "not in each frame");
        book.try_again();
        assert!(book.is_due());
        assert_eq!(book.len(), 3, "what was read stays");
    }

    #[test]
    fn a_line_that_is_chosen_comes_into_view_and_pauses_following() {
        let mut book = book(30);
        let (before, _) = book.target();
        ask(&mut book, LogCommand::Current(Some(99)));
        assert_eq!(book.target(), (before + 1, Some(29)));
        assert!(!book.is_following);
    }
}
