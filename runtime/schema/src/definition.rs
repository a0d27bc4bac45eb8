//! Node definitions: the catalogue entries that editors, validators and the engine read as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ArtifactKind, Digest, Family, NodeType, PortName, digest_json};

/// Group of a node in palettes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Where a run's input enters the graph.
    Input,
    /// Geometry from CAD.
    Cad,
    /// Materials.
    Material,
    /// Scene building.
    Scene,
    /// Pictures, videos and files.
    Render,
    /// Publishing and telling people.
    Output,
}

/// An input port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputPort {
    /// Name, unique among the inputs.
    pub name: PortName,
    /// Kinds that it takes.
    pub accepts: Vec<ArtifactKind>,
    /// Whether a run can do without it.
    pub required: bool,
    /// What it is for.
    pub help: String,
}

/// An output port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutputPort {
    /// Name, unique among the outputs.
    pub name: PortName,
    /// The kind that it gives.
    pub kind: ArtifactKind,
    /// What it is.
    pub help: String,
}

/// What kind of work a node does; the engine limits how many of each run at once.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionKind {
    /// Reads or writes records; quick.
    Inline,
    /// A CAD worker process.
    CadWorker,
    /// A renderer: many threads, much memory.
    Render,
}

/// Whether equal inputs give equal outputs, and whether the world is touched.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Purity {
    /// Equal inputs and settings give equal outputs: may be taken from the cache.
    Pure,
    /// Reads something beyond its inputs: always runs.
    Impure,
    /// Changes something outside the run: always runs, and only where it is armed.
    External,
}

/// What a node promises to the engine: who does the work, what goes in, what comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModuleContract {
    /// The module that does the work, such as `cad.glb`.
    pub module: String,
    /// What kind of work it is.
    pub execution: ExecutionKind,
    /// Cacheable or not.
    pub purity: Purity,
    /// Input ports in order.
    pub inputs: Vec<InputPort>,
    /// Output ports in order.
    pub outputs: Vec<OutputPort>,
    /// What it needs from the run beside its inputs, such as `cad_file` or `publisher`.
    pub context: Vec<String>,
    /// Tools whose versions decide the result, such as `occt` or `embedded_renderer`.
    pub tools: Vec<String>,
}

/// What the legacy pipeline does in this node's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyBehaviour {
    /// The legacy step's key, such as `blender_still`; none where legacy has nothing like it.
    pub step: Option<String>,
    /// How legacy behaves.
    pub description: String,
}

/// Whether a node can run in this edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Coverage {
    /// It can.
    Executor,
    /// It can't yet.
    Disabled {
        /// Why, for people.
        reason: String,
    },
}

/// A catalogue entry: everything that an editor on another machine needs to offer the node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodeDefinition {
    /// Key, such as `render_still`.
    #[serde(rename = "type")]
    pub node_type: NodeType,
    /// Version of the definition and of its executor's behaviour.
    pub version: u32,
    /// Name for people.
    pub label: String,
    /// What it does, one or two sentences.
    pub help: String,
    /// Group in palettes.
    pub category: Category,
    /// Families whose workflows may hold it.
    pub families: Vec<Family>,
    /// What it promises to the engine.
    pub contract: ModuleContract,
    /// JSON Schema of its settings: an object whose `properties` stand in form order, each with
    /// `title`, `description` and `default`, ranges and choices by the standard keywords, and units,
    /// groups, widgets, labels and conditions by the `x-` keys of [`crate::settings_schema`].
    pub settings_schema: Value,
    /// What legacy does in its place.
    pub legacy: LegacyBehaviour,
    /// Whether it can run.
    pub coverage: Coverage,
}

impl NodeDefinition {
    /// An input port by name.
    pub fn input(&self, name: &PortName) -> Option<&InputPort> {
        self.contract.inputs.iter().find(|port| port.name == *name)
    }

    /// An output port by name.
    pub fn output(&self, name: &PortName) -> Option<&OutputPort> {
        self.contract.outputs.iter().find(|port| port.name == *name)
    }

    /// The tools whose versions decide the result with these settings: the contract's, and those that
    /// a chosen value asks for by [`crate::settings_schema::keys::TOOLS`].
    pub fn tools_for(&self, settings: &serde_json::Map<String, Value>) -> Vec<String> {
        let mut tools = self.contract.tools.clone();
        let properties = self
            .settings_schema
            .get("properties")
            .and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let value = settings.get(name).or_else(|| schema.get("default"));
            let chosen = value.and_then(Value::as_str).unwrap_or_default();
            let asked = schema.get(crate::settings_schema::keys::TOOLS);
            let asked = asked.and_then(|by_value| by_value.get(chosen));
            tools.extend(asked.and_then(Value::as_str).map(str::to_owned));
        }
        tools
    }

    /// The settings' defaults, from the schema's properties.
    pub fn default_settings(&self) -> serde_json::Map<String, Value> {
        let properties = self
            .settings_schema
            .get("properties")
            .and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .filter_map(|(key, schema)| Some((key.clone(), schema.get("default")?.clone())))
            .collect()
    }
}

/// All node definitions in palette order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Catalogue {
    /// Digest of the definitions; a save made against another catalogue is told so.
    pub etag: Digest,
    /// The definitions.
    pub nodes: Vec<NodeDefinition>,
}

impl Catalogue {
    /// A catalogue of these definitions, with its etag.
    pub fn new(nodes: Vec<NodeDefinition>) -> Self {
        Self {
            etag: digest_json(&nodes),
            nodes,
        }
    }

    /// A definition by key.
    pub fn get(&self, node_type: &NodeType) -> Option<&NodeDefinition> {
        self.nodes.iter().find(|node| node.node_type == *node_type)
    }
}
