//! The turntable: frames into a folder of the run, then a video of them.
//!
//! A frame's file is named by its digest and written whole or not at all, so that a run that goes on after
//! an interruption takes what is there and unchanged, and renders the rest.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use hartomat_process::write_atomically;
use hartomat_render::{
    FrameKeeper, KeptFrame, RenderBackend, RenderError, RenderObserver, RenderRequest, Turn,
    TurnDirection, TurnFrame, VideoRequest, render_turn,
};
use hartomat_schema::{Digest, VideoHeader, digest_json};
use serde_json::json;

use crate::paint::{Paint, Painted};
use crate::{LegacyError, LegacyRenderer, LegacySettings};

impl Paint<'_> {
    /// The video of a turn.
    pub(crate) fn turntable(
        &self,
        request: &RenderRequest<'_>,
        say: &dyn Fn(&str),
    ) -> Result<Painted, LegacyError> {
        let (line, settings) = (self.line, self.settings);
        let (turn, by) = (&settings.turn, self.by());
        if line.ffmpeg.encoder(turn.codec)?.is_some() {
            say("there is no ffmpeg here: Blender encodes the video");
        }
        say(&format!(
            "rendering {} frames of {} × {} with {} samples{by}",
            turn.frames, settings.width_px, settings.height_px, settings.samples
        ));
        let renderer: &dyn RenderBackend = match settings.renderer {
            LegacyRenderer::Embedded => line.renderer.as_ref(),
            LegacyRenderer::Blender => line.blender.as_ref(),
        };
        let mut keeper = Folder::new(&self.folder, request, renderer);
        let observer = TurnObserver {
            paint: self,
            frame: Mutex::new([1, turn.frames]),
        };
        let whole = Turn {
            frames: turn.frames,
            degrees: turn.degrees,
            start_deg: turn.start_deg,
            direction: if turn.clockwise {
                TurnDirection::Clockwise
            } else {
                TurnDirection::Counterclockwise
            },
            seed: settings.seed,
        };
        let frames = render_turn(renderer, (request, &whole), &mut keeper, &observer, say)?;
        let denoised = frames.iter().all(|frame| frame.denoised);
        if settings.look.denoise && !denoised {
            say("this Blender has no denoiser: noise stays");
        }
        say(&format!(
            "encoding {} at {} frames per second",
            turn.codec.as_str(),
            turn.fps
        ));
        (self.progress)(0.97, "encoding");
        let files: Vec<PathBuf> = frames.into_iter().map(|frame| frame.file).collect();
        let (bytes, header) = self.encode(settings, &files)?;
        Ok(Painted {
            bytes,
            denoised,
            video: Some(header),
        })
    }

    fn encode(
        &self,
        settings: &LegacySettings,
        files: &[PathBuf],
    ) -> Result<(Vec<u8>, VideoHeader), LegacyError> {
        let turn = &settings.turn;
        let file = self
            .folder
            .join(format!("video.{}", turn.codec.extension()));
        let request = VideoRequest {
            frames: files,
            width_px: settings.width_px,
            height_px: settings.height_px,
            fps: turn.fps,
            codec: turn.codec,
            crf: turn.crf,
        };
        let header = self.line.ffmpeg.encode(&request, &file, self)?;
        let bytes = fs::read(&file).map_err(|source| LegacyError::Read {
            path: file.display().to_string(),
            source,
        })?;
        Ok((bytes, header))
    }
}

/// Frames in a folder.
struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder below the run's own for all that decides the frames: other frames have another.
    fn new(below: &Path, request: &RenderRequest<'_>, renderer: &dyn RenderBackend) -> Self {
        let decides = json!([
            digest_json(request.scene),
            request.width_px,
            request.height_px,
            request.samples,
            request.max_bounces,
            request.denoise,
            renderer.fingerprint(),
            request.blender.facts(),
        ]);
        Self {
            path: below.join(digest_json(&decides).short()),
        }
    }

    /// What a frame's file is called before its digest: number, angle and seed say which frame it is.
    fn start(frame: &TurnFrame) -> String {
        let which = digest_json(&json!([frame.degrees, frame.seed])).short();
        format!("{:05}-{which}-", frame.number)
    }
}

/// Marks frames that a denoiser went over.
const DENOISED: &str = "-denoised.png";
const PLAIN: &str = "-plain.png";

impl FrameKeeper for Folder {
    fn kept(&mut self, frame: &TurnFrame) -> Option<KeptFrame> {
        let start = Self::start(frame);
        let entries = fs::read_dir(&self.path).ok()?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.into_iter().find_map(|name| {
            let rest = name.strip_prefix(&start)?;
            let denoised = rest.strip_suffix(DENOISED);
            let digest = denoised.or_else(|| rest.strip_suffix(PLAIN))?;
            let file = self.path.join(&name);
            let found = Digest::of(&fs::read(&file).ok()?);
            (hex(&found) == digest).then_some(KeptFrame {
                file,
                denoised: denoised.is_some(),
            })
        })
    }

    fn keep(
        &mut self,
        frame: &TurnFrame,
        png: Vec<u8>,
        denoised: bool,
    ) -> Result<KeptFrame, RenderError> {
        let end = if denoised { DENOISED } else { PLAIN };
        let name = format!("{}{}{end}", Self::start(frame), hex(&Digest::of(&png)));
        let file = self.path.join(name);
        write_atomically(&file, &png).map_err(|err| RenderError::Frame {
            number: frame.number,
            problem: err.to_string(),
        })?;
        Ok(KeptFrame { file, denoised })
    }
}

fn hex(digest: &Digest) -> String {
    let text = digest.to_string();
    text.strip_prefix("sha256:").unwrap_or(&text).to_owned()
}

/// Each frame is as long as the others.
struct TurnObserver<'a, 'b> {
    paint: &'a Paint<'b>,
    frame: Mutex<[u32; 2]>,
}

impl RenderObserver for TurnObserver<'_, '_> {
    fn progress(&self, done: u64, total: u64) {
        let [number, frames] = *self.frame.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let within = done as f64 / total.max(1) as f64;
        let share = (f64::from(number - 1) + within) / f64::from(frames);
        let message = format!("rendering frame {number} of {frames}");
        (self.paint.progress)(0.1 + 0.87 * share, &message);
    }

    fn frame_begins(&self, number: u32, frames: u32) {
        *self.frame.lock().unwrap_or_else(PoisonError::into_inner) = [number, frames];
        self.progress(0, 1);
    }

    fn is_cancelled(&self) -> bool {
        self.paint.is_cancelled()
    }
}
