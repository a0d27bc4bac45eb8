//! How programs of this machine find the agent of a data folder: a file that its user alone can read.
//!
//! The token in it is new at each start and never leaves the machine.

use std::fs::TryLockError;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorKind};

/// Name of the file in the data folder.
const FILE: &str = "agent.json";
/// Held for as long as an agent lives; the system lets go of it however the agent ends.
const LOCK: &str = "agent.lock";

/// Where an agent listens, and how to speak to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentAddress {
    /// Its address, such as `http://127.0.0.1:40123`.
    pub address: String,
    /// Its token.
    pub token: String,
    /// Its process.
    pub pid: u32,
    /// Its version.
    pub version: String,
}

impl std::fmt::Debug for AgentAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentAddress")
            .field("address", &self.address)
            .field("pid", &self.pid)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl AgentAddress {
    /// Where the file of a data folder's agent lies.
    pub fn file(data_dir: &Path) -> PathBuf {
        data_dir.join(FILE)
    }

    /// The file that an agent holds locked for as long as it lives.
    pub fn lock_file(data_dir: &Path) -> PathBuf {
        data_dir.join(LOCK)
    }

    /// Whether an agent lives on a data folder. The address of one that has gone may be anybody's by
    /// now.
    pub fn is_alive(data_dir: &Path) -> bool {
        let lock = std::fs::File::open(Self::lock_file(data_dir));
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The agent that was started last on a data folder; none where there is no file. It may have
    /// ended without removing the file.
    pub fn read(data_dir: &Path) -> Result<Option<Self>, ApiError> {
        let path = Self::file(data_dir);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(err) if err.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(err) => {
                let message = format!("can't read the agent's file `{}`: {err}", path.display());
                return Err(ApiError::new(ErrorKind::EnvironmentMissing, message));
            }
        };
        serde_json::from_slice(&text).map(Some).map_err(|err| {
            let message = format!("the agent's file `{}` is damaged: {err}", path.display());
            ApiError::new(ErrorKind::EnvironmentMissing, message)
                .hint("start the agent again with `hartomat agent run`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_the_token_is_never_printed() {
        let folder = std::env::temp_dir().join(format!("hartomat-agent-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert_eq!(AgentAddress::read(&folder).unwrap(), None);
        let agent = AgentAddress {
            address: "http://127.0.0.1:1".to_owned(),
            token: "hm_secret".to_owned(),
            pid: 1,
            version: "0".to_owned(),
        };
        let file = AgentAddress::file(&folder);
        std::fs::write(&file, serde_json::to_vec(&agent).unwrap()).unwrap();
        assert_eq!(AgentAddress::read(&folder).unwrap(), Some(agent.clone()));
        assert!(!format!("{agent:?}").contains("secret"));
        std::fs::write(&file, "{").unwrap();
        assert!(AgentAddress::read(&folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
