//! The studio that a command works on, opened when it is first needed.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hartomat_api::ApiError;
use hartomat_app::{DataDir, Studio, StudioOptions};

use crate::args::Arguments;

/// A command's surroundings.
pub(crate) struct Session {
    data_dir: PathBuf,
    studio: OnceLock<Arc<Studio>>,
}

impl Session {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        let data_dir = arguments.data_dir.clone().unwrap_or_else(default_data_dir);
        Self {
            data_dir,
            studio: OnceLock::new(),
        }
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> &PathBuf {
        &self.data_dir
    }

    /// The studio; says on standard error what a person should know about how it opened.
    pub(crate) fn studio(&self) -> Result<Arc<Studio>, ApiError> {
        if let Some(studio) = self.studio.get() {
            return Ok(studio.clone());
        }
        let options = StudioOptions {
            data: DataDir::new(&self.data_dir),
        };
        let studio = Arc::new(Studio::open(&options)?);
        for notice in studio.notices() {
            crate::progress::say(&format!("note: {notice}"));
        }
        Ok(self.studio.get_or_init(|| studio).clone())
    }
}

fn default_data_dir() -> PathBuf {
    let home = || {
        std::env::var_os("HOME")
            .map(PathBuf::from)
            .unwrap_or_default()
    };
    std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .unwrap_or_else(|| home().join(".local/share"))
        .join("hartomat")
}
