//! Both languages say the same, and the source asks for nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use hartomat_schema::{Catalogue, ReadWorkflow, read_workflow, validate};

use super::{Language, count, fill, said, set_language, table, text, text_with};

/// Sections whose keys are put together at run time.
const DYNAMIC: &[&str] = &[
    "audited", "category", "command", "did", "fix", "kind", "known", "menu",
];

#[test]
fn both_languages_have_the_same_texts() {
    let english = table::of(Language::English);
    let german = table::of(Language::German);
    let english: BTreeSet<_> = english.keys().collect();
    let german: BTreeSet<_> = german.keys().collect();
    let missing: Vec<_> = english.symmetric_difference(&german).collect();
    assert!(missing.is_empty(), "in one language alone: {missing:#?}");
}

#[test]
fn both_languages_have_the_same_placeholders() {
    let german = table::of(Language::German);
    for (key, english) in table::of(Language::English) {
        assert_eq!(placeholders(english), placeholders(&german[key]), "{key}");
    }
}

#[test]
fn no_text_is_blank_and_no_single_phrase_ends_in_a_stop() {
    for language in [Language::English, Language::German] {
        for (key, text) in table::of(language) {
            assert!(!text.trim().is_empty(), "{key}");
            let is_single = !text.trim_end_matches('.').contains(". ");
            let short = text.split_whitespace().count() < 4;
            assert!(
                !(is_single && short && text.ends_with('.')),
                "{key}: {text}"
            );
        }
    }
}

#[test]
fn every_key_is_used_and_every_used_key_exists() {
    let english = table::of(Language::English);
    let source = source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let sections: BTreeSet<&str> = english.keys().map(|key| section(key)).collect();
    let literals: BTreeSet<&str> = literals(&source)
        .filter(|literal| looks_like_a_key(literal, &sections))
        .collect();
    let base = |key: &str| {
        let stripped = key.strip_suffix(".one").or(key.strip_suffix(".other"));
        stripped.unwrap_or(key).to_owned()
    };
    let known: BTreeSet<String> = english.keys().map(|key| base(key)).collect();
    let unused: Vec<_> = known
        .iter()
        .filter(|key| !DYNAMIC.contains(&section(key)) && !literals.contains(key.as_str()))
        .collect();
    assert!(unused.is_empty(), "texts that nothing shows: {unused:#?}");
    let unknown: Vec<_> = literals
        .iter()
        .filter(|literal| !known.contains(**literal))
        .collect();
    assert!(unknown.is_empty(), "keys without a text: {unknown:#?}");
}

#[test]
fn whatever_changes_something_has_words_in_the_audit_list() {
    let routes = hartomat_api::http::routes().iter();
    for route in routes.filter(|route| route.changes_state) {
        let key = format!("audited.{:?}", route.operation);
        for language in [Language::English, Language::German] {
            assert!(table::of(language).contains_key(&key), "{key}");
        }
    }
}

fn section(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// `section.name` with a section that a message file has.
fn looks_like_a_key(literal: &str, sections: &BTreeSet<&str>) -> bool {
    let is_plain = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._".contains(letter)
    };
    literal.contains('.')
        && !literal.ends_with('.')
        && literal.chars().all(is_plain)
        && sections.contains(section(literal))
        && ![".toml", ".json", ".rs", ".md"]
            .iter()
            .any(|end| literal.ends_with(end))
}

fn literals(source: &str) -> impl Iterator<Item = &str> {
    source
        .split('"')
        .filter(|text| text.len() < 80 && !text.contains('\n'))
}

fn source(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&source(&path));
        } else if path.extension().is_some_and(|end| end == "rs")
            && !path.ends_with("messages/tests.rs")
        {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    text
}

fn placeholders(text: &str) -> BTreeSet<String> {
    let inner = text.split('{').skip(1);
    inner
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect()
}

#[test]
fn placeholders_are_filled_once_and_values_stay_as_they_are() {
    let values = [("name", "{count}"), ("count", "3")];
    assert_eq!(
        fill("{name} has {count} {more}", &values),
        "{count} has 3 {more}"
    );
    assert_eq!(fill("open { brace", &values), "open { brace");
}

#[test]
fn the_language_decides_the_text_and_the_number_its_form() {
    set_language(Language::German);
    assert_eq!(text("start.open"), "Öffnen…");
    assert_eq!(count("problems.errors", 1), "1 Fehler");
    set_language(Language::English);
    assert_eq!(text("start.open"), "Open…");
    assert_eq!(count("problems.errors", 1), "1 error");
    assert_eq!(count("problems.errors", 2), "2 errors");
    assert!(text_with("files.saved_as", &[("path", "a.json")]).contains("a.json"));
}

#[test]
fn what_the_checks_say_of_every_bad_document_is_said_in_german() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = std::fs::read(root.join("tests/editor/catalogue.json")).expect("the catalogue");
    let catalogue: Catalogue = serde_json::from_slice(&catalogue).expect("a catalogue");
    let corpus = root.join("../../runtime/schema/corpus/invalid");
    let files = std::fs::read_dir(corpus).expect("the corpus");
    let mut silent = BTreeSet::new();
    set_language(Language::German);
    for path in files.map(|entry| entry.expect("an entry").path()) {
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a document");
        let findings = match read_workflow(&bytes) {
            Ok(ReadWorkflow::Current(workflow)) => validate(&workflow, &catalogue),
            Ok(ReadWorkflow::Legacy { .. }) => continue,
            Err(findings) => findings,
        };
        assert!(!findings.is_empty(), "{}", path.display());
        let texts = findings
            .into_iter()
            .flat_map(|found| [found.message, found.fix]);
        silent.extend(texts.filter(|text| !text.is_empty() && said(text) == text.as_str()));
    }
    set_language(Language::English);
    assert!(silent.is_empty(), "only in English: {silent:#?}");
}

#[test]
fn sentences_in_german_have_the_gaps_of_the_english_ones() {
    let file = include_str!("../../messages/de/runtime.toml");
    let texts: toml::Table = file.parse().expect("the message file");
    for (english, german) in &texts {
        let german = german.as_str().expect("a text");
        assert_eq!(placeholders(english), placeholders(german), "{english}");
    }
}
