//! `compose_scene`: camera framing, lights and materials around the product.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::{ComposeRequest, compose_scene};
use hartomat_schema::{
    ArtifactKind, BoundingBox, Category, Coverage, ExecutionKind, Failure, LogLevel, MaterialMap,
    NodeDefinition, PortName, Purity, SceneTemplate,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, optional, output, required};
use crate::failure::{from_render, parse_payload, parse_settings};
use crate::media::json_artifact;
use crate::services::Services;

/// The scene where no template is connected.
const DEFAULT_SCENE: &str = "soft_box";

#[derive(Serialize, Deserialize, JsonSchema, Default)]
#[serde(default)]
struct Settings {
    /// Direction of the camera around the product in place of the scene's; 0 looks from the front.
    #[schemars(title = "Azimuth", range(min = -360.0, max = 360.0), extend("x-unit" = "°", "x-group" = "Camera"))]
    azimuth_deg: Option<f32>,
    /// Height of the camera above the ground in place of the scene's.
    #[schemars(title = "Elevation", range(min = -89.0, max = 89.0), extend("x-unit" = "°", "x-group" = "Camera"))]
    elevation_deg: Option<f32>,
    /// Free space around the product in place of the scene's.
    #[schemars(title = "Margin", range(min = 0.0, max = 40.0), extend("x-unit" = "%", "x-group" = "Camera"))]
    margin_percent: Option<f32>,
    /// Width over height that the product is framed for; without it, that of each picture that is rendered.
    #[schemars(title = "Aspect", range(min = 0.1, max = 10.0), extend("x-group" = "Camera"))]
    aspect: Option<f32>,
    /// Keeps the product inside of the picture while it turns once: for turntables.
    #[schemars(title = "Room to turn", extend("x-group" = "Camera"))]
    full_turn: bool,
    /// Names of parts and assemblies that aren't drawn; the rest is framed.
    #[schemars(title = "Hidden parts", length(max = 1000), extend("x-widget" = "parts", "x-group" = "Product"))]
    hidden: Vec<String>,
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "compose_scene",
        label: "Scene",
        help: "Frames the product, sets lights and ground to its size, and gives each part its material.",
        category: Category::Scene,
        families: BOTH,
        module: "scenes.compose",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: vec![
            required("glb", &[ArtifactKind::GLB], "The tessellated assembly."),
            optional("material_map", &[ArtifactKind::MATERIAL_MAP], "Materials; without it, the CAD colours."),
            optional("scene_template", &[ArtifactKind::SCENE_TEMPLATE], "The studio scene; without it, the soft box."),
            optional("bbox", &[ArtifactKind::BBOX], "The exact bounding box; without it, that of the mesh."),
        ],
        outputs: vec![output("scene", ArtifactKind::SCENE, "Everything a renderer needs.")],
        context: &[],
        tools: &["embedded_renderer", "material_library", "studio_scenes"],
        legacy: mirrors("compose_scene", "Frames the product the same way; the preset may turn the camera."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct ComposeScene(pub(crate) Services);

impl Executor for ComposeScene {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let glb_artifact = context.input("glb")?;
        let glb = context.read(glb_artifact)?;
        let materials = payload::<MaterialMap>(context, "material_map")?;
        let bbox = payload::<BoundingBox>(context, "bbox")?;
        let resolved = payload::<SceneTemplate>(context, "scene_template")?;
        let (studio, template) = match resolved {
            Some(resolved) => (resolved.scene, resolved.template),
            None => {
                let studio = self.0.scenes.get(DEFAULT_SCENE);
                (studio.map_err(|err| from_render(&err))?.clone(), None)
            }
        };
        let mut scene = compose_scene(&ComposeRequest {
            glb_digest: glb_artifact.digest,
            glb: &glb,
            bbox,
            materials: materials.as_ref(),
            library: &self.0.materials,
            studio: &studio,
            hidden: &settings.hidden,
            azimuth_deg: settings.azimuth_deg,
            elevation_deg: settings.elevation_deg,
            margin: settings.margin_percent.map(|percent| percent / 100.0),
            exposure_ev: None,
            aspect: settings.aspect,
            full_turn: settings.full_turn,
        })
        .map_err(|err| from_render(&err))?;
        scene.template = template;
        let stage = match &scene.template {
            Some(template) => format!("template {}", template.name),
            None => format!("studio scene {}", studio.key),
        };
        context.log(LogLevel::Info, &stage);
        let artifact = json_artifact(ArtifactKind::SCENE, "scene.json", &scene);
        Ok(NodeOutputs::from([(PortName::literal("scene"), artifact)]))
    }
}

fn payload<T: serde::de::DeserializeOwned>(
    context: &NodeContext,
    port: &'static str,
) -> Result<Option<T>, Failure> {
    let Some(artifact) = context.optional_input(port) else {
        return Ok(None);
    };
    parse_payload(port, &context.read(artifact)?).map(Some)
}
