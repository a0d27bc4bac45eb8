//! `hartomat migrate`: legacy forms as workflow documents; the originals are never touched.

mod library;
mod prove;

use std::path::Path;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{
    Digest, Migration, ReadWorkflow, Workflow, WorkflowId, migrate as convert, read_workflow,
    restore,
};
use serde_json::Value;

use super::{Session, files};
use crate::args::MigrateCommand;
use crate::outcome::Outcome;
use crate::text::diagnostics_text;
use prove::Prover;

/// What a file turned out to be.
enum Converted {
    /// In the present form already.
    Current(Box<Workflow>),
    /// Migrated, with what it was.
    Migrated(Box<Migration>, Box<Value>),
}

pub(crate) fn migrate(session: &Session, command: &MigrateCommand) -> Result<Outcome, ApiError> {
    if command.back {
        return back(command);
    }
    let prover = command.prove.then(|| Prover::open(session)).transpose()?;
    if command.file.is_dir() || prover.is_some() {
        let output = command.output.as_deref();
        return library::migrate(&command.file, output, prover.as_ref());
    }
    let migration = match convert_file(&command.file)? {
        Converted::Migrated(migration, _) => migration,
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

/// The legacy document that a workflow was.
fn back(command: &MigrateCommand) -> Result<Outcome, ApiError> {
    let workflow = files::read_document(&command.file)?;
    let document = restore(&workflow).ok_or_else(|| {
        let message = format!(
            "`{}` was not migrated from anything",
            command.file.display()
        );
        ApiError::new(ErrorKind::InvalidInput, message)
    })?;
    let json = serde_json::to_string_pretty(&document).unwrap_or_default() + "\n";
    let text = match &command.output {
        Some(output) => {
            files::write_new(output, json.as_bytes())?;
            format!("wrote {}\n", output.display())
        }
        None => json,
    };
    Ok(Outcome::ok(text, &document))
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
            let migration = convert(value.clone(), &hartomat_app::catalogue(), id);
            let migration = migration.map_err(invalid)?;
            Ok(Converted::Migrated(Box::new(migration), Box::new(value)))
        }
    }
}
