//! Where everything lies below the data folder.

use std::path::{Path, PathBuf};

/// The folder that holds a studio's databases, artifacts and published files.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// A data folder at this path; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The usual one of whoever runs this process.
    pub fn of_this_person() -> Self {
        let folder = |name: &str| PathBuf::from(std::env::var_os(name).unwrap_or_default());
        let named = Some(folder("XDG_DATA_HOME")).filter(|path| path.is_absolute());
        let base = named.unwrap_or_else(|| folder("HOME").join(".local/share"));
        Self(base.join("hartomat"))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn studio_db(&self) -> PathBuf {
        self.0.join("studio.db")
    }

    /// Tokens and the audit list.
    pub(crate) fn access_db(&self) -> PathBuf {
        self.0.join("access.db")
    }

    /// What signs links to comparisons.
    pub(crate) fn share_key(&self) -> PathBuf {
        self.0.join("share.key")
    }

    pub(crate) fn legacy_db(&self) -> PathBuf {
        self.0.join("legacy.db")
    }

    /// The studio's `.blend` templates.
    pub(crate) fn templates(&self) -> PathBuf {
        self.0.join("templates")
    }

    /// Who is told outside of the studio.
    pub(crate) fn notifications(&self) -> PathBuf {
        self.0.join("notifications.json")
    }

    /// The studio's own legacy program, where one is set.
    pub(crate) fn own_legacy(&self) -> PathBuf {
        self.0.join("legacy.json")
    }

    pub(crate) fn artifacts(&self) -> PathBuf {
        self.0.join("artifacts")
    }

    /// Published files, one folder per run.
    pub(crate) fn media(&self) -> PathBuf {
        self.0.join("media")
    }

    /// Files of attempts under way, one folder per run.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.0.join("scratch")
    }
}
