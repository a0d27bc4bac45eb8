//! `hartomat migrate`: legacy forms as workflow documents; the originals are never touched.

mod library;

use hartomat_api::ApiError;
use hartomat_schema::migrate_document;

use super::files;
use crate::args::MigrateCommand;
use crate::outcome::Outcome;
use crate::text::diagnostics_text;

pub(crate) fn migrate(command: &MigrateCommand) -> Result<Outcome, ApiError> {
    if command.file.is_dir() {
        return library::migrate(&command.file, command.output.as_deref());
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
