//! Drafts: beside the saved version, offered after a crash, one per window.

use hartomat_document::Edit;
use hartomat_editor::preferences::LanguageChoice;
use hartomat_editor::{Action, Command, PreferenceChange, ShellCommand};

use crate::harness::Editor;

fn edited() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Mine".to_owned()));
    editor.until_drafted();
    editor
}

fn until_offered(editor: &mut Editor) {
    editor.until("a draft is offered", |app| {
        !app.state().shell.start().drafts().is_empty()
    });
}

#[test]
fn a_crash_leaves_a_draft_that_is_offered_with_a_picture_and_restored() {
    let (backend, folder) = edited().crash();
    assert_eq!(
        backend.saved("canonical-still").workflow.name,
        "Canonical still"
    );
    let mut editor = Editor::again(backend, folder);
    editor.until("the library is there", |app| {
        !app.state().catalogue.nodes.is_empty()
    });
    until_offered(&mut editor);
    editor.until("its picture", |app| {
        !app.state().shell.start().drafts()[0]
            .miniature
            .nodes
            .is_empty()
    });
    assert!(editor.shows("Drafts that weren't saved"));
    editor.click_button("Restore draft of Mine");
    editor.until("it is open", |app| app.state().session.is_some());
    assert_eq!(editor.workflow().name, "Mine");
    assert!(editor.is_dirty());
    editor.push(Command::Run(Action::Undo));
    assert_eq!(
        editor.workflow().name,
        "Canonical still",
        "undo leads to what is saved"
    );
    editor.push(Command::Run(Action::Redo));
    editor.push(Command::Run(Action::Save));
    editor.until("it is saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Mine"
    );
    editor.push(Command::Run(Action::Close));
    editor.steps(20);
    assert!(editor.app().state().shell.start().drafts().is_empty());
}

#[test]
fn a_restored_draft_whose_workflow_was_saved_meanwhile_conflicts() {
    let (backend, folder) = edited().crash();
    backend.save_behind_the_back("canonical-still", |workflow| {
        workflow.description = "Theirs".to_owned();
    });
    let mut editor = Editor::again(backend, folder);
    until_offered(&mut editor);
    editor.click_button("Restore draft of Mine");
    editor.until("it is open", |app| app.state().session.is_some());
    editor.push(Command::Run(Action::Save));
    editor.until_shown("Somebody else has saved this workflow");
}

#[test]
fn a_discarded_draft_is_put_aside() {
    let (backend, folder) = edited().crash();
    let mut editor = Editor::again(backend, folder.clone());
    until_offered(&mut editor);
    editor.click_button("Discard draft of Mine");
    editor.until("it is put aside", |app| {
        app.state().shell.start().drafts().is_empty()
    });
    assert!(!editor.shows("Drafts that weren't saved"));
    let aside = folder.path().join("editor/drafts/discarded");
    assert_eq!(std::fs::read_dir(aside).unwrap().count(), 1);
}

#[test]
fn two_windows_on_one_workflow_have_a_draft_each_and_neither_is_offered_while_they_live() {
    let mut one = edited();
    let mut two = one.another_window();
    two.steps(20);
    assert!(two.app().state().shell.start().drafts().is_empty());
    two.open("canonical-still");
    assert_eq!(
        two.workflow().name,
        "Canonical still",
        "the saved one, not the other's draft"
    );
    two.edit(Edit::SetName("Other".to_owned()));
    two.until_drafted();
    one.push(Command::Run(Action::Save));
    one.until("it is saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
    two.push(Command::Run(Action::Save));
    two.until_shown("Somebody else has saved this workflow");
    let (backend, folder) = two.crash();
    drop(one);
    let mut three = Editor::again(backend, folder);
    until_offered(&mut three);
    let drafts = three.app().state().shell.start().drafts();
    let names: Vec<_> = drafts.iter().map(|draft| draft.name.as_deref()).collect();
    assert_eq!(names, [Some("Other")]);
}

#[test]
fn a_draft_can_be_kept_on_closing_and_is_gone_when_changes_are_undone() {
    let mut editor = edited();
    editor.push(Command::Run(Action::Close));
    editor.answer("Keep as draft");
    assert!(editor.app().state().session.is_none());
    until_offered(&mut editor);
    editor.click_button("Restore draft of Mine");
    editor.until("it is open", |app| app.state().session.is_some());
    editor.push(Command::Run(Action::Undo));
    editor.steps(3);
    editor.shell(ShellCommand::Close);
    assert!(
        editor.app().state().session.is_none(),
        "there is nothing to ask"
    );
    editor.steps(20);
    assert!(editor.app().state().shell.start().drafts().is_empty());
}

#[test]
fn a_damaged_draft_is_shown_and_never_removed_by_itself() {
    let editor = edited();
    let (backend, folder) = editor.crash();
    let drafts = folder.path().join("editor/drafts");
    let path = std::fs::read_dir(&drafts)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "draft"))
        .unwrap();
    std::fs::write(&path, "half a dra").unwrap();
    let mut editor = Editor::again(backend, folder);
    until_offered(&mut editor);
    assert!(editor.shows("A draft that can't be read"));
    assert!(path.exists());
}

#[test]
fn undo_and_redo_outlive_a_crash() {
    let mut editor = edited();
    editor.edit(Edit::SetDescription("For the fair".to_owned()));
    editor.edit(Edit::SetName("Mine again".to_owned()));
    editor.push(Command::Run(Action::Undo));
    editor.until_drafted();
    let (backend, folder) = editor.crash();
    let mut editor = Editor::again(backend, folder);
    until_offered(&mut editor);
    editor.click_button("Restore draft of Mine");
    editor.until("it is open", |app| app.state().session.is_some());
    let steps = |editor: &Editor| {
        let session = editor.app().state().session.as_ref().unwrap();
        (session.document.history().len(), session.document.present())
    };
    assert_eq!(steps(&editor), (4, 2));
    editor.push(Command::Run(Action::Redo));
    assert_eq!(editor.workflow().name, "Mine again");
    for _ in 0..2 {
        editor.push(Command::Run(Action::Undo));
    }
    assert_eq!(
        editor.workflow().description,
        crate::fixtures::workflow("canonical-still").description
    );
    assert_eq!(editor.workflow().name, "Mine");
    editor.push(Command::Run(Action::Undo));
    assert!(!editor.is_dirty(), "back at what is saved");
}

#[test]
fn the_last_change_of_a_draft_is_said_in_the_person_s_language() {
    let (backend, folder) = edited().crash();
    let mut editor = Editor::again(backend, folder);
    until_offered(&mut editor);
    assert!(editor.shows_part("last: Rename workflow"));
    let german = PreferenceChange::Language(LanguageChoice::German);
    editor.shell(ShellCommand::Prefer(german));
    editor.until_shown("zuletzt: Workflow umbenennen");
}
