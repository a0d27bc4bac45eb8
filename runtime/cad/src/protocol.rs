//! What client and worker say to each other: one JSON object per line, results as files.
//!
//! Not for other crates; the worker and the client are always built together.

use hartomat_schema::{BoundingBox, Digest, PartList};
use serde::{Deserialize, Serialize};

use crate::Stage;

/// The STEP file's name inside a request's folder.
pub const INPUT_FILE: &str = "input.step";
/// The result's name inside a request's folder.
pub const OUTPUT_FILE: &str = "output.bin";
/// Opens a line on standard error that names the stage.
pub const STAGE_PREFIX: &str = "@stage ";
/// Exit code of a worker whose input ended.
pub const EXIT_OK: i32 = 0;

/// A file to work on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// A folder that holds the file and nothing else; results go there.
    pub folder: String,
    /// The file's digest, by which a worker knows it again.
    pub digest: Digest,
    /// Its application protocol, such as `AP214`.
    pub application_protocol: String,
}

/// How fine triangles are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tessellation {
    /// In percent of the model's diagonal.
    pub deflection_percent: f64,
    /// In degrees.
    pub angle_deg: f64,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    /// Which kernel is it?
    Version,
    /// Parts and tree.
    PartList {
        /// The file.
        source: Source,
        /// Whether volumes and areas are measured.
        mass_properties: bool,
    },
    /// Triangles with tree and colours.
    Glb {
        /// The file.
        source: Source,
        /// How fine.
        tessellation: Tessellation,
    },
    /// Triangles alone.
    Stl {
        /// The file.
        source: Source,
        /// How fine.
        tessellation: Tessellation,
    },
}

/// What kind of failure a worker reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The kernel refuses the file.
    Unreadable,
    /// Nothing to draw.
    NoGeometry,
    /// Absurd coordinates, or too few triangles.
    BadGeometry,
    /// Built without the kernel.
    KernelMissing,
    /// The result is too large.
    OutputTooLarge,
    /// The request itself, or the worker's folder, is wrong.
    Broken,
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// The kernel.
    Version {
        /// Such as `OCCT 7.6.3`.
        kernel: String,
    },
    /// Parts and tree.
    PartList {
        /// The part list.
        part_list: PartList,
        /// What may be missing.
        warnings: Vec<String>,
    },
    /// A file was written.
    File {
        /// The box of the exact shapes.
        bbox: BoundingBox,
        /// Triangles as drawn.
        triangle_count: u64,
        /// What may be missing.
        warnings: Vec<String>,
    },
    /// Nothing came of it.
    Failure {
        /// What kind.
        kind: FailureKind,
        /// Where it happened.
        stage: Stage,
        /// In words.
        message: String,
    },
}
