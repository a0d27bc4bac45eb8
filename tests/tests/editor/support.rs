//! A window on a data folder of its own, and the agent that it starts.

use std::sync::Arc;

use hartomat_api::{
    AccessToken, ApiError, Backend, DispatchRequest, FileSource, HttpClient, HttpOptions,
    KnownServers, SubjectSource, WorkflowSave, WorkflowSource,
};
use hartomat_editor::backend::AgentConnector;
use hartomat_editor::files::EditorFolder;
use hartomat_editor::{ShellCommand, SubjectChoice};
use hartomat_schema::{ExecutionMode, NodeRunState, Workflow, WorkflowId};
use hartomat_tests::{hartomat, output, program, sample};
use serde_json::json;
use tempfile::TempDir;

use crate::window::Window;

/// The workflow that these tests work with.
pub(crate) const STILL: &str = "canonical-still";

/// A data folder. The agent that an editor starts in it outlives windows, not this.
pub(crate) struct Data(Arc<TempDir>);

impl Data {
    pub(crate) fn new() -> Self {
        // The program starts the worker; whoever finds none builds it here, not within a run.
        program("hartomat-cad-worker");
        Self(Arc::new(tempfile::tempdir().unwrap()))
    }

    /// A window that has come as far as the agent.
    pub(crate) fn window(&self) -> Window {
        let folder = EditorFolder::new(self.0.path());
        let connector = AgentConnector::new(folder, client).program(program("hartomat"));
        let mut window = Window::open_in(Box::new(connector), self.0.clone());
        window.until_connected();
        window
    }

    /// Somebody else at the same agent.
    pub(crate) fn somebody_else(&self) -> Arc<dyn Backend> {
        let client = KnownServers::new(self.0.path()).connect("agent", None);
        Arc::new(client.unwrap())
    }

    /// Whether an agent runs here.
    pub(crate) fn has_agent(&self) -> bool {
        let mut command = hartomat();
        command.arg("--data-dir").arg(self.0.path());
        output(command.args(["agent", "status"])).status.success()
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let mut command = hartomat();
        command.arg("--data-dir").arg(self.0.path());
        output(command.args(["agent", "stop"]));
    }
}

fn client(address: &str, token: &str) -> Result<Arc<dyn Backend>, ApiError> {
    let options = HttpOptions::new(address).token(AccessToken::new(token)?);
    Ok(Arc::new(HttpClient::connect(options)?))
}

/// Checks in this window are about the smallest sample.
pub(crate) fn choose_sample(window: &mut Window) {
    let file = sample("flange_bracket.step");
    window.shell(ShellCommand::SetSubject(SubjectChoice::SampleOrderLine(
        file,
    )));
}

/// The workflow with a coarse mesh and a picture that is rendered in no time.
pub(crate) fn quick(mut workflow: Workflow) -> Workflow {
    for (node, name, value) in [
        ("glb", "deflection_percent", json!(1.0)),
        ("glb", "angle_deg", json!(30.0)),
        ("still", "width_px", json!(64)),
        ("still", "height_px", json!(64)),
        ("still", "samples", json!(4)),
    ] {
        let mut nodes = workflow.nodes.iter_mut();
        let node = nodes.find(|found| found.id.as_str() == node).unwrap();
        node.settings.insert(name.to_owned(), value);
    }
    workflow
}

/// Somebody saves the canonical still in its quick form.
pub(crate) fn save_quick(backend: &dyn Backend) -> Workflow {
    let there = backend.workflow_get(&WorkflowId::literal(STILL)).unwrap();
    let workflow = quick(there.workflow);
    let save = WorkflowSave {
        workflow: workflow.clone(),
        expected_revision: there.revision,
        catalogue_etag: None,
    };
    backend.workflow_put(&save).unwrap();
    workflow
}

/// Somebody runs it on the smallest sample, to its end.
pub(crate) fn run(backend: &dyn Backend, workflow: Workflow) {
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest {
        mode: Some(ExecutionMode::Graph),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    };
    let ended = backend.run_to_end(&request, &()).unwrap();
    let nodes = &ended.record.nodes;
    let still = nodes.iter().find(|node| node.node.as_str() == "still");
    let state = still.map(|still| still.state);
    assert_eq!(state, Some(NodeRunState::Succeeded), "{nodes:#?}");
}
