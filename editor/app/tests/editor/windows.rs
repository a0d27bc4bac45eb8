//! Two windows of one person: on one file of preferences, and on one workflow.

use hartomat_document::Edit;
use hartomat_editor::preferences::ThemeChoice;
use hartomat_editor::{Action, Command, PreferenceChange, ShellCommand};

use crate::harness::Editor;

const SAID: &str = "Another window has changes of this workflow";

fn prefer(editor: &mut Editor, change: PreferenceChange) {
    editor.shell(ShellCommand::Prefer(change));
}

#[test]
fn what_each_window_prefers_is_kept() {
    let mut one = Editor::start();
    let mut two = one.another_window();
    prefer(&mut one, PreferenceChange::Theme(ThemeChoice::Light));
    prefer(&mut two, PreferenceChange::Scale(1.25));
    one.open("canonical-still");
    two.open("cad-thumbnail");
    let (backend, folder) = (one.backend.clone(), one.folder.clone());
    drop((one, two));
    let next = Editor::in_folder(backend, folder);
    let preferences = next.app().state().shell.preferences();
    assert_eq!(preferences.theme, ThemeChoice::Light);
    assert!((preferences.scale - 1.25).abs() < f32::EPSILON);
    assert_eq!(preferences.recent.len(), 2);
}

#[test]
fn the_second_window_hears_of_changes_in_the_first_and_saves_are_compared() {
    let mut one = Editor::start();
    one.open("canonical-still");
    one.edit(Edit::SetName("Of the first".to_owned()));
    one.until_drafted();
    let mut two = one.another_window();
    two.open("cad-thumbnail");
    two.steps(20);
    assert!(!two.shows(SAID), "that is another workflow");
    two.push(Command::Run(Action::Close));
    two.open("canonical-still");
    two.until_shown(SAID);
    assert_eq!(two.workflow().name, "Canonical still", "as it is saved");
    two.edit(Edit::SetName("Of the second".to_owned()));
    two.push(Command::Run(Action::Save));
    two.until("saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
    one.push(Command::Run(Action::Save));
    one.until_shown("Somebody else has saved this workflow");
    assert!(one.shows_part("→ Of the second"));
    let saved = one.backend.saved("canonical-still");
    assert_eq!(saved.workflow.name, "Of the second");
}

#[test]
fn whoever_begins_second_hears_of_it_even_with_both_windows_open() {
    let mut one = Editor::start();
    let mut two = one.another_window();
    one.open("canonical-still");
    two.open("canonical-still");
    one.edit(Edit::SetName("Of the first".to_owned()));
    one.until_drafted();
    one.steps(20);
    assert!(!one.shows(SAID), "its own draft is no other's");
    assert!(!two.shows(SAID));
    two.edit(Edit::SetName("Of the second".to_owned()));
    two.until_shown(SAID);
}
