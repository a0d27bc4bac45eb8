//! What a child said, bounded: the first lines and the last lines, and how many are missing between.

use std::collections::VecDeque;

/// Bytes kept of the beginning.
const HEAD_BYTES: usize = 64 * 1024;
/// Bytes kept of the end.
const TAIL_BYTES: usize = 192 * 1024;

/// One of a child's two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line that a child wrote: at most 8 KiB, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it was written to.
    pub stream: Stream,
    /// Its text without the line break.
    pub text: String,
}

/// Head and tail of a child's output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spool {
    head: Vec<Line>,
    head_bytes: usize,
    tail: VecDeque<Line>,
    tail_bytes: usize,
    /// How many lines are missing between head and tail.
    dropped_lines: u64,
}

impl Spool {
    pub(crate) fn push(&mut self, line: Line) {
        let bytes = line.text.len() + 1;
        if self.tail.is_empty() && self.head_bytes + bytes <= HEAD_BYTES {
            self.head_bytes += bytes;
            self.head.push(line);
            return;
        }
        self.tail_bytes += bytes;
        self.tail.push_back(line);
        while self.tail_bytes > TAIL_BYTES {
            let Some(dropped) = self.tail.pop_front() else {
                break;
            };
            self.tail_bytes -= dropped.text.len() + 1;
            self.dropped_lines += 1;
        }
    }

    /// The lines that were kept, in the order in which they arrived.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.head.iter().chain(&self.tail)
    }

    /// Everything kept as one text, with a note where lines are missing.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.head {
            text.push_str(&line.text);
            text.push('\n');
        }
        if self.dropped_lines > 0 {
            text.push_str(&format!("… [{} lines dropped]\n", self.dropped_lines));
        }
        for line in &self.tail {
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }

    /// The last lines, for an error message.
    pub fn last_lines(&self, count: usize) -> String {
        let mut lines: Vec<&str> = self
            .lines()
            .rev()
            .take(count)
            .map(|line| line.text.as_str())
            .collect();
        lines.reverse();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_and_tail_survive_a_flood() {
        let mut spool = Spool::default();
        for index in 0..100_000 {
            spool.push(Line {
                stream: Stream::Stdout,
                text: format!("line {index}"),
            });
        }
        let text = spool.text();
        assert!(text.starts_with("line 0\n") && text.ends_with("line 99999\n"));
        assert!(text.len() < HEAD_BYTES + TAIL_BYTES + 100);
        assert_eq!(spool.lines().count() as u64 + spool.dropped_lines, 100_000);
        assert_eq!(spool.last_lines(2), "line 99998\nline 99999");
    }
}
