//! `render_turntable`: frames and a video of the turning product. Defined, but not runnable yet.

use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Family, NodeDefinition, Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{Draft, mirrors, output, required};

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Codec {
    H264,
    Vp9,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Width of the video.
    #[schemars(title = "Width", range(min = 16, max = 8192), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Size"))]
    width_px: u32,
    /// Height of the video.
    #[schemars(title = "Height", range(min = 16, max = 8192), extend("x-unit" = "px", "x-widget" = "resolution", "x-group" = "Size"))]
    height_px: u32,
    /// How many frames one turn has.
    #[schemars(title = "Frames", range(min = 2, max = 3600), extend("x-group" = "Turntable"))]
    frames: u32,
    /// Frames per second.
    #[schemars(title = "Frame rate", range(min = 1, max = 120), extend("x-unit" = "fps", "x-group" = "Turntable"))]
    fps: u32,
    /// How far the product turns.
    #[schemars(title = "Turn", range(min = -3600.0, max = 3600.0), extend("x-unit" = "°", "x-group" = "Turntable"))]
    degrees: f64,
    /// Light paths per pixel.
    #[schemars(title = "Samples", range(min = 1, max = 65536), extend("x-group" = "Quality"))]
    samples: u32,
    /// Video codec.
    #[schemars(title = "Codec", extend("x-labels" = {"h264": "H.264 in MP4", "vp9": "VP9 in WebM"}, "x-group" = "File"))]
    codec: Codec,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            width_px: 1024,
            height_px: 1024,
            frames: 120,
            fps: 30,
            degrees: 360.0,
            samples: 32,
            codec: Codec::H264,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "render_turntable",
        label: "Turntable",
        help: "Renders the turning product as frames and encodes them as a video.",
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
        ],
        context: &["cad_file"],
        tools: &["embedded_renderer"],
        legacy: mirrors(
            "blender_turntable",
            "Renders 120 frames of one turn and encodes H.264.",
        ),
        coverage: Coverage::Disabled {
            reason: "this edition has no video encoder yet".to_owned(),
        },
    }
    .with_settings::<Settings>()
}
