//! Where the editor keeps what is its own: below the data folder that the agent uses too.

use std::path::{Path, PathBuf};

/// The editor's folder: preferences, drafts, and copies of what a backend served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorFolder {
    data_dir: PathBuf,
}

impl EditorFolder {
    /// The editor's part of this data folder; it need not exist yet.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
        }
    }

    /// The data folder of this person, as the command line has it.
    pub fn of_this_person() -> Self {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        let base = std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .unwrap_or_else(|| home().join(".local/share"));
        Self::new(base.join("hartomat"))
    }

    /// The data folder itself, which the agent is started in.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// What an agent that the editor started has to say.
    pub fn agent_log(&self) -> PathBuf {
        self.data_dir.join("agent.log")
    }

    /// Preferences.
    pub fn preferences(&self) -> PathBuf {
        self.own("preferences.json")
    }

    /// Drafts.
    pub fn drafts(&self) -> PathBuf {
        self.own("drafts")
    }

    /// What the backend served last, for work without it.
    pub fn library(&self) -> PathBuf {
        self.own("library.json")
    }

    /// Copies of recent workflows, for their pictures.
    pub fn recent(&self) -> PathBuf {
        self.own("recent")
    }

    fn own(&self, name: &str) -> PathBuf {
        self.data_dir.join("editor").join(name)
    }
}
