//! The studio's records: products, order lines, output types, media assets, notifications.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    ArtifactKind, ArtifactRequirement, Digest, ExecutionMode, Family, LegacyPreset, MediaAssetId,
    NodeType, NotificationId, OrderId, OrderLineId, OutputTypeId, ProductId, RunId, Timestamp,
    WorkflowId,
};

/// Settings that go before the workflow's own, by node type.
pub type SettingOverrides = BTreeMap<NodeType, Map<String, Value>>;

/// A product in the studio's range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// Name for people.
    pub name: String,
    /// Absolute path of its CAD file, or the digest of one in the artifact store.
    pub cad_file: String,
}

/// A workflow invocation profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutputType {
    /// Identity.
    pub id: OutputTypeId,
    /// Name for people.
    pub name: String,
    /// Family of its workflow.
    pub family: Family,
    /// The workflow that the graph runs.
    pub workflow: WorkflowId,
    /// What it must deliver.
    pub contract: Vec<ArtifactRequirement>,
    /// Settings that go before the workflow's.
    #[serde(default)]
    pub overrides: SettingOverrides,
    /// What the legacy pipeline runs.
    pub legacy_preset: LegacyPreset,
    /// The mode that the studio allows.
    pub rollout: ExecutionMode,
    /// Whether new orders may use it.
    pub active: bool,
    /// Whether the studio made it for samples and golden cases; such are in no list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
}

/// A customer's order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// Identity, such as the number on the customer's paper.
    pub id: OrderId,
    /// Whose it is, for people.
    #[serde(default)]
    pub customer: String,
    /// When it came in.
    pub at: Timestamp,
}

/// How far an order or one of its lines has come. An order follows its lines.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Nothing has been made yet.
    Open,
    /// A run is waiting or under way.
    InProgress,
    /// The last run delivered nothing.
    Failed,
    /// Its output is published.
    Delivered,
}

impl OrderStatus {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
        }
    }

    /// An order's status from those of its lines: delivered with the last of them, failed with the
    /// first, open until one has begun.
    pub fn of_lines(lines: impl IntoIterator<Item = Self>) -> Self {
        let mut seen = std::collections::BTreeSet::from_iter(lines);
        if seen.contains(&Self::Failed) {
            return Self::Failed;
        }
        match (seen.len(), seen.pop_first()) {
            (_, None) => Self::Open,
            (1, Some(all)) => all,
            _ => Self::InProgress,
        }
    }
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLine {
    /// Identity.
    pub id: OrderLineId,
    /// The order that it is a line of; none for a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// What is to be shown.
    pub product: ProductId,
    /// How it is to be shown.
    pub output_type: OutputTypeId,
    /// Settings that go before the output type's.
    #[serde(default)]
    pub overrides: SettingOverrides,
    /// Material by part name pattern, such as `Bolt*`.
    #[serde(default)]
    pub materials: BTreeMap<String, String>,
    /// Who asked, and is told.
    pub requested_by: String,
}

/// A CAD file as it was when a run was dispatched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CadFile {
    /// File name for people.
    pub name: String,
    /// Absolute path that it was read from.
    pub path: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// What a run is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "family", rename_all = "snake_case")]
pub enum Subject {
    /// A CAD file.
    CadFile {
        /// The file.
        cad_file: CadFile,
        /// What legacy is asked for in place of its usual thumbnail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preset: Option<Box<LegacyPreset>>,
    },
    /// An order line with all that it refers to.
    OrderLine(Box<OrderLineSubject>),
}

/// An order line with all that it refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLineSubject {
    /// The line.
    pub order_line: OrderLine,
    /// Its product.
    pub product: Product,
    /// Its output type.
    pub output_type: OutputType,
    /// The product's CAD file.
    pub cad_file: CadFile,
}

impl Subject {
    /// The family of workflows that can run it.
    pub fn family(&self) -> Family {
        match self {
            Self::CadFile { .. } => Family::CadFile,
            Self::OrderLine(_) => Family::OrderLine,
        }
    }

    /// The CAD file that it is about.
    pub fn cad_file(&self) -> &CadFile {
        match self {
            Self::CadFile { cad_file, .. } => cad_file,
            Self::OrderLine(line) => &line.cad_file,
        }
    }

    /// The output type of its order line; none for a CAD file.
    pub fn output_type(&self) -> Option<&OutputTypeId> {
        match self {
            Self::CadFile { .. } => None,
            Self::OrderLine(line) => Some(&line.output_type.id),
        }
    }

    /// Where its outputs are published: an order line's or a CAD file's key.
    pub fn target(&self) -> String {
        match self {
            Self::CadFile { cad_file, .. } => format!("cad_file/{}", cad_file.digest.short()),
            Self::OrderLine(line) => format!("order_line/{}", line.order_line.id),
        }
    }

    /// Who is told about its outputs by default.
    pub fn requested_by(&self) -> &str {
        match self {
            Self::CadFile { .. } => "studio",
            Self::OrderLine(line) => &line.order_line.requested_by,
        }
    }
}

/// An artifact published on an order line or a CAD file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MediaAsset {
    /// Identity.
    pub id: MediaAssetId,
    /// Unique: publishing twice with one key gives the first asset back.
    pub publishing_key: String,
    /// Order line or CAD file, as in [`Subject::target`].
    pub target: String,
    /// Kind of the artifact.
    pub kind: ArtifactKind,
    /// File name.
    pub name: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Where the file lies.
    pub path: String,
    /// The run that made it.
    pub run: RunId,
    /// When it was published.
    pub at: Timestamp,
}

/// A message to the people who asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Notification {
    /// Identity.
    pub id: NotificationId,
    /// Unique: telling twice with one key tells once.
    pub notifying_key: String,
    /// How, such as `in_app`.
    pub channel: String,
    /// Who.
    pub recipients: Vec<String>,
    /// What.
    pub subject: String,
    /// The media assets that it is about.
    pub media_assets: Vec<MediaAssetId>,
    /// The run that sent it.
    pub run: RunId,
    /// When it was sent.
    pub at: Timestamp,
}

/// State of a legacy run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegacyRunState {
    /// Under way.
    Running,
    /// Delivered.
    Succeeded,
    /// Failed; the reason is with it.
    Failed,
    /// Cancelled by a person.
    Cancelled,
    /// Its process ended before it did.
    Interrupted,
}

/// A run of the legacy pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyRun {
    /// Identity; equal to the graph run's where both belong to one dispatch.
    pub id: RunId,
    /// What it is of.
    pub subject: Subject,
    /// What it was asked to do.
    pub preset: LegacyPreset,
    /// State.
    pub state: LegacyRunState,
    /// Why it failed.
    pub reason: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The process that runs it.
    pub owner: ProcessIdentity,
}

/// A process, told apart from a later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProcessIdentity {
    /// Process id.
    pub pid: u32,
    /// Start time in clock ticks since boot, from the operating system.
    pub started: u64,
    /// Identity of the boot.
    pub boot: String,
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::{self, Delivered, Failed, InProgress, Open};

    #[test]
    fn an_order_follows_its_lines() {
        for (lines, order) in [
            (vec![], Open),
            (vec![Open, Open], Open),
            (vec![Open, Delivered], InProgress),
            (vec![Open, InProgress], InProgress),
            (vec![Delivered, Delivered], Delivered),
            (vec![Delivered, Failed], Failed),
        ] {
            assert_eq!(OrderStatus::of_lines(lines.clone()), order, "{lines:?}");
        }
    }
}
