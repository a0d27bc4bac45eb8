//! Videos by the program ffmpeg: encoded, asked what they are, and taken apart into frames again.
//!
//! The program gets arguments and files, never a shell; a file that comes from elsewhere is opened by the
//! one reader that its first bytes ask for, so that no playlist in disguise can make it open others.

mod encode;
mod find;
mod mp4;
mod probe;
mod run;
mod sheet;
mod stand_in;
mod take_apart;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::backend::RenderBackend as _;
use crate::lookup::Lookup;
use crate::{Blender, RenderError};

pub use encode::{VideoCodec, VideoRequest};
pub use find::{FFMPEG_HINT, FoundFfmpeg};
pub use probe::video_container;
pub use sheet::contact_sheet;
pub use take_apart::VideoFrames;

/// Changes whenever equal frames may give other bytes with the same ffmpeg.
const REVISION: u32 = 1;

/// How ffmpeg is found and how much it may use.
#[derive(Debug, Clone)]
pub struct FfmpegConfig {
    /// The program; looked for on the path where none is given. `ffprobe` lies beside it, or on the path.
    pub program: Option<PathBuf>,
    /// Longest wall time of one call.
    pub wall: Duration,
    /// Largest resident memory in bytes.
    pub memory_bytes: u64,
    /// Largest file that it may write, in bytes.
    pub output_bytes: u64,
    /// Gives way to other processes: 0 to 19.
    pub niceness: i32,
    /// Encodes H.264 where there is no ffmpeg.
    pub stand_in: Option<Arc<Blender>>,
}

impl Default for FfmpegConfig {
    fn default() -> Self {
        Self {
            program: None,
            wall: Duration::from_secs(4 * 3600),
            memory_bytes: 8 << 30,
            output_bytes: 16 << 30,
            niceness: 0,
            stand_in: None,
        }
    }
}

/// The program ffmpeg. Nothing is looked for or started before it is needed.
#[derive(Debug)]
pub struct Ffmpeg {
    config: FfmpegConfig,
    found: Lookup<FoundFfmpeg, find::NoFfmpeg>,
}

impl Ffmpeg {
    /// ffmpeg as configured.
    pub fn new(config: FfmpegConfig) -> Self {
        Self {
            config,
            found: Lookup::new(),
        }
    }

    /// Which ffmpeg works here.
    ///
    /// # Errors
    /// [`RenderError::FfmpegMissing`] where there is none.
    pub fn found(&self) -> Result<&FoundFfmpeg, RenderError> {
        let found = self.found.get_or_look(|| find::find(&self.config));
        found.map_err(|reason| RenderError::FfmpegMissing {
            reason: reason.to_string(),
        })
    }

    /// What cache keys hold: changes whenever equal frames may give other bytes.
    pub fn fingerprint(&self) -> String {
        match self.found() {
            Ok(found) => format!("{found}, revision {REVISION}"),
            Err(RenderError::FfmpegMissing { reason }) => match self.stand_in() {
                Some(blender) => {
                    let encoder = blender.fingerprint();
                    format!("none; in its place {encoder} encodes H.264")
                }
                None => format!("missing: {reason}"),
            },
            Err(err) => format!("missing: {err}"),
        }
    }
}
