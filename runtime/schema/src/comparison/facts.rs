//! What is known of each side's file before any pixel is looked at.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, Verdict};

/// A BLAKE3 hash, written `blake3:` and 64 hexadecimal digits. Only for payloads and pixels; files
/// have a [`Digest`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Blake3(String);

impl Blake3 {
    /// The hash of these 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("blake3:{hex}"))
    }

    /// The text with its prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Blake3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Blake3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a side can't be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum SideProblem {
    /// There is no file.
    Missing {
        /// Why, lower-case, such as `the run was cancelled`.
        reason: String,
    },
    /// It took longer than it was allowed.
    TimedOut {
        /// What was allowed.
        limit_secs: f64,
    },
    /// The graph failed and legacy delivered in its place, so there is no candidate.
    FellBack {
        /// Why it fell back, lower-case.
        reason: String,
    },
    /// The file is damaged or larger than is allowed.
    Unreadable {
        /// What is wrong, lower-case.
        reason: String,
    },
    /// The file may be sound, but nothing here reads it.
    Unsupported {
        /// What it is, lower-case.
        reason: String,
    },
}

impl SideProblem {
    /// The problem in words that follow `the candidate`.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing { reason } if reason.is_empty() => "is missing".to_owned(),
            Self::Missing { reason } => format!("is missing ({reason})"),
            Self::TimedOut { limit_secs } => format!("timed out after {limit_secs} s"),
            Self::FellBack { reason } => format!("fell back to legacy ({reason})"),
            Self::Unreadable { reason } => format!("can't be read ({reason})"),
            Self::Unsupported { reason } => format!("can't be judged ({reason})"),
        }
    }
}

/// How samples are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SampleFormat {
    /// 8 bits, 0 to 255.
    Unsigned8,
    /// 16 bits, 0 to 65535.
    Unsigned16,
    /// Floating point, scene light.
    Float,
}

/// The header of a still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageHeader {
    /// File format: `png`, `jpeg`, `webp` or `exr`.
    pub format: String,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Colour model as the file has it: `grey`, `grey_alpha`, `rgb`, `rgba`, `palette`.
    pub color_model: String,
    /// Whether it has an alpha channel or a transparent colour.
    pub has_alpha: bool,
    /// Bits per sample as the file has them.
    pub depth_bits: u8,
    /// How samples are compared.
    pub samples: SampleFormat,
}

/// What a video is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VideoHeader {
    /// File format: `mp4` or `webm`.
    pub format: String,
    /// Codec, such as `h264`.
    pub codec: String,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Frames that were decoded and counted.
    pub frames: u64,
    /// Frames per second.
    pub fps: f64,
    /// How long it plays in seconds.
    pub duration_secs: f64,
    /// How pixels are coded, such as `yuv420p`.
    pub pixel_format: String,
    /// What its colours mean, such as `bt709, tv`.
    pub color: String,
}

/// One side's file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SideFacts {
    /// Why it can't be compared, where it can't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<SideProblem>,
    /// Size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Digest>,
    /// BLAKE3 over what decides the content, without timestamps and other texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Blake3>,
    /// BLAKE3 over the decoded canonical pixels or triangles. None where an equal payload already
    /// proved them equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Blake3>,
    /// The header, where it is a still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageHeader>,
    /// The header, where it is a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoHeader>,
}

/// Something in which the sides differ before their content is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContractFinding {
    /// What differs, such as `dimensions`.
    pub what: String,
    /// The control's value.
    pub control: String,
    /// The candidate's value.
    pub candidate: String,
    /// What that amounts to.
    pub verdict: Verdict,
}

/// A text entry that differs between the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetadataDifference {
    /// The entry's key, such as `RenderTime`.
    pub key: String,
    /// The control's value; none where it has no such entry.
    pub control: Option<String>,
    /// The candidate's value; none where it has no such entry.
    pub candidate: Option<String>,
    /// Whether it changes from run to run by nature, and so says nothing.
    pub volatile: bool,
}
