//! `hartomat runs`.

use std::fmt::Write as _;
use std::sync::Arc;

use hartomat_api::{ApiError, Backend as _, ErrorKind, LogQuery, RerunRequest, RunQuery};
use hartomat_schema::{LogLevel, RunId, Side, Verdict};

use super::Session;
use super::run::{cancel_on_signal, finish};
use crate::args::{RunsCommand, VerdictArgument};
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::text::{clock, run_line, run_summary};

pub(crate) fn runs(session: &Session, command: RunsCommand) -> Result<Outcome, ApiError> {
    match command {
        RunsCommand::List { limit, verdict } => list(session, limit, verdict),
        RunsCommand::Show { run } => {
            let detail = session.studio()?.run_get(&find(session, &run)?)?;
            Ok(Outcome::ok(run_summary(&detail), &detail))
        }
        RunsCommand::Logs { run, node } => logs(session, &run, LogQuery { node }),
        RunsCommand::Cancel { run } => {
            session.studio()?.run_cancel(&run)?;
            Ok(Outcome::ok(format!("asked run {run} to stop\n"), &run))
        }
        RunsCommand::Resume { run } => {
            let (studio, run) = (session.studio()?, find(session, &run)?);
            let progress = Progress::start();
            cancel_on_signal(&studio, &progress);
            let detail = studio.resume(&run, progress.clone());
            progress.finish();
            finish(detail?, None)
        }
        RunsCommand::Rerun { run, from, output } => {
            let (studio, run) = (session.studio()?, find(session, &run)?);
            let progress = Progress::start();
            cancel_on_signal(&studio, &progress);
            let observer: Arc<Progress> = progress.clone();
            let detail = studio.rerun(&RerunRequest { run, from }, observer);
            progress.finish();
            finish(detail?, output.as_deref())
        }
    }
}

fn list(
    session: &Session,
    limit: usize,
    verdict: Option<VerdictArgument>,
) -> Result<Outcome, ApiError> {
    let verdict = verdict.map(|verdict| match verdict {
        VerdictArgument::Pass => Verdict::Pass,
        VerdictArgument::Warn => Verdict::Warn,
        VerdictArgument::Fail => Verdict::Fail,
        VerdictArgument::Inconclusive => Verdict::Inconclusive,
    });
    let query = RunQuery {
        verdict,
        limit: Some(limit),
        ..RunQuery::default()
    };
    let records = session.studio()?.run_list(&query)?;
    let mut text = String::new();
    for record in &records {
        let _ = writeln!(text, "{}", run_line(record));
    }
    if records.is_empty() {
        text.push_str("no runs yet; `hartomat smoke still --execution-mode shadow` makes one\n");
    }
    Ok(Outcome::ok(text, &records))
}

fn logs(session: &Session, run: &str, query: LogQuery) -> Result<Outcome, ApiError> {
    let run = find(session, run)?;
    let lines = session.studio()?.run_logs(&run, &query)?;
    let mut text = String::new();
    for line in &lines {
        let place = match (&line.side, &line.node) {
            (Side::Control, _) => "legacy".to_owned(),
            (Side::Candidate, Some(node)) => node.to_string(),
            (Side::Candidate, None) => "graph".to_owned(),
        };
        let level = match line.level {
            LogLevel::Error => "error: ",
            LogLevel::Warning => "warning: ",
            LogLevel::Info => "",
        };
        let _ = writeln!(text, "{} {place:<14} {level}{}", clock(line.at), line.text);
    }
    if lines.is_empty() {
        text.push_str("nothing was logged\n");
    }
    Ok(Outcome::ok(text, &lines))
}

/// A run by id, by the beginning of its id, or `latest`.
fn find(session: &Session, name: &str) -> Result<RunId, ApiError> {
    let records = session.studio()?.run_list(&RunQuery {
        limit: Some(1000),
        ..RunQuery::default()
    })?;
    if name == "latest" {
        return records
            .first()
            .map(|record| record.id.clone())
            .ok_or_else(|| ApiError::new(ErrorKind::NotFound, "there are no runs yet"));
    }
    let mut fitting = records
        .iter()
        .filter(|record| record.id.as_str().starts_with(name));
    match (fitting.next(), fitting.next()) {
        (Some(record), None) => Ok(record.id.clone()),
        (Some(_), Some(_)) => {
            let message = format!("several runs begin with `{name}`");
            Err(ApiError::new(ErrorKind::InvalidInput, message).hint("give more of the id"))
        }
        (None, _) => {
            RunId::new(name).map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))
        }
    }
}
