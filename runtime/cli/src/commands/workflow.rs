//! `hartomat validate` and `hartomat workflow`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{
    Diagnostic, ExecutionMode, Family, ReadWorkflow, WORKFLOW_SCHEMA, Workflow, WorkflowId,
    read_workflow,
};
use serde_json::{Map, json};

use super::request::find_workflow;
use super::{Session, files};
use crate::args::{Template, ValidateCommand, WorkflowCommand};
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::text::diagnostics_text;

pub(crate) fn validate(_session: &Session, command: &ValidateCommand) -> Result<Outcome, ApiError> {
    let catalogue = hartomat_app::catalogue();
    let mut text = String::new();
    let mut reports = Vec::new();
    let mut exit = Exit::Ok;
    for file in &command.files {
        let bytes = files::read(file)?;
        let findings = match read_workflow(&bytes) {
            Ok(ReadWorkflow::Current(workflow)) => hartomat_schema::validate(&workflow, &catalogue),
            Ok(ReadWorkflow::Legacy { form, .. }) => vec![Diagnostic::error(
                "legacy_form",
                "",
                format!("this is a legacy {}", files::form_name(form)),
                format!("`hartomat migrate {}` converts it", file.display()),
            )],
            Err(findings) => findings,
        };
        let errors = findings.iter().filter(|finding| finding.is_error()).count();
        if errors > 0 {
            exit = Exit::InvalidInput;
        }
        let _ = match (errors, findings.len()) {
            (0, 0) => writeln!(text, "{}: valid", file.display()),
            (0, _) => writeln!(text, "{}: valid, with remarks", file.display()),
            (errors, _) => writeln!(text, "{}: {errors} errors", file.display()),
        };
        text.push_str(&diagnostics_text(&findings));
        reports.push(json!({ "file": file, "valid": errors == 0, "diagnostics": findings }));
    }
    Ok(Outcome::with(exit, text, &reports))
}

pub(crate) fn workflow(session: &Session, command: &WorkflowCommand) -> Result<Outcome, ApiError> {
    match command {
        WorkflowCommand::New {
            template,
            name,
            file,
        } => new(session, *template, name, file),
        WorkflowCommand::Fmt { check, files } => fmt(*check, files),
        WorkflowCommand::List => list(session),
    }
}

fn new(
    session: &Session,
    template: Template,
    name: &str,
    file: &Path,
) -> Result<Outcome, ApiError> {
    let mut workflow = match template {
        Template::Still => find_workflow(session, "canonical-still")?,
        Template::Thumbnail => find_workflow(session, "cad-thumbnail")?,
        Template::EmptyOrderLine => empty(Family::OrderLine),
        Template::EmptyCadFile => empty(Family::CadFile),
    };
    workflow.id = WorkflowId::new(uuid::Uuid::now_v7().to_string())
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
    workflow.name = name.to_owned();
    files::write_new(file, workflow.to_json().as_bytes())?;
    Ok(Outcome::ok(
        format!("wrote {}\n", file.display()),
        &workflow,
    ))
}

fn empty(family: Family) -> Workflow {
    Workflow {
        schema: WORKFLOW_SCHEMA.to_owned(),
        id: WorkflowId::literal("new"),
        name: String::new(),
        description: String::new(),
        family,
        execution_mode: ExecutionMode::Legacy,
        contract: Vec::new(),
        nodes: Vec::new(),
        edges: Vec::new(),
        frames: Vec::new(),
        notes: Vec::new(),
        bookmarks: Vec::new(),
        extra: Map::new(),
    }
}

fn fmt(check: bool, paths: &[PathBuf]) -> Result<Outcome, ApiError> {
    let mut text = String::new();
    let mut changed = Vec::new();
    for path in paths {
        let before = files::read(path)?;
        let formatted = files::read_document(path)?.to_json();
        if before == formatted.as_bytes() {
            continue;
        }
        changed.push(path.clone());
        if check {
            let _ = writeln!(text, "{} would change", path.display());
        } else {
            files::write(path, formatted.as_bytes())?;
            let _ = writeln!(text, "{} written anew", path.display());
        }
    }
    let exit = if check && !changed.is_empty() {
        Exit::InvalidInput
    } else {
        Exit::Ok
    };
    Ok(Outcome::with(exit, text, &changed))
}

fn list(session: &Session) -> Result<Outcome, ApiError> {
    let workflows = session.backend()?.workflow_list()?;
    let mut text = String::new();
    for workflow in &workflows {
        let _ = writeln!(
            text,
            "{:<20} {:<11} {:<7} {}",
            workflow.id, workflow.family, workflow.execution_mode, workflow.name
        );
    }
    Ok(Outcome::ok(text, &workflows))
}
