//! Dispatches that wait on this machine until their server can be reached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{RunId, StoredFile, Timestamp};

/// A dispatch that waits for its server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutboxEntry {
    /// The key by which the server knows a dispatch that it was sent twice.
    pub key: String,
    /// The server's address.
    pub server: String,
    /// What is asked of it.
    pub request: Value,
    /// What it is, for people.
    pub summary: String,
    /// Files that the server needs first.
    pub files: Vec<StoredFile>,
    /// When it was put here.
    pub created_at: Timestamp,
    /// How often sending failed.
    pub attempts: u32,
    /// Why it failed the last time.
    pub last_error: Option<String>,
    /// Whether the server refused it; then it is sent again only when a person asks for it.
    #[serde(default)]
    pub refused: bool,
    /// The server's run, once sent.
    pub run: Option<RunId>,
}
