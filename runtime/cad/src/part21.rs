//! A look at a STEP file's text (ISO 10303-21) before the kernel sees it: one pass, no geometry.
//!
//! It finds in milliseconds what a kernel says badly or dies of: files that are something else, cut
//! off or nested without end, and references to entities that aren't there. It refuses only what
//! no reader could read; missing entities are told as a hint, because many such files work.

use std::fmt;

use crate::CadError;

/// Deepest nesting of parentheses; real files stay below 20.
const MAX_DEPTH: usize = 256;
/// Most entities.
const MAX_ENTITIES: usize = 10_000_000;
/// Most references that are kept at once, each 8 bytes.
const MAX_REFERENCES: usize = 4 * MAX_ENTITIES;
/// How far into a file its header is looked for.
const HEADER_BYTES: usize = 1 << 20;

/// What the header of a STEP file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepHeader {
    /// Its application protocol, such as `AP214`; the schema's own name where it is none of the known.
    pub application_protocol: String,
    /// The first name of `FILE_SCHEMA`.
    pub schema: String,
    /// How many entities its data sections define.
    pub entity_count: usize,
    /// References to entities that aren't defined.
    pub unresolved: Option<Unresolved>,
}

/// References that lead nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// How many distinct entities are missing.
    pub count: usize,
    /// The one with the smallest number.
    pub first: u64,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => write!(
                f,
                "it refers to entity #{}, which it doesn't contain",
                self.first
            ),
            count => write!(
                f,
                "it refers to {count} entities that it doesn't contain, the first is #{}",
                self.first
            ),
        }
    }
}

/// Checks a STEP file's text. `file` is its name in messages.
///
/// # Errors
/// `NotStep`, `Truncated` or `TooLarge`; never one that concerns this machine.
pub fn check_step(bytes: &[u8], file: &str) -> Result<StepHeader, CadError> {
    let refuse = |problem| match problem {
        Problem::NotStep(reason) => CadError::NotStep {
            file: file.to_owned(),
            reason,
        },
        Problem::Truncated(reason) => CadError::Truncated {
            file: file.to_owned(),
            reason,
        },
        Problem::TooLarge(reason) => CadError::TooLarge {
            file: file.to_owned(),
            reason,
        },
    };
    recognise(bytes).map_err(refuse)?;
    let mut scan = Scan::new(bytes);
    scan.run().map_err(refuse)?;
    let schema = scan.schema.clone().unwrap_or_default();
    Ok(StepHeader {
        application_protocol: application_protocol(&schema),
        schema,
        entity_count: scan.defined.len(),
        unresolved: scan.unresolved(),
    })
}

enum Problem {
    NotStep(String),
    Truncated(String),
    TooLarge(String),
}

/// Whether it opens like a STEP file, and what else it may be.
fn recognise(bytes: &[u8]) -> Result<(), Problem> {
    let not = |reason: &str| Err(Problem::NotStep(reason.to_owned()));
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    if text.is_empty() {
        return not("it is empty");
    }
    if text.starts_with(b"ISO-10303-21") || text.starts_with(b"/*") {
        return Ok(());
    }
    let lower = text[..text.len().min(512)].to_ascii_lowercase();
    if b"ISO-10303-21".starts_with(text) {
        return Err(Problem::Truncated(
            "it ends within its first word".to_owned(),
        ));
    }
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return not("it is a web page");
    }
    if lower.starts_with(b"<?xml") {
        return not("it is an XML file; export STEP as Part 21 text (.stp, .step)");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return not("it is a ZIP archive; unpack it first");
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return not("it is compressed (.stpZ); unpack it first");
    }
    if bytes.starts_with(b"glTF") {
        return not("it is a GLB");
    }
    if lower.starts_with(b"solid ") {
        return not("it looks like an STL file");
    }
    if bytes.get(72).is_some_and(|byte| *byte == b'S') && bytes[..72].is_ascii() {
        return not("it looks like an IGES file");
    }
    if bytes[..bytes.len().min(512)].contains(&0) {
        return not("it is a binary file");
    }
    not("it doesn't begin with `ISO-10303-21`")
}

/// The short name of a schema.
fn application_protocol(schema: &str) -> String {
    let upper = schema.to_ascii_uppercase();
    let name = upper.split([' ', '{']).next().unwrap_or("").trim();
    let known = [
        ("AP242", "AP242"),
        ("AUTOMOTIVE_DESIGN", "AP214"),
        ("AP214", "AP214"),
        ("CONFIG_CONTROL_DESIGN", "AP203"),
        ("AP203", "AP203"),
        ("STRUCTURAL_ANALYSIS_DESIGN", "AP209"),
        ("AP209", "AP209"),
        ("AP238", "AP238"),
        ("INTEGRATED_CNC_SCHEMA", "AP238"),
    ];
    let found = known
        .iter()
        .find(|(prefix, _short)| name.starts_with(prefix));
    found.map_or_else(
        || name.chars().take(80).collect(),
        |(_prefix, short)| (*short).to_owned(),
    )
}

/// One pass over the text.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    schema: Option<String>,
    /// Whether the next text in quotes is the schema's name.
    expects_schema: bool,
    defined: Vec<u64>,
    referred: Vec<u64>,
    /// How many of those are kept at once.
    most_references: usize,
    has_data: bool,
    has_end: bool,
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
            schema: None,
            expects_schema: false,
            defined: Vec::with_capacity((bytes.len() / 64).min(MAX_ENTITIES)),
            referred: Vec::with_capacity((bytes.len() / 32).min(MAX_ENTITIES)),
            most_references: MAX_REFERENCES,
            has_data: false,
            has_end: false,
        }
    }

    fn run(&mut self) -> Result<(), Problem> {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\'' => self.quoted()?,
                b'#' => self.reference()?,
                b'(' => self.open()?,
                b')' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.at += 1;
                }
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => self.comment()?,
                b';' => {
                    self.depth = 0;
                    self.at += 1;
                }
                b'A'..=b'Z' if self.depth == 0 => self.keyword(),
                _ => self.at += 1,
            }
            if self.has_end {
                break;
            }
        }
        self.judge()
    }

    fn judge(&self) -> Result<(), Problem> {
        if !self.has_data {
            return Err(Problem::Truncated("it has no data section".to_owned()));
        }
        if !self.has_end {
            return Err(Problem::Truncated(format!(
                "it ends without `END-ISO-10303-21`, after {} entities",
                self.defined.len()
            )));
        }
        if self.defined.is_empty() {
            return Err(Problem::Truncated("its data section is empty".to_owned()));
        }
        Ok(())
    }

    /// A text in quotes; doubled quotes inside need no care, they open and close again.
    fn quoted(&mut self) -> Result<(), Problem> {
        let start = self.at + 1;
        let length = self.bytes[start..].iter().position(|byte| *byte == b'\'');
        let Some(length) = length else {
            return Err(Problem::Truncated(format!(
                "the text that begins at byte {} has no end",
                self.at
            )));
        };
        if self.expects_schema && self.schema.is_none() && start < HEADER_BYTES {
            let text = String::from_utf8_lossy(&self.bytes[start..start + length]);
            self.schema = Some(
                text.chars()
                    .filter(|character| !character.is_control())
                    .take(200)
                    .collect(),
            );
            self.expects_schema = false;
        }
        self.at = start + length + 1;
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Problem> {
        let start = self.at + 2;
        let length = self.bytes[start..]
            .windows(2)
            .position(|pair| pair == b"*/");
        let Some(length) = length else {
            return Err(Problem::Truncated(format!(
                "the comment that begins at byte {} has no end",
                self.at
            )));
        };
        self.at = start + length + 2;
        Ok(())
    }

    fn open(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        self.at += 1;
        if self.depth > MAX_DEPTH {
            let place = match self.defined.last() {
                Some(entity) => format!("entity #{entity}"),
                None => "its header".to_owned(),
            };
            return Err(Problem::TooLarge(format!(
                "{place} nests parentheses more than {MAX_DEPTH} deep"
            )));
        }
        Ok(())
    }

    fn reference(&mut self) -> Result<(), Problem> {
        self.at += 1;
        let mut number: u64 = 0;
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at).copied() {
            number = number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == start {
            return Ok(());
        }
        if self.depth > 0 {
            self.refer(number)?;
        } else if self.is_definition() {
            self.defined.push(number);
            if self.defined.len() > MAX_ENTITIES {
                return Err(Problem::TooLarge(format!(
                    "it has more than {MAX_ENTITIES} entities"
                )));
            }
        }
        Ok(())
    }

    /// Keeps what is referred to, not each time that it is; sorted out before it fills the memory.
    fn refer(&mut self, number: u64) -> Result<(), Problem> {
        if self.referred.last() == Some(&number) {
            return Ok(());
        }
        if self.referred.len() == self.most_references {
            self.referred.sort_unstable();
            self.referred.dedup();
            // Sorting so few out again and again would take for ever.
            if self.referred.len() > self.most_references / 2 {
                return Err(Problem::TooLarge(format!(
                    "it refers to more than {} entities",
                    self.most_references / 2
                )));
            }
        }
        self.referred.push(number);
        Ok(())
    }

    fn is_definition(&self) -> bool {
        self.bytes[self.at..]
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
            == Some(&b'=')
    }

    fn keyword(&mut self) {
        let rest = &self.bytes[self.at..];
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest
            .iter()
            .position(|byte| !is_word(byte))
            .unwrap_or(rest.len());
        match &rest[..length] {
            b"FILE_SCHEMA" => self.expects_schema = true,
            b"DATA" => self.has_data = true,
            b"END-ISO-10303-21" => self.has_end = true,
            _ => {}
        }
        self.at += length.max(1);
    }

    fn unresolved(&mut self) -> Option<Unresolved> {
        self.defined.sort_unstable();
        self.referred.sort_unstable();
        self.referred.dedup();
        let mut defined = self.defined.iter().peekable();
        let mut missing = self.referred.iter().filter(|number| {
            while defined.next_if(|candidate| candidate < number).is_some() {}
            defined.peek() != Some(number)
        });
        let first = *missing.next()?;
        Some(Unresolved {
            count: 1 + missing.count(),
            first,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(data: &str) -> String {
        format!(
            "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('it''s; #9 (('),'2;1');\n\
             FILE_SCHEMA (('AUTOMOTIVE_DESIGN {{ 1 0 10303 214 1 1 1 1 }}'));\nENDSEC;\nDATA;\n{data}\n\
             ENDSEC;\nEND-ISO-10303-21;\n"
        )
    }

    fn check(text: &str) -> Result<StepHeader, CadError> {
        check_step(text.as_bytes(), "a.step")
    }

    #[test]
    fn the_header_is_read_past_quotes_and_comments() {
        let header = check(&step(
            "#1=A('#77',#2); /* #88 END-ISO-10303-21; */ #2 = B();",
        ))
        .unwrap();
        assert_eq!(header.application_protocol, "AP214");
        assert_eq!((header.entity_count, header.unresolved), (2, None));
    }

    #[test]
    fn references_that_lead_nowhere_are_counted() {
        let header = check(&step("#1=A(#5,(#3,#5),#2);\n#2=B();")).unwrap();
        assert_eq!(header.unresolved, Some(Unresolved { count: 2, first: 3 }));
    }

    #[test]
    fn references_stay_few_however_often_they_are_repeated() {
        let scan = |data: &str| {
            let text = step(data);
            let mut scan = Scan::new(text.as_bytes());
            scan.most_references = 8;
            let ran = scan.run();
            (ran.is_ok(), scan.referred.len())
        };
        let (is_fine, kept) = scan(&format!("#1=A({});", "#1".repeat(1_000)));
        assert!(is_fine && kept == 1, "{kept}");
        let (is_fine, kept) = scan(&format!("#1=A({});", "#1#2".repeat(1_000)));
        assert!(is_fine && kept <= 8, "{kept}");
        let many: String = (1..1_000).map(|number| format!("#{number}")).collect();
        let (is_fine, kept) = scan(&format!("#1=A({many});"));
        assert!(!is_fine && kept <= 8, "{kept}");
    }

    #[test]
    fn what_is_no_step_file_is_called_by_its_name() {
        for (bytes, reason) in [
            (&b""[..], "empty"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"PK\x03\x04abc", "ZIP"),
            (b"\x1f\x8b\x08", "compressed"),
            (b"solid cube\nfacet", "STL"),
            (b"\x00\x01\x02", "binary"),
            (b"hello world", "ISO-10303-21"),
        ] {
            let err = check_step(bytes, "x.step").unwrap_err();
            assert!(matches!(err, CadError::NotStep { .. }), "{err}");
            assert!(
                err.to_string().contains(reason) && err.to_string().contains("`x.step`"),
                "{err}"
            );
        }
    }

    #[test]
    fn every_truncation_is_noticed() {
        let whole = step("#1=A('text',#2);\n#2=B((1.,2.));");
        let end = whole.find("END-ISO").unwrap() + "END-ISO-10303-21".len();
        assert!(check(&whole[..end]).is_ok());
        for length in 1..end {
            let err = check(&whole[..length]).unwrap_err();
            assert!(matches!(err, CadError::Truncated { .. }), "{length}: {err}");
        }
    }

    #[test]
    fn endless_nesting_names_its_entity() {
        let err = check(&step(&format!(
            "#7=A({}1.0{});",
            "(".repeat(300),
            ")".repeat(300)
        )))
        .unwrap_err();
        assert!(
            matches!(&err, CadError::TooLarge { .. }) && err.to_string().contains("#7"),
            "{err}"
        );
    }
}
