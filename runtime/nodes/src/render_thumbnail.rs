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
use crate::render_still::{
    Device, Dress, Engine, Format, RenderPicture, Renderer, Tone, blender_shot,
};
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
    /// Smooths the noise that remains and keeps edges.
    #[schemars(title = "Denoise", extend("x-group" = "Quality"))]
    denoise: bool,
    /// File format.
    #[schemars(title = "Format", extend("x-labels" = {"png": "PNG", "png16": "PNG, 16 bit", "jpeg": "JPEG", "webp": "WebP", "exr": "OpenEXR, linear light"}, "x-group" = "File"))]
    format: Format,
    /// The program that renders. Auto takes the embedded renderer, which is on every machine.
    #[schemars(title = "Renderer", extend("x-labels" = {"auto": "Auto", "embedded": "Embedded", "blender": "Blender"}, "x-tools" = {"blender": "blender"}, "x-group" = "Renderer"))]
    renderer: Renderer,
    /// Blender's way to render. Cycles means the same as the embedded renderer; EEVEE is quick on a graphics card and only near it: it takes no denoising, bounces or seed.
    #[schemars(title = "Engine", extend("x-labels" = {"cycles": "Cycles", "eevee": "EEVEE"}, "x-group" = "Renderer", "x-visible-when" = {"renderer": ["blender"]}))]
    engine: Engine,
    /// What Cycles computes on. A graphics card gives nearly the same pixels, and the processor takes over where there is none.
    #[schemars(title = "Device", extend("x-labels" = {"cpu": "Processor", "gpu": "Graphics card where there is one"}, "x-group" = "Renderer", "x-visible-when" = {"renderer": ["blender"], "engine": ["cycles"]}))]
    device: Device,
    /// Leaves the background out: alpha with the contact shadow.
    #[schemars(title = "Transparent background", extend("x-group" = "Look"))]
    transparent: bool,
    /// Exposure in place of the scene's, in stops.
    #[schemars(title = "Exposure", range(min = -10.0, max = 10.0), extend("x-unit" = "EV", "x-group" = "Look"))]
    exposure_ev: Option<f32>,
    /// The curve from light to picture.
    #[schemars(title = "Tone mapping", extend("x-labels" = {"scene": "As the scene says", "agx": "AgX", "filmic": "Filmic", "standard": "Standard"}, "x-group" = "Look"))]
    tone_mapping: Tone,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            size_px: 256,
            samples: 32,
            seed: 0,
            format: Format::Png,
            renderer: Renderer::Auto,
            denoise: true,
            engine: Engine::Cycles,
            device: Device::Cpu,
            transparent: false,
            exposure_ev: None,
            tone_mapping: Tone::Scene,
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
        let mut scene: Scene = parse_payload("the scene", &context.read(context.input("scene")?)?)?;
        let dress = Dress {
            transparent: settings.transparent,
            exposure_ev: settings.exposure_ev,
            tone_mapping: settings.tone_mapping,
        };
        dress.put_on(&mut scene);
        let picture = RenderPicture {
            scene: &scene,
            width_px: settings.size_px,
            height_px: settings.size_px,
            samples: settings.samples,
            seed: settings.seed,
            max_bounces: 8,
            denoise: settings.denoise,
            format: settings.format,
            quality: 92,
            renderer: settings.renderer,
            blender: blender_shot(settings.engine, settings.device),
        };
        let artifact = picture.render(&self.0, context)?;
        Ok(NodeOutputs::from([(PortName::literal("image"), artifact)]))
    }
}
