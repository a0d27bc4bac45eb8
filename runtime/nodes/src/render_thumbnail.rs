//! `render_thumbnail`: a small square picture of a CAD file.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, NodeDefinition, PortName,
    Purity, Scene,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{Draft, mirrors, output, required};
use crate::failure::{parse_payload, parse_settings};
use crate::render_still::{Format, RenderPicture, Renderer};
use crate::services::Services;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Width and height of the picture.
    #[schemars(title = "Size", range(min = 16, max = 2048), extend("x-unit" = "px", "x-group" = "Size"))]
    size_px: u32,
    /// Light paths per pixel.
    #[schemars(title = "Samples", range(min = 1, max = 4096), extend("x-group" = "Quality"))]
    samples: u32,
    /// Another seed gives the same picture with other noise.
    #[schemars(title = "Seed", range(min = 0, max = 4294967295_u32), extend("x-group" = "Quality"))]
    seed: u32,
    /// File format.
    #[schemars(title = "Format", extend("x-labels" = {"png": "PNG", "png16": "PNG, 16 bit", "jpeg": "JPEG", "webp": "WebP", "exr": "OpenEXR, linear light"}, "x-group" = "File"))]
    format: Format,
    /// The program that renders. Auto takes the embedded renderer, which is on every machine.
    #[schemars(title = "Renderer", extend("x-labels" = {"auto": "Auto", "embedded": "Embedded", "blender": "Blender"}, "x-tools" = {"blender": "blender"}, "x-group" = "Renderer"))]
    renderer: Renderer,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            size_px: 256,
            samples: 32,
            seed: 0,
            format: Format::Png,
            renderer: Renderer::Auto,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "render_thumbnail",
        label: "Thumbnail",
        help: "Renders the scene as a small square picture for lists and pickers.",
        category: Category::Render,
        families: &[Family::CadFile],
        module: "render.thumbnail",
        execution: ExecutionKind::Render,
        purity: Purity::Pure,
        inputs: vec![required(
            "scene",
            &[ArtifactKind::SCENE],
            "What is rendered.",
        )],
        outputs: vec![output("image", ArtifactKind::IMAGE, "The thumbnail.")],
        context: &["cad_file"],
        tools: &["embedded_renderer"],
        legacy: mirrors(
            "blender_thumbnail",
            "Renders 256 × 256 pixels with 32 samples, seed 0 and denoising.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct RenderThumbnail(pub(crate) Services);

impl Executor for RenderThumbnail {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let scene: Scene = parse_payload("the scene", &context.read(context.input("scene")?)?)?;
        let picture = RenderPicture {
            scene: &scene,
            width_px: settings.size_px,
            height_px: settings.size_px,
            samples: settings.samples,
            seed: settings.seed,
            max_bounces: 8,
            denoise: true,
            format: settings.format,
            quality: 92,
            renderer: settings.renderer,
        };
        let artifact = picture.render(&self.0, context)?;
        Ok(NodeOutputs::from([(PortName::literal("image"), artifact)]))
    }
}
