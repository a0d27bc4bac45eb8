//! Pictures of CAD assemblies: materials, studio scenes, renderers, and the files that come out.
//!
//! Renderers stand behind [`RenderBackend`]. [`Blender`] is a program of its own, where there is one.
//! [`Embedded`] is a path tracer on the CPU whose bytes
//! depend on scene, geometry, size, samples and seed alone, never on threads or time. [`Ffmpeg`] makes
//! videos of frames and frames of videos.

mod albedo;
mod backend;
mod blender;
mod bsdf;
mod camera;
mod compose;
mod denoise;
mod edges;
mod embedded;
mod encode;
mod error;
mod framing;
mod gate;
mod geometry;
mod ggx;
mod glb;
mod glb_read;
mod ground;
mod light;
mod lookup;
mod material_library;
mod material_match;
mod material_resolve;
mod path;
mod picture;
mod relief;
mod sampler;
mod scenes;
mod shading;
mod stage;
mod surface;
mod swatch;
mod templates;
mod tone;
mod transform;
mod turn;
mod video;
mod watching;

pub use backend::{
    BlenderDevice, BlenderEngine, BlenderShot, NoObserver, RenderBackend, RenderObserver,
    RenderRequest, TakeFrame, TurnFrame, sampled_in_words,
};
pub use blender::{
    BLENDER_HINT, Blender, BlenderAbilities, BlenderConfig, BlenderKind, FoundBlender,
    TemplateReport,
};
pub use compose::{ComposeRequest, compose_scene, frame_for, turn_studio};
pub use embedded::Embedded;
pub use encode::{EncodeOptions, ImageFormat, encode};
pub use error::RenderError;
pub use framing::{Framing, GlbBounds, glb_bounds};
pub use material_library::MaterialLibrary;
pub use material_match::suggest_materials;
pub use material_resolve::resolve_materials;
pub use picture::{Look, Picture};
pub use scenes::StudioScenes;
pub use swatch::render_swatch;
pub use templates::BlendTemplates;
pub use tone::tone_map;
pub use transform::{Anchor, Fit, TransformRequest, check_picture, image_size, transform};
pub use turn::{FrameKeeper, KeptFrame, Turn, TurnDirection, render_turn};
pub use video::{
    FFMPEG_HINT, Ffmpeg, FfmpegConfig, FoundFfmpeg, VideoCodec, VideoFrames, VideoRequest,
    contact_sheet, video_container,
};
