//! Which ffmpeg works here, and what it can write.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hartomat_process::{Cancel, Launch, Limits, Line, run};

use super::{FfmpegConfig, VideoCodec};

/// How a person gets ffmpeg.
pub const FFMPEG_HINT: &str = "install ffmpeg (`apt install ffmpeg`), and name the program in \
    HARTOMAT_FFMPEG where it isn't on the path; `./x setup` does so from a checkout";

/// The variable that names the program.
const VARIABLE: &str = "HARTOMAT_FFMPEG";
/// How long it may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(60);

/// An ffmpeg that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFfmpeg {
    /// The program.
    pub program: PathBuf,
    /// The program that says what files are.
    pub probe: PathBuf,
    /// Its version, such as `5.1.9-0+deb12u1`.
    pub version: String,
    /// Whether it can write H.264.
    pub writes_h264: bool,
    /// Whether it can write VP9.
    pub writes_vp9: bool,
}

impl FoundFfmpeg {
    /// Whether it can write a codec.
    pub(super) fn writes(&self, codec: VideoCodec) -> bool {
        match codec {
            VideoCodec::H264 => self.writes_h264,
            VideoCodec::Vp9 => self.writes_vp9,
        }
    }
}

impl fmt::Display for FoundFfmpeg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match (self.writes_h264, self.writes_vp9) {
            (true, true) => "H.264 and VP9",
            (true, false) => "H.264",
            (false, true) => "VP9",
            (false, false) => "no video that is asked for",
        };
        write!(f, "ffmpeg {}, writes {written}", self.version)
    }
}

/// Why no ffmpeg serves.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum NoFfmpeg {
    #[error("`{0}` is no file")]
    NoFile(String),
    #[error("no `ffmpeg` on the path")]
    Nowhere,
    #[error("no `ffprobe` beside `{0}`")]
    NoProbe(String),
    #[error("`{program}`: {reason}")]
    Unusable { program: String, reason: String },
}

/// The program as configured, named by the variable, or on the path; with its version. Or why none serves.
pub(super) fn find(config: &FfmpegConfig) -> Result<FoundFfmpeg, NoFfmpeg> {
    let named = config
        .program
        .clone()
        .or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from))
        .filter(|path| !path.as_os_str().is_empty());
    let program = match named {
        Some(program) if program.is_file() => program,
        Some(program) => return Err(NoFfmpeg::NoFile(program.display().to_string())),
        None => on_path("ffmpeg").ok_or(NoFfmpeg::Nowhere)?,
    };
    let beside = program.with_file_name("ffprobe");
    let probe = Some(beside)
        .filter(|path| path.is_file())
        .or_else(|| on_path("ffprobe"))
        .ok_or_else(|| NoFfmpeg::NoProbe(program.display().to_string()))?;
    ask(program, probe, config)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut found = std::env::split_paths(&path).map(|folder| folder.join(name));
    found.find(|program| program.is_file())
}

/// One call tells version and encoders.
fn ask(program: PathBuf, probe: PathBuf, config: &FfmpegConfig) -> Result<FoundFfmpeg, NoFfmpeg> {
    let launch = Launch::new(&program)
        .arg("-encoders")
        .niceness(config.niceness)
        .limits(Limits {
            wall: Some(PATIENCE),
            memory_bytes: Some(config.memory_bytes),
            file_bytes: Some(0),
        });
    let (mut version, mut encoders) = (None, Vec::new());
    let mut on_line = |line: &Line| {
        let mut words = line.text.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("ffmpeg"), Some("version"), Some(told)) => version = Some(told.to_owned()),
            (Some(_flags), Some(name), _) => encoders.push(name.to_owned()),
            _ => {}
        }
    };
    let unusable = |reason: String| NoFfmpeg::Unusable {
        program: program.display().to_string(),
        reason,
    };
    let outcome =
        run(&launch, &Cancel::new(), &mut on_line).map_err(|err| unusable(err.to_string()))?;
    if !outcome.end.is_success() {
        return Err(unusable(format!("it {}", outcome.end)));
    }
    let version = version.ok_or_else(|| unusable("it tells no version".to_owned()))?;
    let writes = |codec: VideoCodec| encoders.iter().any(|name| name == codec.encoder());
    Ok(FoundFfmpeg {
        version: shown(&version),
        writes_h264: writes(VideoCodec::H264),
        writes_vp9: writes(VideoCodec::Vp9),
        probe,
        program: program.clone(),
    })
}

/// A version without anything that a version has not.
fn shown(version: &str) -> String {
    version
        .chars()
        .filter(char::is_ascii_graphic)
        .take(60)
        .collect()
}

/// A path as ffmpeg takes it: whatever it is called, it is a file.
pub(super) fn file_argument(path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from("file:");
    argument.push(path);
    argument
}
