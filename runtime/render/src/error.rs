//! What can go wrong between a GLB and a picture. Every message names the place and the problem.

use hartomat_schema::Digest;

use crate::ImageFormat;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The GLB can't be read at all.
    #[error("the glb can't be read: {source}")]
    GlbSyntax {
        /// What the reader says.
        source: Box<gltf::Error>,
    },
    /// A part of the GLB is wrong.
    #[error("glb: {place}: {problem}")]
    Glb {
        /// Such as "mesh 3 `Housing`, primitive 0".
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The GLB has more of something than a picture may need.
    #[error("the glb has {count} {what}, more than the limit of {limit}")]
    GlbTooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many there are at least.
        count: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The scene was composed for another GLB.
    #[error("the scene belongs to the glb {expected}, but was given {actual}")]
    GlbMismatch {
        /// The scene's.
        expected: Digest,
        /// What was handed in.
        actual: Digest,
    },
    /// Nothing is left to draw.
    #[error("the glb has no geometry to draw ({hidden} node names are hidden)")]
    NothingToDraw {
        /// How many names the scene hides.
        hidden: usize,
    },
    /// A setting is out of its range.
    #[error("{field} is {value}, but must be {expected}")]
    Setting {
        /// The field.
        field: String,
        /// What it holds.
        value: String,
        /// What it may hold.
        expected: String,
    },
    /// There is no Blender on this machine, or none that serves.
    #[error("there is no Blender here: {reason}")]
    BlenderMissing {
        /// What was looked for, or what is wrong with what was found.
        reason: String,
    },
    /// Blender failed at a job that it should have done; another try may succeed.
    #[error("Blender {reason}")]
    BlenderFailed {
        /// What it did, with its last words.
        reason: String,
    },
    /// Blender was busy with other work for longer than this could wait.
    #[error(
        "Blender had no time for `{what}` within {secs} s, and it wasn't checked: try again when nothing else renders"
    )]
    BlenderBusy {
        /// What it should have looked at.
        what: String,
        /// How long that was waited for.
        secs: u64,
    },
    /// Blender refused a job.
    #[error("Blender refused: {reason}")]
    BlenderRefused {
        /// What it says.
        reason: String,
    },
    /// There is no ffmpeg on this machine, or none that serves.
    #[error("there is no ffmpeg here: {reason}")]
    FfmpegMissing {
        /// What was looked for, or what is wrong with what was found.
        reason: String,
    },
    /// The ffmpeg program failed; another try may succeed.
    #[error("ffmpeg {reason}")]
    FfmpegFailed {
        /// What it did, with its last words.
        reason: String,
    },
    /// A file is no video that can be read whole.
    #[error("the video can't be read: {problem}")]
    Video {
        /// What is wrong with it.
        problem: String,
    },
    /// A frame of a turn can't be kept, or read again.
    #[error("frame {number} of the turn is lost: {problem}")]
    Frame {
        /// Its number, from 1.
        number: u32,
        /// Why.
        problem: String,
    },
    /// The scene's stage is a `.blend` file, and the renderer isn't Blender.
    #[error("the scene is set in the template `{name}`, which only Blender renders")]
    TemplateNeedsBlender {
        /// The template.
        name: String,
    },
    /// Somebody cancelled.
    #[error("the render was cancelled")]
    Cancelled,
    /// A picture can't be written.
    #[error("the picture can't be written as {format}: {source}")]
    Encode {
        /// The format.
        format: ImageFormat,
        /// What the encoder says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A picture can't be read.
    #[error("the picture can't be read: {problem}")]
    Decode {
        /// What is wrong with it.
        problem: String,
    },
    /// No material of this name.
    #[error("no material is named `{name}`{}", near(.suggestions))]
    UnknownMaterial {
        /// The name asked for.
        name: String,
        /// Names near it.
        suggestions: Vec<String>,
    },
    /// No studio scene of this key.
    #[error("no studio scene is named `{key}`{}", near(.suggestions))]
    UnknownScene {
        /// The key asked for.
        key: String,
        /// The keys there are.
        suggestions: Vec<String>,
    },
    /// A file of the material or scene library is wrong.
    #[error("{file}: {problem}")]
    Library {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
}

fn near(suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        return String::new();
    }
    let quoted: Vec<_> = suggestions.iter().map(|name| format!("`{name}`")).collect();
    format!("; near: {}", quoted.join(", "))
}
