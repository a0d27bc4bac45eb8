//! The palette, find, the cheat sheet and menus.

use egui::{Event, Key, Modifiers};
use hartomat_editor::Action;

use crate::harness::Editor;

fn palette(editor: &mut Editor, text: &str) {
    editor.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    editor.event(Event::Text(text.to_owned()));
    editor.steps(2);
}

#[test]
fn the_palette_runs_commands() {
    let mut editor = Editor::opened("canonical-still");
    palette(&mut editor, "select all");
    editor.press(Key::Enter);
    assert_eq!(editor.selected().len(), editor.workflow().nodes.len());
    assert!(!editor.shows_part("Search commands"), "it is closed");
}

#[test]
fn the_palette_finds_nodes_settings_and_templates() {
    let mut editor = Editor::opened("canonical-still");
    palette(&mut editor, "samples");
    assert!(editor.shows("Samples"), "a setting");
    editor.press(Key::Enter);
    assert_eq!(editor.selected(), ["still"]);
    palette(&mut editor, "compose");
    editor.press(Key::Enter);
    assert_eq!(editor.selected().len(), 1);
    palette(&mut editor, "cad thumbnail");
    assert!(editor.shows_part("New from CAD thumbnail"));
    editor.press(Key::Escape);
}

#[test]
fn find_goes_to_a_node() {
    let mut editor = Editor::opened("canonical-still");
    editor.press_with(Modifiers::COMMAND, Key::F);
    editor.event(Event::Text("notify".to_owned()));
    editor.steps(2);
    editor.press(Key::Enter);
    assert_eq!(editor.selected(), ["tell"]);
}

#[test]
fn the_cheat_sheet_shows_the_keys_of_the_preset() {
    let mut editor = Editor::opened("canonical-still");
    editor.event(Event::Text("?".to_owned()));
    editor.steps(3);
    assert!(editor.shows("Keys"));
    assert!(editor.shows("Delete and reconnect"));
    assert!(editor.shows_part("Blender 4"));
    editor.press(Key::Escape);
    editor.steps(2);
    assert!(!editor.shows("Delete and reconnect"));
}

#[test]
fn menus_hold_every_command_and_say_what_undo_takes_back() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    editor.press(Key::Delete);
    editor.click_button("Edit");
    assert!(editor.shows_part("Undo: "));
}

#[test]
fn a_menu_within_a_menu_is_called_by_its_title_alone() {
    let mut editor = Editor::opened("canonical-still");
    editor.click_button("View");
    assert!(editor.shows("Keep view") && editor.shows("Go to view"));
    let arrow = editor.drawn_texts();
    let has_arrow = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains('⏵'));
    assert!(!arrow.iter().any(has_arrow), "no font has it");
}

#[test]
fn the_history_follows_the_present() {
    let mut editor = Editor::opened("canonical-still");
    editor.run(Action::ToggleHistory);
    for number in 0..24 {
        editor.edit(hartomat_document::Edit::AddNote {
            text: format!("Note {number}"),
            position: [0.0, 0.0],
            size: None,
        });
    }
    editor.run(Action::BookmarkSet9);
    assert!(editor.shows("Set bookmark 9"), "the present is in view");
    while editor.session().document.present() > 0 {
        editor.run(Action::Undo);
    }
    assert!(editor.shows("Opened"));
}
