//! Golden cases: dispatched as shadow runs of their own, and judged aspect by aspect when they end.

mod judge;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hartomat_api::{
    ApiError, DispatchRequest, ErrorKind, FileSource, GoldenReport, GoldenRequest, SubjectSource,
    WorkflowSource,
};
use hartomat_legacy::{LegacySettings, settings_of};
use hartomat_process::write_atomically;
use hartomat_schema::{
    ExecutionMode, Family, GoldenCase, GoldenCaseId, GoldenEvidence, GoldenFile, GoldenResult,
    LegacyPreset, Node, NodeDefinition, NodeType, OrderLine, OrderLineId, OutputType, OutputTypeId,
    Product, ProductId, RunRecord, Workflow, WorkflowId, digest_json, settings_schema::Setting,
};
use serde_json::{Map, Value, json};

use crate::Studio;
use crate::error::{from_store, unreadable};
use crate::host::now;
use crate::library::bundled_sample;
use crate::subject::sample_preset;

/// The cases that come with the product.
const BUNDLED: &str = include_str!("../../../assets/golden/cases.json");
/// The bundled CAD file that breaks off in the middle.
const BROKEN: &str = "broken.step";
/// Longer side of the pictures in pixels, light paths per pixel, frames of a turntable: small, because every
/// case runs on every definition.
const SIDE_PX: u64 = 96;
const SAMPLES: u64 = 8;
const FRAMES: u64 = 6;

impl Studio {
    /// Bundled cases and the studio's own; one of its own goes before the bundled one of the same id.
    pub(crate) fn golden_cases(&self) -> Result<Vec<GoldenCase>, ApiError> {
        let own = self.graph()?.db.golden_case_list();
        let own = own.map_err(|err| from_store(&err))?;
        let is_own = |id: &GoldenCaseId| own.iter().any(|case| case.id == *id);
        let bundled = bundled().into_iter().filter(|case| !is_own(&case.id));
        Ok(bundled.chain(own.clone()).collect())
    }

    pub(crate) fn put_golden_case(&self, case: &GoldenCase) -> Result<(), ApiError> {
        if let GoldenFile::Stored(file) = &case.cad_file {
            self.stored_path(file)?;
        } else {
            self.golden_file(&case.cad_file)?;
        }
        let stored = self.graph()?.db.golden_case_put(case);
        stored.map_err(|err| from_store(&err))
    }

    /// Dispatches a case on a workflow as it is saved. It runs as a shadow run whatever the rollout
    /// allows, on an order line of its own.
    pub(crate) fn dispatch_golden(&self, request: &GoldenRequest) -> Result<RunRecord, ApiError> {
        let workflow = self.find_workflow(&request.workflow)?.workflow;
        let cases = self.golden_cases()?;
        let case = cases.into_iter().find(|case| case.id == request.case);
        let case = case.ok_or_else(|| {
            let message = format!("there is no golden case `{}`", request.case);
            ApiError::new(ErrorKind::NotFound, message)
                .hint("`hartomat golden list` shows the cases")
        })?;
        if !case.fits(&workflow) {
            let message = format!(
                "golden case `{}` is about `{}` of the family `{}`, and workflow `{}` makes none",
                case.id, case.output, case.family, workflow.name
            );
            return Err(ApiError::new(ErrorKind::InvalidInput, message));
        }
        let preset = match &request.output_type {
            None => None,
            Some(id) => {
                let found = self.legacy.output_type_get(id);
                found
                    .map_err(|err| from_store(&err))?
                    .map(|it| it.legacy_preset)
            }
        };
        self.take_golden(workflow, &case, preset)
    }

    /// Dispatches a case on a workflow, with a legacy preset beside it where the workflow's own sample
    /// isn't meant.
    pub(crate) fn take_golden(
        &self,
        workflow: Workflow,
        case: &GoldenCase,
        preset: Option<LegacyPreset>,
    ) -> Result<RunRecord, ApiError> {
        let subject = self.golden_subject(case, &workflow, preset.clone())?;
        let forced: BTreeSet<_> = workflow.nodes.iter().map(|node| node.id.clone()).collect();
        let asked = DispatchRequest {
            mode: Some(ExecutionMode::Shadow),
            // Every node writes its lines of the log.
            forced,
            ..DispatchRequest::new(WorkflowSource::Document(Box::new(workflow)), subject)
        };
        self.take_on_golden(&asked, case.id.clone(), preset)
    }

    /// What became of the cases that fit a workflow, on its definition as it is saved.
    pub(crate) fn report_golden(&self, id: &WorkflowId) -> Result<GoldenReport, ApiError> {
        let workflow = self.find_workflow(id)?.workflow;
        let definition_hash = workflow.definition_hash();
        let results = self.graph()?.db.golden_result_list(&definition_hash);
        let mut cases = self.golden_cases()?;
        cases.retain(|case| case.fits(&workflow));
        Ok(GoldenReport {
            workflow: id.clone(),
            workflow_name: workflow.name,
            definition_hash,
            results: results.map_err(|err| from_store(&err))?,
            cases,
        })
    }

    /// How many of the cases that fit a workflow pass on its definition.
    pub(crate) fn golden_evidence(&self, workflow: &WorkflowId) -> GoldenEvidence {
        let Ok(report) = self.report_golden(workflow) else {
            return GoldenEvidence::default();
        };
        let count = |passed: bool| {
            let of_case = |case: &&GoldenCase| match report.result(&case.id) {
                Some(result) => !passed || result.passed(),
                None => !passed,
            };
            report.cases.iter().filter(of_case).count()
        };
        let clamp = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        match report.results.is_empty() {
            true => GoldenEvidence::default(),
            false => GoldenEvidence {
                passed: clamp(count(true)),
                cases: clamp(count(false)),
            },
        }
    }

    /// Judges a golden run that has ended, and keeps the result. A result that can't be kept is none,
    /// and the gate stays shut.
    pub(crate) fn judge_golden(&self, run: &hartomat_schema::RunId) {
        let Ok(detail) = self.detail(run) else { return };
        let Some(golden) = &detail.frozen.golden else {
            return;
        };
        let cases = self.golden_cases().unwrap_or_default();
        let Some(case) = cases.into_iter().find(|case| case.id == *golden) else {
            return;
        };
        let logs = self.log_lines_of(run);
        let result = GoldenResult {
            case: case.id.clone(),
            workflow: detail.frozen.workflow.id.clone(),
            definition_hash: detail.frozen.definition_hash,
            run: run.clone(),
            at: now(),
            checks: judge::checks(&case, &detail, &logs),
        };
        if let Ok(graph) = self.graph() {
            // Left out: the next golden run makes it again.
            let _ = graph.db.golden_result_put(&result);
        }
    }

    fn golden_subject(
        &self,
        case: &GoldenCase,
        workflow: &Workflow,
        preset: Option<LegacyPreset>,
    ) -> Result<SubjectSource, ApiError> {
        let file = self.golden_file(&case.cad_file)?;
        if case.family == Family::CadFile {
            return Ok(SubjectSource::CadFile(file));
        }
        let store = |err| from_store(&err);
        let preset = preset.unwrap_or_else(|| sample_preset(workflow).into_preset());
        let output_type = self.golden_output_type(case, workflow, preset);
        let product = Product {
            id: ProductId::new(format!("golden-{}", case.id)).map_err(|err| invalid(&err))?,
            name: case.name.clone(),
            cad_file: match &file {
                FileSource::Path(path) => path.clone(),
                FileSource::Stored(file) => file.digest.to_string(),
            },
        };
        let line = OrderLine {
            id: OrderLineId::new(output_type.id.to_string()).map_err(|err| invalid(&err))?,
            order: None,
            product: product.id.clone(),
            output_type: output_type.id.clone(),
            overrides: BTreeMap::new(),
            materials: case.materials.clone(),
            requested_by: "golden cases".to_owned(),
        };
        self.legacy.product_put(&product).map_err(store)?;
        self.legacy.output_type_put(&output_type).map_err(store)?;
        self.legacy.order_line_put(&line).map_err(store)?;
        Ok(SubjectSource::OrderLine(line.id))
    }

    /// The output type of a golden run: small and quick on both sides, in the shape that each asks for.
    /// Where the workflow asks for another size, number of samples or of frames than the preset, its small
    /// value is another one as well, so that the difference is found.
    fn golden_output_type(
        &self,
        case: &GoldenCase,
        workflow: &Workflow,
        mut preset: LegacyPreset,
    ) -> OutputType {
        let asked = settings_of(&preset).ok();
        let mut overrides = BTreeMap::new();
        for node_type in SIZED.map(NodeType::literal) {
            let mut nodes = workflow.nodes.iter();
            if let Some(node) = nodes.find(|it| it.node_type == node_type) {
                let own = Asked::of_node(node, self.catalogue.get(&node_type));
                let other = asked.as_ref().map(Asked::of_legacy);
                overrides.insert(node_type, own.small_beside(other.as_ref()));
            }
        }
        let own = asked.as_ref().map_or(Asked::default(), Asked::of_legacy);
        for (setting, value) in own.small_beside(None) {
            let param = setting.trim_end_matches("_px").to_owned();
            if param != "frames" || preset.preset_type == "turntable" {
                preset.params.insert(param, value);
            }
        }
        // A scene that the workflow names itself goes before the preset's.
        let template = case.preset.get("template");
        let resolve = NodeType::literal("resolve_template");
        let mut nodes = workflow.nodes.iter();
        if let Some(template) = template.filter(|_| nodes.any(|it| it.node_type == resolve)) {
            let scene = Map::from_iter([("scene".to_owned(), template.clone())]);
            overrides.insert(resolve, scene);
        }
        let params: Vec<(String, Value)> = case.preset.clone().into_iter().collect();
        preset.params.extend(params);
        let key = digest_json(&(&workflow.id, &preset, &overrides)).short();
        OutputType {
            id: OutputTypeId::new(format!("golden-{}-{key}", case.id))
                .unwrap_or(OutputTypeId::literal("golden")),
            name: case.name.clone(),
            family: workflow.family,
            workflow: workflow.id.clone(),
            contract: workflow.contract.clone(),
            overrides,
            legacy_preset: preset,
            rollout: ExecutionMode::Graph,
            active: true,
            internal: true,
        }
    }

    fn golden_file(&self, file: &GoldenFile) -> Result<FileSource, ApiError> {
        let name = match file {
            GoldenFile::Stored(file) => return Ok(FileSource::Stored(file.clone())),
            GoldenFile::Bundled(name) => name,
        };
        let sample = bundled_sample(self.data.path());
        let sample = sample.map_err(|err| unreadable(self.data.path(), &err))?;
        let path = match name.as_str() {
            BROKEN => broken_copy(&sample).map_err(|err| unreadable(&sample, &err))?,
            name if sample.file_name().is_some_and(|it| it == name) => sample,
            other => {
                let message = format!("no CAD file `{other}` comes with the product");
                return Err(ApiError::new(ErrorKind::InvalidInput, message)
                    .hint("use `ball_bearing.step`, `broken.step`, or a stored file"));
            }
        };
        Ok(FileSource::Path(path.to_string_lossy().into_owned()))
    }
}

/// The first half of a CAD file, beside it.
fn broken_copy(sample: &std::path::Path) -> std::io::Result<PathBuf> {
    let whole = std::fs::read(sample)?;
    let path = sample.with_file_name(BROKEN);
    let half = &whole[..whole.len() / 2];
    if std::fs::read(&path).is_ok_and(|there| there == half) {
        return Ok(path);
    }
    write_atomically(&path, half)?;
    Ok(path)
}

fn bundled() -> Vec<GoldenCase> {
    serde_json::from_str(BUNDLED).expect("the bundled cases are tested")
}

/// Nodes whose outputs are as large as their settings say.
const SIZED: [&str; 3] = ["render_still", "render_turntable", "export_blend"];

/// How much a side asks for; what it leaves open isn't made small.
#[derive(Default)]
struct Asked {
    size_px: Option<[u64; 2]>,
    samples: Option<u64>,
    frames: Option<u64>,
}

impl Asked {
    fn of_legacy(settings: &LegacySettings) -> Self {
        Self {
            size_px: Some([settings.width_px, settings.height_px].map(u64::from)),
            samples: Some(u64::from(settings.samples)),
            frames: Some(u64::from(settings.turn.frames)),
        }
    }

    fn of_node(node: &Node, definition: Option<&NodeDefinition>) -> Self {
        let value = |name: &str| {
            let setting = Setting::find(&definition?.settings_schema, name)?;
            let own = node.settings.get(name).or_else(|| setting.default())?;
            own.as_u64()
        };
        Self {
            size_px: value("width_px").and_then(|width| Some([width, value("height_px")?])),
            samples: value("samples"),
            frames: value("frames"),
        }
    }

    /// Small values; another one where the other side asks for something else.
    fn small_beside(&self, other: Option<&Self>) -> Map<String, Value> {
        let step = |differs: bool, step: u64| if differs { step } else { 0 };
        let differs =
            |read: fn(&Self) -> Option<u64>| other.is_some_and(|other| read(other) != read(self));
        let mut small = Map::new();
        if let Some(size) = self.size_px {
            let [width, height] = small_size(size);
            // A video's sides are even.
            let width = width + step(differs(|it| Some(it.size_px?[0])), 2);
            let height = height + step(differs(|it| Some(it.size_px?[1])), 2);
            small.insert("width_px".to_owned(), json!(width));
            small.insert("height_px".to_owned(), json!(height));
        }
        if self.samples.is_some() {
            let samples = SAMPLES + step(differs(|it| it.samples), 1);
            small.insert("samples".to_owned(), json!(samples));
        }
        if self.frames.is_some() {
            let frames = FRAMES + step(differs(|it| it.frames), 1);
            small.insert("frames".to_owned(), json!(frames));
        }
        small
    }
}

/// A picture of this shape whose longer side is small; sides are even.
fn small_size(size_px: [u64; 2]) -> [u64; 2] {
    let longest = size_px[0].max(size_px[1]).max(1);
    size_px.map(|side| (side * SIDE_PX / longest / 2 * 2).max(16))
}

/// Whether an order line is a golden case's, which nobody orders.
pub(crate) fn is_golden(line: &OrderLine) -> bool {
    line.order.is_none() && line.product.as_str().starts_with("golden-")
}

fn invalid(err: &hartomat_schema::InvalidId) -> ApiError {
    ApiError::from_source(ErrorKind::InvalidInput, err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_cases_are_read_and_have_names_of_their_own() {
        let cases = bundled();
        let ids: BTreeSet<_> = cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids.len(), cases.len());
        for id in [
            "still",
            "thumbnail",
            "turntable",
            "blend",
            "failing_render",
            "missing_material",
            "missing_template",
        ] {
            assert!(ids.contains(id), "{id}");
        }
    }
}
