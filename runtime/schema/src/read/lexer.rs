//! The tokens of JSON (RFC 8259) and, for text that is none, what its author most likely meant.

use std::ops::Range;

/// A place where a text is no JSON.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Syntax {
    /// Byte offset.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) message: String,
    /// What would mend it.
    pub(super) fix: String,
    /// Byte offset of the bracket that this is about, where there is one.
    pub(super) opened_at: Option<usize>,
}

impl Syntax {
    /// A syntax error.
    pub(super) fn new(at: usize, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            fix: fix.into(),
            opened_at: None,
        }
    }
}

/// A cursor over a text.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte offset.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The byte at the cursor.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves on by one byte.
    pub(super) fn bump(&mut self) {
        self.at += 1;
    }

    /// What stands in a range that this cursor returned.
    pub(super) fn text(&self, range: &Range<usize>) -> &'a str {
        &self.text[range.clone()]
    }

    /// Moves to the next token.
    pub(super) fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Reads a string; returns the range between its quotes.
    pub(super) fn string(&mut self) -> Result<Range<usize>, Syntax> {
        let quote = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(quote + 1..self.at - 1);
                }
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => return Err(self.control_character()),
                Some(_) => self.at += 1,
                None => {
                    let mut error = Syntax::new(
                        self.at,
                        "the file ends inside a text that began",
                        "the file looks cut off: restore it from the autosave or a backup, or add the missing `\"`",
                    );
                    error.opened_at = Some(quote);
                    return Err(error);
                }
            }
        }
    }

    fn control_character(&self) -> Syntax {
        if matches!(self.peek(), Some(b'\n' | b'\r')) {
            Syntax::new(
                self.at,
                "a text runs over the end of its line",
                "close the text with `\"`, or write the line break as `\\n`",
            )
        } else {
            Syntax::new(
                self.at,
                "a control character stands in a text",
                "remove it, or write it as `\\t` or `\\u0000` with its number",
            )
        }
    }

    /// Reads an escape; a surrogate must come with its other half.
    fn escape(&mut self) -> Result<(), Syntax> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => match self.unicode_escape(start)? {
                0xD800..=0xDBFF => {
                    let second = self.at;
                    let is_escape = self.text.as_bytes()[second..].starts_with(b"\\u");
                    self.at += 1;
                    if !is_escape || !matches!(self.unicode_escape(second)?, 0xDC00..=0xDFFF) {
                        return Err(half_character(start));
                    }
                }
                0xDC00..=0xDFFF => return Err(half_character(start)),
                _ => {}
            },
            None => {}
            Some(_) => {
                return Err(Syntax::new(
                    start,
                    "a backslash stands before something that it can't escape",
                    "write `\\\\` for a backslash, as in `C:\\\\folder`",
                ));
            }
        }
        Ok(())
    }

    /// Reads `u` and four digits; the cursor stands on the `u`.
    fn unicode_escape(&mut self, start: usize) -> Result<u32, Syntax> {
        let digits = self.text.as_bytes().get(self.at + 1..self.at + 5);
        let mut code = 0;
        for byte in digits.unwrap_or(b"?") {
            let digit = char::from(*byte).to_digit(16).ok_or_else(|| {
                Syntax::new(
                    start,
                    "`\\u` needs four hexadecimal digits",
                    "write them, as in `\\u00e4`",
                )
            })?;
            code = code * 16 + digit;
        }
        self.at += 5;
        Ok(code)
    }

    /// Reads a number, `true`, `false` or `null`.
    pub(super) fn scalar(&mut self) -> Result<(), Syntax> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest
            .bytes()
            .take_while(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')
            })
            .count();
        let word = &rest[..length];
        match word {
            "true" | "false" | "null" => {}
            _ if is_number(word) => check_range(word, start)?,
            _ => return Err(self.not_a_value(word)),
        }
        self.at += length;
        Ok(())
    }

    fn not_a_value(&self, word: &str) -> Syntax {
        let at = self.at;
        if let Some(comment) = self.comment() {
            return comment;
        }
        match word {
            "" => {}
            "True" | "False" | "TRUE" | "FALSE" => {
                let fix = format!("write `{}`", word.to_lowercase());
                return Syntax::new(at, format!("`{word}` is no JSON value"), fix);
            }
            "None" | "nil" | "NULL" | "Null" | "undefined" => {
                return Syntax::new(at, format!("`{word}` is no JSON value"), "write `null`");
            }
            "NaN" | "nan" | "Infinity" | "-Infinity" | "inf" | "-inf" => {
                let message = format!("`{word}` is no number that JSON knows");
                return Syntax::new(at, message, "write a finite number, or `null`");
            }
            _ if word
                .starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) =>
            {
                let message = format!("`{}` is no number", clip(word));
                let fix =
                    "write numbers like `12`, `-0.5` or `1e3`, without a leading `+`, `.` or `0`";
                return Syntax::new(at, message, fix);
            }
            _ => {
                let message = format!("`{}` is no JSON value", clip(word));
                return Syntax::new(at, message, "put text in double quotes");
            }
        }
        let found = self.text[at..].chars().next().unwrap_or('?');
        match found {
            '\'' => Syntax::new(at, "a text stands in single quotes", "use double quotes"),
            '“' | '”' | '„' | '‘' | '’' => Syntax::new(
                at,
                "a text stands in typographic quotes",
                "use straight double quotes",
            ),
            ',' => Syntax::new(
                at,
                "a value is missing before a comma",
                "write the value, or remove the comma",
            ),
            '}' => Syntax::new(
                at,
                "a value is missing before `}`",
                "write the value, such as `null`",
            ),
            ']' => Syntax::new(at, "`]` closes what no `[` opened", "remove it"),
            found => {
                let message = format!("a value can't begin with `{}`", found.escape_default());
                Syntax::new(
                    at,
                    message,
                    "write text, a number, `true`, `false`, `null`, `{` or `[`",
                )
            }
        }
    }

    /// What is wrong where a key should stand.
    pub(super) fn not_a_key(&self) -> Syntax {
        if let Some(comment) = self.comment() {
            return comment;
        }
        match self.text[self.at..].chars().next() {
            Some('\'') => Syntax::new(
                self.at,
                "a key stands in single quotes",
                "use double quotes",
            ),
            Some(',') => Syntax::new(
                self.at,
                "two commas follow each other",
                "remove one of them",
            ),
            Some(found) if found.is_alphanumeric() || found == '_' => Syntax::new(
                self.at,
                "a key stands without quotes",
                "put it in double quotes",
            ),
            _ => Syntax::new(
                self.at,
                "a key is missing here",
                "write a key in double quotes, or `}`",
            ),
        }
    }

    /// What is wrong where a comma or a closing bracket should stand.
    pub(super) fn not_a_comma(&self) -> Syntax {
        if let Some(comment) = self.comment() {
            return comment;
        }
        match self.peek() {
            Some(b':') => Syntax::new(
                self.at,
                "a colon stands where none can be",
                "write keys with colons in objects (`{`) only",
            ),
            _ => Syntax::new(
                self.at,
                "a comma is missing before this",
                "write a comma here",
            ),
        }
    }

    fn comment(&self) -> Option<Syntax> {
        let rest = &self.text[self.at..];
        let is_comment = ["//", "/*", "#"].iter().any(|mark| rest.starts_with(mark));
        is_comment.then(|| {
            Syntax::new(
                self.at,
                "JSON has no comments",
                "remove it, or keep the remark in the document's `notes`",
            )
        })
    }

    /// What is wrong when the text ends early, inside this object or list.
    pub(super) fn cut_off(&self, open: Option<(bool, usize)>) -> Syntax {
        let Some((is_object, start)) = open else {
            return Syntax::new(
                self.at,
                "the document is empty",
                "choose another file, or restore a backup",
            );
        };
        let (what, bracket) = if is_object {
            ("an object", '}')
        } else {
            ("a list", ']')
        };
        let mut error = Syntax::new(
            self.at,
            format!("the file ends inside {what} that began"),
            format!(
                "the file looks cut off: restore it from the autosave or a backup, or add the missing `{bracket}`"
            ),
        );
        error.opened_at = Some(start);
        error
    }
}

fn half_character(at: usize) -> Syntax {
    Syntax::new(
        at,
        "`\\u` names one half of a character (a surrogate) without the other",
        "write both halves, or the character itself",
    )
}

fn clip(word: &str) -> &str {
    &word[..word.len().min(40)]
}

/// Whether a word is a number of JSON: no leading `+`, `.` or zeros.
fn is_number(word: &str) -> bool {
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.find(['e', 'E']) {
        Some(at) => (&word[..at], Some(&word[at + 1..])),
        None => (word, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

/// Refuses numbers that could not be kept: infinite ones and integers beyond 64 bits.
fn check_range(word: &str, at: usize) -> Result<(), Syntax> {
    let is_integer = !word.contains(['.', 'e', 'E']);
    let is_kept = if is_integer {
        word.parse::<i64>().is_ok() || word.parse::<u64>().is_ok()
    } else {
        word.len() < 300 && !word.contains(['e', 'E'])
            || word.parse::<f64>().is_ok_and(f64::is_finite)
    };
    if is_kept {
        return Ok(());
    }
    Err(Syntax::new(
        at,
        format!("the number `{}` is larger than can be kept", clip(word)),
        "write a smaller number, or put it in double quotes",
    ))
}
