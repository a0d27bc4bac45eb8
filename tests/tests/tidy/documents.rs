//! Documents: short enough to be read, and true about the files and commands that they name.

use std::collections::BTreeSet;

use crate::repo::{self, report};

/// What a stranger reads first.
const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/// Four minutes of reading.
const MOST_ARCHITECTURE_WORDS: usize = 900;

/// More than this and a recipe wants a tool instead.
const MOST_RECIPE_ITEMS: usize = 10;

#[test]
fn the_architecture_is_read_in_four_minutes() {
    let words = repo::read("ARCHITECTURE.md")
        .split_whitespace()
        .filter(|word| is_word(word))
        .count();
    assert!(
        words <= MOST_ARCHITECTURE_WORDS,
        "ARCHITECTURE.md: {words} words, 900 at most"
    );
}

/// Rules of tables and list marks aren't read.
fn is_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut findings = Vec::new();
    for document in DOCUMENTS {
        let text = repo::read(document);
        let named = code_spans(&text)
            .into_iter()
            .filter(|span| is_path(span))
            .chain(links(&text));
        let missing = named.filter(|path| !repo::exists(path.trim_end_matches('/')));
        findings.extend(missing.map(|path| format!("{document}: {path}")));
    }
    report("paths in documents that lead nowhere:", &findings);
}

/// What stands between backticks outside code blocks.
fn code_spans(text: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

/// A path has a slash or is a file of the root; commands, placeholders and products of builds are none.
fn is_path(span: &str) -> bool {
    let is_file = [".md", ".toml", ".lock"]
        .iter()
        .any(|ending| span.ends_with(ending));
    let is_placeholder = span.contains(|c: char| " <>*{}$…:".contains(c));
    let is_product = ["out/", "target/", "./x", "-"]
        .iter()
        .any(|start| span.starts_with(start));
    let is_name = span.starts_with(|c: char| c.is_alphanumeric() || c == '.');
    is_name && (span.contains('/') || is_file) && !is_placeholder && !is_product
}

/// Targets of `[text](target)` within the repository.
fn links(text: &str) -> impl Iterator<Item = String> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let targets = targets.map(|target| target.split('#').next().unwrap_or_default());
    targets
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .map(str::to_owned)
}

#[test]
fn every_subcommand_that_a_document_names_exists() {
    let known: BTreeSet<String> = crate::toolbox::listed_subcommands();
    let mut findings = Vec::new();
    for document in DOCUMENTS {
        let text = repo::read(document);
        for rest in text.split("./x ").skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            if !name.is_empty() && !known.contains(&name) {
                findings.push(format!("{document}: ./x {name}"));
            }
        }
    }
    report("subcommands in documents that ./x doesn't have:", &findings);
}

#[test]
fn every_recipe_has_at_most_ten_items() {
    let text = repo::read("CONTRIBUTING.md");
    let mut findings = Vec::new();
    let mut recipes = 0;
    for section in text.split("\n## ").skip(1) {
        let title = section.lines().next().unwrap_or_default();
        let items = section.lines().filter(|line| is_item(line)).count();
        recipes += usize::from(items > 0);
        if items > MOST_RECIPE_ITEMS {
            findings.push(format!("CONTRIBUTING.md: {title}: {items} items"));
        }
    }
    assert!(
        recipes >= 5,
        "CONTRIBUTING.md: only {recipes} recipes found"
    );
    report("recipes with more than ten items:", &findings);
}

/// `3. Do this`
fn is_item(line: &str) -> bool {
    line.split_once(". ")
        .is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

#[test]
fn the_changelog_has_a_place_for_what_comes() {
    let text = repo::read("CHANGELOG.md");
    assert!(
        text.contains("\n## [Unreleased]\n"),
        "CHANGELOG.md: no section `## [Unreleased]`"
    );
}

#[test]
fn paths_and_links_are_told_from_other_code() {
    let spans = code_spans("see `runtime/schema` and `cargo test`\n```sh\n`no/span`\n```\n");
    assert_eq!(spans, ["runtime/schema", "cargo test"]);
    assert!(is_path("runtime/schema") && is_path("deny.toml"));
    assert!(!is_path("out/demo") && !is_path("runtime/nodes/src/<node>.rs") && !is_path("./x"));
    assert_eq!(
        links("[a](b/c.md#d) [e](https://doi.org)").collect::<Vec<_>>(),
        ["b/c.md"]
    );
}
