//! What is searched for in logs: words as they are, or a regular expression.

use regex::{Regex, RegexBuilder};

/// The largest compiled expression, in bytes: what a person types may be anything.
const LARGEST: usize = 1 << 20;

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub(super) enum LogSearch {
    /// Nothing.
    #[default]
    Nothing,
    /// This, whatever the case of its letters.
    Pattern(Regex),
    /// An expression that can't be read.
    Broken,
}

impl LogSearch {
    pub(super) fn new(text: &str, is_regex: bool) -> Self {
        if text.is_empty() {
            return Self::Nothing;
        }
        let pattern = if is_regex {
            text.to_owned()
        } else {
            regex::escape(text)
        };
        let built = RegexBuilder::new(&pattern)
            .case_insensitive(true)
            .size_limit(LARGEST)
            .build();
        built.map_or(Self::Broken, Self::Pattern)
    }

    pub(super) fn finds(&self, line: &str) -> bool {
        matches!(self, Self::Pattern(pattern) if pattern.is_match(line))
    }

    /// Where in a line.
    pub(super) fn places(&self, line: &str) -> Vec<std::ops::Range<usize>> {
        match self {
            Self::Pattern(pattern) => {
                let found = pattern.find_iter(line).map(|found| found.range());
                found.filter(|range| !range.is_empty()).take(50).collect()
            }
            _ => Vec::new(),
        }
    }
}
