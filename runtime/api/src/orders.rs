//! What is asked and answered about output types, orders, and whole lists of them.

use std::collections::BTreeMap;

use hartomat_schema::{
    Calibration, Diagnostic, Digest, EffectiveSettings, ExecutionMode, GoldenCase, GoldenCaseId,
    GoldenResult, MediaAsset, ModeResolution, NodeId, Order, OrderLine, OrderLineId, OrderStatus,
    OutputType, OutputTypeId, RunId, RunState, Subject, Verdict, WorkflowId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An output type to make of a workflow, valid at once: the contract, the legacy preset and the family
/// follow from the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutputTypeDraft {
    /// Name for people. Its id is made of it.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// The workflow that the graph runs.
    pub workflow: WorkflowId,
}

/// An output type with what depends on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutputTypeEntry {
    /// The output type.
    pub output_type: OutputType,
    /// Order lines that ask for it.
    pub order_lines: u64,
    /// Runs of it that wait or are under way. A change reaches none of them.
    pub in_flight: u64,
    /// What keeps it from running, or what a person should know of it.
    pub findings: Vec<Diagnostic>,
    /// Its noise floor, where somebody has asked for one.
    #[serde(default)]
    pub calibration: Option<Calibration>,
}

/// How a noise floor is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationRequest {
    /// How many renders are compared with the first.
    #[schemars(range(min = 1, max = 32))]
    pub times: u32,
    /// The order line that is rendered; with none, the newest of the output type, or the bundled sample.
    #[serde(default)]
    pub order_line: Option<OrderLineId>,
}

/// How the mode and the settings of a dispatch would come about, without making it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DispatchResolution {
    /// The mode that is asked for.
    pub requested_mode: ExecutionMode,
    /// The mode, with every limit on it. A share of dispatches is not drawn yet.
    pub mode: ModeResolution,
    /// What it would be of: an order line comes with its output type.
    pub subject: Subject,
    /// Settings after overrides, by node, with who set each.
    pub settings: BTreeMap<NodeId, EffectiveSettings>,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderEntry {
    /// The order.
    pub order: Order,
    /// How far it has come.
    pub status: OrderStatus,
    /// Its lines.
    pub lines: u64,
    /// Lines whose output is published.
    pub delivered: u64,
}

/// An order with its lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderDetail {
    /// The order.
    pub order: Order,
    /// How far it has come.
    pub status: OrderStatus,
    /// Its lines in the order of their ids.
    pub lines: Vec<OrderLineDetail>,
}

/// An order line with what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLineDetail {
    /// The line.
    pub line: OrderLine,
    /// How far it has come.
    pub status: OrderStatus,
    /// What is published on it, newest first.
    pub media_assets: Vec<MediaAsset>,
    /// Its newest run and how that stands.
    pub last_run: Option<(RunId, RunState)>,
    /// What the comparison in that run came to; none where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// How a list of orders is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// Comma-separated values with a line of column names first.
    Csv,
    /// A JSON array of objects with the same names.
    Json,
}

/// Orders, lines and products to take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportRequest {
    /// How the text is written.
    pub format: ImportFormat,
    /// The text, at most 8 MB and 100 000 rows. Columns: `order`, `line`, `product`, `product_name`,
    /// `cad_file`, `output_type`, `customer`, `requested_by`, `materials`.
    #[schemars(length(max = 8_388_608))]
    pub text: String,
    /// Only say what would come of it.
    #[serde(default)]
    pub dry_run: bool,
    /// Take in the rows that can be, although others can't.
    #[serde(default)]
    pub skip_refused: bool,
}

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// A new order line.
    New,
    /// In place of one that was there.
    Replaced,
    /// The same was there already.
    Unchanged,
    /// Not taken in; the message says why.
    Refused,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportRow {
    /// Its number, from 1, without the line of column names.
    pub row: u64,
    /// The order line that it is of; empty where that can't be told.
    pub line: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Why it was refused, with the column's name.
    pub message: Option<String>,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportReport {
    /// Every row in order.
    pub rows: Vec<ImportRow>,
    /// Whether anything was stored.
    pub stored: bool,
}

impl ImportReport {
    /// How many rows came to this.
    pub fn count(&self, outcome: ImportOutcome) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.outcome == outcome).count()
    }
}

/// A golden case to run on a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoldenRequest {
    /// The workflow, as it is saved.
    pub workflow: WorkflowId,
    /// The case.
    pub case: GoldenCaseId,
    /// The output type whose legacy preset the graph is held against; the workflow's own counterpart
    /// where none is given.
    #[serde(default)]
    pub output_type: Option<OutputTypeId>,
}

/// The golden cases that fit a workflow, and what became of them on its definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoldenReport {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its name.
    pub workflow_name: String,
    /// Its definition as it is saved.
    pub definition_hash: Digest,
    /// The cases.
    pub cases: Vec<GoldenCase>,
    /// What became of those that have run on this definition.
    pub results: Vec<GoldenResult>,
}

impl GoldenReport {
    /// What became of a case; none where it has not run on this definition.
    pub fn result(&self, case: &GoldenCaseId) -> Option<&GoldenResult> {
        self.results.iter().find(|result| result.case == *case)
    }
}
