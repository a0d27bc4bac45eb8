//! What reaches a disk or a wire is defined in the schema or api crate; the exceptions stand here.

use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::repo::report;
use crate::rust_file::{self, RustFile};

/// Where `Serialize` may be derived: (path prefix, why).
const PLACES: &[(&str, &str)] = &[
    ("runtime/schema/src/", "the nouns"),
    ("runtime/api/src/", "the contract"),
    ("runtime/nodes/src/", "settings of nodes"),
    ("runtime/cad/src/protocol.rs", "the CAD worker's protocol"),
    ("editor/app/src/preferences", "local preferences"),
    (
        "editor/app/src/runs/filter.rs",
        "views of the list of runs, kept in local preferences",
    ),
    (
        "runtime/cad/src/error.rs",
        "stages, as the CAD worker's protocol names them",
    ),
    (
        "runtime/render/src/encode.rs",
        "file formats, as settings of nodes name them",
    ),
];

#[test]
fn serialize_is_derived_where_disk_and_wire_are_defined() {
    let mut findings = Vec::new();
    for file in rust_file::shipped() {
        if !PLACES
            .iter()
            .any(|(prefix, _)| file.path.starts_with(prefix))
        {
            findings.extend(serialized(&file));
        }
    }
    report(
        "types that derive Serialize outside the places listed in this test:",
        &findings,
    );
}

#[test]
fn every_place_that_may_serialize_does() {
    let files = rust_file::shipped();
    let is_used = |prefix: &str| {
        let mut here = files.iter().filter(|file| file.path.starts_with(prefix));
        here.any(|file| !serialized(file).is_empty())
    };
    let unused = PLACES.iter().filter(|(prefix, _)| !is_used(prefix));
    let findings: Vec<_> = unused
        .map(|(prefix, why)| format!("{prefix} ({why})"))
        .collect();
    report(
        "places listed for Serialize that don't derive it:",
        &findings,
    );
}

fn serialized(file: &RustFile) -> Vec<String> {
    let mut derives = Derives::default();
    derives.visit_file(&file.syntax);
    derives
        .names
        .into_iter()
        .map(|(name, line)| format!("{}:{line}: {name}", file.path))
        .collect()
}

#[derive(Default)]
struct Derives {
    names: Vec<(String, usize)>,
}

impl Derives {
    fn look(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        let derives = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("derive"));
        let mut words = derives.map(|attribute| attribute.meta.to_token_stream().to_string());
        let has_serialize = |words: String| {
            words
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| word == "Serialize")
        };
        if words.any(has_serialize) {
            self.names
                .push((name.to_string(), name.span().start().line));
        }
    }
}

impl<'ast> Visit<'ast> for Derives {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.look(&item.ident, &item.attrs);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.look(&item.ident, &item.attrs);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        // Written by hand is serialised as well.
        if let Some((_, path, _)) = &item.trait_
            && let Some(last) = path.segments.last()
            && last.ident == "Serialize"
        {
            let name = item.self_ty.to_token_stream().to_string();
            self.names.push((name, last.ident.span().start().line));
        }
        visit::visit_item_impl(self, item);
    }
}
