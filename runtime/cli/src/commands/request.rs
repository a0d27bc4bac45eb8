//! From arguments to a dispatch request.

use std::collections::BTreeSet;
use std::path::Path;

use hartomat_api::{
    ApiError, DispatchRequest, ErrorKind, FileSource, SubjectSource, WorkflowSource,
};
use hartomat_schema::{
    Diagnostic, Drill, Family, NodeId, OrderLineId, Workflow, WorkflowId, validate_part,
};
use serde_json::Value;

use super::Session;
use super::files::read_document;
use crate::args::{RunCommand, RunOptions};

/// The request of `run`, `preflight` and `dry-run`.
pub(crate) fn request_of(
    session: &Session,
    command: &RunCommand,
) -> Result<DispatchRequest, ApiError> {
    let workflow = find_workflow(session, &command.workflow)?;
    let subject = match (&command.order_line, &command.cad) {
        (Some(line), _) => SubjectSource::OrderLine(
            OrderLineId::new(line.clone())
                .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?,
        ),
        (None, Some(cad)) => subject_of(&workflow, cad),
        (None, None) => {
            return Err(ApiError::new(
                ErrorKind::InvalidInput,
                "name a CAD file or an order line",
            ));
        }
    };
    build(
        session,
        workflow,
        subject,
        command.execution_mode.map(Into::into),
        &command.options,
    )
}

/// A CAD file as it is, or a sample order line on it where the workflow is of order lines.
pub(crate) fn subject_of(workflow: &Workflow, cad: &Path) -> SubjectSource {
    match workflow.family {
        Family::CadFile => SubjectSource::CadFile(file_source(cad)),
        Family::OrderLine => SubjectSource::SampleOrderLine(file_source(cad)),
    }
}

/// A file of this machine.
pub(crate) fn file_source(path: &Path) -> FileSource {
    FileSource::Path(path.to_string_lossy().into_owned())
}

/// A request with the options that every run has.
pub(crate) fn build(
    session: &Session,
    mut workflow: Workflow,
    subject: SubjectSource,
    mode: Option<hartomat_schema::ExecutionMode>,
    options: &RunOptions,
) -> Result<DispatchRequest, ApiError> {
    for assignment in &options.set {
        set(&mut workflow, assignment)?;
    }
    let targets: BTreeSet<NodeId> = options.to.iter().cloned().collect();
    let catalogue = session.nearest()?.catalogue()?;
    let findings = validate_part(&workflow, &catalogue, &targets);
    if findings.iter().any(Diagnostic::is_error) {
        return Err(ApiError::invalid(
            &format!("workflow `{}`", workflow.name),
            findings,
        ));
    }
    let drill = match &options.drill {
        None => None,
        Some((node, behaviour)) if workflow.node(node).is_some() => Some(Drill {
            node: node.clone(),
            behaviour: *behaviour,
        }),
        Some((node, _)) => {
            let message = format!("--drill: the workflow has no node `{node}`");
            return Err(
                ApiError::new(ErrorKind::InvalidInput, message).hint(known_nodes(&workflow))
            );
        }
    };
    let forced = if options.no_cache {
        workflow.nodes.iter().map(|node| node.id.clone()).collect()
    } else {
        BTreeSet::new()
    };
    let dispatch = &options.dispatch;
    Ok(DispatchRequest {
        mode,
        drill,
        forced,
        targets,
        budget_secs: dispatch.budget_secs,
        priority: dispatch.priority.map(Into::into).unwrap_or_default(),
        idempotency_key: options.idempotency_key.clone(),
        ..DispatchRequest::new(WorkflowSource::Document(Box::new(workflow)), subject)
    })
}

/// A workflow by path where there is such a file, else by id.
pub(crate) fn find_workflow(session: &Session, name: &str) -> Result<Workflow, ApiError> {
    let path = Path::new(name);
    if path.is_file() || name.ends_with(".json") || name.contains('/') {
        return read_document(path);
    }
    let id = WorkflowId::new(name)
        .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
    Ok(session.nearest()?.workflow_get(&id)?.workflow)
}

/// Applies `NODE.SETTING=VALUE`; a value that is no JSON is taken as text.
fn set(workflow: &mut Workflow, assignment: &str) -> Result<(), ApiError> {
    let malformed = || {
        let message = format!("--set {assignment}: expected NODE.SETTING=VALUE");
        ApiError::new(ErrorKind::InvalidInput, message).hint("for example --set still.samples=128")
    };
    let (place, value) = assignment.split_once('=').ok_or_else(malformed)?;
    let (node, setting) = place.rsplit_once('.').ok_or_else(malformed)?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    let known = known_nodes(workflow);
    let found = workflow
        .nodes
        .iter_mut()
        .find(|candidate| candidate.id.as_str() == node);
    let found = found.ok_or_else(|| {
        let message = format!("--set {assignment}: the workflow has no node `{node}`");
        ApiError::new(ErrorKind::InvalidInput, message).hint(known)
    })?;
    found.settings.insert(setting.to_owned(), value);
    Ok(())
}

fn known_nodes(workflow: &Workflow) -> String {
    let nodes: Vec<&str> = workflow.nodes.iter().map(|node| node.id.as_str()).collect();
    format!("its nodes are {}", nodes.join(", "))
}
