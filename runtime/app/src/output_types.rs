//! Output types: made of a workflow, checked against it, and never changed under a run's feet.

use hartomat_api::{ApiError, DispatchRequest, DispatchResolution, ErrorKind};
use hartomat_api::{OutputTypeDraft, OutputTypeEntry, WorkflowSource};
use hartomat_engine::effective_settings;
use hartomat_schema::{
    Diagnostic, ExecutionMode, Family, OutputType, OutputTypeId, RunState, validate_output_type,
};
use hartomat_store::RunFilter;

use crate::Studio;
use crate::error::from_store;
use crate::freeze::resolution;
use crate::library::thumbnail_preset;
use crate::subject::{sample_preset, sample_thumbnail};

/// Runs in flight that are counted.
const MAX_COUNTED: usize = 1000;

impl Studio {
    pub(crate) fn output_types(&self) -> Result<Vec<OutputTypeEntry>, ApiError> {
        let found = self.legacy.output_type_list();
        let found = found.map_err(|err| from_store(&err))?;
        let found = found.into_iter().filter(|it| !it.internal);
        found.map(|it| self.entry_of(it)).collect()
    }

    /// Makes an output type that is valid at once. It begins in legacy mode, as everything does.
    pub fn create_output_type(&self, draft: &OutputTypeDraft) -> Result<OutputTypeEntry, ApiError> {
        let workflow = self.find_workflow(&draft.workflow)?.workflow;
        let legacy_preset = match workflow.family {
            Family::CadFile => sample_thumbnail(&workflow).unwrap_or_else(thumbnail_preset),
            Family::OrderLine => sample_preset(&workflow).into_preset(),
        };
        let output_type = OutputType {
            id: self.free_id(&draft.name)?,
            name: draft.name.trim().to_owned(),
            family: workflow.family,
            workflow: workflow.id.clone(),
            contract: workflow.contract,
            overrides: std::collections::BTreeMap::new(),
            legacy_preset,
            rollout: ExecutionMode::Legacy,
            active: true,
            internal: false,
        };
        self.put_output_type(&output_type)
    }

    /// Stores an output type, in place of the one with this id. Its rollout changes by decisions alone,
    /// and runs under way keep what they were dispatched with.
    pub fn put_output_type(&self, output_type: &OutputType) -> Result<OutputTypeEntry, ApiError> {
        let findings = self.output_type_findings(output_type);
        if findings.iter().any(Diagnostic::is_error) {
            let what = format!("output type `{}`", output_type.name);
            return Err(ApiError::invalid(&what, findings));
        }
        let mut fresh = output_type.clone();
        // An earlier one keeps its own mode; a new one begins at the bottom.
        fresh.rollout = ExecutionMode::Legacy;
        let stored = self.legacy.output_type_put(&fresh);
        self.entry_of(stored.map_err(|err| from_store(&err))?)
    }

    /// How the mode and the settings of a dispatch would come about.
    pub(crate) fn resolve_dispatch(
        &self,
        request: &DispatchRequest,
    ) -> Result<DispatchResolution, ApiError> {
        let workflow = match &request.workflow {
            WorkflowSource::Document(workflow) => (**workflow).clone(),
            WorkflowSource::Saved(id) => self.find_workflow(id)?.workflow,
        };
        let (subject, _) = self.resolve_subject(&request.subject, &workflow)?;
        let rollouts = self.rollouts_for(&subject, &workflow)?;
        Ok(DispatchResolution {
            requested_mode: request.mode.unwrap_or(workflow.execution_mode),
            mode: resolution(request, &workflow, &rollouts, None),
            settings: effective_settings(&workflow, &self.catalogue, &subject),
            subject,
        })
    }

    fn entry_of(&self, output_type: OutputType) -> Result<OutputTypeEntry, ApiError> {
        let lines = self
            .legacy
            .order_lines_of_output_type(output_type.id.as_str());
        let calibration = self.calibration_of(&output_type.id);
        let mut findings = self.output_type_findings(&output_type);
        let key = self.noise_key(&output_type);
        if calibration.as_ref().is_some_and(|it| it.of != key) {
            let message = "its noise floor was measured with another preset or other tools";
            let fix = "calibrate it again; until then comparisons measure the noise themselves";
            findings.push(Diagnostic::error("stale_noise_floor", "", message, fix).as_warning());
        }
        Ok(OutputTypeEntry {
            order_lines: lines.map_err(|err| from_store(&err))?,
            in_flight: self.in_flight(&output_type.id),
            findings,
            calibration,
            output_type,
        })
    }

    /// Runs of an output type that wait or are under way; none where that can't be read.
    fn in_flight(&self, id: &OutputTypeId) -> u64 {
        let filter = RunFilter {
            states: vec![RunState::Queued, RunState::Running],
            output_type: Some(id.clone()),
            limit: Some(MAX_COUNTED),
            ..RunFilter::default()
        };
        let runs = self
            .graph()
            .ok()
            .and_then(|graph| graph.db.run_list(&filter).ok());
        runs.map_or(0, |runs| runs.len() as u64)
    }

    /// What is wrong with an output type: against its workflow's family, contract and graph, and against
    /// what the legacy pipeline can run.
    fn output_type_findings(&self, output_type: &OutputType) -> Vec<Diagnostic> {
        let workflow = self.find_workflow(&output_type.workflow);
        let known = workflow.as_ref().ok().map(|saved| &saved.workflow);
        let mut findings = validate_output_type(output_type, known, &self.catalogue);
        let mut finding = |pointer: &str, message: String, fix: &str| {
            findings.push(Diagnostic::error("output_type", pointer, message, fix));
        };
        if output_type.internal {
            let message = "only the studio makes output types for samples and golden cases";
            let fix = "leave `internal` out";
            finding("/internal", message.to_owned(), fix);
        }
        if let Err(err) = hartomat_legacy::settings_of(&output_type.legacy_preset) {
            let fix = "legacy must be able to deliver; mend its preset";
            finding("/legacy_preset", err.to_string(), fix);
        }
        if let Err(err) = workflow {
            finding("/workflow", err.message, "choose a saved workflow");
        }
        findings
    }

    /// An id made of a name, with a number behind it where it is taken.
    fn free_id(&self, name: &str) -> Result<OutputTypeId, ApiError> {
        let plain: String = name
            .trim()
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .take(60)
            .collect();
        let plain = plain.trim_matches('_');
        for number in 1..=1000 {
            let text = match number {
                1 => plain.to_owned(),
                _ => format!("{plain}_{number}"),
            };
            let id = OutputTypeId::new(text)
                .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
            let taken = self.legacy.output_type_get(&id);
            if taken.map_err(|err| from_store(&err))?.is_none() {
                return Ok(id);
            }
        }
        let message = format!("a thousand output types are named `{name}`");
        Err(ApiError::new(ErrorKind::Conflict, message).hint("choose another name"))
    }
}
