//! Rust files as syntax trees. What is compiled for tests only is cut out, because most rules spare it.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item};

use crate::repo::{self, TextFile};

/// A parsed Rust file.
pub(crate) struct RustFile {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// Contents, tests included.
    pub(crate) text: String,
    /// Syntax tree without test code.
    pub(crate) syntax: syn::File,
}

impl RustFile {
    fn parse(file: TextFile) -> Self {
        let TextFile { path, text } = file;
        let mut syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        WithoutTests.visit_file_mut(&mut syntax);
        Self { path, text, syntax }
    }

    /// All tokens that are no test code and no documentation, with the line of each.
    pub(crate) fn tokens(&self) -> Vec<(TokenTree, usize)> {
        let mut tokens = Vec::new();
        flatten(self.syntax.to_token_stream(), &mut tokens);
        tokens
    }

    /// All string literals that are no test code and no documentation, with the line of each.
    pub(crate) fn strings(&self) -> Vec<(String, usize)> {
        let literal = |(token, line)| match token {
            TokenTree::Literal(literal) => Some((string_value(&literal)?, line)),
            _ => None,
        };
        self.tokens().into_iter().filter_map(literal).collect()
    }
}

/// Every Rust file of the repository, tests among them.
pub(crate) fn all() -> Vec<RustFile> {
    let files = repo::text_files().into_iter();
    files
        .filter(|file| file.has_extension(&["rs"]))
        .map(RustFile::parse)
        .collect()
}

/// Every Rust file that ends up in a library or a binary.
pub(crate) fn shipped() -> Vec<RustFile> {
    all()
        .into_iter()
        .filter(|file| !is_test_file(&file.path))
        .collect()
}

fn is_test_file(path: &str) -> bool {
    let in_folder = |folder| path.split('/').any(|part| part == folder);
    in_folder("tests")
        || in_folder("benches")
        || in_folder("examples")
        || path.ends_with("/tests.rs")
}

/// The text that a string literal stands for; none for numbers, characters and bytes.
pub(crate) fn string_value(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string())
        .ok()
        .map(|text| text.value())
}

fn flatten(stream: TokenStream, tokens: &mut Vec<(TokenTree, usize)>) {
    let mut stream = stream.into_iter().peekable();
    while let Some(token) = stream.next() {
        if is_doc_attribute(&token, stream.peek()) {
            stream.next();
            continue;
        }
        let line = token.span().start().line;
        if let TokenTree::Group(group) = &token {
            flatten(group.stream(), tokens);
        } else {
            tokens.push((token, line));
        }
    }
}

/// Documentation is an attribute to the parser: `#` and `[doc = "…"]`.
fn is_doc_attribute(token: &TokenTree, next: Option<&TokenTree>) -> bool {
    let TokenTree::Punct(punctuation) = token else {
        return false;
    };
    let Some(TokenTree::Group(group)) = next else {
        return false;
    };
    let first = group.stream().into_iter().next();
    punctuation.as_char() == '#' && first.is_some_and(|first| first.to_string() == "doc")
}

struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(is_shipped);
        // `#![doc = "…"]` of the file itself is documentation as well, with a `!` in between.
        file.attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(is_shipped);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

fn is_shipped(item: &Item) -> bool {
    let attributes = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        _ => return true,
    };
    !attributes.iter().any(is_for_tests)
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let words = attribute.meta.to_token_stream().to_string();
    words == "test" || words == "cfg (test)"
}
