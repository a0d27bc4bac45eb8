//! The two families of workflows. A node outside the workflow's family can't be in its graph.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a workflow starts from and what it delivers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A CAD file in; objects, GLB, STL, bounding box, materials and a thumbnail out.
    CadFile,
    /// An order line in; a still, a turntable video or a `.blend` file out, published.
    OrderLine,
}

impl Family {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CadFile => "cad_file",
            Self::OrderLine => "order_line",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
