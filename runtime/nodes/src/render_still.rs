//! `render_still`: the order line's picture.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_render::{
    BlenderDevice, BlenderEngine, BlenderShot, EncodeOptions, ImageFormat, RenderBackend,
    RenderRequest, frame_for,
};
use hartomat_schema::{
    ArtifactKind, Background, Category, Coverage, ExecutionKind, Failure, Family, LogLevel,
    NodeDefinition, PortName, Purity, Scene, ToneMapping,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::define::{Draft, mirrors, output, required};
use crate::failure::{from_render, parse_payload, parse_settings};
use crate::media::{bytes_artifact, stem};
use crate::services::{AttemptObserver, Services};

/// File formats that pictures are saved in.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Png,
    Png16,
    Jpeg,
    Webp,
    Exr,
}

impl Format {
    pub(crate) fn image_format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Png16 => ImageFormat::Png16,
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Webp => ImageFormat::Webp,
            Self::Exr => ImageFormat::Exr,
        }
    }
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Renderer {
    Auto,
    Embedded,
    Blender,
}

impl Renderer {
    /// What a line of the log says of it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Auto | Self::Embedded => "",
            Self::Blender => " in Blender",
        }
    }
}

/// Blender's engines.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Engine {
    Cycles,
    Eevee,
}

/// What computes in Blender.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Device {
    Cpu,
    Gpu,
}

/// Both, as Blender is told.
pub(crate) fn blender_shot(engine: Engine, device: Device) -> BlenderShot {
    BlenderShot {
        engine: match engine {
            Engine::Cycles => BlenderEngine::Cycles,
            Engine::Eevee => BlenderEngine::Eevee,
        },
        device: match device {
            Device::Cpu => BlenderDevice::Cpu,
            Device::Gpu => BlenderDevice::Gpu,
        },
    }
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tone {
    Scene,
    Agx,
    Filmic,
    Standard,
}

impl Tone {
    /// The curve, where the scene has this one.
    pub(crate) fn or(self, scene: ToneMapping) -> ToneMapping {
        match self {
            Self::Scene => scene,
            Self::Agx => ToneMapping::Agx,
            Self::Filmic => ToneMapping::Filmic,
            Self::Standard => ToneMapping::Standard,
        }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Width of the picture.
    #[schemars(title = "Width", range(min = 16, max = 16384), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Size"))]
    width_px: u32,
    /// Height of the picture.
    #[schemars(title = "Height", range(min = 16, max = 16384), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Size"))]
    height_px: u32,
    /// Light paths per pixel. Four times as many halve the noise and take four times as long.
    #[schemars(title = "Samples", range(min = 1, max = 65536), extend("x-group" = "Quality"))]
    samples: u32,
    /// Another seed gives the same picture with other noise.
    #[schemars(title = "Seed", range(min = 0, max = 4294967295_u32), extend("x-group" = "Quality"))]
    seed: u32,
    /// How often light may bounce. Glass and polished metal need more.
    #[schemars(title = "Bounces", range(min = 1, max = 64), extend("x-group" = "Quality"))]
    max_bounces: u32,
    /// Smooths the noise that remains and keeps edges.
    #[schemars(title = "Denoise", extend("x-group" = "Quality"))]
    denoise: bool,
    /// File format.
    #[schemars(title = "Format", extend("x-labels" = {"png": "PNG", "png16": "PNG, 16 bit", "jpeg": "JPEG", "webp": "WebP", "exr": "OpenEXR, linear light"}, "x-group" = "File"))]
    format: Format,
    /// Quality of JPEG files.
    #[schemars(title = "JPEG quality", range(min = 1, max = 100), extend("x-unit" = "%", "x-group" = "File", "x-visible-when" = {"format": ["jpeg"]}))]
    quality: u8,
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
            width_px: 1024,
            height_px: 1024,
            samples: 64,
            seed: 0,
            max_bounces: 8,
            denoise: true,
            format: Format::Png,
            quality: 92,
            renderer: Renderer::Auto,
            engine: Engine::Cycles,
            device: Device::Cpu,
            transparent: false,
            exposure_ev: None,
            tone_mapping: Tone::Scene,
        }
    }
}

/// What a node changes of a scene's look.
pub(crate) struct Dress {
    pub(crate) transparent: bool,
    pub(crate) exposure_ev: Option<f32>,
    pub(crate) tone_mapping: Tone,
}

impl Dress {
    /// The scene with this look.
    pub(crate) fn put_on(&self, scene: &mut Scene) {
        if self.transparent {
            scene.background = Background::Transparent;
            if let Some(ground) = &mut scene.ground {
                ground.shadow_only = true;
            }
        }
        if let Some(exposure) = self.exposure_ev {
            scene.exposure_ev = exposure;
        }
        scene.tone_mapping = self.tone_mapping.or(scene.tone_mapping);
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "render_still",
        label: "Still",
        help: "Renders the scene as a still: size, samples, format, transparency, renderer.",
        category: Category::Render,
        families: &[Family::OrderLine],
        module: "render.still",
        execution: ExecutionKind::Render,
        purity: Purity::Pure,
        inputs: vec![required(
            "scene",
            &[ArtifactKind::SCENE],
            "What is rendered.",
        )],
        outputs: vec![output("image", ArtifactKind::IMAGE, "The still.")],
        context: &["cad_file"],
        tools: &["embedded_renderer"],
        legacy: mirrors(
            "blender_still",
            "Renders at the preset's size with 64 samples, seed 0 and denoising.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct RenderStill(pub(crate) Services);

impl Executor for RenderStill {
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
            width_px: settings.width_px,
            height_px: settings.height_px,
            samples: settings.samples,
            seed: settings.seed,
            max_bounces: settings.max_bounces,
            denoise: settings.denoise,
            format: settings.format,
            quality: settings.quality,
            renderer: settings.renderer,
            blender: blender_shot(settings.engine, settings.device),
        };
        let artifact = picture.render(&self.0, context)?;
        Ok(NodeOutputs::from([(PortName::literal("image"), artifact)]))
    }
}

/// A scene rendered and encoded, as stills and thumbnails both need it.
pub(crate) struct RenderPicture<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) samples: u32,
    pub(crate) seed: u32,
    pub(crate) max_bounces: u32,
    pub(crate) denoise: bool,
    pub(crate) format: Format,
    pub(crate) quality: u8,
    pub(crate) renderer: Renderer,
    pub(crate) blender: BlenderShot,
}

impl RenderPicture<'_> {
    pub(crate) fn render(
        &self,
        services: &Services,
        context: &NodeContext,
    ) -> Result<hartomat_engine::NewArtifact, Failure> {
        let (width, height, samples) = (self.width_px, self.height_px, self.samples);
        let by = self.renderer.words();
        let what = format!("rendering {width} × {height} with {samples} samples{by}");
        context.log(LogLevel::Info, &what);
        let glb = context.read_digest(&self.scene.glb)?;
        let mut scene = self.scene.clone();
        frame_for(&mut scene, &glb, [width, height]).map_err(|err| from_render(&err))?;
        let request = RenderRequest {
            scene: &scene,
            glb: &glb,
            width_px: self.width_px,
            height_px: self.height_px,
            samples: self.samples,
            seed: u64::from(self.seed),
            denoise: self.denoise,
            max_bounces: self.max_bounces,
            blender: self.blender,
        };
        let renderer: &dyn RenderBackend = match self.renderer {
            Renderer::Auto | Renderer::Embedded => services.embedded.as_ref(),
            Renderer::Blender => services.blender.as_ref(),
        };
        let picture = renderer
            .render(&request, &AttemptObserver(context))
            .map_err(|err| from_render(&err))?;
        let options = EncodeOptions {
            jpeg_quality: self.quality,
            ..EncodeOptions::default()
        };
        let format = self.format.image_format();
        let bytes =
            hartomat_render::encode(&picture, format, &options).map_err(|err| from_render(&err))?;
        let name = format!(
            "{}.{}",
            stem(&context.subject.cad_file().name),
            format.extension()
        );
        let mut artifact = bytes_artifact(ArtifactKind::IMAGE, name, format.media_type(), bytes);
        artifact
            .facts
            .insert("samples".to_owned(), json!(self.samples));
        artifact.facts.insert("seed".to_owned(), json!(self.seed));
        artifact
            .facts
            .insert("denoised".to_owned(), json!(picture.denoised));
        artifact
            .facts
            .insert("renderer".to_owned(), json!(renderer.name()));
        if renderer.name() == "blender" {
            let facts = self.blender.facts();
            artifact.facts.extend(facts);
        }
        Ok(artifact)
    }
}
