//! What callers get back.

use std::collections::BTreeMap;

use hartomat_schema::{
    BoundingBox, Comparison, Diagnostic, Evidence, ExecutionMode, FrozenRun, LegacyRun, MediaAsset,
    NodeId, NodeType, Notification, PartList, RunRecord,
};
use serde::{Deserialize, Serialize};

/// Findings of a check and what was found on the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Findings.
    pub diagnostics: Vec<Diagnostic>,
    /// Tool versions by tool.
    pub tools: BTreeMap<String, String>,
}

impl CheckReport {
    /// Whether a run could begin.
    pub fn is_clean(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What will happen to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeDecisionKind {
    /// It runs.
    Run,
    /// Its outputs come from the cache.
    Reuse,
    /// It is left out.
    Skip,
}

/// What will happen to a node, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeDecision {
    /// The node.
    pub node: NodeId,
    /// Its type.
    pub node_type: NodeType,
    /// What will happen.
    pub decision: NodeDecisionKind,
    /// Why.
    pub reason: String,
    /// Kinds of the artifacts that come out.
    pub artifacts: Vec<String>,
    /// How long it took the last time, in milliseconds.
    pub last_took_ms: Option<u64>,
}

/// A preflight and what a run would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DryRun {
    /// The preflight.
    pub report: CheckReport,
    /// The mode that the run would have.
    pub mode: ExecutionMode,
    /// What would happen to each node, in order.
    pub nodes: Vec<NodeDecision>,
    /// How long the nodes that run took the last time, in milliseconds; none where one has not run.
    pub expected_ms: Option<u64>,
}

/// A run with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDetail {
    /// The run as it is now.
    pub record: RunRecord,
    /// What dispatch froze.
    pub frozen: FrozenRun,
    /// The legacy run, where there was one.
    pub legacy: Option<LegacyRun>,
    /// The comparison, where there was one.
    pub evidence: Option<Evidence>,
    /// Media assets delivered.
    pub media_assets: Vec<MediaAsset>,
    /// Who was told.
    pub notifications: Vec<Notification>,
    /// Files by what they are: `control`, `candidate`, `difference`, `side_by_side`, `comparison`.
    pub files: BTreeMap<String, String>,
}

impl RunDetail {
    /// Whether the graph had a part in it.
    pub fn ran_graph(&self) -> bool {
        self.record.mode != ExecutionMode::Legacy
    }
}

/// Two compared files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedFiles {
    /// The comparison.
    pub comparison: Comparison,
    /// Where they differ, as PNG; for pictures only.
    #[serde(skip)]
    pub difference: Option<Vec<u8>>,
    /// Both beside each other, as PNG; for pictures only.
    #[serde(skip)]
    pub side_by_side: Option<Vec<u8>>,
}

/// What is in a CAD file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CadReport {
    /// Parts and assembly tree.
    pub parts: PartList,
    /// The bounding box.
    pub bbox: BoundingBox,
    /// Triangles of the GLB, instances counted once.
    pub triangles: u64,
}
