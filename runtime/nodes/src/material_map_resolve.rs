//! `material_map_resolve`: overrides, aliases and fallbacks resolved against the material library.

use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::{MaterialLibrary, resolve_materials};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, LogLevel, MaterialMap,
    NodeDefinition, PartList, PortName, Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, optional, output, required};
use crate::failure::{bad_input, from_render, parse_payload, parse_settings};
use crate::media::json_artifact;

#[derive(Serialize, Deserialize, JsonSchema, PartialEq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Unresolved {
    Fallback,
    Fail,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Material by part name; `*` stands for any text, as in `Bolt*`. Goes before every suggestion.
    #[schemars(title = "Overrides", extend("x-widget" = "material_map", "x-group" = "Materials"))]
    overrides: BTreeMap<String, String>,
    /// Material of parts that nothing else decides.
    #[schemars(title = "Fallback", length(min = 1, max = 128), extend("x-widget" = "material", "x-group" = "Materials"))]
    fallback: String,
    /// Whether parts without a material get the fallback, or fail the run.
    #[schemars(title = "Unresolved parts", extend("x-labels" = {"fallback": "Use the fallback", "fail": "Fail"}, "x-group" = "Materials"))]
    unresolved: Unresolved,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            overrides: BTreeMap::new(),
            fallback: "steel".to_owned(),
            unresolved: Unresolved::Fallback,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "material_map_resolve",
        label: "Resolve materials",
        help: "Overrides, aliases and fallbacks resolved against the material library; parts that stay unresolved are listed.",
        category: Category::Material,
        families: BOTH,
        module: "materials.resolve",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: vec![
            required("part_list", &[ArtifactKind::PART_LIST], "The parts."),
            optional("material_map", &[ArtifactKind::MATERIAL_MAP], "Suggestions to start from."),
        ],
        outputs: vec![output("material_map", ArtifactKind::MATERIAL_MAP, "A material of the library per part.")],
        context: &[],
        tools: &["material_library"],
        legacy: mirrors("material_map_resolve", "Looks materials up by alias and takes plain steel for the rest."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct MaterialMapResolve(pub(crate) Arc<MaterialLibrary>);

impl Executor for MaterialMapResolve {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let bytes = context.read(context.input("part_list")?)?;
        let parts: PartList = parse_payload("the part list", &bytes)?;
        let suggested = match context.optional_input("material_map") {
            Some(artifact) => {
                let map: MaterialMap = parse_payload("the material map", &context.read(artifact)?)?;
                Some(map)
            }
            None => None,
        };
        let map = resolve_materials(
            &parts,
            suggested.as_ref(),
            &settings.overrides,
            &settings.fallback,
            &self.0,
        )
        .map_err(|err| from_render(&err))?;
        context.log(LogLevel::Info, &format!("materials {}", map.words()));
        if !map.unresolved.is_empty() {
            let names = shortened(&map.unresolved);
            if settings.unresolved == Unresolved::Fail {
                return Err(bad_input(
                    format!("no material for {names}"),
                    "name their materials in the overrides, or let unresolved parts use the fallback",
                ));
            }
            context.log(
                LogLevel::Warning,
                &format!("{} for {names}", settings.fallback),
            );
        }
        let artifact = json_artifact(ArtifactKind::MATERIAL_MAP, "materials.json", &map);
        Ok(NodeOutputs::from([(
            PortName::literal("material_map"),
            artifact,
        )]))
    }
}

fn shortened(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(5)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
