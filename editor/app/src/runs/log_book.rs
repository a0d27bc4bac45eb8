//! The log of a run: lines as they come, those that are shown, and where something was found. Lines
//! are gone through some at a time, so that a long log makes no frame late.

use hartomat_api::{ApiError, LogCursor, LogPage};
use hartomat_schema::{LogLevel, LogLine, NodeId};

use super::LogCommand;
use super::log_search::LogSearch;

/// The most lines that are kept.
const MOST: usize = 500_000;
/// Lines that are looked at in a frame.
const LINES_A_FRAME: usize = 20_000;

/// A log.
#[derive(Debug)]
pub struct LogBook {
    lines: Vec<LogLine>,
    pub(super) cursor: LogCursor,
    pub(super) is_asked: bool,
    /// Whether there is more to read.
    pub(super) is_behind: bool,
    /// Why it couldn't be read.
    pub error: Option<ApiError>,
    /// Of this node alone.
    pub node: Option<NodeId>,
    /// Whether errors, warnings and the rest are shown.
    pub levels: [bool; 3],
    /// What is searched for.
    pub wanted: String,
    /// Whether that is a regular expression.
    pub is_regex: bool,
    search: LogSearch,
    /// Whether new lines are followed.
    pub is_following: bool,
    shown: Vec<u32>,
    /// Places in `shown`.
    found: Vec<u32>,
    scanned: usize,
    /// Which of the places one is at.
    at: usize,
    jumps: u64,
}

impl Default for LogBook {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            cursor: LogCursor::default(),
            is_asked: false,
            is_behind: true,
            error: None,
            node: None,
            levels: [true; 3],
            wanted: String::new(),
            is_regex: false,
            search: LogSearch::default(),
            is_following: true,
            shown: Vec::new(),
            found: Vec::new(),
            scanned: 0,
            at: 0,
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
    pub fn line(&self, index: usize) -> Option<&LogLine> {
        self.lines.get(*self.shown.get(index)? as usize)
    }

    /// Lines that are shown, in order.
    pub fn shown(&self) -> impl Iterator<Item = &LogLine> {
        let shown = self.shown.iter();
        shown.filter_map(|index| self.lines.get(*index as usize))
    }

    /// How many lines were read.
    pub fn read_count(&self) -> usize {
        self.lines.len()
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

    /// Changes whenever the view shall go to [`Self::found_at`].
    pub fn jumps(&self) -> u64 {
        self.jumps
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
                self.lines.extend(page.lines.into_iter().take(room));
            }
            Err(err) => self.error = Some(err),
        }
    }

    pub(super) fn ask(&mut self, command: LogCommand) {
        match command {
            LogCommand::OfNode(node) => self.node = node,
            LogCommand::Level(level, is_shown) => {
                if let Some(of) = self.levels.get_mut(level) {
                    *of = is_shown;
                }
            }
            LogCommand::Search(wanted) => {
                self.wanted = wanted;
                self.is_following &= self.wanted.is_empty();
            }
            LogCommand::Regex(is_regex) => self.is_regex = is_regex,
            LogCommand::Follow(is_following) => {
                self.is_following = is_following;
                return;
            }
            LogCommand::Next(is_forward) => {
                self.step(is_forward);
                return;
            }
        }
        self.search = LogSearch::new(&self.wanted, self.is_regex);
        self.shown.clear();
        self.found.clear();
        self.scanned = 0;
        self.at = 0;
        self.jumps += 1;
        self.scan();
    }

    fn step(&mut self, is_forward: bool) {
        let count = self.found.len();
        if count > 0 {
            let by = if is_forward { 1 } else { count - 1 };
            self.at = (self.at + by) % count;
            self.is_following = false;
            self.jumps += 1;
        }
    }

    /// Looks at some more lines; says whether there are others still.
    pub(super) fn scan(&mut self) -> bool {
        let until = self.lines.len().min(self.scanned + LINES_A_FRAME);
        let had_none = self.found.is_empty();
        for index in self.scanned..until {
            let line = &self.lines[index];
            let level = match line.level {
                LogLevel::Error => 0,
                LogLevel::Warning => 1,
                LogLevel::Info => 2,
            };
            let is_of_node = self.node.is_none() || self.node == line.node;
            if !self.levels[level] || !is_of_node {
                continue;
            }
            if self.search.finds(&line.text) {
                self.found
                    .push(u32::try_from(self.shown.len()).unwrap_or(u32::MAX));
            }
            self.shown.push(u32::try_from(index).unwrap_or(u32::MAX));
        }
        if had_none && !self.found.is_empty() {
            self.jumps += 1;
        }
        self.scanned = until;
        until < self.lines.len()
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{Side, Timestamp};

    use super::*;

    fn book(count: usize) -> LogBook {
        let lines = (0..count).map(|number| LogLine {
            seq: number as u64 + 1,
            at: Timestamp(0),
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

    #[test]
    fn plain_searches_take_signs_as_they_are_and_expressions_don_t() {
        let mut book = book(100);
        book.ask(LogCommand::Search("(all)".to_owned()));
        assert_eq!(book.found_count(), 100);
        book.ask(LogCommand::Search("LINE [12] ".to_owned()));
        assert_eq!(book.found_count(), 0);
        book.ask(LogCommand::Regex(true));
        assert_eq!(book.found_count(), 2);
        assert_eq!(book.found_at(), Some((1, 1)));
        book.ask(LogCommand::Next(false));
        assert_eq!(book.found_at(), Some((2, 2)));
        book.ask(LogCommand::Search("(".to_owned()));
        assert!(book.is_broken());
    }

    #[test]
    fn nodes_and_levels_are_told_apart() {
        let mut book = book(100);
        book.ask(LogCommand::OfNode(Some(NodeId::literal("still"))));
        assert_eq!(book.len(), 50);
        book.ask(LogCommand::Level(2, false));
        assert_eq!(book.len(), 10);
    }

    #[test]
    fn a_long_log_is_gone_through_some_lines_at_a_time() {
        let mut book = book(3 * LINES_A_FRAME);
        book.ask(LogCommand::Search("line".to_owned()));
        assert_eq!(book.len(), LINES_A_FRAME);
        while book.scan() {}
        assert_eq!(book.found_count(), 3 * LINES_A_FRAME);
    }
}
