//! Text that has no place here: other people's machines, unlisted hosts, numbers of tickets.

use crate::repo::{self, TextFile, report};

/// Put together from pieces, so that this file doesn't find itself.
const FOREIGN: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
    concat!("/ro", "ot/"),
    concat!("../sh", "ared"),
    concat!("farm-st", "udio"),
    concat!("farm-be", "nch"),
    concat!("bash", "_jobs"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers"),
];

/// Words before a number that make it a ticket.
const TICKET_WORDS: &[&str] = &["issue", "issues", "ticket", "pr", "fixes", "closes"];

/// Hosts that links may lead to: standards, sources of formulas, tools that a reader needs.
const HOSTS: &[&str] = &[
    "127.0.0.1",
    "crates.io",
    "doi.org",
    "example.com",
    "github.com",
    "json-schema.org",
    "keepachangelog.com",
    "localhost",
    "nexte.st",
    "pypi.org",
    "rustup.rs",
    "scripts.sil.org",
    "semver.org",
    "www.apache.org",
    "www.debian.org",
    "www.freedesktop.org",
    "www.khronos.org",
    "www.w3.org",
];

#[test]
fn nothing_names_a_folder_of_somebodys_machine() {
    let findings = places(|line| {
        FOREIGN
            .iter()
            .find(|word| line.contains(*word))
            .map(|word| format!("`{word}`"))
    });
    report(
        "paths and names that mean nothing outside one machine:",
        &findings,
    );
}

#[test]
fn nothing_refers_to_a_ticket_by_number() {
    let findings = places(|line| ticket(line).map(|ticket| format!("`{ticket}`")));
    report(
        "numbers of tickets; say what it is about instead:",
        &findings,
    );
}

/// A word of the list, and then a number, with or without a `#`.
fn ticket(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let pairs = words.windows(2).find(|pair| {
        let word = pair[0]
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let number = pair[1].trim_matches(|c: char| c.is_ascii_punctuation());
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        TICKET_WORDS.contains(&word.as_str()) && is_number
    })?;
    Some(pairs.join(" "))
}

#[test]
fn links_lead_to_hosts_that_are_listed() {
    let findings = places(|line| {
        hosts(line)
            .find(|host| !HOSTS.contains(host))
            .map(|host| format!("host {host}"))
    });
    report(
        "links to hosts that the list in this test doesn't have:",
        &findings,
    );
}

fn hosts(line: &str) -> impl Iterator<Item = &str> {
    let pairs = line.split("://").zip(line.split("://").skip(1));
    // What follows our own scheme is a kind of thing.
    let foreign = pairs.filter(|(scheme, _)| !scheme.to_ascii_lowercase().ends_with("hartomat"));
    foreign.filter_map(|(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-_".contains(c));
        let host = &rest[..end.unwrap_or(rest.len())];
        // A placeholder such as `http://{host}` has no host, and a bare scheme neither.
        host.contains(|c: char| c.is_ascii_alphabetic() || c == '.')
            .then_some(host.trim_end_matches('.'))
    })
}

/// Lines in which `find` finds something, as `path:line: what`. CAD files and the lock file are data.
fn places(find: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let is_data = |file: &TextFile| {
        file.path == "Cargo.lock" || file.has_extension(&["step", "stp", "STEP", "p21", "svg"])
    };
    let mut findings = Vec::new();
    for TextFile { path, text } in repo::text_files().into_iter().filter(|file| !is_data(file)) {
        for (index, line) in text.lines().enumerate() {
            findings.extend(find(line).map(|what| format!("{path}:{}: {what}", index + 1)));
        }
    }
    findings
}

#[test]
fn tickets_and_hosts_are_found_where_they_are() {
    assert_eq!(
        ticket(concat!("mends iss", "ue #12, at last")),
        Some(concat!("iss", "ue #12,").to_owned())
    );
    assert_eq!(ticket("#12 = CARTESIAN_POINT, an issue with 3 sides"), None);
    assert_eq!(
        hosts("see https://doi.org/10.1 and http://{host}/x").collect::<Vec<_>>(),
        ["doi.org"]
    );
}
