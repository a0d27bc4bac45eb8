//! The workflow document (`hartomat.workflow/1`). Unknown keys are kept at every level.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    ArtifactKind, Digest, ExecutionMode, Family, NodeId, NodeType, PortName, WorkflowId,
    digest_json,
};

/// The value of a document's `schema` key.
pub const WORKFLOW_SCHEMA: &str = "hartomat.workflow/1";

/// Keys that this version doesn't know, kept in their order.
type Extra = Map<String, Value>;

/// A saved workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Workflow {
    /// Always `hartomat.workflow/1`.
    #[schemars(extend("const" = WORKFLOW_SCHEMA))]
    pub schema: String,
    /// Identity across renames.
    pub id: WorkflowId,
    /// Name for people.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What it starts from.
    pub family: Family,
    /// What its author asks for; the studio's rollout may allow less.
    #[serde(default)]
    pub execution_mode: ExecutionMode,
    /// What it must deliver.
    #[serde(default)]
    pub contract: Vec<ArtifactRequirement>,
    /// Placed nodes.
    pub nodes: Vec<Node>,
    /// Edges between their ports.
    pub edges: Vec<Edge>,
    /// Titled rectangles around nodes.
    #[serde(default)]
    pub frames: Vec<Frame>,
    /// Comments on the canvas.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Saved views of the canvas.
    #[serde(default)]
    pub bookmarks: Vec<Bookmark>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A part of the artifact contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactRequirement {
    /// Kind that must come out.
    pub kind: ArtifactKind,
    /// How many at least.
    #[serde(default = "one")]
    pub min_count: u32,
    /// File format, such as `png`, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

fn one() -> u32 {
    1
}

/// A placed node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// Identity within the workflow.
    pub id: NodeId,
    /// Key of its definition.
    #[serde(rename = "type")]
    pub node_type: NodeType,
    /// Version of the definition that it was made with.
    pub version: u32,
    /// Name that the author gave it.
    #[serde(default)]
    pub label: Option<String>,
    /// Whether it is left out of runs.
    #[serde(default)]
    pub muted: bool,
    /// Settings by name.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// Where it stands on the canvas, in points.
    #[serde(default)]
    pub position: [f64; 2],
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One end of an edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Endpoint {
    /// The node.
    pub node: NodeId,
    /// Its port.
    pub port: PortName,
}

/// From one output port to one input port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "EdgeDocument", into = "EdgeDocument")]
pub struct Edge {
    /// An output port.
    pub from: Endpoint,
    /// An input port.
    pub to: Endpoint,
    /// Reroute points on the canvas.
    pub via: Vec<[f64; 2]>,
    /// Unknown keys; those of the two ends stand in objects under `from` and `to`.
    pub extra: Extra,
}

/// An edge as it stands in documents.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Edge")]
struct EdgeDocument {
    /// An output port.
    from: EndDocument,
    /// An input port.
    to: EndDocument,
    /// Reroute points on the canvas.
    #[serde(default)]
    via: Vec<[f64; 2]>,
    /// Unknown keys.
    #[serde(flatten)]
    extra: Extra,
}

/// One end of an edge as it stands in documents.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Endpoint")]
struct EndDocument {
    /// The node.
    node: NodeId,
    /// Its port.
    port: PortName,
    /// Unknown keys.
    #[serde(flatten)]
    extra: Extra,
}

impl EndDocument {
    fn split(self, side: &str, extra: &mut Extra) -> Endpoint {
        if !self.extra.is_empty() {
            extra.insert(side.to_owned(), Value::Object(self.extra));
        }
        Endpoint {
            node: self.node,
            port: self.port,
        }
    }

    fn join(end: Endpoint, side: &str, extra: &mut Extra) -> Self {
        let own = match extra.shift_remove(side) {
            Some(Value::Object(own)) => own,
            _ => Extra::new(),
        };
        Self {
            node: end.node,
            port: end.port,
            extra: own,
        }
    }
}

impl From<EdgeDocument> for Edge {
    fn from(document: EdgeDocument) -> Self {
        let mut extra = document.extra;
        Self {
            from: document.from.split("from", &mut extra),
            to: document.to.split("to", &mut extra),
            via: document.via,
            extra,
        }
    }
}

impl From<Edge> for EdgeDocument {
    fn from(edge: Edge) -> Self {
        let mut extra = edge.extra;
        Self {
            from: EndDocument::join(edge.from, "from", &mut extra),
            to: EndDocument::join(edge.to, "to", &mut extra),
            via: edge.via,
            extra,
        }
    }
}

/// A titled rectangle on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Frame {
    /// Title.
    pub title: String,
    /// Left, top, width and height in points.
    pub rect: [f64; 4],
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A comment on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Where it stands, in points.
    pub position: [f64; 2],
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A saved view of the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bookmark {
    /// Key 1 to 9.
    #[schemars(range(min = 1, max = 9))]
    pub key: u8,
    /// Centre of the view in points.
    pub center: [f64; 2],
    /// Zoom factor.
    pub zoom: f64,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Workflow {
    /// A node by id.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// These nodes and all that they need, over any number of edges. Names of no node are left out.
    pub fn upstream(&self, targets: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let mut sources: BTreeMap<&NodeId, Vec<&NodeId>> = BTreeMap::new();
        for edge in &self.edges {
            sources
                .entry(&edge.to.node)
                .or_default()
                .push(&edge.from.node);
        }
        let mut found = BTreeSet::new();
        let mut open: Vec<&NodeId> = targets.iter().collect();
        while let Some(node) = open.pop() {
            if self.node(node).is_some() && found.insert(node.clone()) {
                open.extend(sources.get(node).into_iter().flatten());
            }
        }
        found
    }

    /// What evidence and cache belong to: all that decides the result, and nothing else.
    ///
    /// Leaves out mode, name, description, labels, positions, reroutes, frames, notes and bookmarks.
    pub fn definition_hash(&self) -> Digest {
        let mut definition = self.clone();
        definition.execution_mode = ExecutionMode::Legacy;
        definition.name.clear();
        definition.description.clear();
        definition.frames.clear();
        definition.notes.clear();
        definition.bookmarks.clear();
        for node in &mut definition.nodes {
            node.label = None;
            node.position = [0.0; 2];
        }
        for edge in &mut definition.edges {
            edge.via.clear();
        }
        definition.nodes.sort_by(|a, b| a.id.cmp(&b.id));
        definition
            .edges
            .sort_by(|a, b| (&a.to, &a.from).cmp(&(&b.to, &b.from)));
        digest_json(&definition)
    }

    /// The document as it is written to disk: indented, with a final newline.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a workflow has text keys");
        text.push('\n');
        text
    }
}
