//! What a video file is: every frame is decoded and counted, and nothing in the file is believed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use hartomat_process::Input;
use hartomat_schema::{Blake3, VideoHeader};
use serde_json::Value;

use super::Ffmpeg;
use super::find::file_argument;
use super::run::{complaint, failed};
use crate::RenderError;
use crate::backend::RenderObserver;

/// Longest side.
const MAX_SIDE_PX: u64 = 16_384;
/// Most pixels of a frame; more are refused before memory is set aside for them.
const MAX_PIXELS: &str = "134217728";
/// Most frames: 20 minutes at 60 a second.
const MAX_FRAMES: u64 = 72_000;

/// A file format that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Mp4,
    Webm,
}

impl Container {
    /// By the first bytes.
    fn of(start: &[u8]) -> Option<Self> {
        if start.get(4..8) == Some(b"ftyp") {
            return Some(Self::Mp4);
        }
        start
            .starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
            .then_some(Self::Webm)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
        }
    }

    /// The one reader that may open it.
    fn demuxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mov",
            Self::Webm => "matroska",
        }
    }
}

/// The file format of a video by its first 12 bytes, `mp4` or `webm`; none for everything else.
pub fn video_container(start: &[u8]) -> Option<&'static str> {
    Container::of(start).map(Container::as_str)
}

/// Arguments that open a file for reading, and nothing beside it.
pub(super) fn input_arguments(file: &Path) -> Result<[std::ffi::OsString; 10], RenderError> {
    let mut start = [0; 12];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut start));
    let container = read.ok().and_then(|()| Container::of(&start));
    let container = container.ok_or_else(|| unreadable("it is neither MP4 nor WebM"))?;
    Ok([
        "-protocol_whitelist".into(),
        "file".into(),
        "-f".into(),
        container.demuxer().into(),
        "-max_pixels".into(),
        MAX_PIXELS.into(),
        "-threads".into(),
        "1".into(),
        "-i".into(),
        file_argument(file),
    ])
}

pub(super) fn unreadable(problem: impl Into<String>) -> RenderError {
    RenderError::Video {
        problem: problem.into(),
    }
}

impl Ffmpeg {
    /// What a video is. All its frames are decoded.
    ///
    /// # Errors
    /// [`RenderError::Video`] where it isn't one video stream in MP4 or WebM that decodes whole; no ffmpeg;
    /// [`RenderError::Cancelled`].
    pub fn probe(
        &self,
        file: &Path,
        observer: &dyn RenderObserver,
    ) -> Result<VideoHeader, RenderError> {
        if self.stand_in().is_some() {
            return super::stand_in::header_of(file);
        }
        let found = self.found()?;
        let launch = self
            .launch(&found.probe)
            .args(["-count_frames", "-of", "json", "-show_entries", ENTRIES])
            .args(input_arguments(file)?);
        let (text, outcome) = self.call(&launch, Input::Empty, observer)?;
        if let Some(said) = complaint(&outcome) {
            return Err(unreadable(said));
        }
        if !outcome.end.is_success() {
            return Err(unreadable(format!("ffprobe {}", outcome.end)));
        }
        let told: Value = serde_json::from_str(&text)
            .map_err(|err| failed(format!("tells what can't be understood: {err}")))?;
        read_header(file, &told)
    }

    /// BLAKE3 of the packets of a video in order: what is coded, without the file around it.
    ///
    /// # Errors
    /// As for [`Ffmpeg::probe`].
    pub fn payload(
        &self,
        file: &Path,
        observer: &dyn RenderObserver,
    ) -> Result<Blake3, RenderError> {
        let found = self.found()?;
        let launch = self
            .launch(&found.program)
            .arg("-nostdin")
            .args(input_arguments(file)?)
            .args(["-map", "0:v:0", "-c", "copy", "-f", "data", "pipe:1"]);
        let mut hasher = blake3::Hasher::new();
        for piece in super::take_apart::bytes(&launch, 1 << 20, observer)? {
            hasher.update(&piece?);
        }
        Ok(Blake3::from_bytes(hasher.finalize().as_bytes()))
    }
}

const ENTRIES: &str = "stream=codec_type,codec_name,width,height,pix_fmt,avg_frame_rate,\
    nb_frames,nb_read_frames,duration,color_space,color_range:format=duration";

fn read_header(file: &Path, told: &Value) -> Result<VideoHeader, RenderError> {
    let streams = told.get("streams").and_then(Value::as_array);
    let [stream] = streams.map(Vec::as_slice).unwrap_or_default() else {
        let count = streams.map_or(0, Vec::len);
        return Err(unreadable(format!("it has {count} streams instead of one")));
    };
    let text = |name: &str| stream.get(name).and_then(Value::as_str);
    let side = |name: &str| {
        let side = stream.get(name).and_then(Value::as_u64);
        let side = side.filter(|side| (1..=MAX_SIDE_PX).contains(side));
        let problem = || unreadable(format!("its {name} isn't 1 to {MAX_SIDE_PX} pixels"));
        side.and_then(|side| u32::try_from(side).ok())
            .ok_or_else(problem)
    };
    if text("codec_type") != Some("video") {
        return Err(unreadable("its stream is no video"));
    }
    let (width_px, height_px) = (side("width")?, side("height")?);
    let count = |name: &str| text(name).and_then(|count| count.parse::<u64>().ok());
    let frames = count("nb_read_frames").unwrap_or(0);
    if frames == 0 || frames > MAX_FRAMES {
        return Err(unreadable(format!("it has {frames} frames that decode")));
    }
    let rate = text("avg_frame_rate").and_then(ratio);
    let fps = rate.ok_or_else(|| unreadable("it names no frame rate"))?;
    let seconds = |value: Option<&Value>| value?.as_str()?.parse::<f64>().ok();
    let duration_secs = seconds(stream.get("duration"))
        .or_else(|| seconds(told.pointer("/format/duration")))
        .filter(|seconds| seconds.is_finite() && *seconds > 0.0)
        .ok_or_else(|| unreadable("it names no duration"))?;
    // What the index promises and the duration say must be there: a file that was cut off lacks it.
    let promised = count("nb_frames").unwrap_or_else(|| (duration_secs * fps).round() as u64);
    if promised != frames {
        return Err(unreadable(format!(
            "it promises {promised} frames and {frames} decode"
        )));
    }
    let mut start = [0; 12];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut start));
    let container = read.ok().and_then(|()| Container::of(&start));
    Ok(VideoHeader {
        format: container.map_or("", Container::as_str).to_owned(),
        codec: text("codec_name").unwrap_or("unknown").to_owned(),
        width_px,
        height_px,
        frames,
        fps,
        duration_secs,
        pixel_format: text("pix_fmt").unwrap_or("unknown").to_owned(),
        color: format!(
            "{}, {}",
            text("color_space").unwrap_or("unknown"),
            text("color_range").unwrap_or("unknown")
        ),
    })
}

/// `30/1` as a number.
fn ratio(text: &str) -> Option<f64> {
    let (above, below) = text.split_once('/')?;
    let value = above.parse::<f64>().ok()? / below.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}
