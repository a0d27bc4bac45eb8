//! The start screen: templates, recent workflows, imports, dropped files, work without a link.

use std::sync::Arc;

use hartomat_editor::{ShellCommand, SubjectChoice};
use hartomat_schema::Coverage;
use serde_json::json;

use crate::fixtures::{MemoryBackend, catalogue, workflow, write_library_copy};
use crate::harness::Editor;

#[test]
fn a_template_becomes_a_new_workflow_with_an_id_of_its_own() {
    let mut editor = Editor::start();
    editor.click("New workflow from Canonical still");
    assert_eq!(
        editor.workflow().nodes.len(),
        workflow("canonical-still").nodes.len()
    );
    assert_ne!(editor.workflow().id.as_str(), "canonical-still");
    assert!(!editor.is_dirty(), "nothing was changed yet");
}

#[test]
fn there_is_an_empty_workflow_per_family() {
    let mut editor = Editor::start();
    editor.click("New empty workflow: CAD file");
    assert!(editor.workflow().nodes.is_empty());
    assert_eq!(editor.workflow().family, hartomat_schema::Family::CadFile);
}

#[test]
fn a_template_that_cannot_run_yet_says_so_and_opens_anyway() {
    let mut catalogue = catalogue();
    let mut nodes = catalogue.nodes.iter_mut();
    let still = nodes.find(|node| node.node_type.as_str() == "render_still");
    still.unwrap().coverage = Coverage::Disabled {
        reason: "this edition has no renderer".to_owned(),
    };
    let mut editor = Editor::with(MemoryBackend::with(catalogue));
    let state = editor.app().state();
    let template = state.shell.start().templates().iter();
    let template = template
        .clone()
        .find(|tile| tile.name == "Canonical still")
        .unwrap();
    assert_eq!(
        template.obstacles[0].to_string(),
        "Still: this edition has no renderer"
    );
    editor.click("New workflow from Canonical still");
    assert!(!editor.workflow().nodes.is_empty());
}

#[test]
fn what_was_open_is_recent_with_a_picture() {
    let mut editor = Editor::start();
    assert!(editor.shows_part("appear here, each with a picture"));
    editor.open("canonical-still");
    editor.shell(ShellCommand::Close);
    editor.until("a picture", |app| {
        let mut tiles = app.state().shell.recent_tiles();
        tiles.any(|tile| {
            tile.miniature
                .is_some_and(|picture| !picture.nodes.is_empty())
        })
    });
    editor.click("Open Canonical still");
    editor.until("it is open again", |app| app.state().session.is_some());
    assert_eq!(editor.workflow().id.as_str(), "canonical-still");
}

#[test]
fn a_legacy_preset_is_imported_with_a_report() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("old still.json");
    let preset = json!({"type": "still", "params": {"width": 800, "height": 600, "mystery": 1}});
    std::fs::write(&path, preset.to_string()).unwrap();
    editor.drop_file(&path);
    editor.until_shown("Import old still.json");
    assert!(editor.shows_part("A legacy preset"));
    assert!(editor.shows_part("mystery"), "what was kept is said");
    editor.answer("Open as workflow");
    assert!(!editor.workflow().nodes.is_empty());
    assert!(editor.is_dirty(), "nobody has saved it in this form");
    assert!(path.exists());
}

#[test]
fn nodes_of_an_imported_preset_don_t_cover_each_other() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("angles.json");
    let preset = include_str!("../../../../runtime/schema/corpus/legacy/preset_multi_angle.json");
    std::fs::write(&path, preset).unwrap();
    editor.drop_file(&path);
    editor.until_shown("Import angles.json");
    editor.answer("Open as workflow");
    editor.steps(3);
    let nodes = &editor.session().canvas.model.nodes;
    for (number, node) in nodes.iter().enumerate() {
        for other in &nodes[number + 1..] {
            let is_apart = !node.rect.expand(4.0).intersects(other.rect);
            assert!(is_apart, "{} and {}", node.id, other.id);
        }
    }
}

#[test]
fn a_file_that_is_no_workflow_is_refused_with_all_that_is_wrong() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("broken.json");
    std::fs::write(&path, "{ \"schema\": \"hartomat.workflow/1\", ").unwrap();
    editor.shell(ShellCommand::OpenFile(path));
    editor.until_shown("broken.json can't be opened");
    assert!(editor.shows_part("Line 1, column"));
    editor.answer("Close");
    assert!(!editor.shows_part("can't be opened"));
}

#[test]
fn a_missing_file_is_said_in_plain_words() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("gone.json");
    editor.shell(ShellCommand::OpenFile(path));
    editor.until_shown("Can't open");
    assert!(editor.app().state().session.is_none());
}

#[test]
fn a_dropped_step_file_becomes_what_checks_are_about() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("Ring.STEP");
    std::fs::write(&path, "ISO-10303-21;").unwrap();
    editor.drop_file(&path);
    editor.until_shown("Checks and runs are about Ring.STEP now");
    editor.open("canonical-still");
    let subject = editor.app().state().shell.subject().cloned();
    assert_eq!(subject, Some(SubjectChoice::SampleOrderLine(path)));
}

#[test]
fn without_a_link_the_copy_of_the_library_is_worked_with() {
    let backend = MemoryBackend::new();
    *backend.is_reachable.lock().unwrap() = false;
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    write_library_copy(folder.path());
    let mut editor = Editor::in_folder(backend.clone(), folder);
    editor.until_shown("Working offline");
    editor.click("New workflow from Canonical still");
    assert!(!editor.workflow().nodes.is_empty());
    *backend.is_reachable.lock().unwrap() = true;
    editor.shell(ShellCommand::Reconnect);
    editor.until("connected", |app| app.state().shell.connection().is_up());
}

#[test]
fn the_open_dialog_finds_by_typing() {
    let mut editor = Editor::start();
    editor.shell(ShellCommand::AskOpen);
    editor.until_shown("Find by name or description");
    assert!(editor.shows("Canonical still") && editor.shows("CAD thumbnail"));
    editor.type_into("Find by name or description", "thumb");
    editor.until("it is open", |app| app.state().session.is_some());
    assert_eq!(editor.workflow().id.as_str(), "cad-thumbnail");
}

#[test]
fn a_list_that_fails_stays_as_it_was_and_what_others_saved_comes_with_the_open_dialog() {
    let mut editor = Editor::start();
    let before = editor.app().state().shell.library().workflows.clone();
    assert!(!before.is_empty());
    let backend = editor.backend.clone();
    backend.save_behind_the_back("canonical-still", |workflow| {
        workflow.name = "Of somebody else".to_owned();
    });
    *backend.failures.lock().unwrap() = 1;
    editor.shell(ShellCommand::AskOpen);
    editor.until("the list was asked for", |_| {
        *backend.failures.lock().unwrap() == 0
    });
    assert_eq!(editor.app().state().shell.library().workflows, before);
    editor.shell(ShellCommand::Reconnect);
    editor.until_shown("Of somebody else");
}

#[test]
fn a_cad_file_on_the_command_line_opens_a_new_workflow_for_it() {
    let backend = MemoryBackend::new();
    let mut editor = Editor::in_folder(backend, Arc::new(tempfile::tempdir().unwrap()));
    let part = editor.folder.path().join("flange.STEP");
    // As the window does before its first frame: no template is known yet.
    editor.shell(ShellCommand::OpenFile(part.clone()));
    editor.until("a workflow", |app| app.state().session.is_some());
    assert_eq!(editor.workflow().name, "CAD thumbnail");
    assert_ne!(editor.workflow().id.as_str(), "cad-thumbnail");
    let subject = editor.app().state().shell.subject();
    assert_eq!(subject, Some(&SubjectChoice::CadFile(part)));
}

#[test]
fn a_cad_file_without_a_link_opens_an_empty_workflow() {
    let backend = MemoryBackend::new();
    *backend.is_reachable.lock().unwrap() = false;
    let mut editor = Editor::in_folder(backend, Arc::new(tempfile::tempdir().unwrap()));
    editor.shell(ShellCommand::OpenFile("flange.stp".into()));
    editor.until("a workflow", |app| app.state().session.is_some());
    assert!(editor.workflow().nodes.is_empty());
    assert_eq!(editor.workflow().family, hartomat_schema::Family::CadFile);
}
