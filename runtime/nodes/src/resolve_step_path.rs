//! `resolve_step_path`: the CAD file of the run, checked.

use hartomat_engine::{Content, Executor, NewArtifact, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, NodeDefinition, PortName,
    Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::define::{Draft, mirrors, output};
use crate::failure::{bad_input, from_cad, parse_settings};

/// Settings of both nodes that bring the CAD file in.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Settings {
    /// Larger CAD files are refused before they are read.
    #[schemars(title = "Largest file", range(min = 1, max = 4096), extend("x-unit" = "MB", "x-group" = "Input"))]
    pub(crate) max_size_mb: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_size_mb: 512 }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "resolve_step_path",
        label: "CAD file",
        help: "The CAD file of the run, checked: it is there, it is STEP, and it isn't too large.",
        category: Category::Input,
        families: &[Family::CadFile],
        module: "cad.check",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: Vec::new(),
        outputs: vec![output(
            "step_file",
            ArtifactKind::STEP_FILE,
            "The checked STEP file.",
        )],
        context: &["cad_file"],
        tools: &[],
        legacy: mirrors(
            "resolve_step_path",
            "Looks the file up and fails the line when it is missing.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct ResolveStepPath;

impl Executor for ResolveStepPath {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        Ok(NodeOutputs::from([(
            PortName::literal("step_file"),
            checked_step_file(context, settings.max_size_mb)?,
        )]))
    }
}

/// The run's CAD file as an artifact, once it has passed the checks.
pub(crate) fn checked_step_file(
    context: &NodeContext,
    max_size_mb: u32,
) -> Result<NewArtifact, Failure> {
    let file = context.subject.cad_file();
    if file.size_bytes > u64::from(max_size_mb) * 1_000_000 {
        return Err(bad_input(
            format!(
                "`{}` has {} MB, more than {max_size_mb} MB",
                file.name,
                file.size_bytes / 1_000_000
            ),
            "raise the largest file, or export a smaller one",
        ));
    }
    let bytes = context.read_digest(&file.digest)?;
    hartomat_cad::check_step(&bytes, &file.name).map_err(|err| from_cad(&err))?;
    Ok(NewArtifact {
        kind: ArtifactKind::STEP_FILE,
        name: file.name.clone(),
        media_type: "model/step".to_owned(),
        content: Content::Stored(file.digest, file.size_bytes),
        facts: Map::new(),
    })
}
