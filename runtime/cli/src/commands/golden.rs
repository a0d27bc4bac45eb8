//! `hartomat golden`: fixed inputs through legacy and graph.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, Backend, ErrorKind, GoldenReport, GoldenRequest};
use hartomat_app::golden_report_file;
use hartomat_schema::{GoldenCase, GoldenCaseId, GoldenExpectation, GoldenFile, RunId, WorkflowId};

use super::{Session, files};
use crate::args::{ExpectArgument, GoldenAdd, GoldenCommand, GoldenRun};
use crate::exit::Exit;
use crate::outcome::{Outcome, error_after};

pub(crate) fn golden(session: &Session, command: GoldenCommand) -> Result<Outcome, ApiError> {
    match command {
        GoldenCommand::List => {
            let cases = session.backend()?.golden_case_list()?;
            let mut text = String::new();
            for case in &cases {
                let _ = writeln!(
                    text,
                    "{:<18} {:<10} {:<6} {}",
                    case.id, case.family, case.output, case.name
                );
            }
            Ok(Outcome::ok(text, &cases))
        }
        GoldenCommand::Show { workflow, report } => {
            let found = session.backend()?.golden_report(&workflow)?;
            write_files(&found, &report)?;
            Ok(Outcome::with(exit_of(&[&found]), text(&found), &found))
        }
        GoldenCommand::Run(command) => run(session, &command),
        GoldenCommand::Add(command) => add(session, command),
    }
}

fn run(session: &Session, command: &GoldenRun) -> Result<Outcome, ApiError> {
    let backend = session.backend()?;
    let known = backend.golden_case_list()?;
    if let Some(id) = command
        .case
        .iter()
        .find(|id| known.iter().all(|it| it.id != **id))
    {
        let message = format!("there is no golden case `{id}`");
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("`hartomat golden list` shows the cases"));
    }
    let workflows = match &command.workflow {
        Some(workflow) => vec![workflow.clone()],
        None => {
            let bundled = backend.template_list()?;
            bundled.into_iter().map(|workflow| workflow.id).collect()
        }
    };
    let mut begun = None;
    let reports = run_cases(session, command, &workflows, &mut begun);
    let reports = reports.map_err(|err| match &begun {
        Some(run) if matches!(err.kind, ErrorKind::Unreachable | ErrorKind::Busy) => {
            let way_on = format!("`hartomat runs follow {run}` comes back to the last run");
            error_after("golden cases were run", way_on, err)
        }
        _ => err,
    })?;
    for report in &reports {
        let paths = command.report.iter();
        let paths: Vec<_> = match reports.len() {
            1 => paths.cloned().collect(),
            _ => paths
                .map(|path| of_workflow(path, &report.workflow))
                .collect(),
        };
        write_files(report, &paths)?;
    }
    let text: String = reports.iter().map(text).collect();
    let all: Vec<_> = reports.iter().collect();
    Ok(Outcome::with(exit_of(&all), text, &reports))
}

/// Runs the cases that are wanted, workflow by workflow; notes the last run that it has begun.
fn run_cases(
    session: &Session,
    command: &GoldenRun,
    workflows: &[WorkflowId],
    begun: &mut Option<RunId>,
) -> Result<Vec<GoldenReport>, ApiError> {
    let backend = session.backend()?;
    let is_wanted = |id: &GoldenCaseId| command.case.is_empty() || command.case.contains(id);
    let mut reports = Vec::new();
    for workflow in workflows {
        let cases = backend.golden_report(workflow)?.cases;
        for case in cases.iter().filter(|case| is_wanted(&case.id)) {
            let request = GoldenRequest {
                workflow: workflow.clone(),
                case: case.id.clone(),
                output_type: command.output_type.clone(),
            };
            run_case(backend.as_ref(), &request, begun)?;
        }
        let mut report = backend.golden_report(workflow)?;
        report.cases.retain(|case| is_wanted(&case.id));
        report.results.retain(|result| is_wanted(&result.case));
        reports.push(report);
    }
    Ok(reports)
}

/// Runs a case to its end; how it went stands in the report.
fn run_case(
    backend: &dyn Backend,
    request: &GoldenRequest,
    begun: &mut Option<RunId>,
) -> Result<(), ApiError> {
    let record = backend.golden_dispatch(request)?;
    *begun = Some(record.id.clone());
    backend.follow_to_end(&record, &())?;
    // The result is kept right after the run has ended; give it a moment.
    for _ in 0..100 {
        let report = backend.golden_report(&request.workflow)?;
        let result = report.result(&request.case);
        if result.is_some_and(|it| it.run == record.id) {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let message = format!(
        "golden case `{}` has left no result; look at run {}",
        request.case, record.id
    );
    Err(ApiError::new(ErrorKind::Internal, message))
}

fn add(session: &Session, command: GoldenAdd) -> Result<Outcome, ApiError> {
    let backend = session.backend()?;
    let like = backend.workflow_get(&command.like)?.workflow;
    let promised = like.contract.first().ok_or_else(|| {
        let message = format!("workflow `{}` promises no output", like.name);
        ApiError::new(ErrorKind::InvalidInput, message)
    })?;
    let file = backend.file_put(&command.cad, &|_, _| {})?;
    let case = GoldenCase {
        id: command.id,
        name: command.name,
        family: like.family,
        output: promised.kind.clone(),
        cad_file: GoldenFile::Stored(file),
        materials: Default::default(),
        preset: Default::default(),
        expect: match command.expect {
            ExpectArgument::Delivers => GoldenExpectation::Delivers,
            ExpectArgument::Fails => GoldenExpectation::Fails,
        },
    };
    backend.golden_case_put(&case)?;
    Ok(Outcome::ok(format!("kept `{}`\n", case.id), &case))
}

/// A file's name with a workflow in it, where there is a report for each of several.
fn of_workflow(path: &Path, workflow: &WorkflowId) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{workflow}.{ending}"))
}

fn write_files(report: &GoldenReport, paths: &[PathBuf]) -> Result<(), ApiError> {
    for path in paths {
        let format = files::report_format(path)?;
        files::write(path, &golden_report_file(report, format))?;
    }
    Ok(())
}

/// A case that didn't pass is a failure; one that has not run leaves the question open.
fn exit_of(reports: &[&GoldenReport]) -> Exit {
    let results = reports.iter().flat_map(|report| &report.results);
    let cases: usize = reports.iter().map(|report| report.cases.len()).sum();
    if results.clone().any(|result| !result.passed()) {
        Exit::Fail
    } else if results.count() < cases {
        Exit::Inconclusive
    } else {
        Exit::Ok
    }
}

fn text(report: &GoldenReport) -> String {
    let mut text = format!("{}\n", report.workflow_name);
    let mut passed = 0;
    for case in &report.cases {
        let (mark, note) = match report.result(&case.id) {
            None => ("–", "has not run on this definition".to_owned()),
            Some(result) => {
                let failed = result.checks.iter().find(|check| !check.passed);
                passed += usize::from(failed.is_none());
                match failed {
                    None => ("✓", result.checks[0].sentence.clone()),
                    Some(check) => (
                        "✗",
                        format!("{}: {}", check.aspect.as_str(), check.sentence),
                    ),
                }
            }
        };
        let _ = writeln!(text, "  {mark} {:<18} {note}", case.id);
    }
    let _ = writeln!(
        text,
        "  {passed} of {} golden cases pass",
        report.cases.len()
    );
    text
}
