//! Why a legacy run failed.

use hartomat_cad::CadError;
use hartomat_render::RenderError;

use crate::LedgerError;

/// A legacy run's failure, with the stage that it was in.
#[derive(Debug, thiserror::Error)]
pub enum LegacyError {
    /// The preset is of a kind, or asks for something, that this edition can't do.
    #[error("legacy preset `{preset}`: {reason}")]
    Preset {
        /// The preset's type.
        preset: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The CAD file could not be read.
    #[error(transparent)]
    Cad(#[from] CadError),
    /// Materials, scene or picture failed.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The ledger could not be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What was published could not be read again.
    #[error("reading `{path}`")]
    Read {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An output file could not be written.
    #[error("writing `{path}`")]
    Write {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The studio's own program isn't set, or can't be started.
    #[error("the studio's own legacy program can't be run: {reason}")]
    NoProgram {
        /// Why.
        reason: String,
    },
    /// The studio's own program failed, or made something else than it was asked for.
    #[error("the studio's own legacy program {reason}")]
    Own {
        /// What it did, with its last words.
        reason: String,
    },
    /// Somebody cancelled the run.
    #[error("cancelled")]
    Cancelled,
}

impl LegacyError {
    /// Whether the input is at fault rather than the machine.
    pub fn is_invalid_input(&self) -> bool {
        match self {
            Self::Preset { .. } => true,
            Self::Cad(err) => err.is_invalid_input(),
            Self::Render(err) => !matches!(
                err,
                RenderError::Cancelled
                    | RenderError::BlenderMissing { .. }
                    | RenderError::BlenderFailed { .. }
                    | RenderError::BlenderBusy { .. }
                    | RenderError::FfmpegMissing { .. }
                    | RenderError::FfmpegFailed { .. }
                    | RenderError::Frame { .. }
            ),
            Self::Ledger(_)
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::NoProgram { .. }
            | Self::Own { .. }
            | Self::Cancelled => false,
        }
    }

    /// Whether a tool is missing on this machine.
    pub fn is_environment(&self) -> bool {
        matches!(
            self,
            Self::Cad(CadError::KernelMissing { .. } | CadError::WorkerMissing { .. })
                | Self::Render(
                    RenderError::BlenderMissing { .. } | RenderError::FfmpegMissing { .. }
                )
                | Self::NoProgram { .. }
        )
    }
}
