//! Files: their headers, their length, and what doesn't belong in them.

use syn::visit::{self, Visit};

use crate::repo::{self, TextFile, report};
use crate::rust_file;

/// A file is read in one go up to here; tests don't count.
const MOST_LINES: usize = 700;

/// Source of every language that is used here.
const SOURCE: &[&str] = &[
    "rs", "cc", "cpp", "cxx", "h", "hpp", "hxx", "py", "sh", "sql", "js", "css",
];

#[test]
fn every_rust_file_opens_with_what_it_is() {
    let silent = rust_file::all()
        .into_iter()
        .filter(|file| !opens_with_docs(&file.text));
    let findings: Vec<_> = silent.map(|file| file.path).collect();
    report(
        "files that don't open with `//!`, what it is and the rule a reader could break:",
        &findings,
    );
}

fn opens_with_docs(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    // Long enough to say something: the shortest honest header has a few words.
    first
        .strip_prefix("//! ")
        .is_some_and(|docs| docs.split_whitespace().count() >= 2)
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let files = repo::text_files()
        .into_iter()
        .filter(|file| file.has_extension(SOURCE));
    let findings: Vec<_> = files
        .filter(|file| !file.path.split('/').any(|part| part == "tests"))
        .map(|TextFile { path, text }| (path, lines_without_tests(&text)))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines without its tests"))
        .collect();
    report("files longer than 700 lines:", &findings);
}

fn lines_without_tests(text: &str) -> usize {
    text.lines()
        .take_while(|line| line.trim_start() != "#[cfg(test)]")
        .count()
}

#[test]
fn every_lib_rs_is_a_table_of_contents() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        if file.path.ends_with("/src/lib.rs") {
            let mut bodies = Bodies::default();
            bodies.visit_file(&file.syntax);
            findings.extend(
                bodies
                    .names
                    .into_iter()
                    .map(|name| format!("{}: fn {name}", file.path)),
            );
        }
    }
    report(
        "functions in a lib.rs, where only modules and re-exports stand:",
        &findings,
    );
}

#[derive(Default)]
struct Bodies {
    names: Vec<String>,
}

impl<'ast> Visit<'ast> for Bodies {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.names.push(function.sig.ident.to_string());
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.names.push(function.sig.ident.to_string());
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        self.names
            .extend(item.ident.as_ref().map(|name| format!("{name}!")));
    }
}

#[test]
fn nothing_imports_everything() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        let mut globs = Globs::default();
        globs.visit_file(&file.syntax);
        findings.extend(
            globs
                .lines
                .iter()
                .map(|line| format!("{}:{line}: glob import", file.path)),
        );
        if file.path.ends_with("/prelude.rs") {
            findings.push(format!("{}: a prelude", file.path));
        }
    }
    report(
        "glob imports and preludes hide where a name is from:",
        &findings,
    );
}

#[derive(Default)]
struct Globs {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Globs {
    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        // Only rayon's traits are meant to be imported like this.
        if path.ident != "rayon" {
            visit::visit_use_path(self, path);
        }
    }

    fn visit_use_glob(&mut self, glob: &'ast syn::UseGlob) {
        self.lines.push(glob.star_token.spans[0].start().line);
    }
}
