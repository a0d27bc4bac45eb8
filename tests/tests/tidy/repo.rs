//! The repository as the tidy tests see it: its text files, its manifests, and how findings are reported.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Folders that hold products of builds and runs, or that other programs own.
const SKIPPED_FOLDERS: &[&str] = &["target", "out", "node_modules", "__pycache__", "venv"];

/// Hidden folders that are ours.
const OUR_HIDDEN_FOLDERS: &[&str] = &[".ci", ".config", ".github"];

/// A text file of the repository.
pub(crate) struct TextFile {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// Contents.
    pub(crate) text: String,
}

impl TextFile {
    /// Whether it ends in one of these extensions.
    pub(crate) fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path).extension().and_then(OsStr::to_str);
        extension.is_some_and(|extension| extensions.contains(&extension))
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    folder
        .expect("the package lies in the workspace")
        .to_owned()
}

/// A file of the repository that has to be there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether a path of the repository leads somewhere.
pub(crate) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// Every text file of the repository, sorted by path. Files that aren't UTF-8 are left out.
pub(crate) fn text_files() -> Vec<TextFile> {
    let mut files = Vec::new();
    collect(&root(), "", &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<TextFile>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{prefix}: {error}"));
    for entry in entries {
        let entry = entry.expect("a folder that opens can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        // Other programs work in the same folder, so what was listed may be gone by now.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            if !is_skipped(&name) {
                collect(&entry.path(), &format!("{path}/"), files);
            }
        } else if name == ".git" {
            // A linked work tree has a file in place of the folder.
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(TextFile { path, text });
        }
    }
}

fn is_skipped(folder: &str) -> bool {
    SKIPPED_FOLDERS.contains(&folder)
        || (folder.starts_with('.') && !OUR_HIDDEN_FOLDERS.contains(&folder))
}

/// What `cargo metadata` says of the workspace. `arguments` come on top of the format version.
pub(crate) fn cargo_metadata(arguments: &[&str]) -> Value {
    let mut all = vec!["metadata", "--format-version", "1", "--locked"];
    all.extend(arguments);
    let json = output_of(env!("CARGO"), &all);
    serde_json::from_str(&json).expect("cargo metadata prints JSON")
}

/// What a program prints, when it succeeds.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at tools from outside"
)]
pub(crate) fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {complaint}"
    );
    String::from_utf8(output.stdout).expect("tools print UTF-8")
}

/// Fails with every finding, under a sentence that says what the rule is.
pub(crate) fn report(rule: &str, findings: &[String]) {
    assert!(
        findings.is_empty(),
        "{rule}\n  {}\n({} places)",
        findings.join("\n  "),
        findings.len()
    );
}
