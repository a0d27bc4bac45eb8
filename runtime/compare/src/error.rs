//! What can be wrong with a side's file. Never leaves the crate but as a side's problem or from the
//! functions that hand back bytes.

use hartomat_schema::SideProblem;

/// A file that can't be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Damaged, cut off, or not what its first bytes say.
    #[error("{format}: {reason}")]
    Malformed {
        /// The file format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Larger than is allowed; refused before any memory is set aside for it.
    #[error("{what} is {value}, at most {limit} is allowed")]
    TooLarge {
        /// What is too large, with its unit.
        what: &'static str,
        /// Its value.
        value: u64,
        /// What is allowed.
        limit: u64,
    },
    /// Nothing here reads it.
    #[error("{what} isn't read here")]
    Unsupported {
        /// What it is.
        what: String,
    },
}

impl ReadError {
    /// A damaged file.
    pub(crate) fn malformed(format: &'static str, reason: impl ToString) -> Self {
        Self::Malformed {
            format,
            reason: reason.to_string(),
        }
    }

    /// The side's problem that this error amounts to.
    pub(crate) fn into_problem(self) -> SideProblem {
        let reason = self.to_string();
        match self {
            Self::Unsupported { .. } => SideProblem::Unsupported { reason },
            Self::Malformed { .. } | Self::TooLarge { .. } => SideProblem::Unreadable { reason },
        }
    }
}
