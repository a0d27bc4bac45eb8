//! A whole library at once: every document below a folder is converted beside the original, and the
//! report says of each what became of it. Doing it again changes nothing.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_app::Proof;
use hartomat_schema::Diagnostic;
use serde_json::json;

use super::prove::{self, Prover};
use super::{Converted, convert_file};
use crate::commands::files;
use crate::exit::Exit;
use crate::outcome::Outcome;

/// The most documents of one library.
const MAX_FILES: usize = 100_000;
/// How deep its folders may lie.
const MAX_DEPTH: usize = 16;

/// What became of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    /// A workflow in the present form.
    Converted,
    /// A workflow that a person has to decide about.
    NeedsDecision,
    /// It was in the present form already.
    Current,
    /// Nothing: the findings say why.
    Refused,
}

impl Became {
    /// The key as it stands in documents, and the words.
    const fn as_str(self) -> [&'static str; 2] {
        match self {
            Self::Converted => ["converted", "converted"],
            Self::NeedsDecision => ["needs_decision", "needs a decision"],
            Self::Current => ["current", "is in the present form"],
            Self::Refused => ["refused", "refused"],
        }
    }
}

/// A document of the library.
struct Entry {
    /// Below the library's folder.
    file: PathBuf,
    became: Became,
    /// The form that it had.
    from: Option<String>,
    /// What was kept, added, left open or refused.
    findings: Vec<Diagnostic>,
    /// What golden cases say of it, where they were asked.
    proof: Option<Proof>,
}

pub(super) fn migrate(
    library: &Path,
    output: Option<&Path>,
    prover: Option<&Prover>,
) -> Result<Outcome, ApiError> {
    if output.is_none() && prover.is_none() {
        let message = "a whole library needs a folder to be written to";
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("name one with --output; the originals stay as they are"));
    }
    let mut found = Vec::new();
    match library.is_dir() {
        true => collect(library, MAX_DEPTH, &mut found)?,
        false => found.push(library.to_owned()),
    }
    found.sort();
    let entries: Vec<Entry> = found
        .iter()
        .map(|file| entry(library, file, output, prover))
        .collect();
    let count = |became| entries.iter().filter(|it| it.became == became).count();
    let exit = match (count(Became::Refused), count(Became::NeedsDecision)) {
        (0, 0) => prove::exit_of(entries.iter().filter_map(|it| it.proof.as_ref())),
        (0, _) => Exit::Warn,
        _ => Exit::InvalidInput,
    };
    let mut text = String::new();
    let shown = |it: &&Entry| it.became != Became::Converted || it.proof.is_some();
    for entry in entries.iter().filter(shown) {
        let [_, words] = entry.became.as_str();
        let proof = entry.proof.as_ref().map(prove::words).unwrap_or_default();
        let _ = writeln!(text, "{}: {words}{proof}", entry.file.display());
        for finding in entry.findings.iter().filter(|it| it.is_error()) {
            let _ = writeln!(text, "  {finding}");
        }
    }
    let _ = writeln!(
        text,
        "{} converted, {} need a decision, {} were in the present form, {} refused",
        count(Became::Converted),
        count(Became::NeedsDecision),
        count(Became::Current),
        count(Became::Refused)
    );
    if prover.is_some() {
        text.push_str(&prove::total(
            entries.iter().filter_map(|it| it.proof.as_ref()),
        ));
    }
    let data = entries.iter().map(|entry| {
        json!({
            "file": entry.file,
            "became": entry.became.as_str()[0],
            "from": entry.from,
            "findings": entry.findings,
            "proof": entry.proof.as_ref().map(prove::json),
        })
    });
    let data: Vec<_> = data.collect();
    Ok(Outcome::with(exit, text, &data))
}

/// Documents below a folder. Links are not followed.
fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ApiError> {
    let refused = |why: &str| {
        let message = format!("can't read `{}`: {why}", folder.display());
        ApiError::new(ErrorKind::InvalidInput, message)
    };
    if depth == 0 {
        return Err(refused("its folders lie too deep"));
    }
    let entries = fs::read_dir(folder).map_err(|err| refused(&err.to_string()))?;
    for entry in entries {
        let entry = entry.map_err(|err| refused(&err.to_string()))?;
        let kind = entry.file_type().map_err(|err| refused(&err.to_string()))?;
        let path = entry.path();
        if kind.is_dir() {
            collect(&path, depth - 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
        if found.len() > MAX_FILES {
            return Err(refused("it holds too many documents"));
        }
    }
    Ok(())
}

fn entry(library: &Path, file: &Path, output: Option<&Path>, prover: Option<&Prover>) -> Entry {
    let below = match file.strip_prefix(library) {
        Ok(below) if below.as_os_str().is_empty() => file.file_name().unwrap_or_default().into(),
        below => below.unwrap_or(file).to_owned(),
    };
    let mut proof = None;
    let refused = |err: ApiError| {
        let whole = Diagnostic::error("migrate", "", err.message.clone(), err.hints.join("; "));
        let findings = match err.diagnostics.is_empty() {
            true => vec![whole],
            false => err.diagnostics,
        };
        (Became::Refused, None, findings)
    };
    let (became, from, findings) = match convert_file(file) {
        Err(err) => refused(err),
        Ok(Converted::Current(_)) => (Became::Current, None, Vec::new()),
        Ok(Converted::Migrated(migration, original)) => {
            proof = prover.map(|prover| prover.prove(&below, &original, &migration));
            let json = migration.workflow.to_json();
            let written = output.map(|output| write_once(&output.join(&below), json.as_bytes()));
            match written.unwrap_or(Ok(())) {
                Err(err) => refused(err),
                Ok(()) => {
                    let is_open = migration.notes.iter().any(Diagnostic::is_error);
                    let became = match is_open {
                        true => Became::NeedsDecision,
                        false => Became::Converted,
                    };
                    let from = files::form_name(migration.from).to_owned();
                    (became, Some(from), migration.notes)
                }
            }
        }
    };
    Entry {
        file: below,
        became,
        from,
        findings,
        proof,
    }
}

/// Writes a file, unless it lies there as it is. What somebody has changed since is never overwritten.
fn write_once(path: &Path, bytes: &[u8]) -> Result<(), ApiError> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|err| {
            let message = format!("can't make `{}`: {err}", folder.display());
            ApiError::new(ErrorKind::InvalidInput, message)
        })?;
    }
    files::write_new(path, bytes)
}
