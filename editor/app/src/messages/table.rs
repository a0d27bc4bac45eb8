//! The message files, read once per language and flattened to `section.name`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::said::Sentences;
use crate::preferences::Language;

pub(super) type Table = BTreeMap<String, String>;

/// The files of each language; a file is one person's or one panel group's to write in.
pub(super) const FILES: &[(Language, &str, &str)] = &[
    (
        Language::English,
        "canvas.toml",
        include_str!("../../messages/en/canvas.toml"),
    ),
    (
        Language::English,
        "compare.toml",
        include_str!("../../messages/en/compare.toml"),
    ),
    (
        Language::English,
        "failures.toml",
        include_str!("../../messages/en/failures.toml"),
    ),
    (
        Language::English,
        "runs.toml",
        include_str!("../../messages/en/runs.toml"),
    ),
    (
        Language::English,
        "shell.toml",
        include_str!("../../messages/en/shell.toml"),
    ),
    (
        Language::English,
        "studio.toml",
        include_str!("../../messages/en/studio.toml"),
    ),
    (
        Language::German,
        "canvas.toml",
        include_str!("../../messages/de/canvas.toml"),
    ),
    (
        Language::German,
        "compare.toml",
        include_str!("../../messages/de/compare.toml"),
    ),
    (
        Language::German,
        "failures.toml",
        include_str!("../../messages/de/failures.toml"),
    ),
    (
        Language::German,
        "runs.toml",
        include_str!("../../messages/de/runs.toml"),
    ),
    (
        Language::German,
        "shell.toml",
        include_str!("../../messages/de/shell.toml"),
    ),
    (
        Language::German,
        "studio.toml",
        include_str!("../../messages/de/studio.toml"),
    ),
];

/// What served definitions say in German, by what they say in English.
const GERMAN_NODES: &str = include_str!("../../messages/de/nodes.toml");
/// What the runtime says in German, by what it says in English.
const GERMAN_RUNTIME: &str = include_str!("../../messages/de/runtime.toml");

static NODES: LazyLock<Table> = LazyLock::new(|| pairs("nodes.toml", GERMAN_NODES));
static SENTENCES: LazyLock<Sentences> = LazyLock::new(|| {
    let nodes = NODES.iter();
    let nodes = nodes.map(|(english, german)| (english.clone(), german.clone()));
    Sentences::new(nodes.chain(pairs("runtime.toml", GERMAN_RUNTIME)))
});
static ENGLISH: LazyLock<Table> = LazyLock::new(|| read(Language::English));
static GERMAN: LazyLock<Table> = LazyLock::new(|| read(Language::German));

pub(super) fn of(language: Language) -> &'static Table {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

/// Texts by what definitions say; none for the language that they are served in.
pub(super) fn of_nodes(language: Language) -> Option<&'static Table> {
    match language {
        Language::English => None,
        Language::German => Some(&NODES),
    }
}

/// Sentences of the runtime; none for the language that it speaks.
pub(super) fn of_runtime(language: Language) -> Option<&'static Sentences> {
    match language {
        Language::English => None,
        Language::German => Some(&SENTENCES),
    }
}

/// A file of English texts and what they mean.
fn pairs(name: &str, file: &str) -> Table {
    let parsed: toml::Table = file
        .parse()
        .unwrap_or_else(|err| panic!("the message file {name} ships with the program: {err}"));
    let texts = parsed.into_iter();
    let texts = texts.filter_map(|(english, text)| Some((english, text.as_str()?.to_owned())));
    texts.collect()
}

fn read(language: Language) -> Table {
    let mut table = Table::new();
    for (_, name, text) in FILES.iter().filter(|(of, ..)| *of == language) {
        let parsed: toml::Table = text
            .parse()
            .unwrap_or_else(|err| panic!("the message file {name} ships with the program: {err}"));
        flatten("", &parsed, &mut table);
    }
    table
}

fn flatten(prefix: &str, section: &toml::Table, into: &mut Table) {
    for (name, value) in section {
        let key = match prefix {
            "" => name.clone(),
            prefix => format!("{prefix}.{name}"),
        };
        match value {
            toml::Value::String(text) => {
                into.insert(key, text.clone());
            }
            toml::Value::Table(inner) => flatten(&key, inner, into),
            _ => {}
        }
    }
}
