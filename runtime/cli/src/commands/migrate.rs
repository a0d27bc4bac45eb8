//! `hartomat migrate`: legacy forms as workflow documents; the originals are never touched.

mod library;
mod prove;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{migrate_document, restore};

use super::{Session, files};
use crate::args::MigrateCommand;
use crate::outcome::Outcome;
use crate::text::diagnostics_text;
use prove::Prover;

pub(crate) fn migrate(session: &Session, command: &MigrateCommand) -> Result<Outcome, ApiError> {
    if command.back {
        return back(command);
    }
    let prover = command.prove.then(|| Prover::open(session)).transpose()?;
    if command.file.is_dir() || prover.is_some() {
        let output = command.output.as_deref();
        return library::migrate(&command.file, output, prover.as_ref());
    }
    let bytes = files::read(&command.file)?;
    let migrated = migrate_document(&bytes, &hartomat_app::catalogue());
    let name = command.file.display();
    let Some(workflow) = migrated.workflow else {
        return Err(ApiError::invalid(&format!("`{name}`"), migrated.findings));
    };
    let Some(from) = migrated.from.map(files::form_name) else {
        let text = format!("`{name}` is already in the present form\n");
        return Ok(Outcome::ok(text, &workflow));
    };
    let json = workflow.to_json();
    let remarks = diagnostics_text(&migrated.findings);
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
        "workflow": workflow,
        "diagnostics": migrated.findings,
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
