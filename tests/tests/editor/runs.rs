//! The newest run on the canvas: a status and a picture per node.

use hartomat_api::{DispatchRequest, FileSource, RunQuery, SubjectSource, WorkflowSource};
use hartomat_editor::backend::Connection;
use hartomat_schema::{ExecutionMode, NodeId, RunState, WorkflowId};
use hartomat_tests::sample;
use hartomat_ui::theme::Status;

use crate::support::{Data, quick};
use crate::window::Window;

fn status(window: &Window, node: &str) -> Option<Status> {
    let session = window.app().state().session.as_ref().unwrap();
    session.last_run.status(&NodeId::new(node).unwrap())
}

fn height(window: &Window) -> f32 {
    let session = window.app().state().session.as_ref().unwrap();
    let still = NodeId::literal("still");
    session.canvas.model.node(&still).unwrap().rect.height()
}

#[test]
fn nodes_show_how_their_last_run_went_and_its_picture() {
    let data = Data::new();
    let mut window = data.window();
    let backend = data.somebody_else();
    let id = WorkflowId::literal("canonical-still");
    let workflow = quick(backend.workflow_get(&id).unwrap().workflow);
    window.open("canonical-still");
    window.steps(10);
    assert_eq!(status(&window, "still"), None, "it never ran");
    let before = height(&window);
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest {
        mode: Some(ExecutionMode::Shadow),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    };
    let ended = backend.run_to_end(&request, &()).unwrap();
    assert_eq!(ended.record.state, RunState::Succeeded);
    assert_eq!(
        backend.run_list(&RunQuery::default()).unwrap().runs.len(),
        1
    );
    window.until("the run is seen", |app| {
        let session = app.state().session.as_ref().unwrap();
        let still = NodeId::literal("still");
        session.last_run.picture(&still).is_some()
    });
    assert_eq!(status(&window, "still"), Some(Status::Succeeded));
    let session = window.app().state().session.as_ref().unwrap();
    let (_, size) = session.last_run.picture(&NodeId::literal("still")).unwrap();
    assert_eq!(
        size,
        egui::vec2(64.0, 64.0),
        "small pictures stay as they are"
    );
    assert!(height(&window) > before + 50.0, "there is room for it");
    let said = window.description_of_node("Still");
    assert!(said.contains("succeeded in its last run"), "{said}");
    assert!(matches!(
        window.app().state().shell.connection(),
        Connection::Up(_)
    ));
}
