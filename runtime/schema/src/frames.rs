//! The frames of a turntable as an artifact: a list that names each frame's file by digest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Digest;

/// The frames of a turn in order. Artifact kind `frames`; the files that it names are kept with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrameList {
    /// Width of each frame in pixels.
    pub width_px: u32,
    /// Height of each frame in pixels.
    pub height_px: u32,
    /// Frames per second, for whoever plays them.
    pub fps: u32,
    /// The frames in order.
    pub frames: Vec<FrameFile>,
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrameFile {
    /// Its number, from 1.
    pub number: u32,
    /// How far the product has turned, in degrees, counterclockwise from above.
    pub degrees: f64,
    /// SHA-256 of its PNG file.
    pub digest: Digest,
    /// Size of that file in bytes.
    pub size_bytes: u64,
}
