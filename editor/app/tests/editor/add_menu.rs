//! Adding nodes: by the menu, at the end of an edge, on an edge, from the catalogue.

use egui::{Key, Modifiers, Vec2};
use hartomat_schema::{ExecutionMode, Family};

use crate::harness::Editor;

fn type_text(editor: &mut Editor, text: &str) {
    editor.event(egui::Event::Text(text.to_owned()));
    editor.steps(2);
}

#[test]
fn the_menu_opens_by_key_finds_by_letters_and_adds_at_the_pointer() {
    let mut editor = Editor::opened("canonical-still");
    let count = editor.workflow().nodes.len();
    let at = editor.empty_place();
    editor.point(at);
    editor.press_with(Modifiers::SHIFT, Key::A);
    assert!(editor.shows("Add a node"));
    type_text(&mut editor, "stl");
    editor.press(Key::Enter);
    assert_eq!(editor.workflow().nodes.len(), count + 1);
    let added = editor.workflow().nodes.last().unwrap();
    assert_eq!(added.node_type.as_str(), "stl_cache_generate");
    assert!(!editor.shows("Add a node"), "the menu is closed");
    let id = added.id.to_string();
    assert_eq!(editor.selected(), [id.as_str()]);
}

#[test]
fn it_offers_only_nodes_of_the_family() {
    let mut editor = Editor::opened("canonical-still");
    assert_eq!(editor.workflow().family, Family::OrderLine);
    assert_eq!(editor.workflow().execution_mode, ExecutionMode::Legacy);
    editor.double_click_at(editor.empty_place());
    assert!(editor.shows("Add a node"));
    type_text(&mut editor, "thumbnail");
    assert!(
        editor.shows("Nothing found"),
        "thumbnails belong to the other family"
    );
    editor.press(Key::Escape);
    assert!(!editor.shows("Add a node"));
}

#[test]
fn an_edge_dropped_in_the_open_offers_what_fits_and_connects() {
    let mut editor = Editor::opened("canonical-still");
    let from = editor.output_at("glb", "glb");
    let to = editor.empty_place();
    editor.drag(from, to, Modifiers::NONE);
    assert!(editor.shows("Connect glb to a new node"));
    assert_eq!(
        editor.count("Notify"),
        2,
        "only the node and the catalogue: it takes no GLB"
    );
    type_text(&mut editor, "bounding");
    editor.press(Key::Enter);
    let added = editor.workflow().nodes.last().unwrap();
    assert_eq!(added.node_type.as_str(), "glb_bbox");
    let onward = format!("{}.glb", added.id);
    assert!(editor.edge("glb.glb", &onward).is_some());
}

#[test]
fn swapping_keeps_edges_that_fit_and_is_one_step() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    editor.press_with(Modifiers::SHIFT, Key::S);
    assert!(editor.shows("Swap for another type"));
    type_text(&mut editor, "turntable");
    editor.press(Key::Enter);
    let id = hartomat_schema::NodeId::literal("still");
    let node = editor.workflow().node(&id).unwrap();
    assert_eq!(node.node_type.as_str(), "render_turntable");
    let feeds_it = |edge: &hartomat_schema::Edge| edge.to.node == id;
    assert!(
        editor.workflow().edges.iter().any(feeds_it),
        "the scene still feeds it"
    );
    editor.press_with(Modifiers::COMMAND, Key::Z);
    let node = editor.workflow().node(&id).unwrap();
    assert_eq!(node.node_type.as_str(), "render_still");
}

#[test]
fn a_click_outside_closes_the_menu_and_adds_nothing() {
    let mut editor = Editor::opened("canonical-still");
    let count = editor.workflow().nodes.len();
    let at = editor.empty_place();
    editor.point(at);
    editor.press(Key::Tab);
    assert!(editor.shows("Add a node"));
    let canvas = editor.session().canvas.rect.unwrap();
    editor.click_at(canvas.min + Vec2::new(20.0, 20.0), Modifiers::NONE);
    assert!(!editor.shows("Add a node"));
    assert_eq!(editor.workflow().nodes.len(), count);
}

#[test]
fn the_catalogue_adds_on_a_click() {
    let mut editor = Editor::opened("canonical-still");
    let count = editor.workflow().nodes.len();
    editor.type_into("Search nodes", "image");
    editor.click_role(egui::accesskit::Role::Button, "Transform picture");
    assert_eq!(editor.workflow().nodes.len(), count + 1);
}
