//! The seam behind which renderers stand: a request, an observer, and the trait.

use hartomat_schema::Scene;

use crate::compose::turn_studio;
use crate::{Picture, RenderError};

/// One picture to render.
#[derive(Debug, Clone, Copy)]
pub struct RenderRequest<'a> {
    /// The composed scene.
    pub scene: &'a Scene,
    /// The GLB that the scene names.
    pub glb: &'a [u8],
    /// Width in pixels, 1 to 16,384.
    pub width_px: u32,
    /// Height in pixels, 1 to 16,384.
    pub height_px: u32,
    /// Light paths per pixel at most, 1 to 65,536; calm areas take fewer.
    pub samples: u32,
    /// Another seed gives the same picture with other noise.
    pub seed: u64,
    /// Whether noise that remains is smoothed away.
    pub denoise: bool,
    /// How often light may bounce, 1 to 64.
    pub max_bounces: u32,
    /// What only Blender is told.
    pub blender: BlenderShot,
}

/// How Blender renders, where it does; other renderers pass this over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlenderShot {
    /// Its engine.
    pub engine: BlenderEngine,
    /// What computes.
    pub device: BlenderDevice,
}

/// Blender's engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlenderEngine {
    /// The path tracer: the one whose pictures mean the same as the embedded renderer's.
    #[default]
    Cycles,
    /// The rasterizer: quick on a graphics card, and only near the others in its light.
    Eevee,
}

/// What computes in Cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlenderDevice {
    /// The processor, the same everywhere.
    #[default]
    Cpu,
    /// A graphics card where there is one, the processor else.
    Gpu,
}

impl BlenderShot {
    pub(crate) fn engine_key(self) -> &'static str {
        match self.engine {
            BlenderEngine::Cycles => "cycles",
            BlenderEngine::Eevee => "eevee",
        }
    }

    /// Facts of what it rendered: engine and device, by their keys.
    pub fn facts(self) -> [(String, serde_json::Value); 2] {
        [
            ("engine".to_owned(), self.engine_key().into()),
            ("device".to_owned(), self.device_key().into()),
        ]
    }

    pub(crate) fn device_key(self) -> &'static str {
        match self.device {
            BlenderDevice::Cpu => "cpu",
            BlenderDevice::Gpu => "gpu",
        }
    }
}

/// Hears of progress, and is asked whether to go on. Called from many threads.
pub trait RenderObserver: Sync {
    /// `done` of `total` units of work are finished.
    fn progress(&self, done: u64, total: u64);

    /// Frame `number` of `frames` begins; the progress that follows is its own.
    fn frame_begins(&self, _number: u32, _frames: u32) {}

    /// Whether to stop at the next opportunity.
    fn is_cancelled(&self) -> bool;

    /// As [`Self::progress`], by a renderer that counts samples and may know how many seconds are left.
    fn sampled(&self, done: u64, total: u64, left_secs: Option<f64>) {
        let _ = left_secs;
        self.progress(done, total);
    }
}

/// Samples and time left in words.
pub fn sampled_in_words(done: u64, total: u64, left_secs: Option<f64>) -> String {
    let left = match left_secs {
        None => String::new(),
        Some(secs) if secs < 90.0 => format!(", {} s left", secs.max(0.0).round()),
        Some(secs) => format!(", {} min left", (secs / 60.0).round()),
    };
    format!("rendering, sample {done} of {total}{left}")
}

/// A frame of a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TurnFrame {
    /// Its number, from 1.
    pub number: u32,
    /// How many frames the turn has.
    pub of: u32,
    /// How far the product has turned, in degrees, counterclockwise from above.
    pub degrees: f64,
    /// Seed of its noise.
    pub seed: u64,
}

/// Takes a rendered frame; an error ends the turn.
pub type TakeFrame<'a> = &'a mut dyn FnMut(&TurnFrame, Picture) -> Result<(), RenderError>;

/// An observer that lets everything run and tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl RenderObserver for NoObserver {
    fn progress(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

/// A renderer.
pub trait RenderBackend: Send + Sync {
    /// Its key in settings, such as `embedded`.
    fn name(&self) -> &'static str;

    /// What cache keys hold: changes whenever equal requests may give other pixels.
    fn fingerprint(&self) -> String;

    /// Renders one picture.
    ///
    /// Errors: settings out of range, a GLB that can't be drawn, [`RenderError::Cancelled`].
    fn render(
        &self,
        request: &RenderRequest<'_>,
        observer: &dyn RenderObserver,
    ) -> Result<Picture, RenderError>;

    /// Renders frames of a turn, one after the other, each handed over as soon as it is there.
    ///
    /// Errors: as for one picture, and those of whoever takes the frames.
    fn render_turn(
        &self,
        request: &RenderRequest<'_>,
        frames: &[TurnFrame],
        observer: &dyn RenderObserver,
        take: TakeFrame<'_>,
    ) -> Result<(), RenderError> {
        for frame in frames {
            observer.frame_begins(frame.number, frame.of);
            let scene = turn_studio(request.scene, frame.degrees);
            let request = RenderRequest {
                scene: &scene,
                seed: frame.seed,
                ..*request
            };
            take(frame, self.render(&request, observer)?)?;
        }
        Ok(())
    }
}
