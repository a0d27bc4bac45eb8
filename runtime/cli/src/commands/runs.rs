//! `hartomat runs`.

use std::fmt::Write as _;
use std::path::Path;

use hartomat_api::{
    ApiError, ErrorKind, LogQuery, RerunDefinition, RerunRequest, RerunScope, RunQuery,
};
use hartomat_schema::{LogLevel, LogLine, RunId, RunRecord, Side};
use serde_json::json;

use super::Session;
use super::files::{self, read_document};
use super::run::{follow, lost, shown};
use crate::args::{Rerun, RunsCommand, RunsList};
use crate::outcome::{Outcome, error_after};
use crate::text::{clock, run_line};

pub(crate) fn runs(session: &Session, command: RunsCommand) -> Result<Outcome, ApiError> {
    match command {
        RunsCommand::List(list) => self::list(session, list),
        RunsCommand::Show { run } => {
            let detail = session.backend()?.run_get(&find(session, &run)?)?;
            shown(session, &detail)
        }
        RunsCommand::Follow { run, output } => {
            let detail = session.backend()?.run_get(&find(session, &run)?)?;
            // The events are told again from the first, so the record begins where they do.
            let record = RunRecord::new(&detail.frozen);
            follow(session, &record, output.as_deref())
        }
        RunsCommand::Logs { run, node, after } => {
            let after = after.unwrap_or_default();
            let query = LogQuery {
                node,
                after,
                limit: None,
            };
            logs(session, &run, query)
        }
        RunsCommand::Cancel { run } => {
            session.backend()?.run_cancel(&run)?;
            Ok(Outcome::ok(format!("asked run {run} to stop\n"), &run))
        }
        RunsCommand::Resume { run } => {
            let run = find(session, &run)?;
            let record = session.backend()?.resume(&run).map_err(in_doubt)?;
            follow_anew(session, &record, None)
        }
        RunsCommand::Report { run, output } => report(session, &run, &output),
        RunsCommand::Rerun(rerun) => make_again(session, &rerun),
    }
}

/// Follows a run with its record as it was at dispatch, as its events are told from the first on.
fn follow_anew(
    session: &Session,
    record: &RunRecord,
    output: Option<&Path>,
) -> Result<Outcome, ApiError> {
    match session.backend()?.run_get(&record.id) {
        Ok(detail) => follow(session, &RunRecord::new(&detail.frozen), output),
        Err(err) => Ok(lost(record, err)),
    }
}

/// An error of a question that begins something, asked of a server that had just answered: only the answer
/// may be lost.
fn in_doubt(err: ApiError) -> ApiError {
    match err.kind {
        ErrorKind::Unreachable => {
            let way_on = "look at `hartomat runs list` before you ask again".to_owned();
            error_after("a run was asked for", way_on, err)
        }
        _ => err,
    }
}

fn make_again(session: &Session, rerun: &Rerun) -> Result<Outcome, ApiError> {
    let scope = match (&rerun.from, rerun.all, rerun.failed) {
        (Some(node), _, _) => RerunScope::From(node.clone()),
        (None, true, _) => RerunScope::All,
        (None, false, true) => RerunScope::Failed,
        (None, false, false) => RerunScope::Changed,
    };
    let definition = match (&rerun.draft, rerun.latest) {
        (Some(file), _) => RerunDefinition::Draft(Box::new(read_document(file)?)),
        (None, true) => RerunDefinition::Latest,
        (None, false) => RerunDefinition::Frozen,
    };
    let request = RerunRequest {
        scope,
        definition,
        ..RerunRequest::new(find(session, &rerun.run)?)
    };
    let record = session.backend()?.rerun(&request).map_err(in_doubt)?;
    follow_anew(session, &record, rerun.output.as_deref())
}

fn list(session: &Session, list: RunsList) -> Result<Outcome, ApiError> {
    let query = RunQuery {
        states: list.state.into_iter().map(Into::into).collect(),
        mode: list.mode.map(Into::into),
        workflow: list.workflow,
        output_type: list.output_type,
        verdict: list.verdict.map(Into::into),
        fell_back: list.fell_back.then_some(true),
        partial: list.trials.then_some(true),
        unresolved: list.unresolved,
        rerun_of: list.reruns_of,
        since: list.since,
        until: list.until,
        before: list.before,
        limit: Some(list.limit),
    };
    let asks_for_all = RunQuery {
        limit: None,
        ..query.clone()
    } == RunQuery::default();
    let page = session.backend()?.run_list(&query)?;
    let mut text = String::new();
    for record in &page.runs {
        let _ = writeln!(text, "{}", run_line(record));
    }
    if page.runs.is_empty() {
        text.push_str(match asks_for_all {
            true => "no runs yet; `hartomat smoke still --execution-mode shadow` makes one\n",
            false => "no such runs\n",
        });
    }
    if let Some(next) = &page.next {
        let _ = writeln!(text, "earlier ones: --before {next}");
    }
    Ok(Outcome::ok(text, &page.runs))
}

fn report(session: &Session, run: &str, output: &Path) -> Result<Outcome, ApiError> {
    let format = files::report_format(output)?;
    let run = find(session, run)?;
    let bytes = session.backend()?.run_report(&run, format)?;
    files::write(output, &bytes)?;
    let text = format!("{} written\n", output.display());
    let data = json!({ "run": run, "file": output, "format": format });
    Ok(Outcome::ok(text, &data))
}

fn logs(session: &Session, run: &str, query: LogQuery) -> Result<Outcome, ApiError> {
    let run = find(session, run)?;
    let lines = all_lines(session, &run, query)?;
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

/// All pages of a log.
fn all_lines(
    session: &Session,
    run: &RunId,
    mut query: LogQuery,
) -> Result<Vec<LogLine>, ApiError> {
    let backend = session.backend()?;
    let mut lines = Vec::new();
    loop {
        let page = backend.run_logs(run, &query)?;
        if page.lines.is_empty() {
            return Ok(lines);
        }
        lines.extend(page.lines);
        query.after = page.next;
    }
}

/// A run by id, by the beginning of its id, or `latest`.
pub(crate) fn find(session: &Session, name: &str) -> Result<RunId, ApiError> {
    let page = session.backend()?.run_list(&RunQuery {
        limit: Some(1000),
        ..RunQuery::default()
    })?;
    let records = page.runs;
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
