//! The newest run on the canvas: a status and a picture per node.

use hartomat_api::RunQuery;
use hartomat_editor::backend::Connection;
use hartomat_schema::NodeId;
use hartomat_ui::theme::Status;

use crate::support::{Data, STILL, run, save_quick};
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
    let workflow = save_quick(&*backend);
    window.open(STILL);
    window.steps(10);
    assert_eq!(status(&window, "still"), None, "it never ran");
    let before = height(&window);
    run(&*backend, workflow);
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
