//! What the tests of this crate share: a catalogue, the corpora, snapshots.

use std::fs;
use std::path::{Path, PathBuf};

use hartomat_schema::{Catalogue, Diagnostic, NodeDefinition};
use serde_json::{Map, Value, json};

/// A catalogue with the ports of the product's own and the settings that the corpora use.
pub(crate) fn catalogue() -> Catalogue {
    let nodes: Vec<NodeDefinition> = serde_json::from_str(include_str!("catalogue.json")).unwrap();
    Catalogue::new(nodes)
}

/// A folder of the corpora.
pub(crate) fn corpus(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(folder)
}

/// The documents of a folder of the corpora in order: defect and bytes.
pub(crate) fn documents(folder: &str) -> Vec<(String, PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(corpus(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        (
            path.file_stem().unwrap().to_string_lossy().into_owned(),
            path,
            bytes,
        )
    };
    paths.into_iter().map(read).collect()
}

/// One line per diagnostic: pointer, then how a person reads it.
pub(crate) fn lines(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|found| format!("{:<32} {found}\n", found.place.pointer))
        .collect()
}

/// Compares with a checked-in text, or writes it when `UPDATE_SNAPSHOTS` is set.
pub(crate) fn check_snapshot(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} is not up to date; run with UPDATE_SNAPSHOTS=1 and look at what changes\n--- is\n{actual}\n--- should be\n{expected}",
        path.display()
    );
}

/// A legacy document with all that says the same written in one way: numbers by their value, steps as
/// objects, no empty `params`, edges in one order.
pub(crate) fn plain(document: &Value) -> Value {
    let mut document = numbers(document);
    if let Some(edges) = document.get_mut("edges").and_then(Value::as_array_mut) {
        edges.sort_by_key(ToString::to_string);
    }
    for pointer in ["/steps", "/params/steps", "/nodes"] {
        let steps = document.pointer_mut(pointer).and_then(Value::as_array_mut);
        for step in steps.into_iter().flatten() {
            if step.is_string() {
                *step = json!({ "step": step });
            }
            without_empty_params(step);
            if let Some(data) = step.get_mut("data") {
                without_empty_params(data);
            }
        }
    }
    without_empty_params(&mut document);
    document
}

fn without_empty_params(value: &mut Value) {
    let is_empty = |params: &Value| params.is_null() || *params == json!({});
    if let Some(members) = value.as_object_mut()
        && members.get("params").is_some_and(is_empty)
    {
        members.shift_remove("params");
    }
}

fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(format!("{:?}", number.as_f64())),
        Value::Array(items) => items.iter().map(numbers).collect(),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            let members = sorted.into_iter();
            Value::Object(
                members
                    .map(|(key, value)| (key.clone(), numbers(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        other => other.clone(),
    }
}
