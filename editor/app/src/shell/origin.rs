//! Where the open workflow is from, and so where a save goes.

use std::path::PathBuf;

use hartomat_schema::{Digest, WorkflowId};

use crate::preferences::RecentOrigin;

/// Where a workflow lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere yet.
    New,
    /// In the library, at this revision.
    Library {
        /// Identity.
        id: WorkflowId,
        /// The revision that was opened or saved last.
        revision: u64,
    },
    /// In a file.
    File {
        /// The file.
        path: PathBuf,
        /// Digest of the bytes that were read or written last; none for a draft that lost it.
        digest: Option<Digest>,
    },
}

impl Origin {
    /// As the list of recent workflows has it.
    pub fn recent(&self) -> Option<RecentOrigin> {
        match self {
            Self::New => None,
            Self::Library { id, .. } => Some(RecentOrigin::Library(id.clone())),
            Self::File { path, .. } => Some(RecentOrigin::File(path.clone())),
        }
    }
}
