//! The agent: one per data folder, found by its file, stopped when told, survived by its runs.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use hartomat_api::{AgentAddress, Backend as _, BackendKind, KnownServers};
use hartomat_schema::{ExecutionMode, RunState};

use crate::support::{ask, output, quick_still, request, spawn, still};

/// An agent that has said that it listens.
struct Agent(Child);

impl Agent {
    fn start(data: &Path) -> Self {
        let mut command = hartomat_tests::hartomat();
        command.arg("--data-dir").arg(data).args(["agent", "run"]);
        let mut child = spawn(command.stdout(Stdio::piped()));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(
            line.starts_with("agent listens on http://127.0.0.1:"),
            "{line}"
        );
        Self(child)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = (self.0.kill(), self.0.wait());
    }
}

fn hartomat(data: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = hartomat_tests::hartomat();
    command.arg("--data-dir").arg(data).args(arguments);
    let ended = output(&mut command);
    let text = String::from_utf8_lossy(&ended.stdout).into_owned();
    (ended.status.code(), text)
}

#[test]
fn a_second_start_finds_the_first_and_a_stop_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert_eq!(hartomat(data, &["agent", "status"]).0, Some(10));
    let mut agent = Agent::start(data);
    let address = AgentAddress::read(data).unwrap().unwrap();
    let (code, text) = hartomat(data, &["agent", "run"]);
    assert_eq!(code, Some(0));
    assert!(text.contains(&address.address), "{text}");
    let (_, text) = hartomat(data, &["agent", "status"]);
    assert!(text.contains("agent of this machine"), "{text}");
    let client = KnownServers::new(data).connect("agent", None).unwrap();
    assert_eq!(client.info().unwrap().kind, BackendKind::Agent);
    // Loopback is no licence: without its token nobody is let in.
    let health = address.address.clone() + "/v1/health";
    assert_eq!(ask(&health, "GET", None, None).0, 401);
    assert_eq!(ask(&health, "GET", Some("hm_wrong"), None).0, 401);
    assert_eq!(hartomat(data, &["agent", "stop"]).0, Some(0));
    assert_eq!(agent.0.wait().unwrap().code(), Some(0));
    assert_eq!(AgentAddress::read(data).unwrap(), None);
}

#[cfg(unix)]
#[test]
fn its_file_is_its_users_alone_and_its_token_new_at_each_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let agent = Agent::start(folder.path());
    let first = AgentAddress::read(folder.path()).unwrap().unwrap();
    let mode = AgentAddress::file(folder.path())
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // Killed, it leaves its file behind; the next start is not misled by it.
    drop(agent);
    assert!(AgentAddress::file(folder.path()).exists());
    let _agent = Agent::start(folder.path());
    let second = AgentAddress::read(folder.path()).unwrap().unwrap();
    assert_ne!(first.token, second.token);
}

#[test]
fn a_run_goes_on_when_its_client_leaves_and_when_the_agent_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut agent = Agent::start(data);
    let client = KnownServers::new(data).connect("agent", None).unwrap();
    let quick = client
        .dispatch(&request(quick_still(&client), ExecutionMode::Legacy))
        .unwrap();
    drop(client);
    let client = KnownServers::new(data).connect("agent", None).unwrap();
    let ended = client.follow_to_end(&quick, &()).unwrap();
    assert_eq!(ended.record.state, RunState::Succeeded);
    let slow = client
        .dispatch(&request(still(&client, 256, 128), ExecutionMode::Graph))
        .unwrap();
    assert_eq!(hartomat(data, &["agent", "stop"]).0, Some(0));
    agent.0.wait().unwrap();
    let _agent = Agent::start(data);
    let client = KnownServers::new(data).connect("agent", None).unwrap();
    let ended = client.follow_to_end(&slow, &()).unwrap();
    assert_eq!(ended.record.state, RunState::Succeeded);
}
