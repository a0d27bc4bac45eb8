//! Each power has one place: spawning, SQL, unsafe code; and the domain crates have none at all.

use proc_macro2::TokenTree;
use syn::visit::{self, Visit};

use crate::repo::{self, report};
use crate::rust_file::{self, RustFile};

/// The one place that starts programs.
const SPAWNS: &str = "runtime/process/";

/// The two ends of every connection, and messages that leave the studio.
const SOCKETS: &[&str] = &[
    "runtime/server/",
    "runtime/api/src/client/",
    "runtime/app/src/messages/",
];

/// The one place that speaks SQL.
const SPEAKS_SQL: &str = "runtime/store/";

/// The one file that calls C++.
const CALLS_CPP: &str = "runtime/cad/worker/src/";

/// Crates that do no I/O and read no clock.
const DOMAIN: &[&str] = &["runtime/schema/", "runtime/compare/", "editor/document/"];

/// What reaches outside: files, network, processes, environment, clocks.
const OUTSIDE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stdin",
    "std::net",
    "std::process",
    "std::thread::sleep",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// What a statement opens with.
const STATEMENTS: &[&str] = &[
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE ",
    "ALTER TABLE ",
    "DROP ",
    "PRAGMA ",
];

#[test]
fn programs_are_started_in_one_place() {
    let findings = uses_outside(
        &[SPAWNS],
        &[
            "std::process::Command",
            "std::os::unix::process::CommandExt",
        ],
    );
    report("programs are started by hartomat-process alone:", &findings);
}

#[test]
fn sockets_are_opened_by_the_server_the_client_and_messages_alone() {
    let findings = uses_outside(
        SOCKETS,
        &[
            "std::net::TcpListener",
            "std::net::TcpStream",
            "std::net::UdpSocket",
            "tokio::net",
            "reqwest",
            "lettre",
        ],
    );
    report(
        "sockets are opened by hartomat-server, the client of hartomat-api and messages alone:",
        &findings,
    );
}

#[test]
fn the_domain_crates_do_no_io_and_read_no_clock() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        if DOMAIN.iter().any(|folder| file.path.starts_with(folder)) {
            findings.extend(uses(&file, OUTSIDE));
        }
    }
    report(
        "domain crates are given what they need; they don't reach outside:",
        &findings,
    );
}

#[test]
fn sql_stands_in_one_place() {
    let mut findings = Vec::new();
    for file in rust_file::shipped()
        .iter()
        .filter(|file| !file.path.starts_with(SPEAKS_SQL))
    {
        let is_sql = |text: &str| {
            STATEMENTS
                .iter()
                .any(|opening| text.trim_start().starts_with(opening))
        };
        let statements = file.strings().into_iter().filter(|(text, _)| is_sql(text));
        findings.extend(statements.map(|(text, line)| format!("{}:{line}: \"{text}\"", file.path)));
    }
    let files = repo::text_files()
        .into_iter()
        .filter(|file| file.has_extension(&["sql"]));
    findings.extend(
        files
            .map(|file| file.path)
            .filter(|path| !path.starts_with(SPEAKS_SQL)),
    );
    report("SQL stands in runtime/store alone:", &findings);
}

#[test]
fn only_the_store_links_sqlite() {
    let metadata = repo::cargo_metadata(&["--no-deps"]);
    let packages = metadata["packages"]
        .as_array()
        .expect("cargo metadata lists packages");
    let links = packages.iter().filter(|package| {
        let dependencies = package["dependencies"]
            .as_array()
            .expect("dependencies are a list");
        dependencies
            .iter()
            .any(|dependency| dependency["name"] == "rusqlite")
    });
    let names = links.filter_map(|package| package["name"].as_str());
    let findings: Vec<_> = names
        .filter(|name| *name != "hartomat-store")
        .map(str::to_owned)
        .collect();
    report(
        "packages that depend on rusqlite beside hartomat-store:",
        &findings,
    );
}

#[test]
fn unsafe_code_stands_in_one_file() {
    let mut files: Vec<String> = Vec::new();
    for file in rust_file::all() {
        let is_unsafe = |(token, _): &(TokenTree, usize)| matches!(token, TokenTree::Ident(name) if name == "unsafe" || name == "unsafe_code");
        if file.tokens().iter().any(is_unsafe) {
            files.push(file.path);
        }
    }
    let stray: Vec<_> = files
        .iter()
        .filter(|path| !path.starts_with(CALLS_CPP))
        .cloned()
        .collect();
    report("unsafe code beside the binding to the CAD kernel:", &stray);
    assert!(
        files.len() <= 1,
        "the binding to the CAD kernel is one file, not {files:?}"
    );
}

fn uses_outside(folders: &[&str], banned: &[&str]) -> Vec<String> {
    let files = rust_file::shipped();
    let files = files
        .iter()
        .filter(|file| !folders.iter().any(|folder| file.path.starts_with(folder)));
    files.flat_map(|file| uses(file, banned)).collect()
}

/// Places where a file names one of these, imported or in full.
fn uses(file: &RustFile, banned: &[&str]) -> Vec<String> {
    let mut paths = Paths::default();
    paths.visit_file(&file.syntax);
    let is_banned = |path: &str| {
        let inside = |banned: &&str| path == *banned || path.starts_with(&format!("{banned}::"));
        banned.iter().any(inside)
    };
    let found = paths.found.into_iter().filter(|(path, _)| is_banned(path));
    found
        .map(|(path, line)| format!("{}:{line}: {path}", file.path))
        .collect()
}

/// Every path of a file, with `use` trees spelled out.
#[derive(Default)]
struct Paths {
    found: Vec<(String, usize)>,
}

impl Paths {
    fn spell_out(&mut self, prefix: &str, tree: &syn::UseTree) {
        let joined = |name: &syn::Ident| {
            if prefix.is_empty() {
                name.to_string()
            } else {
                format!("{prefix}::{name}")
            }
        };
        match tree {
            syn::UseTree::Path(path) => self.spell_out(&joined(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|tree| self.spell_out(prefix, tree)),
            syn::UseTree::Name(name) => self.note(joined(&name.ident), &name.ident),
            syn::UseTree::Rename(name) => self.note(joined(&name.ident), &name.ident),
            syn::UseTree::Glob(_) => {}
        }
    }

    fn note(&mut self, path: String, at: &syn::Ident) {
        // `use std::fs::{self, File}` names `std::fs`.
        self.found.push((
            path.trim_end_matches("::self").to_owned(),
            at.span().start().line,
        ));
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.spell_out("", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if let Some(first) = path.segments.first() {
            self.note(names.join("::"), &first.ident);
        }
        visit::visit_path(self, path);
    }
}
