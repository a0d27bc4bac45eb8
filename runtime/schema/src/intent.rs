//! Intents: what a side publishes or would publish, and whom it tells or would tell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArtifactKind, Digest};

/// An effect on the world. A shadow run only records it; an authoritative run carries it out at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "intent", rename_all = "snake_case")]
pub enum Intent {
    /// An artifact becomes a media asset.
    Publish {
        /// Order line or CAD file, such as `order_line/1234`.
        target: String,
        /// Kind of the artifact.
        kind: ArtifactKind,
        /// File name.
        name: String,
        /// The artifact.
        digest: Digest,
        /// Its size in bytes.
        size_bytes: u64,
    },
    /// People are told.
    Notify {
        /// How, such as `in_app`.
        channel: String,
        /// Who.
        recipients: Vec<String>,
        /// What.
        subject: String,
    },
}
