//! Reports: a comparison or a run in one file, to keep, to send, or for a machine to read.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use hartomat_schema::{
    Comparison, FrozenRun, MediaAsset, Notification, Review, RunRecord, StoredFile,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a report is written as. The same run gives the same bytes, until somebody reviews it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// A page for people that needs nothing beside itself: pictures within, no scripts.
    Html,
    /// A [`Report`].
    Json,
    /// JUnit XML: a suite per compared output, a test case per rung. `fail` and `warn` are failures of
    /// that type, as neither counts as a pass; `inconclusive` is an error; a rung that wasn't needed is
    /// skipped.
    Xml,
}

/// A text that is no format of a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of a report: use html, json or xml")]
pub struct UnknownReportFormat(String);

impl ReportFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Html, Self::Json, Self::Xml];

    /// The key as it stands in addresses, which is also the ending of its files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ReportFormat {
    type Err = UnknownReportFormat;

    fn from_str(text: &str) -> Result<Self, UnknownReportFormat> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| UnknownReportFormat(text.chars().take(40).collect()))
    }
}

/// A comparison with all that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`Report::SCHEMA`].
    pub schema: String,
    /// What it is about, for people.
    pub title: String,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// The comparison; none where nothing was compared.
    pub comparison: Option<Comparison>,
    /// The run; none for two files that somebody compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Box<ReportedRun>>,
    /// Files by what they are, as in `RunDetail::files`; none for two files that somebody compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, StoredFile>,
}

impl Report {
    /// The form of this version.
    pub const SCHEMA: &str = "hartomat.report/1";
}

/// A run in a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedRun {
    /// The run as it ended.
    pub record: RunRecord,
    /// What dispatch froze: workflow, settings with who set each, tool versions.
    pub frozen: FrozenRun,
    /// Who has said what of its difference, newest first.
    pub reviews: Vec<Review>,
    /// Media assets delivered.
    pub media_assets: Vec<MediaAsset>,
    /// Who was told.
    pub notifications: Vec<Notification>,
}
