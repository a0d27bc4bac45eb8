//! `hartomat run`, and what every command that makes a run shares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, Backend, DispatchRequest, ErrorKind, RunDetail};
use hartomat_schema::{
    Evidence, ExecutionMode, FailureClass, RunRecord, RunState, StoredFile, Verdict,
};
use serde_json::{Value, json};

use super::request::request_of;
use super::{Session, outbox};
use crate::args::{DispatchOptions, RunCommand};
use crate::exit::Exit;
use crate::interrupt::Interruptible;
use crate::outcome::{Outcome, error_after};
use crate::progress::Progress;
use crate::text::run_summary;

pub(crate) fn run(session: &Session, command: &RunCommand) -> Result<Outcome, ApiError> {
    let request = request_of(session, command)?;
    let options = &command.options;
    make_run(
        session,
        &request,
        &options.dispatch,
        options.output.as_deref(),
    )
}

/// Makes a run with progress on standard error and a summary as the outcome.
pub(crate) fn make_run(
    session: &Session,
    request: &DispatchRequest,
    options: &DispatchOptions,
    output: Option<&Path>,
) -> Result<Outcome, ApiError> {
    check_detach(session, options)?;
    let record = match dispatch(session, request, options)? {
        Dispatched::Run(record) => record,
        Dispatched::Waits(outcome) => return Ok(*outcome),
    };
    if options.detach {
        let text = format!("run {} is taken on\n", record.id);
        return Ok(Outcome::ok(text, &json!({ "record": record })));
    }
    follow(session, &record, output)
}

/// Refuses what would end with this command.
pub(crate) fn check_detach(session: &Session, options: &DispatchOptions) -> Result<(), ApiError> {
    if !options.detach || session.server().is_some() {
        return Ok(());
    }
    let message = "without a server a run ends with the command that made it";
    Err(ApiError::new(ErrorKind::InvalidInput, message)
        .hint("name one with --server; `--server agent` is this machine's"))
}

/// What became of a dispatch.
enum Dispatched {
    /// It is this run.
    Run(Box<RunRecord>),
    /// It waits for its server.
    Waits(Box<Outcome>),
}

fn dispatch(
    session: &Session,
    request: &DispatchRequest,
    options: &DispatchOptions,
) -> Result<Dispatched, ApiError> {
    let run = |record| Dispatched::Run(Box::new(record));
    let Some(server) = session.server().filter(|_| !options.no_outbox) else {
        return session.backend()?.dispatch(request).map(run);
    };
    // The same key now and from the outbox: an answer that was lost makes no second run.
    let request = DispatchRequest {
        idempotency_key: Some(
            request
                .idempotency_key
                .clone()
                .unwrap_or_else(|| uuid::Uuid::now_v7().to_string()),
        ),
        ..request.clone()
    };
    let dispatched = session
        .backend()
        .and_then(|backend| backend.dispatch(&request));
    match dispatched {
        Ok(record) => Ok(run(record)),
        Err(err) if err.kind == ErrorKind::Unreachable => {
            let waits = outbox::put(session, server, &request, &err)?;
            Ok(Dispatched::Waits(Box::new(waits)))
        }
        Err(err) => Err(err),
    }
}

/// Follows a run to its end, with progress on standard error and a summary as the outcome.
pub(crate) fn follow(
    session: &Session,
    record: &RunRecord,
    output: Option<&Path>,
) -> Result<Outcome, ApiError> {
    let backend = session.backend()?;
    let _interruptible = Interruptible::by_signal(&backend, &record.id);
    let progress = Progress::start();
    let detail = backend.follow_to_end(record, progress.as_ref());
    progress.finish();
    Ok(match detail {
        Ok(detail) => finish(session, backend.as_ref(), &detail, output),
        Err(err) => lost(record, err),
    })
}

/// A run that was begun and that nothing more is heard of.
pub(crate) fn lost(record: &RunRecord, err: ApiError) -> Outcome {
    let run = &record.id;
    let way_on = format!("`hartomat runs follow {run}` comes back to it");
    let err = error_after(&format!("run {run} was begun"), way_on, err);
    Outcome {
        data: json!({ "record": record }),
        ..Outcome::from_error(&err)
    }
}

/// The outcome of a run that has ended, with its files on this machine.
fn finish(
    session: &Session,
    backend: &dyn Backend,
    detail: &RunDetail,
    output: Option<&Path>,
) -> Outcome {
    let files = match (output, session.results_of(&detail.record.id)) {
        (Some(folder), _) => save_files(backend, detail, folder),
        (None, Some(folder)) => folder.and_then(|folder| save_files(backend, detail, &folder)),
        (None, None) => Ok(local_files(backend, detail)),
    };
    match files {
        Ok(files) => outcome_of(exit_of(detail), detail, &files),
        Err(err) => without_files(detail, err),
    }
}

/// The outcome of a run that has ended, whose files could not be saved. What it came to stands, unless that
/// would say that all is well.
fn without_files(detail: &RunDetail, err: ApiError) -> Outcome {
    let run = &detail.record.id;
    let way_on = format!("`hartomat runs follow {run} --output DIR` saves its files");
    let err = error_after(&format!("run {run} has ended"), way_on, err);
    let failed = Outcome::from_error(&err);
    let ended = outcome_of(exit_of(detail), detail, &BTreeMap::new());
    Outcome {
        exit: match ended.exit {
            Exit::Ok => failed.exit,
            exit => exit,
        },
        text: ended.text + &failed.text,
        data: ended.data,
        error: failed.error,
    }
}

/// A run and where its files lie on this machine.
pub(crate) fn shown(session: &Session, detail: &RunDetail) -> Result<Outcome, ApiError> {
    let files = local_files(session.backend()?.as_ref(), detail);
    Ok(outcome_of(Exit::Ok, detail, &files))
}

fn outcome_of(exit: Exit, detail: &RunDetail, files: &BTreeMap<String, PathBuf>) -> Outcome {
    let mut outcome = Outcome::with(exit, run_summary(detail, files), detail);
    if let Value::Object(data) = &mut outcome.data {
        data.insert("files".to_owned(), json!(files));
    }
    outcome
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

/// Files of the run that lie on this machine anyway.
fn local_files(backend: &dyn Backend, detail: &RunDetail) -> BTreeMap<String, PathBuf> {
    let paths = detail.files.iter().filter_map(|(name, file)| {
        let path = backend.artifact_path(&file.digest)?;
        Some((name.clone(), path))
    });
    paths.collect()
}

/// Saves what the run left in a folder under plain names.
fn save_files(
    backend: &dyn Backend,
    detail: &RunDetail,
    folder: &Path,
) -> Result<BTreeMap<String, PathBuf>, ApiError> {
    let mut saved = BTreeMap::new();
    for (name, file) in &detail.files {
        let extension = match name.as_str() {
            "comparison" => "json",
            "difference" | "side_by_side" => "png",
            "control" | "candidate" => extension_of(detail.evidence.as_ref(), name),
            _ => extension(&file.name),
        };
        let target = folder.join(plain(&format!("{name}.{extension}"))?);
        backend.artifact_save(&file.digest, &target, &|_, _| {})?;
        saved.insert(name.clone(), target);
    }
    for asset in &detail.media_assets {
        let label = StoredFile::new(asset.digest, 0, &asset.name).name;
        let target = folder.join(label);
        backend.media_asset_save(&asset.id, &target)?;
        saved.insert("delivered".to_owned(), target);
    }
    Ok(saved)
}

/// A name that a server gives, as one plain component of a path.
pub(crate) fn plain(name: &str) -> Result<&str, ApiError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let fits = (1..=100).contains(&name.len()) && name.bytes().all(is_plain);
    match fits && !name.starts_with('.') && !name.ends_with('.') {
        true => Ok(name),
        false => {
            let message = "the server names a file in a way that leads elsewhere";
            Err(ApiError::new(ErrorKind::Internal, message))
        }
    }
}

fn extension_of<'a>(evidence: Option<&'a Evidence>, side: &str) -> &'a str {
    let artifact = evidence.and_then(|evidence| match side {
        "control" => evidence.control.as_ref(),
        _ => evidence.candidate.as_ref(),
    });
    artifact.map_or("bin", |artifact| extension(&artifact.name))
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.')
        .map_or("bin", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_server_stay_in_their_folder() {
        for name in ["control.png", "side_by_side.png", "01a2-b3"] {
            assert!(plain(name).is_ok(), "{name}");
        }
        for name in [
            "", "..", "../x.png", "/etc/x", r"..\x", "C:x", ".bashrc", "x.", "a b", "ü",
        ] {
            assert!(plain(name).is_err(), "{name}");
        }
    }
}
