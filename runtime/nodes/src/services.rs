//! What executors work with: the CAD worker, the renderer, materials and studio scenes.

use std::sync::{Arc, Mutex, PoisonError};

use hartomat_cad::{CadWorker, Cancel, Stage, StepInput};
use hartomat_engine::NodeContext;
use hartomat_render::{
    Blender, Ffmpeg, MaterialLibrary, RenderBackend, RenderObserver, StudioScenes, sampled_in_words,
};
use hartomat_schema::Failure;

/// The modules behind the nodes, shared by all runs of a process.
#[derive(Clone)]
pub struct Services {
    /// Reads CAD files in a process of its own.
    pub cad: Arc<CadWorker>,
    /// Blender, where there is one.
    pub blender: Arc<Blender>,
    /// Makes and reads videos, where there is one.
    pub ffmpeg: Arc<Ffmpeg>,
    /// The embedded renderer.
    pub embedded: Arc<dyn RenderBackend>,
    /// Material library.
    pub materials: Arc<MaterialLibrary>,
    /// Studio scenes.
    pub scenes: Arc<StudioScenes>,
}

/// A call to the CAD worker, tied to an attempt's cancellation and progress.
pub(crate) struct CadCall {
    /// The STEP file in the artifact store.
    pub(crate) step: StepInput,
    /// Cancelled with the attempt.
    pub(crate) cancel: Cancel,
    /// Tells the worker's stage.
    pub(crate) progress: Box<dyn Fn(Stage) + Send + Sync>,
}

impl CadCall {
    /// A call on the attempt's `step_file` input.
    pub(crate) fn new(context: &NodeContext) -> Result<Self, Failure> {
        let artifact = context.input("step_file")?;
        let step = StepInput::named(context.path(artifact)?, artifact.name.clone());
        let cancel = Cancel::new();
        let raised = cancel.clone();
        context.cancel.on_cancel(move || raised.cancel());
        let tell = context.progress_sink();
        let progress = Box::new(move |stage: Stage| tell(share_of(stage), stage.as_str()));
        Ok(Self {
            step,
            cancel,
            progress,
        })
    }
}

/// How far a worker has come when it enters a stage; from timings of assemblies of all sizes.
fn share_of(stage: Stage) -> f64 {
    match stage {
        Stage::Check | Stage::Start | Stage::Parse => 0.0,
        Stage::Transfer => 0.3,
        Stage::Tree | Stage::Measure => 0.55,
        Stage::Mesh => 0.6,
        Stage::Write => 0.95,
    }
}

/// Ties a turn to an attempt's cancellation and progress: each frame is as long as the others.
pub(crate) struct TurnObserver<'a> {
    context: &'a NodeContext,
    /// The frame that renders, and how many there are.
    frame: Mutex<[u32; 2]>,
}

impl<'a> TurnObserver<'a> {
    pub(crate) fn new(context: &'a NodeContext) -> Self {
        Self {
            context,
            frame: Mutex::new([1, 1]),
        }
    }
}

impl RenderObserver for TurnObserver<'_> {
    fn progress(&self, done: u64, total: u64) {
        let [number, frames] = *self.frame.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let within = done as f64 / total.max(1) as f64;
        let share = (f64::from(number - 1) + within) / f64::from(frames);
        // The rest is the encoder's.
        let message = format!("rendering frame {number} of {frames}");
        self.context.progress(0.97 * share, &message);
    }

    fn frame_begins(&self, number: u32, frames: u32) {
        *self.frame.lock().unwrap_or_else(PoisonError::into_inner) = [number, frames];
        self.progress(0, 1);
    }

    fn is_cancelled(&self) -> bool {
        self.context.cancel.is_cancelled()
    }
}

/// Ties a render to an attempt's cancellation and progress.
pub(crate) struct AttemptObserver<'a>(pub(crate) &'a NodeContext);

impl RenderObserver for AttemptObserver<'_> {
    fn progress(&self, done: u64, total: u64) {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = done as f64 / total.max(1) as f64;
        self.0.progress(share, "rendering");
    }

    fn sampled(&self, done: u64, total: u64, left_secs: Option<f64>) {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = done as f64 / total.max(1) as f64;
        let words = sampled_in_words(done, total, left_secs);
        self.0.progress(share, &words);
    }

    fn is_cancelled(&self) -> bool {
        self.0.cancel.is_cancelled()
    }
}
