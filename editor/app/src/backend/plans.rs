//! What a run would do before it is made: the next one of the open workflow, or one made again.

use std::collections::BTreeSet;
use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, DispatchRequest, DryRun, FileSource, RerunDefinition, RerunScope, RunDetail,
    SubjectSource, WorkflowSource,
};
use hartomat_document::{Links, Reach};
use hartomat_schema::{NodeId, NodeRunState, RunRecord, StoredFile, Subject, Workflow};

/// A run that may be made again.
#[derive(Debug, Clone)]
pub struct RerunQuestion {
    /// The run.
    pub detail: Arc<RunDetail>,
    /// What would run.
    pub scope: RerunScope,
    /// By which definition.
    pub definition: RerunDefinition,
}

/// What making it again would do.
#[derive(Debug, Clone)]
pub struct RerunPlan {
    /// The definition that it would take.
    pub workflow: Arc<Workflow>,
    /// What would run, and what would be reused.
    pub dry_run: DryRun,
}

/// Asks for a dry run of what a rerun would dispatch.
pub(super) fn plan_rerun(
    backend: &dyn Backend,
    question: RerunQuestion,
) -> Result<RerunPlan, ApiError> {
    let frozen = &question.detail.frozen;
    let workflow = match question.definition {
        RerunDefinition::Frozen => frozen.workflow.clone(),
        RerunDefinition::Latest => backend.workflow_get(&frozen.workflow.id)?.workflow,
        RerunDefinition::Draft(draft) => *draft,
    };
    let forced = forced(&question.scope, &workflow, &question.detail.record);
    let request = DispatchRequest {
        mode: Some(frozen.requested_mode),
        forced,
        budget_secs: Some(frozen.budget_secs),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow.clone())),
            same_subject(&frozen.subject),
        )
    };
    Ok(RerunPlan {
        dry_run: backend.dry_run(&request)?,
        workflow: Arc::new(workflow),
    })
}

/// What the run was of.
fn same_subject(subject: &Subject) -> SubjectSource {
    match subject {
        Subject::OrderLine(line) => SubjectSource::OrderLine(line.order_line.id.clone()),
        Subject::CadFile { cad_file: file, .. } => {
            let stored = StoredFile::new(file.digest, file.size_bytes, &file.name);
            SubjectSource::CadFile(FileSource::Stored(stored))
        }
    }
}

/// Nodes that run although the cache has their outputs, as the runtime chooses them for a rerun.
fn forced(scope: &RerunScope, workflow: &Workflow, record: &RunRecord) -> BTreeSet<NodeId> {
    let nodes = workflow.nodes.iter().map(|node| &node.id);
    let begin: Vec<&NodeId> = match scope {
        RerunScope::Changed => Vec::new(),
        RerunScope::All => return nodes.cloned().collect(),
        RerunScope::From(from) => nodes.filter(|node| *node == from).collect(),
        RerunScope::Failed => nodes
            .filter(|node| {
                record
                    .node(node)
                    .is_some_and(|run| did_not_succeed(run.state))
            })
            .collect(),
    };
    Links::new(workflow).reach(begin, Reach::Downstream)
}

fn did_not_succeed(state: NodeRunState) -> bool {
    !matches!(state, NodeRunState::Succeeded | NodeRunState::Reused)
}
