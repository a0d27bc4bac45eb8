//! The candidate: the frozen workflow through the engine.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::{ApiError, ErrorKind, RunObserver};
use hartomat_cad::Cancel;
use hartomat_engine::{CandidateRole, GraphOutcome, GraphRun, ResourceLimits, plan_part};
use hartomat_schema::{Diagnostic, FrozenRun, validate_part};

use crate::Studio;
use crate::error::from_store;
use crate::fail_points::{Broken, Seam, reach, with_seam};
use crate::host::StoreHost;
use crate::studio::{GraphStore, lower_priority};

/// One graph run's surroundings.
pub(crate) struct GraphSide<'a> {
    pub(crate) studio: &'a Studio,
    pub(crate) store: GraphStore,
    pub(crate) frozen: Arc<FrozenRun>,
    pub(crate) observer: Arc<dyn RunObserver>,
    pub(crate) cancel: Cancel,
}

impl GraphSide<'_> {
    /// The run's host.
    pub(crate) fn host(&self) -> StoreHost {
        StoreHost {
            studio: self.store.db.clone(),
            artifacts: self.store.artifacts.clone(),
            run: self.frozen.id.clone(),
            observer: self.observer.clone(),
            scratch: self.studio.scratch_of(&self.frozen.id),
            cancel: self.cancel.clone(),
        }
    }

    /// Takes the CAD file in, checks the document, and runs the graph. An observer has a low priority.
    pub(crate) fn run(
        &self,
        cad_file: &Path,
        role: CandidateRole,
    ) -> Result<GraphOutcome, ApiError> {
        let observing = role == CandidateRole::Observer;
        self.store
            .artifacts
            .put_file(cad_file)
            .map_err(|err| from_store(&err))?;
        let catalogue = &self.studio.catalogue;
        let (workflow, targets) = (&self.frozen.workflow, &self.frozen.targets);
        let findings = validate_part(workflow, catalogue, targets);
        if findings.iter().any(Diagnostic::is_error) {
            return Err(ApiError::invalid("the workflow", findings));
        }
        let broken = |err: Broken| ApiError::from_source(ErrorKind::Internal, &err);
        reach(Seam::Plan).map_err(broken)?;
        let plan = plan_part(workflow, catalogue, targets)
            .map_err(|findings| ApiError::invalid("the workflow", findings))?;
        reach(Seam::Sandbox).map_err(broken)?;
        let services = if observing {
            self.studio.shadow_services()?
        } else {
            &self.studio.services
        };
        let run = GraphRun {
            frozen: self.frozen.clone(),
            plan,
            executors: with_seam(Studio::executors(services)),
            host: Arc::new(self.host()),
            limits: ResourceLimits::default(),
            on_thread_start: if observing { lower_priority } else { || {} },
        };
        run.execute()
            .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))
    }
}
