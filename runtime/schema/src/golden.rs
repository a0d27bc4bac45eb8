//! Golden cases: fixed inputs that run through legacy and graph, and what has to agree.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    ArtifactKind, Digest, Family, GoldenCaseId, RunId, StoredFile, Timestamp, Workflow, WorkflowId,
};

/// The CAD file of a golden case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoldenFile {
    /// One that comes with the product, by name.
    Bundled(String),
    /// One in the artifact store.
    Stored(StoredFile),
}

/// What both sides must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoldenExpectation {
    /// Both deliver, and the same.
    Delivers,
    /// Both fail, for the same class of reason, and deliver nothing.
    Fails,
}

/// A fixed input with what is expected of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoldenCase {
    /// Identity.
    pub id: GoldenCaseId,
    /// Name for people.
    pub name: String,
    /// Family of the workflows that it is for.
    pub family: Family,
    /// The kind of output that it is about; a workflow that promises no such thing isn't asked.
    pub output: ArtifactKind,
    /// The CAD file.
    pub cad_file: GoldenFile,
    /// Material by part name pattern, as on an order line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub materials: BTreeMap<String, String>,
    /// Values of the legacy preset that go before the others.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub preset: Map<String, Value>,
    /// What both sides must come to.
    pub expect: GoldenExpectation,
}

impl GoldenCase {
    /// Whether a workflow can be asked.
    pub fn fits(&self, workflow: &Workflow) -> bool {
        let promises = workflow.contract.iter().any(|it| it.kind == self.output);
        workflow.family == self.family && promises
    }
}

/// What is compared.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GoldenAspect {
    /// Whether both rendered, or both failed for the same class of reason.
    RenderStatus,
    /// The output file.
    OutputFile,
    /// The media asset that was, or would be, published.
    MediaAsset,
    /// Who was, or would be, told of what.
    Notifications,
    /// The core fields of both logs: parts, materials, studio scene, size and samples.
    LogFields,
}

impl GoldenAspect {
    /// All of them in the order shown.
    pub const ALL: [Self; 5] = [
        Self::RenderStatus,
        Self::OutputFile,
        Self::MediaAsset,
        Self::Notifications,
        Self::LogFields,
    ];

    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RenderStatus => "render_status",
            Self::OutputFile => "output_file",
            Self::MediaAsset => "media_asset",
            Self::Notifications => "notifications",
            Self::LogFields => "log_fields",
        }
    }
}

/// How one aspect compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoldenCheck {
    /// Which one.
    pub aspect: GoldenAspect,
    /// Whether both sides agree, and come to what is expected.
    pub passed: bool,
    /// What was found, in a plain sentence.
    pub sentence: String,
}

/// What became of a case on a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoldenResult {
    /// The case.
    pub case: GoldenCaseId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its definition.
    pub definition_hash: Digest,
    /// The run.
    pub run: RunId,
    /// When it ended.
    pub at: Timestamp,
    /// Each aspect in the order shown.
    pub checks: Vec<GoldenCheck>,
}

impl GoldenResult {
    /// Whether every aspect agrees.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}
