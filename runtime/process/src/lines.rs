//! Splits a byte stream into lines that are safe to keep: bounded, valid UTF-8, no control characters.

/// The longest log line in bytes; the rest is cut off and counted.
pub(crate) const MAX_LOG_LINE: usize = 8 * 1024;

/// A line splitter. Lines that open with `{` may be longer when a protocol is spoken.
pub(crate) struct LineSplitter {
    line: Vec<u8>,
    cut_bytes: usize,
    protocol_bytes: usize,
}

/// A whole line.
pub(crate) struct RawLine {
    pub(crate) bytes: Vec<u8>,
    pub(crate) cut_bytes: usize,
}

impl LineSplitter {
    pub(crate) fn new(protocol_bytes: usize) -> Self {
        Self {
            line: Vec::new(),
            cut_bytes: 0,
            protocol_bytes,
        }
    }

    /// Takes bytes in and hands out the lines that they complete.
    pub(crate) fn push(&mut self, mut bytes: &[u8], mut emit: impl FnMut(RawLine)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.append(&bytes[..end]);
            emit(self.take());
            bytes = &bytes[end + 1..];
        }
        self.append(bytes);
    }

    /// Hands out what is left when the stream ends.
    pub(crate) fn finish(&mut self) -> Option<RawLine> {
        (!self.line.is_empty()).then(|| self.take())
    }

    fn append(&mut self, bytes: &[u8]) {
        let first = self.line.first().or(bytes.first());
        let limit = if first == Some(&b'{') {
            self.protocol_bytes.max(MAX_LOG_LINE)
        } else {
            MAX_LOG_LINE
        };
        let room = limit.saturating_sub(self.line.len());
        let kept = bytes.len().min(room);
        self.line.extend_from_slice(&bytes[..kept]);
        self.cut_bytes += bytes.len() - kept;
    }

    fn take(&mut self) -> RawLine {
        RawLine {
            bytes: std::mem::take(&mut self.line),
            cut_bytes: std::mem::take(&mut self.cut_bytes),
        }
    }
}

impl RawLine {
    /// The line as text for logs, at most 8 KiB and a note of what was cut.
    pub(crate) fn text(&self) -> String {
        let kept = &self.bytes[..self.bytes.len().min(MAX_LOG_LINE)];
        let cut = self.cut_bytes + self.bytes.len() - kept.len();
        let mut text: String = String::from_utf8_lossy(kept)
            .chars()
            .filter_map(|character| match character {
                '\t' => Some(' '),
                other if other.is_control() => None,
                other => Some(other),
            })
            .collect();
        if cut > 0 {
            text.push_str(&format!(" … [{cut} bytes cut]"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<String> {
        let mut splitter = LineSplitter::new(0);
        let mut lines = Vec::new();
        for chunk in chunks {
            splitter.push(chunk, |line| lines.push(line.text()));
        }
        lines.extend(splitter.finish().map(|line| line.text()));
        lines
    }

    #[test]
    fn lines_are_joined_across_reads_and_cleaned() {
        assert_eq!(
            split(&[b"a\nb", b"c\r\n\x1b[31mred\x07", b"\n\xff\n"]),
            ["a", "bc", "[31mred", "\u{fffd}"]
        );
    }

    #[test]
    fn long_lines_are_cut_and_say_so() {
        let long = vec![b'x'; 10 * 1024 * 1024];
        let lines = split(&[&long, b"\nnext"]);
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].len() < MAX_LOG_LINE + 40 && lines[0].ends_with("bytes cut]"),
            "{}",
            lines[0].len()
        );
        assert_eq!(lines[1], "next");
    }
}
