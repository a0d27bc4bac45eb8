//! `export_blend`: the scene as a `.blend` file with everything packed.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::{BlenderShot, RenderRequest, frame_for};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, NodeDefinition, PortName,
    Purity, Scene,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{Draft, mirrors, output, required};
use crate::failure::{from_render, parse_payload, parse_settings};
use crate::media::{bytes_artifact, stem};
use crate::services::{AttemptObserver, Services};

/// Bounces of light that the file is set up for.
const MAX_BOUNCES: u32 = 8;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Width of the picture that the file is set up to render.
    #[schemars(title = "Width", range(min = 16, max = 16384), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Render settings"))]
    width_px: u32,
    /// Height of the picture that the file is set up to render.
    #[schemars(title = "Height", range(min = 16, max = 16384), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Render settings"))]
    height_px: u32,
    /// Light paths per pixel that the file is set up for.
    #[schemars(title = "Samples", range(min = 1, max = 65536), extend("x-group" = "Render settings"))]
    samples: u32,
    /// Puts textures and all other outside files into the Blender file.
    #[schemars(title = "Pack everything", extend("x-group" = "File"))]
    pack: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            width_px: 1024,
            height_px: 1024,
            samples: 64,
            pack: true,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "export_blend",
        label: "Blender file",
        help: "Writes a Blender file that opens with everything packed.",
        category: Category::Render,
        families: &[Family::OrderLine],
        module: "blender.export",
        execution: ExecutionKind::Render,
        purity: Purity::Pure,
        inputs: vec![required(
            "scene",
            &[ArtifactKind::SCENE],
            "What is exported.",
        )],
        outputs: vec![output("blend", ArtifactKind::BLEND, "The Blender file.")],
        context: &["cad_file"],
        tools: &["blender"],
        legacy: mirrors(
            "export_blend",
            "Saves the scene, set up for the preset's size with 64 samples, seed 0 and denoising.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct ExportBlend(pub(crate) Services);

impl Executor for ExportBlend {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let mut scene: Scene = parse_payload("the scene", &context.read(context.input("scene")?)?)?;
        let glb = context.read_digest(&scene.glb)?;
        let size = [settings.width_px, settings.height_px];
        frame_for(&mut scene, &glb, size).map_err(|err| from_render(&err))?;
        let request = RenderRequest {
            scene: &scene,
            glb: &glb,
            width_px: settings.width_px,
            height_px: settings.height_px,
            samples: settings.samples,
            seed: 0,
            denoise: true,
            max_bounces: MAX_BOUNCES,
            blender: BlenderShot::default(),
        };
        let bytes = self
            .0
            .blender
            .export_blend(&request, settings.pack, &AttemptObserver(context))
            .map_err(|err| from_render(&err))?;
        let name = format!("{}.blend", stem(&context.subject.cad_file().name));
        let artifact = bytes_artifact(ArtifactKind::BLEND, name, "application/x-blender", bytes);
        Ok(NodeOutputs::from([(PortName::literal("blend"), artifact)]))
    }
}
