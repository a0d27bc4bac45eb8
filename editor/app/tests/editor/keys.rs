//! Keys: presets, changed bindings, the way from node to node.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use hartomat_editor::{Action, Command, PreferenceChange, Preset, ShellCommand};

use crate::harness::Editor;

fn choose(editor: &mut Editor, preset: Preset) {
    let change = PreferenceChange::KeymapPreset(preset.key().to_owned());
    editor.shell(ShellCommand::Prefer(change));
    editor.steps(2);
}

#[test]
fn presets_mean_different_things_by_one_key() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["glb", "parts"]);
    choose(&mut editor, Preset::Blender5);
    editor.press(Key::F);
    assert_eq!(
        editor.workflow().frames.len(),
        1,
        "F joins a frame in Blender 5"
    );
    editor.press(Key::Escape);
    editor.press_with(Modifiers::COMMAND, Key::Z);
    choose(&mut editor, Preset::Comfy);
    editor.select(&["still"]);
    editor.press_with(Modifiers::COMMAND, Key::B);
    let still = hartomat_schema::NodeId::literal("still");
    assert!(
        editor.workflow().node(&still).unwrap().muted,
        "Ctrl-B mutes in Comfy"
    );
}

#[test]
fn a_binding_can_be_changed() {
    let mut editor = Editor::opened("canonical-still");
    let change = PreferenceChange::Shortcuts("mute".to_owned(), Some(vec!["K".to_owned()]));
    editor.shell(ShellCommand::Prefer(change));
    editor.steps(2);
    editor.select(&["still"]);
    let still = hartomat_schema::NodeId::literal("still");
    editor.press(Key::M);
    assert!(!editor.workflow().node(&still).unwrap().muted);
    editor.press(Key::K);
    assert!(editor.workflow().node(&still).unwrap().muted);
}

/// The dialog that changes keys, on one command.
fn with_keys_of(editor: &mut Editor, command: &str) {
    editor.push(Command::Run(Action::Preferences));
    editor.click("Show and change all keys…");
    editor.until_shown("Change keys");
    editor.event(egui::Event::Text(command.to_owned()));
    editor.steps(3);
}

fn keys_of(editor: &Editor, action: Action) -> Vec<String> {
    let keys = editor.app().state().keymap.of(action).iter();
    keys.map(ToString::to_string).collect()
}

#[test]
fn every_key_is_changed_by_a_click_and_a_press_and_comes_back() {
    let mut editor = Editor::opened("canonical-still");
    with_keys_of(&mut editor, "Mute");
    editor.click_button("Change M of Mute");
    assert!(editor.shows("Press a key…"));
    editor.press_with(Modifiers::COMMAND | Modifiers::ALT, Key::Period);
    assert_eq!(keys_of(&editor, Action::Mute), ["Ctrl+Alt+."]);
    editor.click_button("Add a key for Mute");
    editor.event(egui::Event::Copy);
    editor.steps(2);
    assert!(editor.shows_part("Ctrl+C is the key of Copy"));
    editor.click_button("Leave it");
    assert_eq!(keys_of(&editor, Action::Mute), ["Ctrl+Alt+."]);
    editor.click_button("Change Ctrl+Alt+. of Mute");
    editor.press(Key::Escape);
    assert!(editor.shows("Change keys"), "Escape leaves the key alone");
    editor.answer("Done");
    let (backend, folder) = (editor.backend.clone(), editor.folder.clone());
    drop(editor);
    let again = Editor::again(backend, folder);
    assert_eq!(keys_of(&again, Action::Mute), ["Ctrl+Alt+."]);
}

#[test]
fn a_key_that_is_taken_says_whose_it_is_and_can_be_taken_over_and_given_back() {
    let mut editor = Editor::opened("canonical-still");
    with_keys_of(&mut editor, "Mute");
    editor.click_button("Change M of Mute");
    editor.press(Key::G);
    assert_eq!(keys_of(&editor, Action::Mute), ["M"], "nothing yet");
    editor.click_button("Use it here");
    assert_eq!(keys_of(&editor, Action::Mute), ["G"]);
    assert_eq!(keys_of(&editor, Action::Grab), [""; 0]);
    editor.click_button("Keys of Mute as in the preset");
    assert_eq!(keys_of(&editor, Action::Mute), ["M"]);
    editor.click_button("All as in the preset");
    assert_eq!(keys_of(&editor, Action::Grab), ["G"]);
}

#[test]
fn arrows_go_from_node_to_node() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["line"]);
    editor.press(Key::ArrowRight);
    let next = editor
        .selected()
        .first()
        .map(|id| (*id).to_owned())
        .unwrap();
    assert_ne!(next, "line");
    editor.press(Key::ArrowLeft);
    assert_eq!(editor.selected(), ["line"]);
}

#[test]
fn what_the_selection_depends_on_and_what_depends_on_it_can_be_selected() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["scene"]);
    editor.press(Key::L);
    assert!(editor.selected().contains(&"line") && !editor.selected().contains(&"save"));
    editor.select(&["scene"]);
    editor.press_with(Modifiers::SHIFT, Key::L);
    assert!(editor.selected().contains(&"tell") && !editor.selected().contains(&"line"));
}

#[test]
fn enter_opens_the_settings_of_the_node() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    let before = editor.session().inspector_asked;
    editor.press(Key::Enter);
    assert_eq!(editor.session().inspector_asked, before + 1);
    assert!(editor.shows("Samples"));
}

#[test]
fn enter_gives_the_first_setting_the_keyboard() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["glb"]);
    editor.press(Key::Enter);
    editor.steps(2);
    let mut focused = editor.harness.query_all_by(|node| node.is_focused());
    let name = focused
        .next()
        .and_then(|node| node.accesskit_node().label());
    assert_eq!(name.as_deref(), Some("Deflection"));
}

#[test]
fn letters_are_text_while_a_text_is_edited() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    editor.press(Key::F2);
    editor.event(egui::Event::Text("M".to_owned()));
    editor.press(Key::M);
    let still = hartomat_schema::NodeId::literal("still");
    assert!(!editor.workflow().node(&still).unwrap().muted);
    editor.press(Key::Enter);
    let label = editor.workflow().node(&still).unwrap().label.clone();
    assert!(label.unwrap().contains('M'));
}

#[test]
fn moving_by_key_follows_the_pointer_until_a_click() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["glb"]);
    let before = editor.position("glb");
    let at = editor.node_at("glb");
    editor.point(at);
    editor.push(Command::Run(Action::Grab));
    editor.point(at + egui::vec2(0.0, 70.0));
    editor.steps(1);
    editor.click_at(at + egui::vec2(0.0, 70.0), Modifiers::NONE);
    assert!(editor.position("glb")[1] > before[1] + 20.0);
}
