//! Short messages in a corner of the window.

use hartomat_api::{ApiError, ErrorKind};

use crate::messages::{said, text, text_with, with_type_names};

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// Something went well; goes away by itself.
    Good,
    /// What was asked for can't be done, and why; goes away by itself, since nothing has happened.
    Refused,
    /// Worth knowing; goes away by itself where a line says it all.
    Info,
    /// Something went wrong; stays until it was read.
    Error,
}

/// A short message.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Tells it from others.
    pub id: u64,
    /// How much it matters.
    pub level: NoticeLevel,
    /// What happened.
    pub title: String,
    /// What it means and what to do, where there is more to say.
    pub details: Vec<String>,
    /// When it goes away, in seconds of the window's time; none for what must be read.
    pub until_secs: Option<f64>,
}

/// How long good news stay, in seconds.
const BRIEF: f64 = 4.0;

/// The notices on screen.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    shown: Vec<Notice>,
    next: u64,
    now_secs: f64,
}

/// So many at once; older ones make room.
const MOST: usize = 5;

impl Notices {
    pub(super) fn all(&self) -> &[Notice] {
        &self.shown
    }

    /// Lets time go on: brief ones leave.
    pub(super) fn tick(&mut self, now_secs: f64) {
        self.now_secs = now_secs;
        self.shown
            .retain(|notice| notice.until_secs.is_none_or(|until| until > now_secs));
    }

    pub(super) fn dismiss(&mut self, id: u64) {
        self.shown.retain(|notice| notice.id != id);
    }

    pub(super) fn good(&mut self, title: impl Into<String>) {
        self.push(NoticeLevel::Good, title.into(), Vec::new());
    }

    pub(super) fn info(&mut self, title: impl Into<String>, details: Vec<String>) {
        self.push(NoticeLevel::Info, title.into(), details);
    }

    /// Says what failed, why, and what would mend it.
    pub(super) fn error(&mut self, title: impl Into<String>, err: &ApiError) {
        let mut details = vec![plain(err)];
        details.extend(err.hints.iter().map(|hint| sentence(hint)));
        let errors = err.diagnostics.iter().filter(|found| found.is_error());
        details.extend(errors.take(3).map(|found| sentence(&found.message)));
        self.push(NoticeLevel::Error, title.into(), details);
    }

    pub(super) fn push(&mut self, level: NoticeLevel, title: String, details: Vec<String>) {
        self.shown
            .retain(|notice| (&notice.title, &notice.details) != (&title, &details));
        let stays_secs = match level {
            NoticeLevel::Good => Some(BRIEF),
            NoticeLevel::Refused => Some(2.0 * BRIEF),
            NoticeLevel::Info if details.is_empty() => Some(2.0 * BRIEF),
            NoticeLevel::Info | NoticeLevel::Error => None,
        };
        let until_secs = stays_secs.map(|secs| self.now_secs + secs);
        self.shown.push(Notice {
            id: self.next,
            level,
            title,
            details,
            until_secs,
        });
        self.next += 1;
        let surplus = self.shown.len().saturating_sub(MOST);
        self.shown.drain(..surplus);
    }
}

/// An error in plain words.
pub(crate) fn plain(err: &ApiError) -> String {
    match err.kind {
        ErrorKind::Unreachable => text("api_error.unreachable").to_owned(),
        ErrorKind::Unauthorized => text("api_error.unauthorized").to_owned(),
        ErrorKind::Forbidden => text("api_error.forbidden").to_owned(),
        ErrorKind::Busy => text("api_error.busy").to_owned(),
        ErrorKind::TooLarge => text("api_error.too_large").to_owned(),
        ErrorKind::EnvironmentMissing => {
            text_with("api_error.environment", &[("what", &said(&err.message))])
        }
        _ => sentence(&err.message),
    }
}

/// A message of the runtime as a person reads it: in their language, with a capital.
pub(crate) fn sentence(message: &str) -> String {
    let message = with_type_names(&said(message));
    let message = message.as_str();
    // Names of files and settings stay as they are.
    let first_word = message.split_whitespace().next().unwrap_or_default();
    let is_name = first_word
        .trim_end_matches([':', '.', ','])
        .contains(['.', '_', '/']);
    let mut letters = message.chars();
    match letters.next() {
        Some(_) if is_name => message.to_owned(),
        // `blend` and other names in backquotes stay as they are.
        Some(first) if first.is_alphabetic() => first.to_uppercase().chain(letters).collect(),
        _ => message.to_owned(),
    }
}
