//! The agent of this machine: found by the file that it writes, started where none runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hartomat_api::{AgentAddress, ApiError, Backend, ErrorKind};
use hartomat_process::{Cancel, Input, Launch, Limits, Output, Stream, run_with, start_detached};
use serde_json::Value;

use super::Connector;
use super::connector::{HttpBackend, TargetChange};
use crate::files::EditorFolder;

/// Variables that the agent needs beside those that every program gets.
const INHERITED: &[&str] = &[
    "HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "HARTOMAT_CAD_WORKER",
];

/// Starts an agent for a data folder. It goes on when the editor's window closes, and so do renders.
fn start(program: &Path, data_dir: &Path, log: &Path) -> Result<(), ApiError> {
    std::fs::create_dir_all(data_dir).map_err(|err| broken(&err))?;
    let launch = Launch::new(program)
        .args(["agent", "run", "--data-dir"])
        .arg(data_dir);
    let launch = INHERITED
        .iter()
        .fold(launch, |launch, name| launch.inherit(name));
    start_detached(&launch, log).map_err(|err| broken(&err))?;
    Ok(())
}

/// The agent of this machine.
pub struct AgentConnector {
    folder: EditorFolder,
    client: HttpBackend,
    program: Option<PathBuf>,
    patience: Duration,
}

/// How often the agent's file is looked for while it starts.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// The longest that a change of the data folder's settings may take.
const CHANGE_TAKES: Duration = Duration::from_secs(30);

impl AgentConnector {
    /// The agent of this data folder.
    pub fn new(folder: EditorFolder, client: HttpBackend) -> Self {
        Self {
            folder,
            client,
            program: None,
            patience: Duration::from_secs(20),
        }
    }

    /// Starts this program instead of the one beside the editor or on the search path.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = Some(program.into());
        self
    }

    fn hartomat(&self) -> Result<PathBuf, ApiError> {
        let program = self.program.clone().or_else(agent_program);
        program.ok_or_else(|| {
            let message = "no agent runs, and the program `hartomat` that starts one is missing";
            ApiError::new(ErrorKind::EnvironmentMissing, message)
                .hint("install `hartomat` beside the editor, or give a server with --server")
        })
    }

    /// The agent that the file names, where it answers.
    fn running(&self) -> Option<Arc<dyn Backend>> {
        // A file that a killed agent left behind names an address that may be anybody's by now.
        let data_dir = self.folder.data_dir();
        let agent = AgentAddress::read(data_dir).ok().flatten();
        let agent = agent.filter(|_| AgentAddress::is_alive(data_dir))?;
        let backend = (self.client)(&agent.address, &agent.token).ok()?;
        backend.info().is_ok().then_some(backend)
    }

    fn wait(&self) -> Result<Arc<dyn Backend>, ApiError> {
        let looks = self.patience.as_millis() / LOOK_AGAIN.as_millis();
        for _ in 0..looks {
            if let Some(backend) = self.running() {
                return Ok(backend);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        let message = "the agent was started, but doesn't answer";
        let log = self.folder.agent_log();
        Err(ApiError::new(ErrorKind::Unreachable, message)
            .hint(format!("{} may say why", log.display())))
    }
}

impl Connector for AgentConnector {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        if let Some(backend) = self.running() {
            return Ok(backend);
        }
        let program = self.hartomat()?;
        start(&program, self.folder.data_dir(), &self.folder.agent_log())?;
        self.wait()
    }

    /// The program does it: targets name files of secrets, and are never set over a connection.
    fn change_target(&self, change: &TargetChange) -> Result<(), ApiError> {
        let launch = Launch::new(self.hartomat()?)
            .args(["--json", "notify", "--data-dir"])
            .arg(self.folder.data_dir());
        let limits = Limits {
            wall: Some(CHANGE_TAKES),
            ..Limits::default()
        };
        let (launch, input) = match change {
            TargetChange::Put(target) => (
                launch.args(["put", "-"]),
                Input::Bytes(target.to_string().into_bytes()),
            ),
            TargetChange::Remove(id) => {
                (launch.args(["remove", "--"]).arg(id.as_str()), Input::Empty)
            }
        };
        let mut said = String::new();
        let launch = launch.limits(limits);
        let ended = run_with(&launch, input, Output::Lines, &Cancel::new(), &mut |line| {
            if line.stream == Stream::Stdout {
                said.push_str(&line.text);
                said.push('\n');
            }
        });
        let ended = ended.map_err(|err| broken(&err))?;
        let told: Value = serde_json::from_str(&said).map_err(|_no_json| {
            let message = format!("`hartomat notify` {}", ended.end);
            ApiError::new(ErrorKind::Internal, message)
        })?;
        match serde_json::from_value(told["error"].clone()) {
            Ok(Some(err)) => Err(err),
            Ok(None) => Ok(()),
            Err(err) => Err(broken(&err)),
        }
    }
}

fn broken(err: &dyn std::error::Error) -> ApiError {
    ApiError::from_source(ErrorKind::EnvironmentMissing, err)
}

/// The program `hartomat` beside this one, or else on the search path.
fn agent_program() -> Option<PathBuf> {
    let name = format!("hartomat{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok()?.with_file_name(&name);
    if beside.is_file() {
        return Some(beside);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|candidate| candidate.is_file())
}
