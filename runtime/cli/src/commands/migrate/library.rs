//! A whole library at once: every document below a folder is converted beside the original, and the
//! report says of each what became of it. Doing it again changes nothing.

use std::fmt::Write as _;
use std::path::Path;

use hartomat_api::{ApiError, ErrorKind, LibraryDocument, read_library, write_migrated};
use hartomat_schema::{Diagnostic, MigratedDocument, MigrationOutcome};
use serde_json::json;

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

pub(super) fn migrate(library: &Path, output: Option<&Path>) -> Result<Outcome, ApiError> {
    let output = output.ok_or_else(|| {
        let message = "a whole library needs a folder to be written to";
        ApiError::new(ErrorKind::InvalidInput, message)
            .hint("name one with --output; the originals stay as they are")
    })?;
    let mut documents = read_library(library, &hartomat_app::catalogue())?;
    for document in &mut documents {
        write(output, document);
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
        (0, 0) => Exit::Ok,
        (0, _) => Exit::Warn,
        _ => Exit::InvalidInput,
    };
    let mut text = String::new();
    for LibraryDocument { file, migrated } in &documents {
        if migrated.outcome == MigrationOutcome::Converted {
            continue;
        }
        let _ = writeln!(text, "{}: {}", file.display(), words(migrated.outcome));
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
    let data = documents.iter().map(|LibraryDocument { file, migrated }| {
        json!({
            "file": file,
            "became": migrated.outcome.as_str(),
            "from": migrated.from.map(files::form_name),
            "findings": migrated.findings,
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
