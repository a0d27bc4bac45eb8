//! What can go wrong with a child process, apart from the child's own failure.

use std::path::PathBuf;

use crate::{End, Outcome};

/// A child that couldn't be started or watched. A child that failed is an [`Outcome`].
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The program couldn't be started.
    #[error("can't start `{}`: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system refused to say how the child is.
    #[error("can't watch `{}`: {source}", program.display())]
    Watch {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Why a request to a warm child has no reply. The child is gone after each of these.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The child couldn't be started or watched.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The child ended, or was ended, before it replied.
    #[error("`{program}` {} before it replied", outcome.end)]
    Ended {
        /// The program's file name.
        program: String,
        /// How it ended and what it had said.
        outcome: Box<Outcome>,
    },
}

impl RequestError {
    /// How the child ended, when it had been started.
    pub fn end(&self) -> Option<End> {
        match self {
            Self::Process(_) => None,
            Self::Ended { outcome, .. } => Some(outcome.end),
        }
    }
}
