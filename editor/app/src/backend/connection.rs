//! How the link to the runtime is.

use hartomat_api::{ApiError, BackendInfo, BackendKind};
use hartomat_schema::Timestamp;

/// The link and what is at its other end.
#[derive(Debug, Clone, PartialEq)]
pub enum Connection {
    /// Being made for the first time.
    Connecting,
    /// It answers.
    Up(Box<BackendInfo>),
    /// It doesn't answer. What is shown is as old as this; work goes on without it.
    Down {
        /// The last time that it answered; none where it never did.
        stale_since: Option<Timestamp>,
        /// Why.
        error: Box<ApiError>,
        /// Where it was.
        kind: Option<BackendKind>,
    },
}

impl Connection {
    /// Whether requests have a chance.
    pub fn is_up(&self) -> bool {
        matches!(self, Self::Up(_))
    }

    /// Where the runtime is, as far as it is known.
    pub fn kind(&self) -> Option<BackendKind> {
        match self {
            Self::Connecting => None,
            Self::Up(info) => Some(info.kind),
            Self::Down { kind, .. } => *kind,
        }
    }
}
