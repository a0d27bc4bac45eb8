//! Workflows that were open lately.

use std::path::{Path, PathBuf};

use hartomat_schema::{Family, Timestamp, Workflow, WorkflowId, digest_json};
use serde::{Deserialize, Serialize};

use super::Preferences;

/// How many are remembered.
pub(super) const MOST_RECENT: usize = 24;

/// Where a workflow lives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecentOrigin {
    /// In the backend's library.
    Library(WorkflowId),
    /// In a file of this machine.
    File(PathBuf),
}

/// A workflow that was open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecentWorkflow {
    /// Where it lives.
    pub origin: RecentOrigin,
    /// Its name when it was open.
    pub name: String,
    /// Its family.
    pub family: Family,
    /// When it was opened or saved last.
    pub opened_at: Timestamp,
}

impl RecentWorkflow {
    /// Where in this folder a copy for its picture lies.
    pub fn copy_path(&self, folder: &Path) -> PathBuf {
        let digest = digest_json(&self.origin);
        folder.join(format!("{}.json", digest.short()))
    }
}

impl Preferences {
    /// Puts a workflow at the head of the recent ones.
    pub fn remember(&mut self, origin: RecentOrigin, workflow: &Workflow, at: Timestamp) {
        self.forget(&origin);
        let recent = RecentWorkflow {
            origin,
            name: workflow.name.clone(),
            family: workflow.family,
            opened_at: at,
        };
        self.recent.insert(0, recent);
        self.recent.truncate(MOST_RECENT);
    }

    /// Takes a workflow off the recent ones.
    pub fn forget(&mut self, origin: &RecentOrigin) {
        self.recent.retain(|recent| recent.origin != *origin);
    }
}
