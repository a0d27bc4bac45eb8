//! Keys: presets, changed bindings, the way from node to node.

use egui::{Key, Modifiers};
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
