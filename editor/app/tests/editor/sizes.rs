//! How large things on the canvas are: collapsed nodes, frames and comments that are dragged larger.

use egui::{Key, Modifiers, Vec2, pos2};
use hartomat_document::{Edit, is_collapsed, note_size};
use hartomat_editor::canvas::Hit;
use hartomat_editor::{Action, CanvasCommand, Command};
use hartomat_schema::NodeId;

use crate::harness::Editor;

fn open() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.select(&["still"]);
    editor.push(Command::Run(Action::ZoomReset));
    editor.push(Command::Run(Action::FitSelection));
    editor.steps(4);
    editor
}

fn is_small(editor: &Editor, id: &str) -> bool {
    let id = NodeId::new(id).unwrap();
    is_collapsed(editor.workflow().node(&id).unwrap())
}

#[test]
fn a_key_collapses_what_is_selected_and_expands_it_again() {
    let mut editor = open();
    let whole = editor.shown("still").rect.height();
    assert!(editor.shows("Still: input scene"));
    editor.press(Key::H);
    assert!(is_small(&editor, "still"));
    assert!(editor.shown("still").rect.height() < whole / 2.0);
    assert!(
        !editor.shows("Still: input scene"),
        "its ports are gathered"
    );
    assert!(editor.description_of_node("Still").contains("collapsed"));
    let middle = editor.shown("still").rect.left_center().y;
    let ends = editor.input_at("still", "scene").y;
    assert_eq!(
        ends,
        editor.on_screen(pos2(0.0, middle)).y,
        "edges end at its header"
    );
    editor.press(Key::H);
    assert!(!is_small(&editor, "still"));
    assert!(editor.shows("Still: input scene"));
    assert!(!editor.is_dirty(), "nothing is left of it");
}

#[test]
fn collapsing_is_one_step_and_undo_takes_it_back() {
    let mut editor = open();
    editor.select(&["still", "save"]);
    editor.push(Command::Run(Action::Collapse));
    assert!(is_small(&editor, "still") && is_small(&editor, "save"));
    editor.push(Command::Run(Action::Undo));
    assert!(!is_small(&editor, "still") && !is_small(&editor, "save"));
    editor.select(&["save"]);
    editor.push(Command::Run(Action::Collapse));
    editor.select(&["still", "save"]);
    editor.push(Command::Run(Action::Collapse));
    assert!(
        is_small(&editor, "still"),
        "while one is open, all collapse"
    );
}

#[test]
fn the_menu_of_a_node_collapses_it_and_an_edge_may_still_be_dropped_on_it() {
    let mut editor = open();
    let screen = editor.node_at("still");
    let hit = Hit::Node(NodeId::literal("still"));
    editor.push(Command::Canvas(CanvasCommand::OpenContext(
        hartomat_editor::canvas::ContextMenu { hit, screen },
    )));
    editor.click_part("Collapse");
    assert!(is_small(&editor, "still"));
    let edge = editor
        .workflow()
        .edges
        .iter()
        .find(|edge| edge.to.node.as_str() == "still" && edge.to.port.as_str() == "scene")
        .cloned()
        .unwrap();
    let key = hartomat_document::EdgeKey::of(&edge);
    editor.edit(Edit::CutEdges {
        edges: [key].into(),
    });
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let from = editor.output_at(edge.from.node.as_str(), edge.from.port.as_str());
    let to = editor.node_at("still");
    editor.drag(from, to, Modifiers::NONE);
    let mut edges = editor.workflow().edges.iter();
    assert!(edges.any(|found| found.from == edge.from && found.to == edge.to));
}

#[test]
fn a_comment_is_dragged_larger_by_its_corner_as_one_step() {
    let mut editor = open();
    editor.edit(Edit::AddNote {
        text: "A word".to_owned(),
        position: [0.0, -300.0],
        size: Some([120.0, 60.0]),
    });
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let zoom = editor.session().canvas.view.zoom;
    let corner = editor.on_screen(pos2(120.0, -240.0));
    let by = Vec2::new(100.0, 40.0) * zoom;
    editor.drag(corner, corner + by, Modifiers::NONE);
    let size = note_size(&editor.workflow().notes[0]).unwrap();
    assert!(
        (size[0] - 220.0).abs() <= 2.0 && (size[1] - 100.0).abs() <= 2.0,
        "{size:?}"
    );
    assert_eq!(editor.workflow().notes[0].position, [0.0, -300.0]);
    editor.push(Command::Run(Action::Undo));
    assert_eq!(note_size(&editor.workflow().notes[0]), Some([120.0, 60.0]));
    let corner = editor.on_screen(pos2(120.0, -240.0));
    editor.drag(corner, corner - by * 5.0, Modifiers::NONE);
    let [width, height] = note_size(&editor.workflow().notes[0]).unwrap();
    assert!(width >= 60.0 && height >= 40.0, "it can still be grasped");
}

#[test]
fn a_frame_is_dragged_larger_by_its_corner_as_one_step() {
    let mut editor = open();
    editor.edit(Edit::AddFrameAt {
        title: "Frame".to_owned(),
        rect: [0.0, -400.0, 200.0, 120.0],
    });
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let zoom = editor.session().canvas.view.zoom;
    let corner = editor.on_screen(pos2(200.0, -280.0));
    editor.drag(
        corner,
        corner + Vec2::new(60.0, 30.0) * zoom,
        Modifiers::NONE,
    );
    let [left, top, width, height] = editor.workflow().frames[0].rect;
    assert_eq!((left, top), (0.0, -400.0));
    assert!((width - 260.0).abs() <= 2.0 && (height - 150.0).abs() <= 2.0);
    editor.push(Command::Run(Action::Undo));
    assert_eq!(
        editor.workflow().frames[0].rect,
        [0.0, -400.0, 200.0, 120.0]
    );
}
