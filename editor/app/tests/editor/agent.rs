//! An agent of the product in a test: the real program, with a data folder of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use hartomat_api::{AccessToken, ApiError, Backend, HttpClient, HttpOptions};

/// A running agent.
pub(crate) struct Agent(Child);

impl Agent {
    /// Starts one and waits until it listens.
    pub(crate) fn start(data: &Path) -> Self {
        let mut command = Command::new(program());
        for variable in ["HARTOMAT_DATA_DIR", "HARTOMAT_SERVER", "HARTOMAT_TOKEN"] {
            command.env_remove(variable);
        }
        command.env("HARTOMAT_NO_KEYRING", "1");
        command.arg("--data-dir").arg(data).args(["agent", "run"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut line).unwrap();
        assert!(line.starts_with("agent listens on"), "{line}");
        Self(child)
    }

    /// What the list of who changed what says, newest first.
    pub(crate) fn audit(data: &Path) -> String {
        let mut command = Command::new(program());
        command.env("HARTOMAT_NO_KEYRING", "1");
        command.arg("--data-dir").arg(data).arg("audit");
        let output = command.output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = (self.0.kill(), self.0.wait());
    }
}

/// The program beside the tests in the target folder, where cargo puts it.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().unwrap().parent().unwrap();
    let path = folder.join(format!("hartomat{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "build the programs first: ./x unit does");
    path
}

/// A client of the agent at an address.
pub(crate) fn client(address: &str, token: &str) -> Result<Arc<dyn Backend>, ApiError> {
    let options = HttpOptions::new(address).token(AccessToken::new(token)?);
    Ok(Arc::new(HttpClient::connect(options)?))
}
