//! What a node does: the trait that node implementations fill, and what they are given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hartomat_schema::{
    Artifact, ArtifactKind, CacheEntry, CacheKeyParts, Digest, Failure, FailureClass, Intent,
    LogLevel, NodeDefinition, NodeId, NodeType, Outputs, PortName, RunId, Subject, WorkflowId,
};
use serde_json::{Map, Value};

use crate::cache_key::cache_key;
use crate::{Cancellation, RunHost};

/// The name under which a piece of work is kept.
const PIECE: &str = "piece";

/// The content of an artifact that is not in the store yet.
#[derive(Debug, Clone)]
pub enum Content {
    /// In memory.
    Bytes(Vec<u8>),
    /// A file in the attempt's scratch folder.
    File(PathBuf),
    /// An artifact of the store under another kind or name: digest and size in bytes.
    Stored(Digest, u64),
}

/// An output before it is checked and stored.
#[derive(Debug, Clone)]
pub struct NewArtifact {
    /// Kind.
    pub kind: ArtifactKind,
    /// File name for people.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Content.
    pub content: Content,
    /// What the executor knows of it; the contract check adds what it measures.
    pub facts: Map<String, Value>,
}

/// Outputs of an attempt by port.
pub type NodeOutputs = BTreeMap<PortName, NewArtifact>;

/// A node's implementation.
pub trait Executor: Send + Sync {
    /// Does the work. Outputs not of the definition's ports and kinds fail the attempt.
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure>;
}

/// All executors, and the check of what they put out.
pub trait ExecutorSet: Send + Sync {
    /// The executor of a node type; none where it is disabled.
    fn get(&self, node_type: &NodeType) -> Option<Arc<dyn Executor>>;

    /// Whether a stored output is what its kind and the node's settings promise; gives what it measured.
    fn check_output(
        &self,
        definition: &NodeDefinition,
        settings: &Map<String, Value>,
        artifact: &Artifact,
        file: &Path,
    ) -> Result<Map<String, Value>, Failure>;
}

/// What one attempt is given.
pub struct NodeContext {
    /// The node.
    pub node: NodeId,
    /// Attempt number, from 1.
    pub attempt: u32,
    /// Effective settings.
    pub settings: Map<String, Value>,
    /// Input artifacts by port; an optional port without an edge is missing.
    pub inputs: BTreeMap<PortName, Artifact>,
    /// What the run is of.
    pub subject: Arc<Subject>,
    /// Raised when the attempt should stop.
    pub cancel: Cancellation,
    pub(crate) run: RunId,
    pub(crate) workflow: WorkflowId,
    pub(crate) host: Arc<dyn RunHost>,
    pub(crate) intents: Mutex<Vec<Intent>>,
}

impl NodeContext {
    /// An input that the plan promised.
    pub fn input(&self, port: &'static str) -> Result<&Artifact, Failure> {
        self.inputs
            .get(&PortName::literal(port))
            .ok_or_else(|| Failure {
                class: FailureClass::Internal,
                message: format!("input `{port}` is missing"),
                hint: String::new(),
            })
    }

    /// An optional input.
    pub fn optional_input(&self, port: &'static str) -> Option<&Artifact> {
        self.inputs.get(&PortName::literal(port))
    }

    /// An artifact's content.
    pub fn read(&self, artifact: &Artifact) -> Result<Vec<u8>, Failure> {
        self.read_digest(&artifact.digest)
    }

    /// The content of an artifact that another one names by digest.
    pub fn read_digest(&self, digest: &Digest) -> Result<Vec<u8>, Failure> {
        self.host
            .artifact_read(digest)
            .map_err(|err| internal(&err))
    }

    /// An artifact's file; it must not be written to.
    pub fn path(&self, artifact: &Artifact) -> Result<PathBuf, Failure> {
        self.host
            .artifact_path(&artifact.digest)
            .map_err(|err| internal(&err))
    }

    /// An empty folder for this attempt's files.
    pub fn scratch(&self) -> Result<PathBuf, Failure> {
        self.host
            .scratch(&self.node, self.attempt)
            .map_err(|err| internal(&err))
    }

    /// A piece of work that an earlier attempt, of this run or another, kept under these parts; none where
    /// its file isn't what it was.
    pub fn recall(&self, parts: &CacheKeyParts) -> Option<Artifact> {
        let entry = self.host.cache_get(&cache_key(parts))?;
        let artifact = entry.outputs.get(&PortName::literal(PIECE))?;
        let is_intact = self.host.artifact_is_intact(&artifact.digest);
        is_intact.then(|| artifact.clone())
    }

    /// Stores a piece of work at once, so that an attempt that doesn't come to its end isn't for nothing.
    /// `parts` are all that decides it. An output that is JSON keeps the pieces that it names by digest.
    pub fn keep(&self, parts: CacheKeyParts, new: &NewArtifact) -> Result<Artifact, Failure> {
        let artifact = self.host.artifact_put(new).map_err(|err| internal(&err))?;
        let entry = CacheEntry {
            key: cache_key(&parts),
            parts,
            outputs: Outputs::from([(PortName::literal(PIECE), artifact.clone())]),
            run: self.run.clone(),
            workflow: self.workflow.clone(),
            // Pieces are asked for by key alone: no node's latest entry is one of them.
            node: NodeId::literal("a piece of work"),
        };
        self.host.cache_put(&entry).map_err(|err| internal(&err))?;
        Ok(artifact)
    }

    /// Stores a file that an output names by digest.
    pub fn put(&self, new: &NewArtifact) -> Result<Artifact, Failure> {
        self.host.artifact_put(new).map_err(|err| internal(&err))
    }

    /// Writes to the run's log.
    pub fn log(&self, level: LogLevel, text: &str) {
        self.host.log(&self.node, level, text);
    }

    /// Tells how far the attempt has come: a share of 0 to 1 and what it is doing.
    pub fn progress(&self, share: f64, message: &str) {
        self.host.progress(&self.node, share, message);
    }

    /// Something that lets an attempt tell its progress from another thread.
    pub fn progress_sink(&self) -> impl Fn(f64, &str) + Send + Sync + 'static {
        let (host, node) = (self.host.clone(), self.node.clone());
        move |share, message| host.progress(&node, share, message)
    }

    /// Records what the node would publish or whom it would tell. An authoritative run carries it
    /// out when all its nodes have succeeded; a shadow run only compares it.
    pub fn intend(&self, intent: Intent) {
        self.intents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(intent);
    }
}

pub(crate) fn internal(err: &dyn std::error::Error) -> Failure {
    let mut message = err.to_string();
    let mut source = err.source();
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    Failure {
        class: FailureClass::Internal,
        message,
        hint: String::new(),
    }
}
