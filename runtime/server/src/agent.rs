//! The agent: a server for this machine's programs, one per data folder. Its address and its token of
//! this start lie in a file that its user alone can read.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hartomat_api::{AgentAddress, BackendKind};
use hartomat_app::{Studio, new_secret};

use crate::server::{RunningServer, ServerOptions, start};
use crate::{Limits, ServerConfig, ServerError};

/// For how long a client that looks whether an agent lives may keep one from starting.
const PROBED_FOR: Duration = Duration::from_millis(300);

/// The right to be a data folder's agent.
#[derive(Debug)]
pub struct AgentLock {
    data_dir: PathBuf,
    _file: File,
}

impl AgentLock {
    /// Takes the right, before anything of the data folder is opened.
    ///
    /// [`ServerError::AlreadyRuns`] with the other's address where there is one already.
    pub fn take(data_dir: &Path) -> Result<Self, ServerError> {
        let path = AgentAddress::lock_file(data_dir);
        let failed = |source| ServerError::File {
            doing: "can't lock",
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(data_dir).map_err(failed)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        let until = Instant::now() + PROBED_FOR;
        let mut locked = file.try_lock();
        while matches!(locked, Err(TryLockError::WouldBlock)) && Instant::now() < until {
            std::thread::sleep(PROBED_FOR / 10);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => Ok(Self {
                data_dir: data_dir.to_owned(),
                _file: file,
            }),
            Err(TryLockError::WouldBlock) => {
                let other = AgentAddress::read(data_dir).ok().flatten();
                Err(ServerError::AlreadyRuns(other))
            }
            Err(TryLockError::Error(err)) => Err(failed(err)),
        }
    }
}

/// How an agent starts.
pub struct AgentOptions {
    /// Its right to the data folder.
    pub lock: AgentLock,
    /// What it takes at most.
    pub limits: Limits,
}

/// An agent under way. Its file goes when it stops.
pub struct RunningAgent {
    server: RunningServer,
    address: AgentAddress,
    lock: AgentLock,
}

/// Starts an agent on a loopback address that the system chooses.
pub fn start_agent(
    studio: Arc<Studio>,
    options: AgentOptions,
) -> Result<RunningAgent, ServerError> {
    let token = new_secret()?;
    let config = ServerConfig {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        limits: options.limits,
        ..ServerConfig::default()
    };
    let server = start(
        studio,
        ServerOptions {
            kind: BackendKind::Agent,
            config,
            token: Some(token.clone()),
        },
    )?;
    let address = AgentAddress {
        address: server.url(),
        token,
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    write(&options.lock.data_dir, &address)?;
    Ok(RunningAgent {
        server,
        address,
        lock: options.lock,
    })
}

impl RunningAgent {
    /// Its address and token.
    pub fn address(&self) -> &AgentAddress {
        &self.address
    }

    /// What asks it to stop.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        self.server.stopper()
    }

    /// Waits until somebody has asked it to stop, then removes its file.
    pub fn wait(self) {
        self.server.wait();
        // What is left over is found out by the next reader: nobody answers there.
        let _ = std::fs::remove_file(AgentAddress::file(&self.lock.data_dir));
    }
}

/// Writes the file whole or not at all, for its user alone from the first byte on.
fn write(data_dir: &Path, address: &AgentAddress) -> Result<(), ServerError> {
    let path = AgentAddress::file(data_dir);
    let failed = |source| ServerError::File {
        doing: "can't write the agent's file",
        path: path.clone(),
        source,
    };
    let text = serde_json::to_vec_pretty(address)
        .map_err(|err| ServerError::system("writing the agent's file", err))?;
    // Such files are readable by their user alone.
    let mut file = tempfile::NamedTempFile::new_in(data_dir).map_err(failed)?;
    file.write_all(&text).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&path).map_err(|err| failed(err.error))?;
    Ok(())
}
