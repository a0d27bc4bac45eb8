//! Where the worker is and how much it may use.

use std::path::PathBuf;
use std::time::Duration;

use crate::CadError;

/// The worker binary's name.
const WORKER: &str = "hartomat-cad-worker";

/// How CAD workers are run.
#[derive(Debug, Clone)]
pub struct CadConfig {
    /// The worker binary; looked for near our own binary where none is given.
    pub worker: Option<PathBuf>,
    /// How many files may be worked on at the same time.
    pub workers: usize,
    /// Threads of one worker; 0 means one per processor. Results don't depend on it.
    pub threads: usize,
    /// Longest wall time of one request.
    pub wall: Duration,
    /// Largest resident memory of one worker in bytes.
    pub memory_bytes: u64,
    /// Largest GLB or STL in bytes.
    pub output_bytes: u64,
    /// Largest STEP file in bytes.
    pub input_bytes: u64,
    /// Where requests get their folders; the system's temporary folder where none is given.
    pub scratch: Option<PathBuf>,
    /// Gives way to other processes: 0 to 19.
    pub niceness: i32,
}

impl Default for CadConfig {
    fn default() -> Self {
        Self {
            worker: None,
            workers: 2,
            threads: 0,
            wall: Duration::from_secs(60),
            memory_bytes: 2 << 30,
            output_bytes: 1 << 30,
            input_bytes: 512 << 20,
            scratch: None,
            niceness: 0,
        }
    }
}

/// Finds the worker: as configured, by `HARTOMAT_CAD_WORKER`, beside our binary or in the folders above.
pub(crate) fn locate_worker(config: &CadConfig) -> Result<PathBuf, CadError> {
    let named = config
        .worker
        .clone()
        .or_else(|| std::env::var_os("HARTOMAT_CAD_WORKER").map(PathBuf::from));
    let candidates: Vec<PathBuf> = match named {
        Some(path) => vec![path],
        None => {
            let binary = std::env::current_exe().unwrap_or_default();
            let file = format!("{WORKER}{}", std::env::consts::EXE_SUFFIX);
            binary
                .ancestors()
                .skip(1)
                .take(3)
                .map(|folder| folder.join(&file))
                .collect()
        }
    };
    let found = candidates.iter().find(|path| path.is_file()).cloned();
    found.ok_or(CadError::WorkerMissing {
        searched: candidates,
    })
}
