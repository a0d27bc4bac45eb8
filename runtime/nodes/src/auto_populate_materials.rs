//! `auto_populate_materials`: a suggested material per part.

use std::sync::Arc;

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::{MaterialLibrary, suggest_materials};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, LogLevel, MaterialSource,
    NodeDefinition, PartList, PortName, Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::{parse_payload, parse_settings};
use crate::media::json_artifact;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Looks for material words in part names, such as “brass” or “Dichtung”.
    #[schemars(title = "From part names", extend("x-group" = "Suggest"))]
    use_names: bool,
    /// Takes the CAD colour to choose a material or to paint the part.
    #[schemars(title = "From CAD colours", extend("x-group" = "Suggest"))]
    use_colors: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            use_names: true,
            use_colors: true,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "auto_populate_materials",
        label: "Suggest materials",
        help: "A suggested material per part from its name, the library's aliases and its CAD colour.",
        category: Category::Material,
        families: BOTH,
        module: "materials.suggest",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: vec![required("part_list", &[ArtifactKind::PART_LIST], "The parts.")],
        outputs: vec![output("material_map", ArtifactKind::MATERIAL_MAP, "A material per part.")],
        context: &[],
        tools: &["material_library"],
        legacy: mirrors("auto_populate_materials", "Fills empty materials of a product from part names."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct AutoPopulateMaterials(pub(crate) Arc<MaterialLibrary>);

impl Executor for AutoPopulateMaterials {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let bytes = context.read(context.input("part_list")?)?;
        let mut parts: PartList = parse_payload("the part list", &bytes)?;
        let names: Vec<String> = parts.parts.iter().map(|part| part.name.clone()).collect();
        for part in &mut parts.parts {
            if !settings.use_names {
                part.name.clear();
            }
            if !settings.use_colors {
                part.color = None;
            }
        }
        let mut map = suggest_materials(&parts, &self.0);
        for (assignment, name) in map.assignments.iter_mut().zip(names) {
            assignment.part_name = name;
        }
        map.unresolved = map
            .assignments
            .iter()
            .filter(|assignment| assignment.source == MaterialSource::Fallback)
            .map(|assignment| assignment.part_name.clone())
            .collect();
        let matched = map.assignments.len() - map.unresolved.len();
        context.log(
            LogLevel::Info,
            &format!("{matched} of {} parts matched", map.assignments.len()),
        );
        let artifact = json_artifact(ArtifactKind::MATERIAL_MAP, "materials.json", &map);
        Ok(NodeOutputs::from([(
            PortName::literal("material_map"),
            artifact,
        )]))
    }
}
