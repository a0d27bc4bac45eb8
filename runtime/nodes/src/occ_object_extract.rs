//! `occ_object_extract`: the CAD file's parts and assembly tree.

use std::sync::Arc;

use hartomat_cad::{CadWorker, PartListRequest};
use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, LogLevel, NodeDefinition, PortName,
    Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::{from_cad, parse_settings};
use crate::media::json_artifact;
use crate::services::CadCall;

#[derive(Serialize, Deserialize, JsonSchema, Default)]
#[serde(default)]
struct Settings {
    /// Volume and surface of each part; takes longer on large assemblies.
    #[schemars(title = "Volumes and areas", extend("x-group" = "Parts"))]
    mass_properties: bool,
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "occ_object_extract",
        label: "Parts",
        help: "Parts with names, colours, assembly path and transforms; volumes and areas when asked for.",
        category: Category::Cad,
        families: BOTH,
        module: "cad.parts",
        execution: ExecutionKind::CadWorker,
        purity: Purity::Pure,
        inputs: vec![required("step_file", &[ArtifactKind::STEP_FILE], "The CAD file.")],
        outputs: vec![output("part_list", ArtifactKind::PART_LIST, "Parts and assembly tree.")],
        context: &[],
        tools: &["cad_kernel"],
        legacy: mirrors("occ_object_extract", "Reads part names and colours for choosing materials."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct OccObjectExtract(pub(crate) Arc<CadWorker>);

impl Executor for OccObjectExtract {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let call = CadCall::new(context)?;
        let request = PartListRequest {
            mass_properties: settings.mass_properties,
        };
        let read = self
            .0
            .part_list(&call.step, &request, &call.cancel, &call.progress)
            .map_err(|err| from_cad(&err))?;
        for warning in &read.warnings {
            context.log(LogLevel::Warning, warning);
        }
        let parts = read.part_list;
        context.log(
            LogLevel::Info,
            &format!(
                "{} parts, {} placed, unit {}",
                parts.parts.len(),
                parts.occurrence_count(),
                parts.source.unit.name
            ),
        );
        let artifact = json_artifact(ArtifactKind::PART_LIST, "parts.json", &parts);
        Ok(NodeOutputs::from([(
            PortName::literal("part_list"),
            artifact,
        )]))
    }
}
