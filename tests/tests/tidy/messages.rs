//! Errors are types, and their messages parts of a sentence: the edge of the program puts them together.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::repo::report;
use crate::rust_file::{self, RustFile};

#[test]
fn error_messages_are_lower_case_without_a_final_stop() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        for (message, line) in error_messages(&file) {
            if starts_with_a_sentence(&message) || message.ends_with('.') {
                findings.push(format!("{}:{line}: \"{message}\"", file.path));
            }
        }
    }
    report(
        "error messages are part of a sentence: lower-case, no final stop:",
        &findings,
    );
}

#[test]
fn no_error_is_a_bare_string() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        let mut results = StringResults::default();
        results.visit_file(&file.syntax);
        findings.extend(
            results
                .lines
                .iter()
                .map(|line| format!("{}:{line}", file.path)),
        );
    }
    report(
        "errors that are a bare String; make them an enum with thiserror:",
        &findings,
    );
}

/// Lines with a `Result<_, String>`.
#[derive(Default)]
struct StringResults {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for StringResults {
    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        if segment.ident == "Result"
            && let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments
            && let Some(error) = arguments.args.iter().nth(1)
            && ["String", "& str", "& 'static str"].contains(&&*error.to_token_stream().to_string())
        {
            self.lines.push(segment.ident.span().start().line);
        }
        visit::visit_path_segment(self, segment);
    }
}

/// A capital and then small letters; names such as STEP, B-rep or Blender may open a message.
fn starts_with_a_sentence(message: &str) -> bool {
    const NAMES: &[&str] = &["Blender", "SQLite"];
    let first: String = message.chars().take_while(|c| c.is_alphabetic()).collect();
    let mut letters = first.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
        && !NAMES.contains(&first.as_str())
}

/// Strings of `#[error("…")]`.
fn error_messages(file: &RustFile) -> Vec<(String, usize)> {
    let tokens = file.tokens();
    let is_error = |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == "error");
    let after_error = tokens.windows(3).filter_map(|window| match window {
        [
            (TokenTree::Punct(mark), _),
            (name, _),
            (TokenTree::Literal(text), line),
        ] if mark.as_char() == '#' && is_error(name) => {
            Some((rust_file::string_value(text)?, *line))
        }
        _ => None,
    });
    after_error.collect()
}

#[test]
fn names_may_open_a_message() {
    assert!(starts_with_a_sentence("Can't read"));
    assert!(!starts_with_a_sentence("STEP file is empty") && !starts_with_a_sentence("can't read"));
}
