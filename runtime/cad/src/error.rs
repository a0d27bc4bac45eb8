//! What can go wrong with a CAD file, told apart so that a caller knows whose fault it is.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a worker is doing with a file. Reported as it goes, so that a crash names its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looking at the file's text.
    Check,
    /// Starting the CAD kernel.
    Start,
    /// Parsing entities.
    Parse,
    /// Turning entities into shapes.
    Transfer,
    /// Reading names, colours and the assembly tree.
    Tree,
    /// Measuring boxes, volumes and areas.
    Measure,
    /// Tessellating.
    Mesh,
    /// Writing the result.
    Write,
}

impl Stage {
    /// Every stage in the order in which a file goes through them.
    pub const ALL: &'static [Self] = &[
        Self::Check,
        Self::Start,
        Self::Parse,
        Self::Transfer,
        Self::Tree,
        Self::Measure,
        Self::Mesh,
        Self::Write,
    ];

    /// The key, as workers report it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Start => "start",
            Self::Parse => "parse",
            Self::Transfer => "transfer",
            Self::Tree => "tree",
            Self::Measure => "measure",
            Self::Mesh => "mesh",
            Self::Write => "write",
        }
    }

    /// A stage by its key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|stage| stage.as_str() == key)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a CAD request has no result. `file` is the name that people know the file by.
#[derive(Debug, thiserror::Error)]
pub enum CadError {
    /// It is no STEP file at all.
    #[error("`{file}` is no STEP file: {reason}")]
    NotStep {
        /// The file.
        file: String,
        /// What it is instead.
        reason: String,
    },
    /// It ends too early.
    #[error("`{file}` is incomplete: {reason}")]
    Truncated {
        /// The file.
        file: String,
        /// Where it stops.
        reason: String,
    },
    /// It breaks a limit of size, nesting or count.
    #[error("`{file}` is too large: {reason}")]
    TooLarge {
        /// The file.
        file: String,
        /// Which limit.
        reason: String,
    },
    /// The kernel said that it can't be read.
    #[error("`{file}` can't be read (stage {stage}): {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Where it happened.
        stage: Stage,
        /// What the kernel said.
        reason: String,
    },
    /// The kernel crashed over it.
    #[error("`{file}` crashed the CAD kernel (stage {stage}, signal {signal}){hint}")]
    Crashed {
        /// The file.
        file: String,
        /// Where it happened.
        stage: Stage,
        /// The signal, such as 11.
        signal: i32,
        /// What is known to be wrong with the file; empty or opening with `: `.
        hint: String,
    },
    /// It took too long.
    #[error("`{file}` took longer than {} s (stage {stage}){hint}", limit.as_secs_f64())]
    TimedOut {
        /// The file.
        file: String,
        /// Where it was.
        stage: Stage,
        /// The limit.
        limit: Duration,
        /// What is known to be wrong with the file; empty or opening with `: `.
        hint: String,
    },
    /// It needed too much memory.
    #[error("`{file}` needed more than {limit_mib} MiB of memory (stage {stage})")]
    OutOfMemory {
        /// The file.
        file: String,
        /// Where it was.
        stage: Stage,
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// Its result is larger than it may be.
    #[error("`{file}` makes a result of more than {limit_mib} MiB (stage {stage})")]
    OutputTooLarge {
        /// The file.
        file: String,
        /// Where it was.
        stage: Stage,
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// It is well-formed and holds nothing to draw.
    #[error("`{file}` holds no geometry: {reason}")]
    NoGeometry {
        /// The file.
        file: String,
        /// What it holds.
        reason: String,
    },
    /// Too little of it could be tessellated, or its coordinates are absurd.
    #[error("`{file}` has unusable geometry: {reason}")]
    BadGeometry {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A request whose settings make no sense.
    #[error("{setting} is {value}, but must be {expected}")]
    BadSetting {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// A GLB that can't be measured.
    #[error("the GLB can't be read: {reason}")]
    BadGlb {
        /// What is wrong.
        reason: String,
    },
    /// The worker was built without the CAD kernel.
    #[error("{reason}")]
    KernelMissing {
        /// What to install.
        reason: String,
    },
    /// The worker's binary isn't there.
    #[error(
        "the CAD worker `hartomat-cad-worker` isn't there; build it or set HARTOMAT_CAD_WORKER (looked at {})",
        searched.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    WorkerMissing {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// The worker can't be started or talks nonsense.
    #[error("the CAD worker doesn't work: {reason}")]
    WorkerBroken {
        /// What happened.
        reason: String,
    },
    /// A file can't be read or written.
    #[error("can't {action} `{file}`: {source}")]
    Io {
        /// The file.
        file: String,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Somebody cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl CadError {
    /// Whether the file is at fault, rather than this machine or a setting: trying again won't help.
    pub fn is_invalid_input(&self) -> bool {
        match self {
            Self::NotStep { .. }
            | Self::Truncated { .. }
            | Self::TooLarge { .. }
            | Self::Unreadable { .. }
            | Self::Crashed { .. }
            | Self::TimedOut { .. }
            | Self::OutOfMemory { .. }
            | Self::OutputTooLarge { .. }
            | Self::NoGeometry { .. }
            | Self::BadGeometry { .. }
            | Self::BadGlb { .. } => true,
            Self::BadSetting { .. }
            | Self::KernelMissing { .. }
            | Self::WorkerMissing { .. }
            | Self::WorkerBroken { .. }
            | Self::Io { .. }
            | Self::Cancelled => false,
        }
    }

    /// A stable code for programs, such as `truncated`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotStep { .. } => "not_step",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too_large",
            Self::Unreadable { .. } => "unreadable",
            Self::Crashed { .. } => "crashed",
            Self::TimedOut { .. } => "timed_out",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::OutputTooLarge { .. } => "output_too_large",
            Self::NoGeometry { .. } => "no_geometry",
            Self::BadGeometry { .. } => "bad_geometry",
            Self::BadSetting { .. } => "bad_setting",
            Self::BadGlb { .. } => "bad_glb",
            Self::KernelMissing { .. } => "kernel_missing",
            Self::WorkerMissing { .. } => "worker_missing",
            Self::WorkerBroken { .. } => "worker_broken",
            Self::Io { .. } => "io",
            Self::Cancelled => "cancelled",
        }
    }
}
