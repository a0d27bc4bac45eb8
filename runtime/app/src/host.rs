//! The engine's surroundings over the store, and the pen that every journalled event goes through.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use hartomat_api::RunObserver;
use hartomat_cad::Cancel;
use hartomat_engine::{Content, HostError, NewArtifact, RunHost};
use hartomat_schema::{
    Artifact, CacheEntry, Digest, LogLevel, LogLine, NodeId, RunEventKind, RunId, Side, Timestamp,
    WorkflowId,
};
use hartomat_store::{ArtifactStore, StudioDb, Verification};

use crate::error::host_error;
use crate::fail_points::{Seam, reach};

/// The largest artifact that is read into memory.
const MAX_ARTIFACT_BYTES: u64 = 4 << 30;

/// Now, for records; nothing else in the product reads the clock for them.
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Journal, artifacts and cache of one run.
pub(crate) struct StoreHost {
    pub(crate) studio: Arc<StudioDb>,
    pub(crate) artifacts: Arc<ArtifactStore>,
    pub(crate) run: RunId,
    pub(crate) observer: Arc<dyn RunObserver>,
    pub(crate) scratch: PathBuf,
    pub(crate) cancel: Cancel,
}

impl StoreHost {
    /// Journals an event and tells the observer.
    pub(crate) fn journal(&self, kind: RunEventKind) -> Result<(), HostError> {
        let failed = "journalling the run";
        reach(Seam::Journal).map_err(|err| host_error(failed, err))?;
        let event = self.studio.run_append(&self.run, kind, now());
        self.observer
            .event(&event.map_err(|err| host_error(failed, err))?);
        Ok(())
    }
}

impl RunHost for StoreHost {
    fn append(&self, event: RunEventKind) -> Result<(), HostError> {
        self.journal(event)
    }

    fn log(&self, node: &NodeId, level: LogLevel, text: &str) {
        let line = LogLine {
            seq: 0,
            at: now(),
            side: Side::Candidate,
            node: Some(node.clone()),
            level,
            text: text
                .chars()
                .filter(|c| !c.is_control())
                .take(8_192)
                .collect(),
        };
        self.observer.log(&line);
        // A log line that can't be written must not fail the node that wrote it.
        let _ = self.studio.log_append(&self.run, vec![line]);
    }

    fn progress(&self, node: &NodeId, share: f64, message: &str) {
        self.observer
            .progress(Side::Candidate, Some(node), share, message);
    }

    fn is_cancel_requested(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn artifact_put(&self, new: &NewArtifact) -> Result<Artifact, HostError> {
        reach(Seam::Store).map_err(|err| host_error("storing an artifact", err))?;
        let failed = |err| host_error("storing an artifact", err);
        let (digest, size_bytes) = match &new.content {
            Content::Bytes(bytes) => {
                let stored = self.artifacts.put_bytes(bytes).map_err(failed)?;
                (stored.digest, stored.size_bytes)
            }
            Content::File(path) => {
                let stored = self.artifacts.put_file(path).map_err(failed)?;
                (stored.digest, stored.size_bytes)
            }
            Content::Stored(digest, size_bytes) => (*digest, *size_bytes),
        };
        Ok(Artifact {
            kind: new.kind.clone(),
            digest,
            size_bytes,
            name: new.name.clone(),
            media_type: new.media_type.clone(),
            facts: new.facts.clone(),
        })
    }

    fn artifact_read(&self, digest: &Digest) -> Result<Vec<u8>, HostError> {
        reach(Seam::Store).map_err(|err| host_error("reading an artifact", err))?;
        self.artifacts
            .read(digest, MAX_ARTIFACT_BYTES)
            .map_err(|err| host_error("reading an artifact", err))
    }

    fn artifact_path(&self, digest: &Digest) -> Result<PathBuf, HostError> {
        self.artifacts.path(digest).ok_or_else(|| {
            host_error(
                "finding an artifact",
                std::io::Error::other(format!("{digest} is not there")),
            )
        })
    }

    fn artifact_is_intact(&self, digest: &Digest) -> bool {
        matches!(self.artifacts.verify(digest), Ok(Verification::Verified))
    }

    fn cache_get(&self, key: &Digest) -> Option<CacheEntry> {
        self.studio.cache_get(key).ok().flatten()
    }

    fn cache_latest(&self, workflow: &WorkflowId, node: &NodeId) -> Option<CacheEntry> {
        self.studio.cache_latest(workflow, node).ok().flatten()
    }

    fn cache_put(&self, entry: &CacheEntry) -> Result<(), HostError> {
        self.studio
            .cache_put(entry)
            .map_err(|err| host_error("keeping outputs for later", err))
    }

    fn scratch(&self, node: &NodeId, attempt: u32) -> Result<PathBuf, HostError> {
        reach(Seam::Sandbox).map_err(|err| host_error("making a scratch folder", err))?;
        let name = Digest::of(node.as_str().as_bytes()).short();
        let folder = self.scratch.join(format!("{name}-{attempt}"));
        std::fs::create_dir_all(&folder)
            .map_err(|err| host_error("making a scratch folder", err))?;
        Ok(folder)
    }
}
