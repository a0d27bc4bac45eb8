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

#[test]
fn nodes_and_their_settings_speak_the_persons_language_and_change_it_at_once() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.select(&["still"]);
    editor.push(Command::Run(Action::FitSelection));
    editor.steps(2);
    assert!(editor.shows("Still: input scene") && editor.shows("Exposure"));
    let choose = |editor: &mut Editor, language| {
        let change = PreferenceChange::Language(language);
        editor.shell(ShellCommand::Prefer(change));
        editor.steps(3);
    };
    choose(&mut editor, LanguageChoice::German);
    assert!(editor.shows("Standbild: Eingang Szene"), "node and port");
    assert!(editor.shows("Belichtung"), "a setting");
    assert!(
        editor.shows_part("Rendert die Szene als Standbild"),
        "its help"
    );
    assert_eq!(
        editor.setting("still", "format"),
        None,
        "no value has changed"
    );
    assert!(!editor.is_dirty());
    choose(&mut editor, LanguageChoice::English);
    assert!(editor.shows("Still: input scene") && editor.shows("Exposure"));
}

#[test]
fn titles_are_laid_out_anew_after_a_live_switch() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.push(Command::Run(Action::FitAll));
    editor.steps(5);
    let zoom = editor
        .app()
        .state()
        .session
        .as_ref()
        .unwrap()
        .canvas
        .view
        .zoom;
    assert!(
        (0.3..0.58).contains(&zoom),
        "titles alone are shown: {zoom}"
    );
    assert_eq!(editor.garbled_texts(), [""; 0]);
    for change in [
        PreferenceChange::Scale(1.5),
        PreferenceChange::Theme(ThemeChoice::Light),
        PreferenceChange::Language(LanguageChoice::German),
        PreferenceChange::Scale(0.75),
    ] {
        editor.shell(ShellCommand::Prefer(change.clone()));
        editor.steps(6);
        assert_eq!(editor.garbled_texts(), [""; 0], "{change:?}");
    }
}
