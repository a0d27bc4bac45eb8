//! `hartomat migrate FILE`: a legacy form as a workflow document; the original is never touched.

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{Digest, ReadWorkflow, WorkflowId, migrate as convert, read_workflow};

use super::files;
use crate::args::MigrateCommand;
use crate::outcome::Outcome;
use crate::text::diagnostics_text;

pub(crate) fn migrate(command: &MigrateCommand) -> Result<Outcome, ApiError> {
    let bytes = files::read(&command.file)?;
    // The same file gives the same workflow, however often it is migrated.
    let id = WorkflowId::new(format!("migrated-{}", Digest::of(&bytes).short()))
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
    let catalogue = hartomat_app::catalogue();
    let name = format!("`{}`", command.file.display());
    let invalid = |findings| ApiError::invalid(&name, findings);
    let value = match read_workflow(&bytes).map_err(invalid)? {
        ReadWorkflow::Legacy { value, .. } => value,
        ReadWorkflow::Current(workflow) => {
            let text = format!("{name} is already in the present form\n");
            return Ok(Outcome::ok(text, &workflow));
        }
    };
    let migration = convert(value, &catalogue, id).map_err(invalid)?;
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
