//! `hartomat migrate`: legacy forms as workflow documents; the originals are never touched.

mod library;

use std::path::Path;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{
    Digest, Migration, ReadWorkflow, Workflow, WorkflowId, migrate as convert, read_workflow,
};

use super::files;
use crate::args::MigrateCommand;
use crate::outcome::Outcome;
use crate::text::diagnostics_text;

/// What a file turned out to be.
enum Converted {
    /// In the present form already.
    Current(Box<Workflow>),
    /// Migrated.
    Migrated(Box<Migration>),
}

pub(crate) fn migrate(command: &MigrateCommand) -> Result<Outcome, ApiError> {
    if command.file.is_dir() {
        return library::migrate(&command.file, command.output.as_deref());
    }
    let migration = match convert_file(&command.file)? {
        Converted::Migrated(migration) => migration,
        Converted::Current(workflow) => {
            let name = command.file.display();
            let text = format!("`{name}` is already in the present form\n");
            return Ok(Outcome::ok(text, &workflow));
        }
    };
    let from = files::form_name(migration.from);
    let json = migration.workflow.to_json();
    let remarks = diagnostics_text(&migration.notes);
    let text = match &command.output {
        Some(output) => {
            files::write_new(output, json.as_bytes())?;
            format!("{remarks}wrote {} from a {}\n", output.display(), from)
        }
        None => {
            crate::progress::say(remarks.trim_end());
            json
        }
    };
    let data = serde_json::json!({
        "from": from,
        "workflow": migration.workflow,
        "diagnostics": migration.notes,
    });
    Ok(Outcome::ok(text, &data))
}

fn convert_file(file: &Path) -> Result<Converted, ApiError> {
    let bytes = files::read(file)?;
    // The same file gives the same workflow, however often it is migrated.
    let id = WorkflowId::new(format!("migrated-{}", Digest::of(&bytes).short()))
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
    let name = format!("`{}`", file.display());
    let invalid = |findings| ApiError::invalid(&name, findings);
    match read_workflow(&bytes).map_err(invalid)? {
        ReadWorkflow::Current(workflow) => Ok(Converted::Current(workflow)),
        ReadWorkflow::Legacy { value, .. } => {
            let migration = convert(value, &hartomat_app::catalogue(), id).map_err(invalid)?;
            Ok(Converted::Migrated(Box::new(migration)))
        }
    }
}
