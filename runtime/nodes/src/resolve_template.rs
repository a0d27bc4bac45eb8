//! `resolve_template`: the studio scene for the output type.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::BlendTemplates;
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, NodeDefinition,
    OrderLineSubject, PortName, Purity, SceneTemplate,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::define::{Draft, mirrors, output, required};
use crate::failure::{from_render, parse_payload, parse_settings};
use crate::media::json_artifact;
use crate::services::Services;

/// The scene where neither the setting nor the output type names one.
const DEFAULT_SCENE: &str = "soft_box";

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// A studio scene of the library, a `.blend` template of the studio such as `catalogue.blend`, or `auto` for the one that the output type names.
    #[schemars(title = "Studio scene", length(min = 1, max = 128), extend("x-widget" = "studio_scene", "x-group" = "Scene"))]
    scene: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scene: "auto".to_owned(),
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "resolve_template",
        label: "Studio scene",
        help: "The studio scene for the output type: camera direction, lights, ground and background.",
        category: Category::Scene,
        families: &[Family::OrderLine],
        module: "scenes.resolve",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: vec![required("order_line", &[ArtifactKind::ORDER_LINE], "The order line with its output type.")],
        outputs: vec![output("scene_template", ArtifactKind::SCENE_TEMPLATE, "The studio scene.")],
        context: &[],
        tools: &["studio_scenes", "blend_templates"],
        legacy: mirrors("resolve_template", "Takes the template that the preset names, else the soft box."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct ResolveTemplate(pub(crate) Services);

impl Executor for ResolveTemplate {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let bytes = context.read(context.input("order_line")?)?;
        let line: OrderLineSubject = parse_payload("the order line", &bytes)?;
        let key = match settings.scene.as_str() {
            "auto" => named_by_preset(&line).unwrap_or(DEFAULT_SCENE),
            key => key,
        };
        let is_template = BlendTemplates::is_template(key);
        let studio = if is_template { DEFAULT_SCENE } else { key };
        let scene = self.0.scenes.get(studio).map_err(|err| from_render(&err))?;
        let template = is_template.then(|| self.0.blender.templates().get(key));
        let resolved = SceneTemplate {
            scene: scene.clone(),
            template: template.transpose().map_err(|err| from_render(&err))?,
        };
        let artifact = json_artifact(
            ArtifactKind::SCENE_TEMPLATE,
            "scene_template.json",
            &resolved,
        );
        Ok(NodeOutputs::from([(
            PortName::literal("scene_template"),
            artifact,
        )]))
    }
}

fn named_by_preset(line: &OrderLineSubject) -> Option<&str> {
    line.output_type
        .legacy_preset
        .params
        .get("template")
        .and_then(Value::as_str)
}
