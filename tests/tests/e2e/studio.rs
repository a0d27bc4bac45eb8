//! A studio in a temporary folder, and the quick still that most tests run.

use std::path::Path;
use std::process::{Command, Output};

pub(crate) use hartomat_tests::{output, sample, spawn};
use serde_json::Value;
use tempfile::TempDir;

/// A data folder of one test.
pub(crate) struct TestStudio(TempDir);

/// What a command came to.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) json: Value,
    pub(crate) stderr: String,
}

impl Ended {
    /// A value of the envelope by JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.json.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A text of the envelope by JSON pointer; empty where there is none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// State of each node run by node.
    pub(crate) fn node_state(&self, node: &str) -> &str {
        let nodes = self
            .at("/data/record/nodes")
            .as_array()
            .expect("a run has nodes");
        let run = nodes
            .iter()
            .find(|run| run["node"] == node)
            .expect("the node is in the run");
        run["state"].as_str().expect("a node run has a state")
    }
}

/// Settings of a still that takes a second: small, few samples.
pub(crate) const QUICK: [&str; 6] = [
    "--set",
    "still.width_px=96",
    "--set",
    "still.height_px=96",
    "--set",
    "still.samples=8",
];

impl TestStudio {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The program with this studio's data folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = hartomat_tests::hartomat();
        command
            .arg("--data-dir")
            .arg(self.path().join("data"))
            .arg("--json")
            .args(arguments);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        ended(output(&mut self.command(arguments)))
    }

    /// A quick smoke still in a mode, with further arguments.
    pub(crate) fn smoke(&self, mode: &str, further: &[&str]) -> Ended {
        let mut arguments = vec!["smoke", "still", "--execution-mode", mode];
        arguments.extend(QUICK);
        arguments.extend(further);
        self.run(&arguments)
    }
}

pub(crate) fn ended(output: Output) -> Ended {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|err| {
        panic!("no JSON on standard output ({err}); standard error:\n{stderr}")
    });
    Ended {
        code: output.status.code().unwrap_or(-1),
        json,
        stderr,
    }
}
