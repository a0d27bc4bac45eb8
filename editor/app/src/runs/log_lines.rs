//! Lines of a log, packed: a million fit in memory, and when more come nothing is copied again.

use hartomat_schema::{LogLevel, LogLine, NodeId, Side, Timestamp};

/// A line, borrowed from where it is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEntry<'a> {
    /// Its number in the whole log, from 1.
    pub number: usize,
    /// When.
    pub at: Timestamp,
    /// The side that wrote it.
    pub side: Side,
    /// The node, on the candidate's side.
    pub node: Option<&'a NodeId>,
    /// Level.
    pub level: LogLevel,
    /// The line.
    pub text: &'a str,
}

/// All lines that were read.
#[derive(Debug, Default)]
pub(super) struct LogLines {
    lines: Vec<Packed>,
    /// The texts of each page that came, one after another.
    pages: Vec<String>,
    nodes: Vec<NodeId>,
}

#[derive(Debug, Clone, Copy)]
struct Packed {
    at: Timestamp,
    page: u32,
    begin: u32,
    end: u32,
    /// Place among the nodes, from 1; 0 is none.
    node: u16,
    side: Side,
    level: LogLevel,
}

impl LogLines {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<LogEntry<'_>> {
        let line = self.lines.get(index)?;
        let text = self.pages.get(line.page as usize)?;
        let node = usize::from(line.node).checked_sub(1);
        Some(LogEntry {
            number: index + 1,
            at: line.at,
            side: line.side,
            node: node.and_then(|node| self.nodes.get(node)),
            level: line.level,
            text: text.get(line.begin as usize..line.end as usize)?,
        })
    }

    /// Takes the first `room` lines of a page in.
    pub(super) fn add(&mut self, page: Vec<LogLine>, room: usize) {
        let number = u32::try_from(self.pages.len()).unwrap_or(u32::MAX);
        let bytes = page.iter().map(|line| line.text.len()).sum();
        let mut texts = String::with_capacity(bytes);
        self.lines.reserve(page.len().min(room));
        for line in page.into_iter().take(room) {
            let begin = offset(&texts);
            texts.push_str(&line.text);
            let packed = Packed {
                at: line.at,
                page: number,
                begin,
                end: offset(&texts),
                node: line.node.map_or(0, |node| self.place_of(node)),
                side: line.side,
                level: line.level,
            };
            self.lines.push(packed);
        }
        self.pages.push(texts);
    }

    /// The place of a node among those that have written, from 1.
    fn place_of(&mut self, node: NodeId) -> u16 {
        // The node that wrote last mostly writes again.
        let known = self.nodes.iter().rposition(|known| *known == node);
        let place = known.unwrap_or_else(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        });
        u16::try_from(place + 1).unwrap_or(0)
    }
}

fn offset(texts: &str) -> u32 {
    u32::try_from(texts.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_went_in() {
        let line = |number: u64, node: Option<&'static str>| LogLine {
            seq: number,
            at: Timestamp(1000 + number as i64),
            side: Side::Candidate,
            node: node.map(NodeId::literal),
            level: LogLevel::Warning,
            text: format!("Zeile {number} – ä"),
        };
        let mut lines = LogLines::default();
        lines.add(vec![line(1, Some("glb")), line(2, None)], 10);
        lines.add(vec![line(3, Some("still")), line(4, Some("glb"))], 1);
        assert_eq!(lines.len(), 3, "no more than there is room for");
        let third = lines.get(2).unwrap();
        assert_eq!((third.number, third.text), (3, "Zeile 3 – ä"));
        assert_eq!(third.node, Some(&NodeId::literal("still")));
        assert_eq!(lines.get(1).unwrap().node, None);
        assert_eq!(lines.get(0).unwrap().at, Timestamp(1001));
        assert!(lines.get(3).is_none());
    }
}
