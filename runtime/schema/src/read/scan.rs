//! Looks through a JSON text before anything is built from it: syntax, limits, duplicate keys.
//!
//! Never recurses and keeps little: what passes here is safe to parse. What `serde_json` refuses,
//! this refuses first, in words that say where and how to mend it.

use std::borrow::Cow;
use std::ops::Range;

use super::lexer::{Lexer, Syntax};
use super::limits::{self, Container, Limit};

/// Where the parts of a text stand that passed.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// What the root value is.
    pub(super) root: RootKind,
    /// Members of the root object: key and value.
    pub(super) members: Vec<(String, Range<usize>)>,
    /// Elements of the root's `nodes`.
    pub(super) nodes: Vec<Range<usize>>,
    /// Elements of the root's `edges`.
    pub(super) edges: Vec<Range<usize>>,
}

/// What a document's outermost value is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum RootKind {
    /// A list, text, number or the like.
    #[default]
    Other,
    /// An object, as documents are.
    Object,
}

/// Why a text did not pass.
#[derive(Debug, PartialEq)]
pub(super) enum Refusal {
    /// No JSON.
    Syntax(Syntax),
    /// Too deep, too long, too many.
    Limit {
        /// Which one.
        limit: Limit,
        /// Byte offset.
        at: usize,
        /// JSON pointer.
        pointer: String,
    },
    /// The same key twice in one object.
    DuplicateKey {
        /// Byte offset of the later one.
        at: usize,
        /// JSON pointer of the later one.
        pointer: String,
    },
}

/// What may stand next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

/// An object or list that has not ended yet.
struct Open {
    is_object: bool,
    start: usize,
    /// Members so far.
    count: usize,
    /// Where this object's keys begin among all open keys.
    first_key: usize,
}

struct Scan<'a> {
    lexer: Lexer<'a>,
    open: Vec<Open>,
    keys: Vec<Range<usize>>,
    cost: usize,
    layout: Layout,
    refusals: Vec<Refusal>,
}

/// Scans a text. All duplicate keys are found; a syntax error or an exceeded limit ends the scan.
pub(super) fn scan(text: &str) -> Result<Layout, Vec<Refusal>> {
    let mut scan = Scan {
        lexer: Lexer::new(text),
        open: Vec::new(),
        keys: Vec::new(),
        cost: 0,
        layout: Layout::default(),
        refusals: Vec::new(),
    };
    if let Err(refusal) = scan.run() {
        scan.refusals.push(refusal);
    }
    if scan.refusals.is_empty() {
        Ok(scan.layout)
    } else {
        Err(scan.refusals)
    }
}

impl<'a> Scan<'a> {
    fn run(&mut self) -> Result<(), Refusal> {
        let mut expect = Expect::Value;
        loop {
            self.lexer.skip_whitespace();
            expect = match expect {
                Expect::Value => self.value()?,
                Expect::ValueOrEnd if self.lexer.peek() == Some(b']') => self.close()?,
                Expect::ValueOrEnd => self.value()?,
                Expect::KeyOrEnd if self.lexer.peek() == Some(b'}') => self.close()?,
                Expect::Key | Expect::KeyOrEnd => self.key()?,
                Expect::CommaOrEnd => match self.open.last() {
                    None => return self.end(),
                    Some(open) => {
                        let is_object = open.is_object;
                        self.comma_or_end(is_object)?
                    }
                },
            };
            self.spend(0)?;
        }
    }

    fn end(&mut self) -> Result<(), Refusal> {
        match self.lexer.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax(
                "there is more text after the end of the document",
                "remove what follows the last bracket",
            )),
        }
    }

    fn value(&mut self) -> Result<Expect, Refusal> {
        let at = self.lexer.at();
        match self.lexer.peek() {
            Some(byte @ (b'{' | b'[')) => return self.open(byte == b'{'),
            Some(b'"') => {
                let length = self.string()?.len();
                self.spend(length)?;
            }
            None => return Err(self.cut_off()),
            Some(b']') if self.open.last().is_some_and(|open| !open.is_object) => {
                return Err(self.syntax(
                    "a comma stands before `]`, with nothing between them",
                    "remove the comma",
                ));
            }
            Some(_) => self.lexer.scalar().map_err(Refusal::Syntax)?,
        }
        self.value_ended(at);
        Ok(Expect::CommaOrEnd)
    }

    fn open(&mut self, is_object: bool) -> Result<Expect, Refusal> {
        let start = self.lexer.at();
        if self.open.len() == limits::DEPTH {
            return Err(self.limit(Limit::Depth, start));
        }
        if self.open.is_empty() && is_object {
            self.layout.root = RootKind::Object;
        }
        self.lexer.bump();
        self.open.push(Open {
            is_object,
            start,
            count: 0,
            first_key: self.keys.len(),
        });
        Ok(if is_object {
            Expect::KeyOrEnd
        } else {
            Expect::ValueOrEnd
        })
    }

    fn key(&mut self) -> Result<Expect, Refusal> {
        match self.lexer.peek() {
            Some(b'"') => {}
            None => return Err(self.cut_off()),
            Some(b'}') => {
                return Err(self.syntax(
                    "a comma stands before `}`, with nothing between them",
                    "remove the comma",
                ));
            }
            Some(_) => return Err(Refusal::Syntax(self.lexer.not_a_key())),
        }
        let key = self.string()?;
        self.keys.push(key);
        self.lexer.skip_whitespace();
        match self.lexer.peek() {
            Some(b':') => self.lexer.bump(),
            None => return Err(self.cut_off()),
            Some(_) => {
                return Err(self.syntax("a colon is missing after a key", "write `:` here"));
            }
        }
        self.lexer.skip_whitespace();
        Ok(Expect::Value)
    }

    fn comma_or_end(&mut self, is_object: bool) -> Result<Expect, Refusal> {
        match self.lexer.peek() {
            Some(b',') => {
                self.lexer.bump();
                Ok(if is_object {
                    Expect::Key
                } else {
                    Expect::Value
                })
            }
            Some(b'}') if is_object => self.close(),
            Some(b']') if !is_object => self.close(),
            Some(b'}') => Err(self.syntax("`}` stands where a list ends", "write `]` here")),
            Some(b']') => Err(self.syntax("`]` stands where an object ends", "write `}` here")),
            None => Err(self.cut_off()),
            Some(_) => Err(Refusal::Syntax(self.lexer.not_a_comma())),
        }
    }

    fn close(&mut self) -> Result<Expect, Refusal> {
        self.lexer.bump();
        let open = self.open.pop().expect("a bracket closes only what is open");
        if open.is_object {
            self.find_duplicates(&open);
        }
        self.cost += limits::container_cost(self.container(open.is_object), open.count);
        self.keys.truncate(open.first_key);
        self.value_ended(open.start);
        Ok(Expect::CommaOrEnd)
    }

    /// Notes that the value from `start` to here is complete.
    fn value_ended(&mut self, start: usize) {
        let range = start..self.lexer.at();
        let depth = self.open.len();
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.count += 1;
        if depth == 1 && open.is_object {
            let key = self
                .lexer
                .text(self.keys.last().expect("an object's value has a key"));
            self.layout
                .members
                .push((unescape(key).into_owned(), range));
        } else if depth == 2 && !open.is_object {
            match self.root_key().as_deref() {
                Some("nodes") => self.layout.nodes.push(range),
                Some("edges") => self.layout.edges.push(range),
                _ => {}
            }
        }
    }

    /// The root object's member that is being read.
    fn root_key(&self) -> Option<Cow<'a, str>> {
        let root = self.open.first().filter(|open| open.is_object)?;
        let key = self.keys.get(root.first_key + root.count)?;
        Some(unescape(self.lexer.text(key)))
    }

    /// What a container that ends here becomes.
    fn container(&self, is_object: bool) -> Container {
        match (self.open.len(), self.root_key().as_deref()) {
            _ if !is_object => Container::List,
            (2, Some("nodes" | "edges")) => Container::Struct,
            (3, Some("edges")) => Container::End,
            _ => Container::Object,
        }
    }

    fn find_duplicates(&mut self, open: &Open) {
        let keys = &self.keys[open.first_key..];
        let mut sorted: Vec<(Cow<'_, str>, usize)> = keys
            .iter()
            .map(|key| (unescape(self.lexer.text(key)), key.start))
            .collect();
        sorted.sort();
        let mut places: Vec<(usize, String)> = sorted
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .map(|pair| (pair[1].1 - 1, escape_pointer(&pair[1].0)))
            .collect();
        places.sort();
        places.truncate(limits::DIAGNOSTICS);
        if places.is_empty() {
            return;
        }
        let parent = self.pointer();
        for (at, key) in places {
            let pointer = format!("{parent}/{key}");
            self.refusals.push(Refusal::DuplicateKey { at, pointer });
        }
    }

    /// Adds to what the document would take in memory, and checks the counts.
    fn spend(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.cost += bytes;
        let at = self.lexer.at();
        let open: usize = self
            .open
            .last()
            .map_or(0, |open| open.count * limits::VALUE_BYTES);
        if self.layout.nodes.len() > limits::NODES {
            Err(self.limit(Limit::Nodes, at))
        } else if self.layout.edges.len() > limits::EDGES {
            Err(self.limit(Limit::Edges, at))
        } else if self.cost + open > limits::MEMORY_BYTES {
            Err(self.limit(Limit::Memory, at))
        } else if self.refusals.len() >= limits::DIAGNOSTICS {
            // Enough said: the last one ends the scan.
            Err(self.refusals.pop().expect("the limit is above zero"))
        } else {
            Ok(())
        }
    }

    /// Reads a string and returns what stands between its quotes.
    fn string(&mut self) -> Result<Range<usize>, Refusal> {
        let range = self.lexer.string().map_err(Refusal::Syntax)?;
        if range.len() > limits::STRING_BYTES {
            return Err(self.limit(Limit::String, range.start - 1));
        }
        Ok(range)
    }

    fn syntax(&self, message: &str, fix: &str) -> Refusal {
        Refusal::Syntax(Syntax::new(self.lexer.at(), message, fix))
    }

    fn cut_off(&self) -> Refusal {
        Refusal::Syntax(
            self.lexer
                .cut_off(self.open.last().map(|open| (open.is_object, open.start))),
        )
    }

    fn limit(&self, limit: Limit, at: usize) -> Refusal {
        Refusal::Limit {
            limit,
            at,
            pointer: self.pointer(),
        }
    }

    /// The pointer of the value that is being read.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for open in &self.open {
            pointer.push('/');
            if open.is_object {
                let key = self.keys.get(open.first_key + open.count);
                pointer.push_str(&escape_pointer(&unescape(
                    key.map_or("", |key| self.lexer.text(key)),
                )));
            } else {
                pointer.push_str(&open.count.to_string());
            }
        }
        pointer
    }
}

/// What a string says, its escapes resolved.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let text = serde_json::from_str(&format!("\"{raw}\"")).expect("the lexer checked the escapes");
    Cow::Owned(text)
}

/// A key as a segment of a JSON pointer (RFC 6901).
pub(crate) fn escape_pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// What stands in the way beyond the syntax.
    fn is_beyond_syntax(refusals: &[Refusal]) -> bool {
        refusals.iter().any(|refusal| match refusal {
            Refusal::Syntax(syntax) => syntax.message.contains("larger than can be kept"),
            Refusal::Limit { .. } | Refusal::DuplicateKey { .. } => true,
        })
    }

    fn agrees_with_serde(text: &str) {
        let parsed = serde_json::from_str::<Value>(text);
        match scan(text) {
            Ok(_) => assert!(parsed.is_ok(), "{text:?} passes, but {parsed:?}"),
            Err(refusals) => {
                assert!(
                    parsed.is_err() || is_beyond_syntax(&refusals),
                    "{text:?}: {refusals:?}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn passes_what_the_parser_takes_and_nothing_else(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "1", "-0", "0.5", "1e3", "1e999", "-", ".", "+", "e",
                "true", "null", "nul", " ", "\n", "\\", "\\u00", "\\ud83d\\ude00", "\\ud83d", "\\n", "ä", "\u{0}", "01", "{}", "[]",
            ]), 0..14),
        ) {
            agrees_with_serde(&parts.concat());
        }
    }

    #[test]
    fn numbers_agree_with_the_parser() {
        for text in [
            "0",
            "-0",
            "00",
            "-",
            "1.",
            ".1",
            "1.0",
            "1e5",
            "1E+5",
            "1e-5",
            "1e",
            "1e+",
            "1e400",
            "-1e400",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "0x10",
            "1_000",
            "١",
        ] {
            agrees_with_serde(text);
        }
        agrees_with_serde(&format!("{}.5", "9".repeat(400)));
        agrees_with_serde(&format!("0.{}", "9".repeat(400)));
    }
}
