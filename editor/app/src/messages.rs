//! Texts on screen, in the person's language. No other file of the editor holds one.
//!
//! The texts stand in `messages/<language>/*.toml`, keyed by section and name. Keys are literals in
//! the source, so that a test can tell that every one exists and none is left over. The language
//! belongs to the thread that draws: worker threads return values, never texts.

mod names;
mod said;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::Cell;

pub(crate) use crate::preferences::Language;
pub(crate) use names::{set_type_names, with_names, with_type_names};

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

/// Reads the texts of a language while the graphics driver is being started.
pub(crate) fn read_ahead(language: Language) {
    let thread = std::thread::Builder::new().name("texts".to_owned());
    // Without it they are read when they are needed.
    let _ = thread.spawn(move || {
        table::of(language);
        table::of_runtime(language);
    });
}

/// Sets the language of this thread's texts; once per frame.
pub(crate) fn set_language(language: Language) {
    LANGUAGE.set(language);
}

/// The language of this thread's texts.
pub(crate) fn language() -> Language {
    LANGUAGE.get()
}

/// A text without placeholders. A key that nobody wrote comes back as it is.
pub(crate) fn text(key: &'static str) -> &'static str {
    table::of(language()).get(key).map_or(key, String::as_str)
}

/// A text whose `{name}` placeholders are filled.
pub(crate) fn text_with(key: &'static str, values: &[(&str, &str)]) -> String {
    fill(text(key), values)
}

/// A text about a number: the key's `one` or `other`, with `{count}` filled.
pub(crate) fn count(key: &'static str, count: usize) -> String {
    count_with(key, count, &[])
}

/// A text about a number with more placeholders than `{count}`.
pub(crate) fn count_with(key: &'static str, count: usize, values: &[(&str, &str)]) -> String {
    let form = if count == 1 { "one" } else { "other" };
    let full = format!("{key}.{form}");
    let template = table::of(language()).get(&full).map_or(key, String::as_str);
    let number = count.to_string();
    fill(&fill(template, &[("count", &number)]), values)
}

/// A text whose key is put together at run time, such as one per category; the fallback where
/// nobody wrote it, as for a category that a newer server serves.
pub(crate) fn text_or<'a>(key: &str, fallback: &'a str) -> &'a str {
    table::of(language())
        .get(key)
        .map_or(fallback, |text: &'static String| text.as_str())
}

/// What a definition says, in the person's language; as it is served where nobody has put it into
/// that.
pub(crate) fn served(text: &str) -> &str {
    let texts = table::of_nodes(language());
    texts
        .and_then(|texts| texts.get(text))
        .map_or(text, String::as_str)
}

/// What the runtime says, in the person's language; as it is where nobody has put it into that.
pub(crate) fn said(sentence: &str) -> Cow<'_, str> {
    let sentences = table::of_runtime(language());
    let said = sentences.and_then(|sentences| sentences.find(sentence));
    said.map_or(Cow::Borrowed(sentence), Cow::Owned)
}

fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    // One pass, so that a value with braces in it stays what it is.
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            break;
        };
        let name = &rest[open + 1..close];
        filled.push_str(&rest[..open]);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    filled.push_str(rest);
    filled
}
