//! Copy, paste, duplicate, delete, mute.

use egui::{Event, Key, Modifiers};
use hartomat_editor::{Action, Command};
use hartomat_schema::NodeId;

use crate::harness::Editor;

#[test]
fn what_is_copied_is_json_text_that_another_window_pastes() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["scene", "still"]);
    editor.event(Event::Copy);
    let text = editor.copied().expect("it is on the desktop's clipboard");
    assert!(text.contains("\"render_still\""), "readable JSON");

    let mut other = editor.another_window();
    other.open("canonical-still");
    other.steps(4);
    let count = other.workflow().nodes.len();
    other.event(Event::Paste(text));
    other.steps(3);
    assert_eq!(other.workflow().nodes.len(), count + 2);
    assert_eq!(other.selected().len(), 2, "the copies are selected");
}

#[test]
fn what_belongs_to_the_other_family_is_not_pasted_and_the_reason_is_said() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["line", "still"]);
    editor.event(Event::Copy);
    let text = editor.app().state().clip_text.clone().unwrap();
    let mut other = editor.another_window();
    other.open("cad-thumbnail");
    other.steps(4);
    let before = other.workflow().clone();
    other.event(Event::Paste(text));
    other.steps(3);
    assert_eq!(*other.workflow(), before);
    assert!(
        other.shows_part("Order line has no place in workflows of the family CAD file"),
        "the reason names the family"
    );
}

#[test]
fn copies_with_inputs_are_fed_by_what_feeds_the_originals() {
    let mut editor = Editor::opened("canonical-still");
    let edges = editor.workflow().edges.len();
    editor.select(&["still"]);
    editor.run(Action::Duplicate);
    assert_eq!(editor.workflow().edges.len(), edges);
    editor.select(&["still"]);
    editor.run(Action::DuplicateWithInputs);
    assert!(editor.workflow().edges.len() > edges);
}

#[test]
fn deleting_takes_edges_along_and_reconnecting_closes_the_gap() {
    let mut editor = Editor::opened("canonical-still");
    let edge = editor.edge_from("still");
    editor.edit(hartomat_document::Edit::AddOnEdge {
        node_type: hartomat_schema::NodeType::literal("image_transform"),
        position: [900.0, 500.0],
        edge,
    });
    let added = editor.workflow().nodes.last().unwrap().id.to_string();
    let edges = editor.workflow().edges.len();
    editor.select(&[&added]);
    editor.press_with(Modifiers::COMMAND, Key::Delete);
    assert!(!editor.has_node(&added));
    assert_eq!(
        editor.workflow().edges.len(),
        edges - 1,
        "the gap is closed"
    );
    editor.select(&["still"]);
    editor.press(Key::Delete);
    assert!(!editor.has_node("still"));
    let dangles = |edge: &hartomat_schema::Edge| edge.from.node.as_str() == "still";
    assert!(!editor.workflow().edges.iter().any(dangles));
}

#[test]
fn muting_says_what_no_longer_comes_out() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    editor.press(Key::M);
    let still = NodeId::literal("still");
    assert!(editor.workflow().node(&still).unwrap().muted);
    assert!(editor.shows_part("No longer delivered"));
    editor.press(Key::M);
    assert!(!editor.workflow().node(&still).unwrap().muted);
}

/// Edges into `save` that come from nodes which are there once.
fn edges_from(editor: &Editor, node: &str) -> usize {
    let edges = editor.workflow().edges.iter();
    edges.filter(|edge| edge.from.node.as_str() == node).count()
}

fn copied(editor: &mut Editor) -> String {
    editor.select(&["still"]);
    editor.event(Event::Copy);
    editor.copied().unwrap()
}

#[test]
fn the_platform_s_paste_with_shift_keeps_inputs() {
    let mut editor = Editor::opened("canonical-still");
    let text = copied(&mut editor);
    let before = edges_from(&editor, "scene");
    editor.event(Event::Paste(text.clone()));
    editor.steps(2);
    assert_eq!(edges_from(&editor, "scene"), before, "without Shift none");
    editor.event(Event::ModifiersChanged(Modifiers::CTRL | Modifiers::SHIFT));
    editor.event(Event::Paste(text));
    editor.event(Event::ModifiersChanged(Modifiers::NONE));
    editor.steps(2);
    assert_eq!(edges_from(&editor, "scene"), before + 1);
}

#[test]
fn a_menu_asks_the_desktop_for_its_clipboard() {
    let mut editor = Editor::opened("canonical-still");
    let text = copied(&mut editor);
    let (count, before) = (editor.workflow().nodes.len(), edges_from(&editor, "scene"));
    editor.push_at_once(Command::Run(Action::PasteWithInputs));
    editor.steps(1);
    let asked = editor.asked_of_window();
    assert!(asked.contains(&egui::ViewportCommand::RequestPaste));
    assert_eq!(editor.workflow().nodes.len(), count, "nothing stale comes");
    editor.event(Event::Paste(text));
    editor.steps(2);
    assert_eq!(editor.workflow().nodes.len(), count + 1);
    assert_eq!(edges_from(&editor, "scene"), before + 1, "and with inputs");
}
