//! Preflight and dry-run: structure and contract, then environment, then data, then the plan.

use std::sync::Arc;

use hartomat_api::{
    ApiError, CheckReport, DispatchRequest, DryRun, NodeDecision, NodeDecisionKind,
};
use hartomat_cad::check_step;
use hartomat_engine::{Decision, DecisionKind, plan_part, preview};
use hartomat_schema::{
    Catalogue, Diagnostic, ExecutionMode, FrozenRun, NodeId, Severity, validate_part,
};

use crate::Studio;
use crate::graph_side::GraphSide;
use crate::render_checks::parked_settings;
use crate::sides::preset_of;
use crate::subject::CadBytes;
use crate::tools::how_to_get;

/// Free space below which a run is warned of, in bytes.
const LOW_SPACE_BYTES: u64 = 1 << 30;

impl Studio {
    /// The bytes of a CAD file that has just been resolved.
    pub(crate) fn cad_bytes(
        &self,
        frozen: &FrozenRun,
        bytes: CadBytes,
    ) -> Result<Vec<u8>, ApiError> {
        match bytes {
            CadBytes::Read(bytes) => Ok(bytes),
            CadBytes::Stored => self.frozen_cad_bytes(frozen.subject.cad_file()),
        }
    }

    pub(crate) fn check(&self, frozen: &FrozenRun, cad_file: &[u8]) -> CheckReport {
        let (workflow, targets) = (&frozen.workflow, &frozen.targets);
        let mut diagnostics = validate_part(workflow, &self.catalogue, targets);
        self.check_environment(frozen, &mut diagnostics);
        check_data(frozen, cad_file, &mut diagnostics);
        if !frozen.is_partial() {
            self.check_legacy(&preset_of(&frozen.subject), &mut diagnostics);
        }
        CheckReport {
            diagnostics,
            tools: self.tools_now(),
        }
    }

    fn check_environment(&self, frozen: &FrozenRun, diagnostics: &mut Vec<Diagnostic>) {
        let needed = frozen.workflow.upstream(&frozen.targets);
        for (index, node) in frozen.workflow.nodes.iter().enumerate() {
            if frozen.is_partial() && !needed.contains(&node.id) {
                continue;
            }
            let Some(definition) = self.catalogue.get(&node.node_type) else {
                continue;
            };
            let settings = frozen.settings.get(&node.id);
            let settings = settings.map(|settings| &settings.values);
            let values = settings.unwrap_or(&node.settings);
            self.check_blender(node, index, values, diagnostics);
            self.check_encoder(node, index, values, diagnostics);
            self.check_template(frozen, (node, index), values, diagnostics);
            diagnostics.extend(parked_settings(definition, node, index, values));
            for tool in definition.tools_for(values) {
                let version = self.tools().get(&tool);
                if let Some(missing) = version.and_then(|version| version.strip_prefix("missing: "))
                {
                    let pointer = format!("/nodes/{index}");
                    let fix = how_to_get(&tool);
                    diagnostics.push(
                        Diagnostic::error(
                            "tool_missing",
                            pointer,
                            format!("needs {tool}: {missing}"),
                            fix,
                        )
                        .at_node(&node.id),
                    );
                }
            }
        }
        let free = self
            .graph()
            .ok()
            .and_then(|graph| graph.artifacts.free_bytes());
        if let Some(free) = free.filter(|free| *free < LOW_SPACE_BYTES) {
            let message = format!("only {} MB are free in the data folder", free >> 20);
            let fix = "free some space, or choose another folder with --data-dir";
            diagnostics.push(Diagnostic::error("disk_nearly_full", "", message, fix).as_warning());
        }
        if frozen.mode != frozen.requested_mode {
            let deciding = frozen.mode_limits.iter().min_by_key(|step| step.mode);
            let why = deciding.map_or_else(String::new, |step| format!(": {}", step.sentence));
            let message = format!(
                "runs as `{}`, not as `{}`{why}",
                frozen.mode, frozen.requested_mode
            );
            let mut finding = Diagnostic::error("mode_limited", "/execution_mode", message, "");
            finding.severity = Severity::Info;
            diagnostics.push(finding);
        }
    }

    pub(crate) fn plan_run(&self, request: &DispatchRequest) -> Result<DryRun, ApiError> {
        let (frozen, cad_file) = self.prepare(request)?;
        let cad_file = self.cad_bytes(&frozen, cad_file)?;
        let report = self.check(&frozen, &cad_file);
        let mode = frozen.mode;
        let mut nodes = Vec::new();
        if mode != ExecutionMode::Legacy && report.is_clean() {
            let store = self.graph()?.clone();
            // The first lookup needs the CAD file's digest to be known, not its file.
            let plan = plan_part(&frozen.workflow, &self.catalogue, &frozen.targets)
                .map_err(|findings| ApiError::invalid("the workflow", findings))?;
            let side = GraphSide {
                studio: self,
                store,
                frozen: Arc::new(frozen),
                observer: Arc::new(()),
                cancel: hartomat_cad::Cancel::new(),
            };
            let decisions = preview(&plan, &side.frozen, &side.host());
            nodes = decisions
                .into_iter()
                .map(|decision| self.node_decision(&side, decision))
                .collect();
        }
        let expected_ms = nodes
            .iter()
            .filter(|node| node.decision == NodeDecisionKind::Run)
            .try_fold(0, |sum, node| Some(sum + node.last_took_ms?));
        Ok(DryRun {
            report,
            mode,
            nodes,
            expected_ms,
        })
    }

    fn node_decision(&self, side: &GraphSide<'_>, decision: Decision) -> NodeDecision {
        let artifacts = kinds_of(&self.catalogue, &decision);
        let last_took_ms = self.last_took_ms(side, &decision.node);
        NodeDecision {
            node: decision.node,
            node_type: decision.node_type,
            decision: match decision.kind {
                DecisionKind::Run => NodeDecisionKind::Run,
                DecisionKind::Reuse => NodeDecisionKind::Reuse,
                DecisionKind::Skip => NodeDecisionKind::Skip,
            },
            reason: decision.reason,
            artifacts,
            last_took_ms,
        }
    }

    /// How long the node took when its newest cache entry was made.
    fn last_took_ms(&self, side: &GraphSide<'_>, node: &NodeId) -> Option<u64> {
        let db = &side.store.db;
        let entry = db.cache_latest(&side.frozen.workflow.id, node).ok()??;
        let record = db.run_get(&entry.run).ok()??;
        let run = record.node(node)?;
        Some(run.finished_at?.millis_since(run.started_at?))
    }
}

fn kinds_of(catalogue: &Catalogue, decision: &Decision) -> Vec<String> {
    let definition = catalogue.get(&decision.node_type);
    let outputs = definition.map(|definition| definition.contract.outputs.as_slice());
    outputs
        .unwrap_or_default()
        .iter()
        .map(|port| port.kind.to_string())
        .collect()
}

fn check_data(frozen: &FrozenRun, cad_file: &[u8], diagnostics: &mut Vec<Diagnostic>) {
    let file = frozen.subject.cad_file();
    if let Err(err) = check_step(cad_file, &file.name) {
        let fix = "export the CAD file again as STEP AP203, AP214 or AP242";
        diagnostics.push(Diagnostic::error(err.code(), "", err.to_string(), fix));
    }
}
