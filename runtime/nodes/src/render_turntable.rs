//! `render_turntable`: frames and a video of the turning product.
//!
//! Each frame is kept as soon as it is there: an attempt that is stopped goes on at the next one.

use hartomat_engine::{Content, Executor, NewArtifact, NodeContext, NodeOutputs};
use hartomat_render::{
    RenderBackend, RenderObserver as _, RenderRequest, Turn, TurnDirection, VideoCodec,
    VideoRequest, contact_sheet, frame_for, render_turn,
};
use hartomat_schema::{
    Artifact, ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, FrameFile,
    FrameList, LogLevel, NodeDefinition, PortName, Purity, Scene,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::define::{Draft, mirrors, output, required};
use crate::failure::{bad_input, from_render, parse_payload, parse_settings};
use crate::media::{json_artifact, stem};
use crate::render_still::{Device, Engine, Renderer, Tone, blender_shot};
use crate::services::{Services, TurnObserver};
use crate::turn_frames::KeptFrames;

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Codec {
    H264,
    Vp9,
}

impl Codec {
    fn video_codec(self) -> VideoCodec {
        match self {
            Self::H264 => VideoCodec::H264,
            Self::Vp9 => VideoCodec::Vp9,
        }
    }
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Counterclockwise,
    Clockwise,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Width of the video; even, as players want it.
    #[schemars(title = "Width", range(min = 16, max = 8192), extend("multipleOf" = 2, "x-unit" = "px", "x-widget" = "resolution", "x-group" = "Size"))]
    width_px: u32,
    /// Height of the video; even, as players want it.
    #[schemars(title = "Height", range(min = 16, max = 8192), extend("multipleOf" = 2, "x-unit" = "px", "x-widget" = "resolution", "x-group" = "Size"))]
    height_px: u32,
    /// How many frames the video has.
    #[schemars(title = "Frames", range(min = 2, max = 3600), extend("x-group" = "Turntable"))]
    frames: u32,
    /// Frames per second.
    #[schemars(title = "Frame rate", range(min = 1, max = 120), extend("x-unit" = "fps", "x-group" = "Turntable"))]
    fps: u32,
    /// How far the product turns. Whole turns end one step before their start, so that the video loops.
    #[schemars(title = "Turn", range(min = -3600.0, max = 3600.0), extend("x-unit" = "°", "x-group" = "Turntable"))]
    degrees: f64,
    /// How far the product is turned in the first frame.
    #[schemars(title = "Start angle", range(min = -360.0, max = 360.0), extend("x-unit" = "°", "x-group" = "Turntable"))]
    start_deg: f64,
    /// Which way the product turns, seen from above.
    #[schemars(title = "Direction", extend("x-labels" = {"counterclockwise": "Counterclockwise", "clockwise": "Clockwise"}, "x-group" = "Turntable"))]
    direction: Direction,
    /// The frame that stands for the video before it plays.
    #[schemars(title = "Poster frame", range(min = 1, max = 3600), extend("x-group" = "Turntable"))]
    poster_frame: u32,
    /// Light paths per pixel. Four times as many halve the noise and take four times as long.
    #[schemars(title = "Samples", range(min = 1, max = 65536), extend("x-group" = "Quality"))]
    samples: u32,
    /// Another seed gives the same video with other noise.
    #[schemars(title = "Seed", range(min = 0, max = 4294967295_u32), extend("x-group" = "Quality"))]
    seed: u32,
    /// How often light may bounce. Glass and polished metal need more.
    #[schemars(title = "Bounces", range(min = 1, max = 64), extend("x-group" = "Quality"))]
    max_bounces: u32,
    /// Smooths the noise that remains and keeps edges.
    #[schemars(title = "Denoise", extend("x-group" = "Quality"))]
    denoise: bool,
    /// Video codec and file format.
    #[schemars(title = "Codec", extend("x-labels" = {"h264": "H.264 in MP4", "vp9": "VP9 in WebM"}, "x-group" = "File"))]
    codec: Codec,
    /// Constant quality (CRF): 0 is best and largest, 51 worst and smallest.
    #[schemars(title = "Compression", range(min = 0, max = 51), extend("x-group" = "File"))]
    crf: u8,
    /// The program that renders. Auto takes the embedded renderer, which is on every machine.
    #[schemars(title = "Renderer", extend("x-labels" = {"auto": "Auto", "embedded": "Embedded", "blender": "Blender"}, "x-tools" = {"blender": "blender"}, "x-group" = "Renderer"))]
    renderer: Renderer,
    /// Blender's way to render. Cycles means the same as the embedded renderer; EEVEE is quick on a graphics card and only near it: it takes no denoising, bounces or seed.
    #[schemars(title = "Engine", extend("x-labels" = {"cycles": "Cycles", "eevee": "EEVEE"}, "x-group" = "Renderer", "x-visible-when" = {"renderer": ["blender"]}))]
    engine: Engine,
    /// What Cycles computes on. A graphics card gives nearly the same pixels, and the processor takes over where there is none.
    #[schemars(title = "Device", extend("x-labels" = {"cpu": "Processor", "gpu": "Graphics card where there is one"}, "x-group" = "Renderer", "x-visible-when" = {"renderer": ["blender"], "engine": ["cycles"]}))]
    device: Device,
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
            frames: 120,
            fps: 30,
            degrees: 360.0,
            start_deg: 0.0,
            direction: Direction::Counterclockwise,
            poster_frame: 1,
            samples: 32,
            seed: 0,
            max_bounces: 8,
            denoise: true,
            codec: Codec::H264,
            crf: 18,
            renderer: Renderer::Auto,
            engine: Engine::Cycles,
            device: Device::Cpu,
            exposure_ev: None,
            tone_mapping: Tone::Scene,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "render_turntable",
        label: "Turntable",
        help: "Renders the turning product as frames and encodes them as a video. The camera and the lights go around the product, which looks as if it turned in a fixed studio.",
        category: Category::Render,
        families: &[Family::OrderLine],
        module: "render.turntable",
        execution: ExecutionKind::Render,
        purity: Purity::Pure,
        inputs: vec![required(
            "scene",
            &[ArtifactKind::SCENE],
            "What is rendered.",
        )],
        outputs: vec![
            output("frames", ArtifactKind::FRAMES, "The frames."),
            output("video", ArtifactKind::VIDEO, "The encoded video."),
            output("poster", ArtifactKind::IMAGE, "The frame that stands for the video."),
            output("contact_sheet", ArtifactKind::IMAGE, "Frames of the turn at a glance."),
        ],
        context: &["cad_file"],
        tools: &["embedded_renderer", "ffmpeg"],
        legacy: mirrors(
            "blender_turntable",
            "Renders 120 frames of one turn with 32 samples and encodes H.264 at 30 frames per second.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct RenderTurntable(pub(crate) Services);

impl Executor for RenderTurntable {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        if settings.poster_frame > settings.frames {
            return Err(bad_input(
                format!(
                    "the poster is frame {}, and there are {}",
                    settings.poster_frame, settings.frames
                ),
                "choose a frame that there is",
            ));
        }
        // Who can't encode shall not render for hours first.
        let encoder = self.0.ffmpeg.encoder(settings.codec.video_codec());
        if encoder.map_err(|err| from_render(&err))?.is_some() {
            let words = "there is no ffmpeg here: Blender encodes the video";
            context.log(LogLevel::Info, words);
        }
        let observer = TurnObserver::new(context);
        let turned = self.frames(&settings, context, &observer)?;
        observer.frame_begins(settings.frames, settings.frames);
        context.progress(0.97, "encoding");
        self.outputs(&settings, context, &turned, &observer)
    }
}

/// What was rendered.
struct Turned {
    frames: KeptFramesInOrder,
    degrees: Vec<f64>,
    denoised: bool,
    renderer: &'static str,
}

/// The frames' artifacts in order.
type KeptFramesInOrder = Vec<Artifact>;

impl RenderTurntable {
    fn frames(
        &self,
        settings: &Settings,
        context: &NodeContext,
        observer: &TurnObserver<'_>,
    ) -> Result<Turned, Failure> {
        let mut scene: Scene = parse_payload("the scene", &context.read(context.input("scene")?)?)?;
        scene.exposure_ev = settings.exposure_ev.unwrap_or(scene.exposure_ev);
        scene.tone_mapping = settings.tone_mapping.or(scene.tone_mapping);
        let glb = context.read_digest(&scene.glb)?;
        let size = [settings.width_px, settings.height_px];
        frame_for(&mut scene, &glb, size).map_err(|err| from_render(&err))?;
        let request = RenderRequest {
            scene: &scene,
            glb: &glb,
            width_px: settings.width_px,
            height_px: settings.height_px,
            samples: settings.samples,
            seed: u64::from(settings.seed),
            denoise: settings.denoise,
            max_bounces: settings.max_bounces,
            blender: blender_shot(settings.engine, settings.device),
        };
        let turn = settings.turn();
        let renderer: &dyn RenderBackend = match settings.renderer {
            Renderer::Auto | Renderer::Embedded => self.0.embedded.as_ref(),
            Renderer::Blender => self.0.blender.as_ref(),
        };
        let mut keeper = KeptFrames::new(context, &request, renderer);
        let say = |text: &str| context.log(LogLevel::Info, text);
        say(&format!(
            "rendering {} frames of {} × {} with {} samples{}",
            settings.frames,
            settings.width_px,
            settings.height_px,
            settings.samples,
            settings.renderer.words()
        ));
        let frames = render_turn(renderer, (&request, &turn), &mut keeper, observer, &say)
            .map_err(|err| from_render(&err))?;
        Ok(Turned {
            frames: keeper.in_order()?,
            degrees: turn.all().iter().map(|frame| frame.degrees).collect(),
            denoised: frames.iter().all(|frame| frame.denoised),
            renderer: renderer.name(),
        })
    }

    fn outputs(
        &self,
        settings: &Settings,
        context: &NodeContext,
        turned: &Turned,
        observer: &TurnObserver<'_>,
    ) -> Result<NodeOutputs, Failure> {
        let paths = turned.frames.iter().map(|frame| context.path(frame));
        let paths = paths.collect::<Result<Vec<_>, _>>()?;
        let codec = settings.codec.video_codec();
        let name = stem(&context.subject.cad_file().name);
        let file = context
            .scratch()?
            .join(format!("video.{}", codec.extension()));
        let request = VideoRequest {
            frames: &paths,
            width_px: settings.width_px,
            height_px: settings.height_px,
            fps: settings.fps,
            codec,
            crf: settings.crf,
        };
        self.0
            .ffmpeg
            .encode(&request, &file, observer)
            .map_err(|err| from_render(&err))?;
        let video = NewArtifact {
            kind: ArtifactKind::VIDEO,
            name: format!("{name}.{}", codec.extension()),
            media_type: codec.media_type().to_owned(),
            content: Content::File(file),
            facts: settings.facts(turned),
        };
        let size = [settings.width_px, settings.height_px];
        let (sheet, sheet_size) = contact_sheet(&paths, size).map_err(|err| from_render(&err))?;
        let picture = |what: &str, content: Content, [width, height]: [u32; 2]| NewArtifact {
            kind: ArtifactKind::IMAGE,
            name: format!("{name}_{what}.png"),
            media_type: "image/png".to_owned(),
            content,
            facts: Map::from_iter([
                ("width_px".to_owned(), json!(width)),
                ("height_px".to_owned(), json!(height)),
            ]),
        };
        let poster = &turned.frames[(settings.poster_frame - 1) as usize];
        let poster = Content::Stored(poster.digest, poster.size_bytes);
        Ok(NodeOutputs::from([
            (PortName::literal("frames"), settings.list(turned)),
            (PortName::literal("video"), video),
            (PortName::literal("poster"), picture("poster", poster, size)),
            (
                PortName::literal("contact_sheet"),
                picture("contact_sheet", Content::Bytes(sheet), sheet_size),
            ),
        ]))
    }
}

impl Settings {
    fn turn(&self) -> Turn {
        Turn {
            frames: self.frames,
            degrees: self.degrees,
            start_deg: self.start_deg,
            direction: match self.direction {
                Direction::Counterclockwise => TurnDirection::Counterclockwise,
                Direction::Clockwise => TurnDirection::Clockwise,
            },
            seed: u64::from(self.seed),
        }
    }

    fn list(&self, turned: &Turned) -> NewArtifact {
        let frames = turned.frames.iter().zip(&turned.degrees).zip(1..);
        let list = FrameList {
            width_px: self.width_px,
            height_px: self.height_px,
            fps: self.fps,
            frames: frames
                .map(|((frame, &degrees), number)| FrameFile {
                    number,
                    degrees,
                    digest: frame.digest,
                    size_bytes: frame.size_bytes,
                })
                .collect(),
        };
        json_artifact(ArtifactKind::FRAMES, "frames.json", &list)
    }

    /// What decides how the video is compared.
    fn facts(&self, turned: &Turned) -> Map<String, Value> {
        let mut facts = Map::from_iter([
            ("samples".to_owned(), json!(self.samples)),
            ("seed".to_owned(), json!(self.seed)),
            ("denoised".to_owned(), json!(turned.denoised)),
            ("renderer".to_owned(), json!(turned.renderer)),
        ]);
        if self.renderer == Renderer::Blender {
            facts.extend(blender_shot(self.engine, self.device).facts());
        }
        facts
    }
}
