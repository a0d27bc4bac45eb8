//! What the tests of this crate share: a catalogue, the corpora, snapshots.

use std::fs;
use std::path::{Path, PathBuf};

use hartomat_schema::{Catalogue, Diagnostic, NodeDefinition};

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
