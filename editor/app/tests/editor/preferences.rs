//! Preferences: language, theme, scale, and that they come back.

use hartomat_editor::preferences::{LanguageChoice, ThemeChoice};
use hartomat_editor::{Action, Command, PreferenceChange, ShellCommand};

use crate::harness::Editor;

#[test]
fn texts_change_with_the_language_at_once_and_stay_so() {
    let mut editor = Editor::start();
    editor.push(Command::Run(Action::Preferences));
    editor.click("Deutsch");
    editor.until_shown("Einstellungen");
    editor.answer("Fertig");
    assert!(editor.shows("Öffnen…") && editor.shows("Mit einer Vorlage beginnen"));
    let mut again = editor.another_window();
    again.until_shown("Mit einer Vorlage beginnen");
}

#[test]
fn theme_and_scale_change_at_once_and_come_back() {
    let mut editor = Editor::start();
    editor.shell(ShellCommand::Prefer(PreferenceChange::Theme(
        ThemeChoice::Light,
    )));
    editor.shell(ShellCommand::Prefer(PreferenceChange::Scale(9.0)));
    let preferences = editor.app().state().shell.preferences();
    assert_eq!(preferences.theme, ThemeChoice::Light);
    assert!(
        (preferences.scale - 3.0).abs() < f32::EPSILON,
        "kept within what can be used"
    );
    editor.shell(ShellCommand::Prefer(PreferenceChange::Scale(1.0)));
    editor.shell(ShellCommand::Prefer(PreferenceChange::Language(
        LanguageChoice::English,
    )));
    let folder = editor.folder.clone();
    let backend = editor.backend.clone();
    drop(editor);
    let again = Editor::in_folder(backend, folder);
    let preferences = again.app().state().shell.preferences();
    assert_eq!(preferences.theme, ThemeChoice::Light);
    assert_eq!(preferences.language, LanguageChoice::English);
}

#[test]
fn damaged_preferences_are_said_and_start_with_defaults() {
    let editor = Editor::start();
    let folder = editor.folder.clone();
    let backend = editor.backend.clone();
    drop(editor);
    let path = folder.path().join("editor/preferences.json");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "{\"theme\": 7, \"scale\": 1.5}").unwrap();
    let mut editor = Editor::in_folder(backend, folder);
    editor.until_shown("Some preferences were damaged");
    let preferences = editor.app().state().shell.preferences();
    assert!((preferences.scale - 1.5).abs() < f32::EPSILON);
}
