//! Workflow documents and the catalogue: what is valid, what is refused, what is converted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::studio::TestStudio;

fn corpus(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../runtime/schema/corpus")
        .join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|err| panic!("{}: {err}", folder.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

#[test]
fn the_real_catalogue_takes_the_valid_corpus_and_refuses_the_invalid_one() {
    let studio = TestStudio::new();
    for path in corpus("valid") {
        let ended = studio.run(&["validate", path.to_str().unwrap()]);
        assert_eq!(ended.code, 0, "{}: {:#}", path.display(), ended.json);
    }
    for path in corpus("invalid") {
        let ended = studio.run(&["validate", path.to_str().unwrap()]);
        assert_eq!(ended.code, 5, "{} should be refused", path.display());
        let findings = ended.at("/data/0/diagnostics").as_array().unwrap();
        let complete = |finding: &serde_json::Value| {
            ["code", "message", "fix"]
                .iter()
                .all(|key| finding[key].as_str().is_some())
        };
        assert!(
            findings.iter().all(complete),
            "{}: {findings:?}",
            path.display()
        );
    }
}

#[test]
fn legacy_forms_are_converted_and_the_original_is_left_alone() {
    let studio = TestStudio::new();
    let preset = studio.path().join("preset.json");
    fs::write(
        &preset,
        r#"{"type": "still", "params": {"width": 320, "height": 200, "samples": 16}}"#,
    )
    .unwrap();
    let before = fs::read(&preset).unwrap();
    let target = studio.path().join("still.json");
    let arguments = [
        "migrate",
        preset.to_str().unwrap(),
        "--output",
        target.to_str().unwrap(),
    ];
    let migrated = studio.run(&arguments);
    assert_eq!(migrated.code, 0, "{}", migrated.stderr);
    assert_eq!(fs::read(&preset).unwrap(), before);
    let valid = studio.run(&["validate", target.to_str().unwrap()]);
    assert_eq!(valid.code, 0, "{:#}", valid.json);
    assert_eq!(
        studio.run(&arguments).code,
        5,
        "a file that is there is not written over"
    );
}

#[test]
fn a_turntable_preset_becomes_a_workflow_that_runs() {
    let studio = TestStudio::new();
    let preset = studio.path().join("preset.json");
    let text = r#"{"type": "turntable", "params": {"width": 320, "height": 200, "frames": 48,
        "fps": 24, "renderer": "blender", "codec": "webm", "direction": "clockwise"}}"#;
    fs::write(&preset, text).unwrap();
    let target = studio.path().join("turntable.json");
    let [from, to] = [&preset, &target].map(|path| path.to_str().unwrap());
    assert_eq!(studio.run(&["migrate", from, "--output", to]).code, 0);
    let valid = studio.run(&["validate", to]);
    assert_eq!(valid.code, 0, "{:#}", valid.json);
    let text = fs::read_to_string(&target).unwrap();
    let workflow: serde_json::Value = serde_json::from_str(&text).unwrap();
    let list = |name: &str| workflow[name].as_array().unwrap().clone();
    let settings = |kind: &str| {
        let nodes = list("nodes");
        let node = nodes.iter().find(|node| node["type"] == kind).unwrap();
        node["settings"].clone()
    };
    let turntable = settings("render_turntable");
    assert_eq!(turntable["renderer"], "blender");
    assert_eq!(
        (&turntable["codec"], &turntable["direction"]),
        (&"vp9".into(), &"clockwise".into())
    );
    let scene = settings("compose_scene");
    assert_eq!(scene["full_turn"], true);
    let saved = list("edges");
    let saved = saved
        .iter()
        .find(|edge| edge["to"]["port"] == "output")
        .unwrap();
    assert_eq!(
        saved["from"]["port"], "video",
        "not the poster or the contact sheet"
    );
}

#[test]
fn a_dry_run_says_what_would_run_and_changes_nothing() {
    let studio = TestStudio::new();
    let arguments = [
        "dry-run",
        "canonical-still",
        "--cad",
        "assets/samples/ball_bearing.step",
        "--execution-mode",
        "graph",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = studio.command(&arguments);
    let dry = crate::studio::ended(crate::studio::output(command.current_dir(root)));
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    let nodes = dry.at("/data/nodes").as_array().unwrap();
    assert_eq!(nodes.len(), 11);
    assert!(nodes.iter().all(|node| node["decision"] == "run"));
    assert_eq!(
        studio
            .run(&["runs", "list"])
            .at("/data")
            .as_array()
            .map(Vec::len),
        Some(0)
    );
}

#[test]
fn the_catalogue_is_served_whole_and_nodes_that_cannot_run_say_why() {
    let studio = TestStudio::new();
    let list = studio.run(&["nodes", "list"]);
    let nodes = list.at("/data/nodes").as_array().unwrap();
    assert_eq!(nodes.len(), 18);
    let disabled: Vec<&str> = nodes
        .iter()
        .filter(|node| node["coverage"]["state"] == "disabled")
        .map(|node| node["type"].as_str().unwrap())
        .collect();
    assert_eq!(disabled, [""; 0], "this edition runs all of them");
    let shown = studio.run(&["nodes", "show", "render_still"]);
    assert_eq!(
        shown.at("/data"),
        nodes
            .iter()
            .find(|node| node["type"] == "render_still")
            .unwrap()
    );
}

#[test]
fn a_new_workflow_is_valid_and_already_in_the_one_form() {
    let studio = TestStudio::new();
    let file = studio.path().join("new.json");
    let path = file.to_str().unwrap();
    assert_eq!(studio.run(&["workflow", "new", path]).code, 0);
    assert_eq!(studio.run(&["validate", path]).code, 0);
    assert_eq!(studio.run(&["workflow", "fmt", "--check", path]).code, 0);
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("\n", " ")).unwrap();
    assert_eq!(studio.run(&["workflow", "fmt", "--check", path]).code, 5);
    assert_eq!(studio.run(&["workflow", "fmt", path]).code, 0);
    assert_eq!(studio.run(&["workflow", "fmt", "--check", path]).code, 0);
}

#[test]
fn a_whole_library_is_converted_with_a_report_and_a_second_time_changes_nothing() {
    let studio = TestStudio::new();
    let [old, new] = ["old", "new"].map(|name| studio.path().join(name));
    fs::create_dir_all(old.join("stills")).unwrap();
    let documents = [
        (
            "stills/a.json",
            r#"{"type": "still", "params": {"width": 320}}"#,
        ),
        (
            "b.json",
            r#"{"steps": [{"step": "blender_still", "params": {}}]}"#,
        ),
        ("c.json", "no JSON at all"),
        ("notes.txt", "not a document"),
    ];
    for (name, text) in documents {
        fs::write(old.join(name), text).unwrap();
    }
    let [from, to] = [&old, &new].map(|path| path.to_str().unwrap());
    assert_eq!(studio.run(&["migrate", from]).code, 5, "it needs a folder");
    let report = studio.run(&["migrate", from, "--output", to]);
    assert_eq!(report.code, 5, "one is refused: {:#}", report.json);
    let became = |report: &crate::studio::Ended| -> Vec<(String, String)> {
        let entries = report.at("/data").as_array().unwrap().clone();
        let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap().to_owned();
        entries
            .iter()
            .map(|entry| (text(entry, "file"), text(entry, "became")))
            .collect()
    };
    let first = became(&report);
    let files: Vec<_> = first.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(files, ["b.json", "c.json", "stills/a.json"]);
    assert_eq!((&*first[1].1, &*first[2].1), ("refused", "converted"));
    let written = fs::read(new.join("stills/a.json")).unwrap();
    assert_eq!(
        became(&studio.run(&["migrate", from, "--output", to])),
        first
    );
    // What somebody has changed since is theirs.
    fs::write(new.join("stills/a.json"), "mine").unwrap();
    let again = became(&studio.run(&["migrate", from, "--output", to]));
    assert_eq!(again[2].1, "refused");
    assert_eq!(fs::read(new.join("stills/a.json")).unwrap(), b"mine");
    fs::write(new.join("stills/a.json"), &written).unwrap();
    for (name, text) in documents {
        assert_eq!(fs::read(old.join(name)).unwrap(), text.as_bytes());
    }
}
