//! A save that was refused because somebody else had saved. All three versions are kept.

use std::sync::Arc;

use hartomat_schema::{Digest, Workflow};

/// Which version theirs is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TheirVersion {
    /// This revision of the library.
    Revision(u64),
    /// A file with these bytes.
    Bytes(Digest),
    /// It was deleted.
    Gone,
}

/// Versions that were changed side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// What was to be saved.
    pub mine: Arc<Workflow>,
    /// What is saved; none where it was deleted or can't be read.
    pub theirs: Option<Arc<Workflow>>,
    /// What both began with; none where nobody knows it any more.
    pub base: Option<Arc<Workflow>>,
    /// Which version theirs is.
    pub their_version: TheirVersion,
}
