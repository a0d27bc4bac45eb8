//! Saved and bundled workflows.

use hartomat_api::{
    ApiError, ErrorKind, SavedWorkflow, WorkflowConflict, WorkflowSave, WorkflowSummary,
};
use hartomat_schema::{Diagnostic, Workflow, WorkflowId, validate};
use hartomat_store::StoreError;

use crate::Studio;
use crate::error::{from_store, is_broken};
use crate::library::bundled_workflows;

/// Findings that no saved workflow has: a node where it could never run.
const NEVER_SAVED: &str = "wrong_family";

impl Studio {
    pub(crate) fn workflows(&self) -> Result<Vec<WorkflowSummary>, ApiError> {
        let mut saved = Vec::new();
        if let Ok(graph) = self.graph() {
            saved = graph.db.workflow_list().map_err(|err| from_store(&err))?;
        }
        let is_saved = |id: &WorkflowId| saved.iter().any(|other| other.workflow.id == *id);
        let bundled = bundled_workflows()
            .into_iter()
            .filter(|workflow| !is_saved(&workflow.id))
            .map(|workflow| answer(0, workflow).summary());
        let mut workflows: Vec<_> = bundled.collect();
        let saved = saved.into_iter();
        workflows.extend(saved.map(|saved| answer(saved.revision, saved.workflow).summary()));
        Ok(workflows)
    }

    pub(crate) fn find_workflow(&self, id: &WorkflowId) -> Result<SavedWorkflow, ApiError> {
        let saved = self.graph().and_then(|graph| {
            let found = graph.db.workflow_get(id);
            found.map_err(|err| from_store(&err))
        });
        let saved = match saved {
            // Legacy needs some workflow to be dispatched with, and never runs it.
            Err(err) if is_broken(&err) => None,
            saved => saved?,
        };
        let bundled = || {
            bundled_workflows()
                .into_iter()
                .find(|workflow| workflow.id == *id)
        };
        saved
            .map(|saved| answer(saved.revision, saved.workflow))
            .or_else(|| bundled().map(|workflow| answer(0, workflow)))
            .ok_or_else(|| no_workflow(id))
    }

    pub(crate) fn save_workflow(&self, save: &WorkflowSave) -> Result<SavedWorkflow, ApiError> {
        let workflow = &save.workflow;
        let mut remarks = validate(workflow, &self.catalogue);
        if remarks.iter().any(|finding| finding.code == NEVER_SAVED) {
            let what = format!("workflow `{}`", workflow.name);
            return Err(ApiError::invalid(&what, remarks));
        }
        remarks.extend(self.catalogue_remark(save));
        let db = &self.graph()?.db;
        match db.workflow_put(workflow, save.expected_revision) {
            Ok(revision) => Ok(SavedWorkflow {
                revision,
                workflow: workflow.clone(),
                remarks,
            }),
            Err(err @ StoreError::Conflict { .. }) => Err(self.conflict(save, &err)),
            Err(err) => Err(from_store(&err)),
        }
    }

    pub(crate) fn remove_workflow(
        &self,
        id: &WorkflowId,
        expected_revision: u64,
    ) -> Result<(), ApiError> {
        let db = &self.graph()?.db;
        let is_saved = db
            .workflow_get(id)
            .map_err(|err| from_store(&err))?
            .is_some();
        if !is_saved {
            let bundled = bundled_workflows().into_iter().any(|other| other.id == *id);
            return Err(match bundled {
                true => ApiError::new(
                    ErrorKind::Conflict,
                    format!("workflow `{id}` comes with the product and can't be deleted"),
                ),
                false => no_workflow(id),
            });
        }
        db.workflow_remove(id, expected_revision)
            .map_err(|err| from_store(&err))
    }

    /// Both versions, so that neither is lost.
    fn conflict(&self, save: &WorkflowSave, err: &StoreError) -> ApiError {
        let current = self
            .find_workflow(&save.workflow.id)
            .ok()
            .filter(|current| current.revision > 0);
        let mut error = from_store(err).hint("look at both versions, and save over the newer one");
        error.conflict = Some(Box::new(WorkflowConflict {
            yours: answer(save.expected_revision, save.workflow.clone()),
            current,
        }));
        error
    }

    fn catalogue_remark(&self, save: &WorkflowSave) -> Option<Diagnostic> {
        let seen = save.catalogue_etag?;
        (seen != self.catalogue.etag).then(|| {
            let message = "the node catalogue has changed since this workflow was opened";
            let fix = "open the workflow again to see today's nodes";
            Diagnostic::error("catalogue_changed", "", message, fix).as_warning()
        })
    }
}

fn answer(revision: u64, workflow: Workflow) -> SavedWorkflow {
    SavedWorkflow {
        revision,
        workflow,
        remarks: Vec::new(),
    }
}

fn no_workflow(id: &WorkflowId) -> ApiError {
    ApiError::new(ErrorKind::NotFound, format!("there is no workflow `{id}`"))
        .hint("`hartomat workflow list` shows the workflows")
}
