//! A few pictures of what accessibility trees can't say: the canvas, panels and launchers, dark and
//! light. They need a Vulkan driver, also one in software; `UPDATE_SNAPSHOTS=1` draws them anew.

use hartomat_document::Edit;
use hartomat_editor::compare_view::{
    CompareCommand, CompareMode, CompareSource, Mask, MaskCommand,
};
use hartomat_editor::files::EditorFolder;
use hartomat_editor::{Action, Command, ShellCommand};
use hartomat_schema::{NodeId, WorkflowId};
use serde_json::{Map, Value, json};

use crate::harness::Editor;

/// Frames until everything that fades or grows has come to rest.
const REST: usize = 60;

const PANELS: [&str; 4] = ["catalog", "inspector", "bottom", "mini_map"];

/// Both modes of a window with these panels.
fn check(name: &str, size: [f32; 2], panels: &[&str], bring: fn(&mut Editor)) {
    for theme in ["dark", "light"] {
        check_in(theme, name, size, panels, bring);
    }
}

fn check_in(theme: &str, name: &str, size: [f32; 2], panels: &[&str], bring: fn(&mut Editor)) {
    let folder = tempfile::tempdir().unwrap();
    let path = EditorFolder::new(folder.path()).preferences();
    let layout = PANELS.map(|panel| {
        let is_open = Value::Bool(panels.contains(&panel));
        (format!("{panel}_open"), is_open)
    });
    let layout: Map<String, Value> = layout.into_iter().collect();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, json!({"theme": theme, "layout": layout}).to_string()).unwrap();
    let mut editor = Editor::drawn(size, folder);
    bring(&mut editor);
    editor.steps(REST);
    editor.look(&format!("{name}-{theme}"));
}

fn open_still(editor: &mut Editor) {
    let id = WorkflowId::new("canonical-still").unwrap();
    editor.shell(ShellCommand::OpenTemplate(id));
    editor.until("the workflow is open", |app| app.state().session.is_some());
}

/// Two pictures that differ in a square, and where they do, with a mask.
#[test]
fn a_difference_has_a_legend_and_masks_are_hatched() {
    check("compare", [1040.0, 620.0], &[], |editor| {
        let folder = editor.folder.clone();
        let files = [30_u8, 90].map(|value| {
            let picture = image::RgbImage::from_fn(320, 200, |x, y| {
                let is_square = (180..260).contains(&x) && (60..130).contains(&y);
                let shade = (x / 4 + y / 5) as u8;
                image::Rgb([if is_square { value } else { 30 }, shade, 60])
            });
            let path = folder.path().join(format!("{value}.png"));
            picture.save(&path).unwrap();
            CompareSource::File(path)
        });
        let compare = |command| Command::Compare(command);
        editor.push(compare(CompareCommand::Open(Box::new(files))));
        editor.until("it was measured", |app| {
            app.state()
                .compare
                .open
                .as_ref()
                .unwrap()
                .comparison
                .is_some()
        });
        editor.push(compare(CompareCommand::Mode(CompareMode::Difference)));
        let mask = Mask::rectangle(egui::pos2(40.0, 40.0), egui::pos2(130.0, 120.0));
        let mask = MaskCommand::Add(mask.unwrap());
        editor.push(compare(CompareCommand::Mask(mask)));
        editor.until("the heat map is there", |app| {
            let tiles = &app.state().compare.open.as_ref().unwrap().tiles;
            tiles.in_view() > 0 && tiles.missing() == 0
        });
    });
}

fn run(editor: &mut Editor, action: Action) {
    editor.push(Command::Run(action));
}

#[test]
fn nodes_ports_and_edges_look_as_designed() {
    check("canvas", [720.0, 480.0], &[], |editor| {
        open_still(editor);
        editor.select(&["scene", "still", "bbox"]);
        run(editor, Action::FitSelection);
        editor.select(&["scene"]);
    });
}

#[test]
fn a_whole_graph_looks_as_designed() {
    check("graph", [860.0, 480.0], &[], |editor| {
        open_still(editor);
        editor.edit(Edit::set_setting(
            NodeId::literal("still"),
            "/samples",
            0.into(),
        ));
        run(editor, Action::FitAll);
    });
}

#[test]
fn the_start_screen_looks_as_designed() {
    check("start", [1100.0, 560.0], &[], |_| {});
}

#[test]
fn settings_look_as_designed() {
    check("settings", [720.0, 640.0], &["inspector"], |editor| {
        open_still(editor);
        editor.select(&["still"]);
    });
}

#[test]
fn problems_look_as_designed() {
    check("problems", [860.0, 480.0], &["bottom"], |editor| {
        open_still(editor);
        editor.select(&["glb"]);
        run(editor, Action::Delete);
    });
}

#[test]
fn launchers_look_as_designed() {
    let size = [720.0, 520.0];
    check_in("dark", "add_menu", size, &[], |editor| {
        open_still(editor);
        run(editor, Action::Add);
    });
    check_in("light", "palette", size, &[], |editor| {
        open_still(editor);
        run(editor, Action::Palette);
    });
    check_in("dark", "keys", [1400.0, 800.0], &[], |editor| {
        open_still(editor);
        run(editor, Action::CheatSheet);
    });
}
