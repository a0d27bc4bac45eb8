//! What the engine needs from outside: a journal, artifacts and the cache. Implemented over the store.

use std::path::{Path, PathBuf};

use hartomat_schema::{Artifact, CacheEntry, Digest, LogLevel, NodeId, RunEventKind, WorkflowId};

use crate::{Content, NewArtifact};

/// The host could not do what the engine asked for; the run can't go on.
#[derive(Debug, thiserror::Error)]
#[error("{action}")]
pub struct HostError {
    /// What was being done.
    pub action: String,
    /// Why it failed.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The surroundings of one run.
pub trait RunHost: Send + Sync {
    /// Journals a state change. It takes effect when this returns, not before.
    fn append(&self, event: RunEventKind) -> Result<(), HostError>;

    /// Writes a line to the run's log.
    fn log(&self, node: &NodeId, level: LogLevel, text: &str);

    /// Tells how far a node has come: a share of 0 to 1 and what it is doing. Not journalled.
    fn progress(&self, node: &NodeId, share: f64, message: &str);

    /// Whether somebody, in this process or another, asked the run to stop.
    fn is_cancel_requested(&self) -> bool;

    /// Puts content into the artifact store; the file is safe when this returns.
    fn artifact_put(&self, new: &NewArtifact) -> Result<Artifact, HostError>;

    /// An artifact's whole content.
    fn artifact_read(&self, digest: &Digest) -> Result<Vec<u8>, HostError>;

    /// An artifact's read-only file.
    fn artifact_path(&self, digest: &Digest) -> Result<PathBuf, HostError>;

    /// Whether an artifact is there and has the content that its digest says.
    fn artifact_is_intact(&self, digest: &Digest) -> bool;

    /// Outputs of an earlier node run with this key.
    fn cache_get(&self, key: &Digest) -> Option<CacheEntry>;

    /// The newest entry of this node, to say what has changed since.
    fn cache_latest(&self, workflow: &WorkflowId, node: &NodeId) -> Option<CacheEntry>;

    /// Keeps a node run's outputs for later runs.
    fn cache_put(&self, entry: &CacheEntry) -> Result<(), HostError>;

    /// An empty folder for an attempt's files; removed with the run.
    fn scratch(&self, node: &NodeId, attempt: u32) -> Result<PathBuf, HostError>;
}

impl Content {
    /// The bytes, read where they are a file.
    pub fn read(&self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::File(path) => std::fs::read(path),
            Self::Stored(..) => Err(std::io::Error::other("already in the artifact store")),
        }
    }

    /// The file, where it is one.
    pub fn as_file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Bytes(_) | Self::Stored(..) => None,
        }
    }
}
