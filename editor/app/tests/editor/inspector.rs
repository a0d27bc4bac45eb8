//! The inspector: forms from served schemas alone, several nodes at once, the workflow itself.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hartomat_document::Edit;
use hartomat_editor::files::{FileAnswer, FileQuestion, SettingOf, SettingPath};
use hartomat_editor::{Action, Command, ShellCommand};
use hartomat_schema::{ExecutionMode, NodeDefinition, NodeId, NodeType};
use serde_json::json;

use crate::fixtures::{MemoryBackend, catalogue};
use crate::harness::Editor;

/// A node that this editor has never heard of.
fn invented() -> NodeDefinition {
    serde_json::from_value(json!({
        "type": "knit_jumper", "version": 1, "label": "Knit a jumper",
        "help": "Knits a jumper for the product.", "category": "render",
        "families": ["order_line"],
        "contract": {
            "module": "wool.jumper", "execution": "inline", "purity": "pure",
            "inputs": [{"name": "scene", "accepts": ["scene"], "required": true, "help": "What for."}],
            "outputs": [{"name": "jumper", "kind": "jumper", "help": "The jumper."}],
            "context": [], "tools": ["needles"]
        },
        "settings_schema": {
            "type": "object", "additionalProperties": false,
            "properties": {
                "stitches": {"title": "Stitches", "description": "How many.", "type": "integer",
                             "minimum": 10, "maximum": 500, "default": 80},
                "pattern": {"title": "Pattern", "description": "How it looks.", "type": "string",
                            "enum": ["plain", "ribbed", "cable"], "default": "plain",
                            "x-labels": {"plain": "Plain", "ribbed": "Ribbed", "cable": "Cable"}},
                "cable_width": {"title": "Cable width", "description": "Width of a cable.",
                                "type": "integer", "minimum": 2, "maximum": 12, "default": 6,
                                "x-unit": "mm", "x-visible-when": {"pattern": ["cable"]}},
                "warm": {"title": "Warm", "description": "Thicker wool.", "type": "boolean",
                         "default": false},
                "motto": {"title": "Motto", "description": "Knitted in.", "type": "string",
                          "default": ""},
                "shelf": {"title": "Yarn shelf", "description": "A folder.", "type": "string",
                          "format": "folder", "default": ""},
                "wash": {"title": "Washing", "description": "How to wash.", "type": "object",
                         "properties": {
                             "degrees": {"title": "Temperature", "description": "At most.",
                                         "type": "integer", "minimum": 20, "maximum": 95,
                                         "default": 30, "x-unit": "°C"}}}
            }
        },
        "legacy": {"step": null, "description": "Legacy has never knitted."},
        "coverage": {"state": "executor"}
    }))
    .unwrap()
}

fn with_a_jumper() -> Editor {
    let mut catalogue = catalogue();
    catalogue.nodes.push(invented());
    let catalogue = hartomat_schema::Catalogue::new(catalogue.nodes);
    let mut editor = Editor::with(MemoryBackend::with(catalogue));
    editor.open("canonical-still");
    editor.edit(Edit::AddNode {
        node_type: NodeType::literal("knit_jumper"),
        position: [900.0, 300.0],
        id: Some(NodeId::literal("jumper")),
    });
    editor.select(&["jumper"]);
    editor
}

#[test]
fn a_node_that_nobody_knew_gets_a_working_form_from_its_schema() {
    let mut editor = with_a_jumper();
    assert!(editor.shows("Knit a jumper") && editor.shows_part("Knits a jumper"));
    assert!(editor.shows("Stitches") && editor.shows("Pattern") && editor.shows("Warm"));
    editor.click_role(Role::CheckBox, "Warm");
    assert_eq!(editor.setting("jumper", "warm"), Some(&json!(true)));
    editor.type_into("Motto", "Keep warm");
    assert_eq!(editor.setting("jumper", "motto"), Some(&json!("Keep warm")));
    editor.type_number("Stitches", "2*60");
    assert_eq!(editor.setting("jumper", "stitches"), Some(&json!(120)));
    editor.push(Command::Run(Action::Undo));
    assert_eq!(
        editor.setting("jumper", "stitches"),
        None,
        "one field, one step"
    );
    assert_eq!(editor.setting("jumper", "motto"), Some(&json!("Keep warm")));
}

#[test]
fn nested_settings_and_paths_of_an_unknown_node_are_set() {
    let mut editor = with_a_jumper();
    editor.type_number("Temperature", "40");
    assert_eq!(
        editor.setting("jumper", "wash"),
        Some(&json!({"degrees": 40}))
    );

    let question = FileQuestion::Setting(SettingPath {
        of: SettingOf::Nodes([NodeId::literal("jumper")].into()),
        pointer: "/shelf".into(),
        is_folder: true,
    });
    assert!(editor.shows("Choose Yarn shelf…"));
    editor.select(&["still"]);
    let path = Some("/yarns".into());
    editor.push(Command::Shell(ShellCommand::FileChosen(FileAnswer {
        question,
        path,
    })));
    assert_eq!(
        editor.setting("jumper", "shelf"),
        Some(&json!("/yarns")),
        "an answer is for the node that asked, whatever is selected by then"
    );
    assert_eq!(editor.setting("still", "shelf"), None);
}

#[test]
fn a_studio_scene_may_be_a_blender_file_with_what_is_known_of_it() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.select(&["studio"]);
    editor.click_role(Role::ComboBox, "Studio scene");
    assert!(editor.shows("Blender files of the studio"));
    assert!(editor.shows("its scripts are trusted"));
    let row = editor
        .harness
        .get_by_role_and_label(Role::Button, "sketch.blend");
    let said = row.accesskit_node().description();
    assert_eq!(said.as_deref(), Some("Lacks lights"), "what a check found");
    editor.click_role(Role::Button, "catalogue.blend");
    let chosen = json!("catalogue.blend");
    assert_eq!(editor.setting("studio", "scene"), Some(&chosen));
    assert!(editor.has_value("Studio scene", "catalogue.blend"));
}

#[test]
fn a_field_that_another_one_hides_comes_with_its_choice() {
    let mut editor = with_a_jumper();
    assert!(!editor.shows("Cable width"));
    let set = |value: &str| Edit::set_setting(NodeId::literal("jumper"), "/pattern", json!(value));
    editor.edit(set("cable"));
    assert!(editor.shows("Cable width"));
    editor.type_number("Cable width", "9");
    editor.edit(set("plain"));
    assert!(!editor.shows("Cable width"));
    editor.edit(set("cable"));
    assert_eq!(
        editor.setting("jumper", "cable_width"),
        Some(&json!(9)),
        "nothing is eaten"
    );
}

#[test]
fn the_ports_and_what_the_node_is_come_from_the_definition() {
    let mut editor = with_a_jumper();
    assert!(editor.shows("jumper") && editor.shows("needed"));
    editor.click("About this node");
    assert!(editor.shows_part("Legacy has never knitted"));
    assert!(editor.shows("needles"));
}

#[test]
fn settings_that_no_version_knows_are_kept_and_shown() {
    let mut editor = with_a_jumper();
    editor.edit(Edit::set_setting(
        NodeId::literal("jumper"),
        "/moth_holes",
        json!(3),
    ));
    assert!(editor.shows_part("Kept, not used by this version"));
    assert_eq!(editor.setting("jumper", "moth_holes"), Some(&json!(3)));
}

#[test]
fn several_nodes_are_changed_at_once_in_one_step() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::AddNode {
        node_type: NodeType::literal("render_still"),
        position: [900.0, 300.0],
        id: Some(NodeId::literal("second")),
    });
    editor.edit(Edit::set_setting(
        NodeId::literal("second"),
        "/samples",
        json!(16),
    ));
    editor.select(&["still", "second"]);
    assert!(editor.shows("2 nodes") && editor.shows("Still (2)"));
    editor.type_number("Samples", "256");
    assert_eq!(editor.setting("still", "samples"), Some(&json!(256)));
    assert_eq!(editor.setting("second", "samples"), Some(&json!(256)));
    let history = &editor.app().state().session.as_ref().unwrap().document;
    let steps: Vec<_> = history
        .history()
        .map(|entry| entry.label.to_string())
        .collect();
    assert_eq!(steps.len(), 4, "{steps:?}");
    editor.push(Command::Run(Action::Undo));
    assert_eq!(editor.setting("second", "samples"), Some(&json!(16)));
}

#[test]
fn a_material_is_chosen_from_the_library() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let node = editor.workflow().nodes.iter();
    let node = node
        .clone()
        .find(|node| node.node_type.as_str() == "material_map_resolve");
    let id = node.unwrap().id.as_str().to_owned();
    editor.select(&[&id]);
    editor.click_role(Role::Button, "Fallback");
    editor.until_shown("Find a material");
    // Enter takes what is found first.
    editor.type_into("Find a material", "brass polished");
    let chosen = editor
        .setting(&id, "fallback")
        .and_then(|value| value.as_str());
    assert_eq!(chosen, Some("brass_polished"));
}

fn material_node(editor: &Editor) -> String {
    let mut nodes = editor.workflow().nodes.iter();
    let node = nodes.find(|node| node.node_type.as_str() == "material_map_resolve");
    node.unwrap().id.as_str().to_owned()
}

#[test]
fn materials_get_the_runtimes_pictures_each_asked_for_once_when_it_is_seen() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.steps(10);
    let asked = |editor: &Editor| editor.backend.swatches_asked.lock().unwrap().clone();
    assert!(asked(&editor).is_empty(), "nobody has looked at one");
    let id = material_node(&editor);
    editor.select(&[&id]);
    editor.click_role(Role::Button, "Fallback");
    editor.until_shown("Find a material");
    editor.until("the first picture", |app| {
        let swatches = app.state().shell.swatches();
        let materials = &app.state().shell.library().materials;
        swatches.picture(&materials[0].key).is_some()
    });
    editor.steps(200);
    let mut seen = asked(&editor);
    let count = seen.len();
    let materials = editor.app().state().shell.library().materials.len();
    assert!(count < materials, "{count} of {materials}: those in view");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "each was asked for once");
}

#[test]
fn without_a_link_materials_are_drawn_and_their_pictures_come_with_it() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    *editor.backend.is_reachable.lock().unwrap() = false;
    editor.shell(hartomat_editor::ShellCommand::Reconnect);
    editor.until("the link is lost", |app| {
        !app.state().shell.connection().is_up()
    });
    let id = material_node(&editor);
    editor.select(&[&id]);
    editor.click_role(Role::Button, "Fallback");
    editor.type_into("Find a material", "brass polished");
    editor.steps(10);
    assert!(editor.shows("Brass, polished"));
    let has_picture = |app: &hartomat_editor::App| {
        let swatches = app.state().shell.swatches();
        swatches.picture("brass_polished").is_some()
    };
    assert!(!has_picture(editor.app()));
    *editor.backend.is_reachable.lock().unwrap() = true;
    editor.shell(hartomat_editor::ShellCommand::Reconnect);
    editor.until("its picture", has_picture);
}

#[test]
fn a_node_gets_a_label_and_can_be_muted() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.select(&["still"]);
    editor.type_into("Label", "Hero picture");
    let still = NodeId::literal("still");
    assert_eq!(
        editor.workflow().node(&still).unwrap().label.as_deref(),
        Some("Hero picture")
    );
    editor.click_role(Role::CheckBox, "Muted: left out of runs");
    assert!(editor.workflow().node(&still).unwrap().muted);
}

#[test]
fn with_nothing_selected_the_workflow_itself_is_edited() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.select(&[]);
    editor.type_into("Workflow name", "Catalogue still");
    assert_eq!(editor.workflow().name, "Catalogue still");
    editor.click_role(Role::ComboBox, "Asked-for mode");
    editor.click("Shadow");
    assert_eq!(editor.workflow().execution_mode, ExecutionMode::Shadow);
    let before = editor.workflow().contract.len();
    editor.click_button("Add requirement");
    assert_eq!(editor.workflow().contract.len(), before + 1);
    editor.push(Command::Run(Action::Undo));
    assert_eq!(editor.workflow().contract.len(), before);
}
