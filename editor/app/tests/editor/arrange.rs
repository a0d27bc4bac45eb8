//! Aligning, distributing, laying out, frames, comments, reroutes, bookmarks.

use egui::{Key, Modifiers};
use hartomat_editor::Action;

use crate::harness::Editor;

#[test]
fn aligned_nodes_stand_on_one_line_in_one_step() {
    let mut editor = Editor::opened("canonical-still");
    let before = editor.workflow().clone();
    editor.select(&["glb", "parts", "bbox"]);
    editor.run(Action::AlignTop);
    let top = editor.position("glb")[1];
    assert_eq!(
        (editor.position("parts")[1], editor.position("bbox")[1]),
        (top, top)
    );
    editor.run(Action::Undo);
    assert_eq!(*editor.workflow(), before);
}

#[test]
fn distributed_nodes_have_equal_gaps() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["line", "glb", "scene"]);
    editor.run(Action::DistributeHorizontally);
    let x = |id: &str| editor.position(id)[0];
    let (first, second) = (x("glb") - x("line"), x("scene") - x("glb"));
    assert!((first - second).abs() <= 1.0, "{first} {second}");
}

#[test]
fn the_layout_is_one_step_and_the_same_every_time() {
    let mut editor = Editor::opened("canonical-still");
    let before = editor.workflow().clone();
    editor.run(Action::AutoLayout);
    let once = editor.workflow().clone();
    assert_ne!(once, before);
    editor.run(Action::Undo);
    assert_eq!(*editor.workflow(), before);
    editor.run(Action::AutoLayout);
    assert_eq!(*editor.workflow(), once);
}

#[test]
fn a_frame_goes_around_the_selection_and_takes_it_along() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["glb", "parts"]);
    editor.run(Action::JoinFrame);
    editor.press(Key::Escape);
    let frame = editor.workflow().frames[0].clone();
    let [left, top, width, _] = frame.rect;
    let before = editor.position("glb");
    assert!(left < before[0] && before[0] < left + width);
    let title = editor.on_screen(egui::pos2(left as f32 + 60.0, top as f32 + 8.0));
    editor.drag(title, title + egui::vec2(0.0, 50.0), Modifiers::NONE);
    assert!(
        editor.position("glb")[1] > before[1],
        "what is in the frame goes along"
    );
    editor.run(Action::RemoveFrame);
    assert!(editor.workflow().frames.is_empty());
    assert!(editor.has_node("glb"));
}

#[test]
fn a_comment_is_written_where_the_pointer_is() {
    let mut editor = Editor::opened("canonical-still");
    let at = editor.empty_place();
    editor.point(at);
    editor.run(Action::AddNote);
    editor.event(egui::Event::Text("Check the chrome".to_owned()));
    editor.press_with(Modifiers::COMMAND, Key::Enter);
    assert_eq!(editor.workflow().notes[0].text, "Check the chrome");
}

#[test]
fn a_reroute_bends_the_edge_under_the_pointer() {
    let mut editor = Editor::opened("canonical-still");
    let from = editor.output_at("still", "image");
    let edge = editor
        .workflow()
        .edges
        .iter()
        .find(|edge| edge.from.node.as_str() == "still");
    let edge = edge.unwrap().clone();
    let to = editor.input_at(edge.to.node.as_str(), edge.to.port.as_str());
    editor.point(from.lerp(to, 0.5));
    editor.run(Action::AddReroute);
    let bent = editor
        .workflow()
        .edges
        .iter()
        .find(|found| found.to == edge.to)
        .unwrap();
    assert_eq!(bent.via.len(), 1);
}

#[test]
fn a_view_is_kept_under_a_number_and_found_again() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    editor.run(Action::FitSelection);
    let kept = editor.session().canvas.view;
    editor.press_with(Modifiers::COMMAND, Key::Num3);
    editor.run(Action::FitAll);
    assert_ne!(editor.session().canvas.view, kept);
    editor.press(Key::Num3);
    let view = editor.session().canvas.view;
    assert!((view.zoom - kept.zoom).abs() < 1e-3);
    assert!(view.center.distance(kept.center) < 1.0);
    assert_eq!(editor.workflow().bookmarks[0].key, 3);
}

#[test]
fn a_new_frame_begins_with_its_title() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["glb", "parts"]);
    editor.press_with(Modifiers::COMMAND, Key::J);
    editor.event(egui::Event::Text("Geometry".to_owned()));
    editor.press(Key::D);
    editor.press(Key::Enter);
    assert_eq!(editor.workflow().frames[0].title, "Geometry");
    assert_eq!(editor.workflow().frames.len(), 1);
}

#[test]
fn escape_keeps_what_was_written_in_a_comment() {
    let mut editor = Editor::opened("canonical-still");
    editor.point(editor.empty_place());
    editor.press_with(Modifiers::COMMAND, Key::M);
    assert!(editor.shows_part("Esc or Ctrl+Enter"), "it says how");
    editor.event(egui::Event::Text("Mind the seal".to_owned()));
    editor.press(Key::Escape);
    let texts = editor.workflow().notes.iter();
    assert!(texts.map(|note| note.text.as_str()).eq(["Mind the seal"]));
    assert!(!editor.shows_part("Esc or Ctrl+Enter"));
}
