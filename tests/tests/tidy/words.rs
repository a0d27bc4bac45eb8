//! One word per thing: public names and messages use the words of the house.

use syn::visit::{self, Visit};

use crate::repo::report;
use crate::rust_file::{self, RustFile};

/// Words that stand for something which has another name here, and that name.
const BANNED: &[(&str, &str)] = &[
    ("flow", "workflow"),
    ("job", "run"),
    ("params", "settings"),
    ("parms", "settings"),
    ("pin", "port"),
    ("pipeline", "workflow (the legacy pipeline alone is one)"),
    ("props", "settings"),
    ("slot", "port"),
    ("socket", "port"),
    ("step", "node"),
    ("strategy", "execution mode"),
    ("task", "run or node run"),
    ("toggle", "promote or roll back"),
    ("wire", "edge"),
];

/// Names and messages that keep a word: (path prefix, word, why).
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "runtime/schema/src/legacy_preset.rs",
        "params",
        "a key of legacy documents",
    ),
    (
        "runtime/schema/src/definition.rs",
        "step",
        "a key of legacy documents",
    ),
    (
        "runtime/schema/src/migrate",
        "step",
        "a word of legacy documents",
    ),
    (
        "runtime/schema/src/migrate",
        "params",
        "a word of legacy documents",
    ),
    (
        "runtime/cli/src/commands/",
        "step",
        "a word of legacy documents",
    ),
    ("runtime/schema/src/cad.rs", "step", "STEP, the file format"),
    ("runtime/cad/", "step", "STEP, the file format"),
];

#[test]
fn public_names_use_the_words_of_the_house() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        for (name, line) in public_names(&file) {
            if let Some((word, instead)) =
                banned_in_name(&name).filter(|(word, _)| !is_exempt(&file, word))
            {
                findings.push(format!(
                    "{}:{line}: `{name}`: not {word} but {instead}",
                    file.path
                ));
            }
        }
    }
    report(
        "public names with a word that means something else here:",
        &findings,
    );
}

#[test]
fn messages_use_the_words_of_the_house() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        for (message, line) in file.strings() {
            if let Some((word, instead)) =
                banned_in_message(&message).filter(|(word, _)| !is_exempt(&file, word))
            {
                findings.push(format!(
                    "{}:{line}: \"{message}\": not {word} but {instead}",
                    file.path
                ));
            }
        }
    }
    report(
        "messages with a word that means something else here:",
        &findings,
    );
}

#[test]
fn every_exception_for_a_word_is_needed() {
    let files = rust_file::shipped();
    let mut findings = Vec::new();
    for (prefix, word, why) in EXCEPTIONS {
        let mut here = files.iter().filter(|file| file.path.starts_with(prefix));
        let is_needed = here.any(|file| {
            let names = public_names(file)
                .into_iter()
                .filter_map(|(name, _)| banned_in_name(&name));
            let messages = file
                .strings()
                .into_iter()
                .filter_map(|(text, _)| banned_in_message(&text));
            names.chain(messages).any(|(found, _)| found == *word)
        });
        if !is_needed {
            findings.push(format!("{prefix}: {word} ({why})"));
        }
    }
    report(
        "exceptions for words that nothing needs any more:",
        &findings,
    );
}

fn is_exempt(file: &RustFile, word: &str) -> bool {
    EXCEPTIONS
        .iter()
        .any(|(prefix, exempt, _)| file.path.starts_with(prefix) && *exempt == word)
}

fn banned_in_name(name: &str) -> Option<(&'static str, &'static str)> {
    // `step_file` is a STEP file.
    let name = name
        .replace("step_file", "")
        .replace("StepFile", "")
        .replace("STEP_FILE", "");
    words_of(&name).iter().find_map(|word| banned(word))
}

fn banned_in_message(message: &str) -> Option<(&'static str, &'static str)> {
    // Keys, patterns and statements have no spaces or are no prose.
    if !message.contains(' ') {
        return None;
    }
    let message = message
        .replace("legacy pipeline", "legacy")
        .replace(".step", "");
    message
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .find_map(banned)
}

/// The word as it stands, or its plural; capitals are names, such as STEP.
fn banned(word: &str) -> Option<(&'static str, &'static str)> {
    let matches = |banned: &str| word == banned || word.strip_suffix('s') == Some(banned);
    BANNED.iter().copied().find(|(banned, _)| matches(banned))
}

/// `RenderStill`, `render_still` and `RENDER_STILL` are all of `render` and `still`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && after_small) {
            words.push(String::new());
        }
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
        if letter != '_' {
            words
                .last_mut()
                .expect("there is always one")
                .extend(letter.to_lowercase());
        }
    }
    words
}

fn public_names(file: &RustFile) -> Vec<(String, usize)> {
    let mut names = PublicNames::default();
    names.visit_file(&file.syntax);
    names.found
}

#[derive(Default)]
struct PublicNames {
    found: Vec<(String, usize)>,
}

impl PublicNames {
    fn note(&mut self, visibility: &syn::Visibility, name: &syn::Ident) {
        if matches!(visibility, syn::Visibility::Public(_)) {
            self.found
                .push((name.to_string(), name.span().start().line));
        }
    }
}

impl<'ast> Visit<'ast> for PublicNames {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Const(item) => self.note(&item.vis, &item.ident),
            syn::Item::Enum(item) => self.note(&item.vis, &item.ident),
            syn::Item::Fn(item) => self.note(&item.vis, &item.sig.ident),
            syn::Item::Mod(item) => self.note(&item.vis, &item.ident),
            syn::Item::Static(item) => self.note(&item.vis, &item.ident),
            syn::Item::Struct(item) => self.note(&item.vis, &item.ident),
            syn::Item::Trait(item) => self.note(&item.vis, &item.ident),
            syn::Item::Type(item) => self.note(&item.vis, &item.ident),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.note(&function.vis, &function.sig.ident);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(name) = &field.ident {
            self.note(&field.vis, name);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.found
            .push((variant.ident.to_string(), variant.ident.span().start().line));
        for field in &variant.fields {
            self.found.extend(
                field
                    .ident
                    .iter()
                    .map(|name| (name.to_string(), name.span().start().line)),
            );
        }
    }
}

#[test]
fn names_and_messages_are_read_word_by_word() {
    assert_eq!(words_of("RunStepList"), ["run", "step", "list"]);
    assert_eq!(banned_in_name("step_file_read"), None);
    assert_eq!(
        banned_in_name("BlenderSteps").map(|(word, _)| word),
        Some("step")
    );
    assert_eq!(
        banned_in_message("the STEP file part.step can't be read"),
        None
    );
    assert_eq!(banned_in_message("the legacy pipeline ran"), None);
    assert_eq!(
        banned_in_message("no such job").map(|(word, _)| word),
        Some("job")
    );
}
