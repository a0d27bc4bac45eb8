//! `hartomat run`, and what every command that makes a run shares.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::{ApiError, Backend as _, DispatchRequest, RunDetail};
use hartomat_app::Studio;
use hartomat_schema::{ExecutionMode, FailureClass, RunState, Verdict};

use super::Session;
use super::files;
use super::request::request_of;
use crate::args::RunCommand;
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::text::run_summary;

pub(crate) fn run(session: &Session, command: &RunCommand) -> Result<Outcome, ApiError> {
    let request = request_of(session, command)?;
    make_run(session, &request, command.options.output.as_deref())
}

/// Makes a run with progress on standard error and a summary as the outcome.
pub(crate) fn make_run(
    session: &Session,
    request: &DispatchRequest,
    output: Option<&Path>,
) -> Result<Outcome, ApiError> {
    let studio = session.studio()?;
    let progress = Progress::start();
    cancel_on_signal(&studio, &progress);
    let detail = studio.dispatch(request, progress.clone());
    progress.finish();
    finish(detail?, output)
}

/// The outcome of a run that has ended; copies its files to `output`.
pub(crate) fn finish(mut detail: RunDetail, output: Option<&Path>) -> Result<Outcome, ApiError> {
    if let Some(folder) = output {
        copy_files(&mut detail, folder)?;
    }
    Ok(Outcome::with(
        exit_of(&detail),
        run_summary(&detail),
        &detail,
    ))
}

/// Ctrl-C asks the run to stop and lets it end in order; a second one ends the process.
pub(crate) fn cancel_on_signal(studio: &Arc<Studio>, progress: &Arc<Progress>) {
    let (studio, progress) = (studio.clone(), progress.clone());
    // Where the handler can't be set the signal ends the process, and the next start recovers.
    let _ = ctrlc::set_handler(move || match progress.run() {
        Some(run) if progress.first_signal() => {
            crate::progress::say("cancelling; once more ends at once");
            // A run that has just ended can't be cancelled, and needs no cancelling.
            let _ = studio.run_cancel(&run);
        }
        _ => std::process::exit(130),
    });
}

fn exit_of(detail: &RunDetail) -> Exit {
    let record = &detail.record;
    match record.state {
        RunState::FellBack => Exit::FellBack,
        RunState::Cancelled => Exit::Cancelled,
        RunState::Queued | RunState::Running | RunState::Interrupted => Exit::Internal,
        RunState::Failed => match record.control_failure.as_ref().map(|failure| failure.class) {
            Some(FailureClass::BadInput) => Exit::InvalidInput,
            Some(FailureClass::Environment) => Exit::EnvironmentMissing,
            _ => Exit::NothingDelivered,
        },
        RunState::Succeeded => match record.verdict {
            None if record.mode == ExecutionMode::Shadow => Exit::Inconclusive,
            None | Some(Verdict::Pass) => Exit::Ok,
            Some(Verdict::Warn) => Exit::Warn,
            Some(Verdict::Fail) => Exit::Fail,
            Some(Verdict::Inconclusive) => Exit::Inconclusive,
        },
    }
}

/// Copies what the run left to a folder under plain names, and names those instead.
fn copy_files(detail: &mut RunDetail, folder: &Path) -> Result<(), ApiError> {
    for (name, path) in &mut detail.files {
        let source = Path::new(path.as_str());
        let extension = match name.as_str() {
            "comparison" => "json",
            "difference" | "side_by_side" => "png",
            _ => extension_of(detail.evidence.as_ref(), name),
        };
        let target = folder.join(format!("{name}.{extension}"));
        let bytes = std::fs::read(source).map_err(|err| {
            ApiError::new(
                hartomat_api::ErrorKind::Internal,
                format!("can't read `{path}`: {err}"),
            )
        })?;
        files::write(&target, &bytes)?;
        *path = target.to_string_lossy().into_owned();
    }
    for asset in &detail.media_assets {
        let bytes = std::fs::read(&asset.path).map_err(|err| {
            let message = format!("can't read `{}`: {err}", asset.path);
            ApiError::new(hartomat_api::ErrorKind::Internal, message)
        })?;
        let target = folder.join(&asset.name);
        files::write(&target, &bytes)?;
        detail.files.insert(
            "delivered".to_owned(),
            target.to_string_lossy().into_owned(),
        );
    }
    Ok(())
}

fn extension_of<'a>(evidence: Option<&'a hartomat_schema::Evidence>, side: &str) -> &'a str {
    let artifact = evidence.and_then(|evidence| match side {
        "control" => evidence.control.as_ref(),
        _ => evidence.candidate.as_ref(),
    });
    let name = artifact.map(|artifact| artifact.name.as_str());
    name.and_then(|name| name.rsplit_once('.'))
        .map_or("bin", |(_, extension)| extension)
}
