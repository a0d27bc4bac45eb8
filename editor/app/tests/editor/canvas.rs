//! The canvas: what it says to a screen reader, and what the pointer does on it.

use egui::{Key, Modifiers, Vec2};
use hartomat_document::Edit;
use hartomat_editor::{Action, Command};
use hartomat_schema::NodeId;

use crate::harness::Editor;

#[test]
fn every_node_and_port_in_view_has_a_name() {
    let mut editor = Editor::opened("canonical-still");
    editor.push(Command::Run(Action::ZoomReset));
    editor.select(&["still"]);
    editor.push(Command::Run(Action::FitSelection));
    editor.steps(2);
    assert!(editor.shows("Still"), "the node");
    assert!(editor.shows("Still: input scene"));
    assert!(editor.shows("Still: output image"));
    assert!(editor.shows("Canvas"));
}

#[test]
fn a_click_selects_and_shift_adds_and_empty_canvas_clears() {
    let mut editor = Editor::opened("canonical-still");
    editor.click_at(editor.node_at("glb"), Modifiers::NONE);
    assert_eq!(editor.selected(), ["glb"]);
    editor.click_at(editor.node_at("parts"), Modifiers::SHIFT);
    assert_eq!(editor.selected(), ["glb", "parts"]);
    editor.click_at(editor.node_at("glb"), Modifiers::SHIFT);
    assert_eq!(editor.selected(), ["parts"]);
    editor.click_at(editor.empty_place(), Modifiers::NONE);
    assert!(editor.selected().is_empty());
}

#[test]
fn a_drag_moves_the_node_as_one_step_and_escape_gives_it_up() {
    let mut editor = Editor::opened("canonical-still");
    let before = editor.position("glb");
    let from = editor.node_at("glb");
    editor.drag(from, from + Vec2::new(40.0, 90.0), Modifiers::NONE);
    let after = editor.position("glb");
    assert!(
        after[0] > before[0] && after[1] > before[1],
        "{before:?} {after:?}"
    );
    editor.push(Command::Run(Action::Undo));
    assert_eq!(editor.position("glb"), before);

    let from = editor.node_at("glb");
    editor.grasp(from, from + Vec2::new(80.0, 0.0), Modifiers::NONE);
    editor.press(Key::Escape);
    editor.button(from, false, Modifiers::NONE);
    editor.steps(2);
    assert_eq!(editor.position("glb"), before);
    assert!(!editor.is_dirty());
}

#[test]
fn a_drag_moves_all_that_is_selected() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["glb", "parts"]);
    let before = (editor.position("glb"), editor.position("parts"));
    let from = editor.node_at("glb");
    editor.drag(from, from + Vec2::new(0.0, 60.0), Modifiers::NONE);
    let moved = editor.position("glb")[1] - before.0[1];
    assert!(moved > 20.0);
    assert_eq!(editor.position("parts")[1] - before.1[1], moved);
}

#[test]
fn a_box_selects_what_it_touches() {
    let mut editor = Editor::opened("canonical-still");
    let canvas = editor.session().canvas.rect.unwrap();
    let from = canvas.min + Vec2::new(8.0, 8.0);
    editor.drag(from, canvas.max - Vec2::new(8.0, 8.0), Modifiers::NONE);
    assert_eq!(editor.selected().len(), editor.workflow().nodes.len());
}

#[test]
fn ports_of_one_kind_connect_and_an_input_lets_its_edge_go() {
    let mut editor = Editor::opened("canonical-still");
    let edge = ("still.image", "save.output");
    let name = |editor: &Editor| {
        editor
            .workflow()
            .edges
            .iter()
            .find(|edge| edge.from.node.as_str() == "still")
            .cloned()
    };
    let Some(first) = name(&editor) else {
        panic!("{edge:?}")
    };
    let (to, port) = (first.to.node.to_string(), first.to.port.to_string());
    let from = editor.input_at(&to, &port);
    editor.drag(from, editor.empty_place(), Modifiers::NONE);
    assert!(name(&editor).is_none(), "the edge came off its input");
    let from = editor.output_at("still", first.from.port.as_str());
    editor.drag(from, editor.input_at(&to, &port), Modifiers::NONE);
    assert_eq!(name(&editor).map(|edge| edge.to), Some(first.to));
}

#[test]
fn an_impossible_connection_is_not_made_and_says_why() {
    let mut editor = Editor::opened("canonical-still");
    let edges = editor.workflow().edges.len();
    let from = editor.output_at("glb", "glb");
    let to = editor.node_at("save");
    editor.grasp(from, to, Modifiers::NONE);
    let said = editor.description_of("Canvas");
    assert!(
        said.contains("`glb` can't feed"),
        "it is said on hover: {said}"
    );
    editor.button(to, false, Modifiers::NONE);
    editor.steps(3);
    assert_eq!(editor.workflow().edges.len(), edges);
    assert!(
        editor.shows_part("glb can't feed"),
        "the reason is said, without its quotes"
    );
    assert!(editor.shows_part("between them"), "and what would help");
    let notice = editor.app().state().shell.notices().last().cloned();
    let leaves = notice.unwrap().until_secs;
    assert!(leaves.is_some(), "it goes away by itself");
}

#[test]
fn a_line_across_edges_cuts_them() {
    let mut editor = Editor::opened("canonical-still");
    let edges = editor.workflow().edges.len();
    let still = editor.output_at("still", "image");
    let before = still + Vec2::new(12.0, -60.0);
    editor.drag(before, still + Vec2::new(12.0, 60.0), Modifiers::ALT);
    assert!(editor.workflow().edges.len() < edges);
}

#[test]
fn a_node_that_is_dropped_on_an_edge_is_inserted() {
    let mut editor = Editor::opened("canonical-still");
    editor.edit(Edit::AddNode {
        node_type: hartomat_schema::NodeType::literal("image_transform"),
        position: [1_000.0, 700.0],
        id: Some(NodeId::literal("crop")),
    });
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let out = editor.output_at("still", "image");
    let target = editor
        .workflow()
        .edges
        .iter()
        .find(|edge| edge.from.node.as_str() == "still")
        .map(|edge| (edge.to.node.to_string(), edge.to.port.to_string()))
        .unwrap();
    let to = editor.input_at(&target.0, &target.1);
    let from = editor.node_at("crop");
    editor.drag(from, out.lerp(to, 0.5), Modifiers::NONE);
    assert!(editor.edge("still.image", "crop.image").is_some());
    let onward = format!("{}.{}", target.0, target.1);
    assert!(editor.edge("crop.image", &onward).is_some());
}

#[test]
fn a_node_dragged_with_alt_leaves_its_edges_which_close_behind_it() {
    let mut editor = Editor::opened("canonical-still");
    let edge = editor.edge_from("still");
    editor.edit(Edit::AddOnEdge {
        node_type: hartomat_schema::NodeType::literal("image_transform"),
        position: [1_500.0, 500.0],
        edge,
    });
    let added = editor.workflow().nodes.last().unwrap().id.to_string();
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let from = editor.node_at(&added);
    editor.drag(from, from + Vec2::new(0.0, 40.0), Modifiers::ALT);
    assert!(editor.edge("still.image", "save.output").is_some());
    let touches = |edge: &hartomat_schema::Edge| edge.to.node.as_str() == added;
    assert!(!editor.workflow().edges.iter().any(touches));
}

#[test]
fn the_overview_stands_still_and_a_click_in_it_goes_there() {
    let mut editor = Editor::opened("canonical-still");
    editor.select(&["still"]);
    editor.push(Command::Run(Action::FitSelection));
    editor.steps(2);
    let before = editor.session().canvas.view;
    let map = editor.place_of("Overview of the graph");
    editor.click_at(map - Vec2::new(60.0, 0.0), Modifiers::NONE);
    let after = editor.session().canvas.view;
    assert!(after.center.x < before.center.x - 100.0);
    assert_eq!(after.zoom, before.zoom);
    assert_eq!(editor.place_of("Overview of the graph"), map);
    assert_eq!(
        editor.selected(),
        ["still"],
        "the canvas below took no click"
    );
}

#[test]
fn what_is_too_small_to_read_is_still_a_node_to_click_and_to_hear() {
    let mut editor = Editor::opened("canonical-still");
    for _ in 0..8 {
        editor.push(Command::Run(Action::ZoomOut));
    }
    editor.steps(2);
    assert!(editor.session().canvas.view.zoom < 0.2);
    assert!(editor.shows("Notify"));
    editor.click_at(editor.node_at("glb"), Modifiers::NONE);
    assert_eq!(editor.selected(), ["glb"]);
}

#[test]
fn the_wheel_zooms_where_the_pointer_is_and_fit_brings_all_back() {
    let mut editor = Editor::opened("canonical-still");
    let at = editor.node_at("glb");
    editor.point(at);
    let before = editor.session().canvas.view;
    for _ in 0..6 {
        editor.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: Vec2::new(0.0, 1.0),
            phase: egui::TouchPhase::Move,
            modifiers: Modifiers::NONE,
        });
    }
    editor.steps(2);
    assert!(editor.session().canvas.view.zoom > before.zoom * 1.5);
    assert!(
        editor.node_at("glb").distance(at) < 40.0,
        "it stays under the pointer"
    );
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let frame = editor.session().canvas.frame().unwrap();
    assert!(
        frame
            .visible()
            .contains_rect(editor.session().canvas.model.bounds.unwrap())
    );
}

/// A graph from afar, where nodes show their titles alone, with names that stand nowhere else.
fn from_afar() -> Editor {
    let mut editor = Editor::opened("canonical-still");
    for (node, label) in [("glb", "Lower one"), ("parts", "Upper one")] {
        editor.edit(Edit::Rename {
            node: NodeId::literal(node),
            label: Some(label.to_owned()),
        });
    }
    editor.push(Command::Run(Action::SelectNone));
    editor.push(Command::Run(Action::FitAll));
    editor.steps(3);
    let zoom = editor.session().canvas.view.zoom;
    assert!((0.3..0.58).contains(&zoom), "titles alone: {zoom}");
    editor
}

#[test]
fn a_dragged_node_keeps_its_title_from_afar() {
    let mut editor = from_afar();
    assert_eq!(editor.times_drawn("Lower one"), 1);
    let from = editor.node_at("glb");
    editor.grasp(from, from + Vec2::new(30.0, 40.0), Modifiers::NONE);
    assert_eq!(editor.times_drawn("Upper one"), 1);
    // The inspector names what is selected, too.
    assert_eq!(editor.times_drawn("Lower one"), 2);
    editor.button(from, false, Modifiers::NONE);
}

#[test]
fn a_covered_node_s_title_is_covered_too() {
    let mut editor = from_afar();
    let (below, above) = (editor.position("glb"), editor.position("parts"));
    editor.edit(Edit::Move {
        items: hartomat_document::Selection::of_nodes([NodeId::literal("parts")]),
        by: [below[0] - above[0] + 10.0, below[1] - above[1] + 4.0],
    });
    editor.steps(2);
    let drawn = editor.drawn_texts();
    let place = |label: &str| {
        let mut drawn = drawn.iter();
        drawn.position(|found| found.as_deref() == Some(label))
    };
    let (one, other) = (place("Lower one").unwrap(), place("Upper one").unwrap());
    let between = &drawn[one.min(other)..one.max(other)];
    assert!(between.contains(&None), "a box lies between both titles");
}

#[test]
fn a_comment_says_something_from_afar() {
    let mut editor = from_afar();
    editor.edit(Edit::AddNote {
        text: "Turn the ring first".to_owned(),
        position: [0.0, 0.0],
        size: None,
    });
    editor.steps(2);
    assert_eq!(editor.times_drawn("Turn the ring first"), 1);
}

#[test]
fn a_node_on_a_short_edge_gets_room() {
    let mut editor = Editor::opened("canonical-still");
    let edge = editor.edge_from("still");
    let after = editor.position(edge.to.node.as_str());
    editor.edit(Edit::AddNode {
        node_type: hartomat_schema::NodeType::literal("image_transform"),
        position: [1_000.0, 900.0],
        id: Some(NodeId::literal("crop")),
    });
    editor.push(Command::Run(Action::FitAll));
    editor.steps(2);
    let out = editor.output_at("still", "image");
    let to = editor.input_at(edge.to.node.as_str(), edge.to.port.as_str());
    let from = editor.node_at("crop");
    editor.drag(from, out.lerp(to, 0.5), Modifiers::NONE);
    let (crop, save) = (editor.shown("crop"), editor.shown(edge.to.node.as_str()));
    assert!(
        crop.rect.right() < save.rect.left(),
        "{:?} {:?}",
        crop.rect,
        save.rect
    );
    editor.push(Command::Run(Action::Undo));
    assert_eq!(editor.position(edge.to.node.as_str()), after, "in one step");
}
