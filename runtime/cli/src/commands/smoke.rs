//! `hartomat smoke`: a canonical workflow on a sample, end to end.

use hartomat_api::{ApiError, ErrorKind};
use hartomat_app::bundled_sample;
use hartomat_schema::ExecutionMode;

use super::Session;
use super::request::{build, find_workflow, subject_of};
use super::run::make_run;
use crate::args::{SmokeCommand, SmokeStill};
use crate::outcome::Outcome;

pub(crate) fn smoke(session: &Session, command: &SmokeCommand) -> Result<Outcome, ApiError> {
    match command {
        SmokeCommand::Still(still) => smoke_still(session, still),
    }
}

fn smoke_still(session: &Session, still: &SmokeStill) -> Result<Outcome, ApiError> {
    let workflow = find_workflow(session, "canonical-still")?;
    let cad = match &still.cad {
        Some(cad) => cad.clone(),
        None => bundled_sample(session.data_dir()).map_err(|err| {
            ApiError::new(
                ErrorKind::Internal,
                format!("can't write the bundled sample: {err}"),
            )
        })?,
    };
    let subject = subject_of(&workflow, &cad);
    let mode = still
        .execution_mode
        .map_or(ExecutionMode::Legacy, Into::into);
    let request = build(session, workflow, subject, Some(mode), &still.options)?;
    make_run(session, &request, &still.options)
}
