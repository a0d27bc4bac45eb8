//! A whole library at once: every document below a folder is converted beside the original, and the
//! report says of each what became of it. Doing it again changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use hartomat_api::{ApiError, ErrorKind, LibraryDocument, read_library, write_migrated};
use hartomat_schema::{Diagnostic, MigratedDocument, MigrationOutcome};
use serde_json::json;

use super::prove::{self, Prover};
use crate::commands::files;
use crate::exit::Exit;
use crate::outcome::Outcome;

/// What became of a document, in words.
fn words(outcome: MigrationOutcome) -> &'static str {
    match outcome {
        MigrationOutcome::Converted => "converted",
        MigrationOutcome::NeedsDecision => "needs a decision",
        MigrationOutcome::Current => "is in the present form",
        MigrationOutcome::Refused => "refused",
    }
}

/// A library, or one document with the proof of its migration.
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
    let mut documents = read_library(library, &hartomat_app::catalogue())?;
    let mut proofs = BTreeMap::new();
    for document in &mut documents {
        if let Some(prover) = prover
            && let Some(proof) = prover.prove(library, document)
        {
            proofs.insert(document.file.clone(), proof);
        }
        if let Some(output) = output {
            write(output, document);
        }
    }
    let count = |outcome| {
        let documents = documents.iter();
        documents
            .filter(|it| it.migrated.outcome == outcome)
            .count()
    };
    let exit = match (
        count(MigrationOutcome::Refused),
        count(MigrationOutcome::NeedsDecision),
    ) {
        (0, 0) => prove::exit_of(proofs.values()),
        (0, _) => Exit::Warn,
        _ => Exit::InvalidInput,
    };
    let mut text = String::new();
    for LibraryDocument { file, migrated } in &documents {
        let proof = proofs.get(file);
        if migrated.outcome == MigrationOutcome::Converted && proof.is_none() {
            continue;
        }
        let proof = proof.map(prove::words).unwrap_or_default();
        let outcome = words(migrated.outcome);
        let _ = writeln!(text, "{}: {outcome}{proof}", file.display());
        for finding in migrated.findings.iter().filter(|it| it.is_error()) {
            let _ = writeln!(text, "  {finding}");
        }
    }
    let _ = writeln!(
        text,
        "{} converted, {} need a decision, {} were in the present form, {} refused",
        count(MigrationOutcome::Converted),
        count(MigrationOutcome::NeedsDecision),
        count(MigrationOutcome::Current),
        count(MigrationOutcome::Refused)
    );
    if prover.is_some() {
        text.push_str(&prove::total(proofs.values()));
    }
    let data = documents.iter().map(|LibraryDocument { file, migrated }| {
        json!({
            "file": file,
            "became": migrated.outcome.as_str(),
            "from": migrated.from.map(files::form_name),
            "findings": migrated.findings,
            "proof": proofs.get(file).map(prove::json),
        })
    });
    let data: Vec<_> = data.collect();
    Ok(Outcome::with(exit, text, &data))
}

/// Writes what was migrated; a file that can't be written makes the document a refused one.
fn write(output: &Path, document: &mut LibraryDocument) {
    let migrated = &document.migrated;
    let (Some(workflow), Some(_)) = (&migrated.workflow, migrated.from) else {
        return;
    };
    if let Err(err) = write_migrated(output, &document.file, workflow) {
        let fix = err.hints.join("; ");
        let finding = Diagnostic::error("migrate", "", err.message, fix);
        document.migrated = MigratedDocument::refused(vec![finding]);
    }
}
