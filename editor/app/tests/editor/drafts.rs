//! Drafts: beside the saved version, offered after a crash, one per window.

use std::path::{Path, PathBuf};

use hartomat_document::Edit;
use hartomat_editor::preferences::LanguageChoice;
use hartomat_editor::{Action, Command, EditCommand, PreferenceChange, ShellCommand};

use crate::harness::Editor;

fn edited() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Mine".to_owned()));
    editor.until_drafted();
    editor
}

/// The draft that lies in this data folder.
fn draft_in(folder: &Path) -> PathBuf {
    let entries = std::fs::read_dir(folder.join("editor/drafts")).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let draft = paths.find(|path| path.extension().is_some_and(|end| end == "draft"));
    draft.unwrap()
}

fn until_clean(editor: &mut Editor) {
    editor.until("it is saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
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
    until_clean(&mut editor);
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
    until_clean(&mut one);
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
    let path = draft_in(folder.path());
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

#[test]
fn a_draft_that_outlives_a_save_is_over_what_that_save_wrote() {
    let mut editor = edited();
    editor.push_at_once(Command::Run(Action::Save));
    let later = Edit::SetName("Later".to_owned());
    editor.push_at_once(Command::Edit(EditCommand::Apply(later)));
    editor.until("the save has ended", |app| {
        let open = app.state().shell.open();
        open.is_some_and(|open| open.is_dirty && !open.is_saving())
    });
    let (backend, folder) = editor.crash();
    assert_eq!(backend.saved("canonical-still").workflow.name, "Mine");
    let mut editor = Editor::again(backend, folder);
    until_offered(&mut editor);
    editor.click_button("Restore draft of Later");
    editor.until("it is open", |app| app.state().session.is_some());
    editor.push(Command::Run(Action::Save));
    until_clean(&mut editor);
    let saved = editor.backend.saved("canonical-still");
    assert_eq!((saved.revision, saved.workflow.name.as_str()), (2, "Later"));
}

#[test]
fn mine_can_be_kept_where_nothing_else_is_left() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("still.json");
    let text = crate::fixtures::workflow("canonical-still").to_json();
    std::fs::write(&path, text).unwrap();
    editor.shell(ShellCommand::OpenFile(path.clone()));
    editor.until("it is open", |app| app.state().session.is_some());
    editor.edit(Edit::SetName("Mine".to_owned()));
    let (backend, folder) = editor.crash();
    let draft = draft_in(folder.path());
    let text = std::fs::read_to_string(&draft).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let mut head: serde_json::Value = serde_json::from_str(head).unwrap();
    head["saved"] = serde_json::Value::Null;
    std::fs::write(&draft, format!("{head}\n{rest}")).unwrap();
    std::fs::write(&path, "half a workfl").unwrap();
    let mut editor = Editor::again(backend, folder);
    until_offered(&mut editor);
    editor.click_button("Restore draft of Mine");
    editor.until("it is open", |app| app.state().session.is_some());
    editor.push(Command::Run(Action::Save));
    editor.until_shown("was deleted or can't be read any more");
    editor.answer("Keep mine");
    until_clean(&mut editor);
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, editor.workflow().to_json());
}
