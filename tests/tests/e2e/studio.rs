//! A studio in a temporary folder, and the quick still that most tests run.

use std::path::Path;
use std::process::{Command, Output};

use hartomat_api::{Backend as _, DispatchRequest, FileSource, SubjectSource, WorkflowSource};
use hartomat_app::Studio;
use hartomat_schema::{ExecutionMode, WorkflowId};
pub(crate) use hartomat_tests::{output, sample, spawn};
use serde_json::{Value, json};
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

/// A run of the canonical still of this size on the smallest sample.
pub(crate) fn still(
    studio: &Studio,
    mode: ExecutionMode,
    size_px: u32,
    samples: u32,
) -> DispatchRequest {
    let id = WorkflowId::literal("canonical-still");
    let mut workflow = studio.template_list().unwrap();
    workflow.retain(|it| it.id == id);
    let mut workflow = workflow.remove(0);
    for node in &mut workflow.nodes {
        if node.node_type.as_str() == "render_still" {
            for (name, value) in [
                ("width_px", size_px),
                ("height_px", size_px),
                ("samples", samples),
            ] {
                node.settings.insert(name.to_owned(), json!(value));
            }
        }
    }
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    DispatchRequest {
        mode: Some(mode),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    }
}
