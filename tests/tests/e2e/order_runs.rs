//! `hartomat orders run`: line after line, each for itself, until somebody interrupts.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::studio::{TestStudio, output, sample, spawn};

/// An output type that legacy renders this large and well.
fn output_type(studio: &TestStudio, name: &str, size_px: u32, samples: u32) -> String {
    let made = studio.run(&["output-types", "add", name, "--workflow", "canonical-still"]);
    let mut output_type = made.at("/data/output_type").clone();
    let settings = &mut output_type["legacy_preset"]["params"];
    for (name, value) in [
        ("width", size_px),
        ("height", size_px),
        ("samples", samples),
    ] {
        settings[name] = json!(value);
    }
    let file = studio.path().join("output_type.json");
    std::fs::write(&file, output_type.to_string()).unwrap();
    let set = studio.run(&["output-types", "set", file.to_str().unwrap()]);
    assert_eq!(set.code, 0, "{}", set.stderr);
    made.text("/data/output_type/id").to_owned()
}

/// Takes the order `A` in: its lines with the output type and the CAD file of each.
fn import(studio: &TestStudio, lines: &[(&str, &str, &str)]) {
    let rows = lines.iter().map(|(line, output_type, cad_file)| {
        json!({ "order": "A", "line": line, "product": line, "output_type": output_type,
                "cad_file": cad_file, "requested_by": "ada" })
    });
    let file = studio.path().join("order.json");
    std::fs::write(&file, rows.collect::<Value>().to_string()).unwrap();
    let imported = studio.run(&["orders", "import", file.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{}", imported.json);
}

/// How each line of the order `A` stands.
fn statuses(order: &Value) -> Vec<&str> {
    let lines = order["lines"].as_array().unwrap().iter();
    lines.map(|it| it["status"].as_str().unwrap()).collect()
}

#[test]
fn a_line_that_cannot_be_run_keeps_no_other_from_it() {
    let studio = TestStudio::new();
    let tiny = output_type(&studio, "Tiny", 32, 1);
    let tiny = tiny.as_str();
    let (gone, step) = (
        studio.path().join("gone.step"),
        sample("flange_bracket.step"),
    );
    std::fs::copy(&step, &gone).unwrap();
    let (gone, step) = (gone.to_str().unwrap(), step.to_str().unwrap());
    import(
        &studio,
        &[
            ("A-1", tiny, gone),
            ("A-2", tiny, step),
            ("A-3", tiny, step),
        ],
    );
    std::fs::remove_file(gone).unwrap();
    // What an order can't be told is refused, not ignored.
    let refused = output(&mut studio.command(&["orders", "run", "A", "--to", "glb"]));
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");

    let pictures = studio.path().join("pictures");
    let run = studio.run(&["orders", "run", "A", "--output", pictures.to_str().unwrap()]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert_eq!(
        statuses(run.at("/data")),
        ["open", "delivered", "delivered"],
        "{}",
        run.json
    );
    assert_eq!(run.text("/data/failures/0/line"), "A-1");
    let why = run.text("/data/failures/0/error/message");
    assert!(why.contains("gone.step"), "{why}");
    assert_eq!(run.at("/data/failures/1"), &Value::Null);
    for line in ["A-2", "A-3"] {
        let saved = std::fs::read_dir(pictures.join(line)).unwrap().count();
        assert!(saved > 0, "{line} has its own folder");
    }
}

#[test]
fn an_interrupt_stops_the_line_that_is_under_way_and_begins_no_other() {
    let studio = TestStudio::new();
    let tiny = output_type(&studio, "Tiny", 32, 1);
    let slow = output_type(&studio, "Slow", 1024, 1024);
    let (tiny, slow) = (tiny.as_str(), slow.as_str());
    let step = sample("flange_bracket.step");
    let step = step.to_str().unwrap();
    import(
        &studio,
        &[
            ("A-1", tiny, step),
            ("A-2", slow, step),
            ("A-3", tiny, step),
        ],
    );
    let mut child = spawn(
        studio
            .command(&["orders", "run", "A"])
            .stdout(Stdio::null()),
    );
    let is_under_way = || {
        let runs = studio.run(&["runs", "list", "--limit", "1"]);
        runs.text("/data/0/target") == "order_line/A-2" && runs.text("/data/0/state") == "running"
    };
    let begun = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(100));
        is_under_way()
    });
    assert!(begun, "the second line never began");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(8));
    let order = studio.run(&["orders", "show", "A"]);
    let last_run = |line: usize| order.at(&format!("/data/lines/{line}/last_run")).clone();
    assert_eq!(last_run(0)[1], "succeeded", "{}", order.json);
    assert_eq!(last_run(1)[1], "cancelled");
    assert_eq!(last_run(2), Value::Null);
}

#[test]
fn a_run_that_has_ended_is_told_although_its_files_cannot_be_saved() {
    let studio = TestStudio::new();
    let file = studio.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let run = studio.smoke("graph", &["--output", file.to_str().unwrap()]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert_eq!(run.text("/data/record/state"), "succeeded");
    let id = run.text("/data/record/id");
    let hints = run.at("/error/hints").to_string();
    assert!(hints.contains(&format!("runs follow {id}")), "{hints}");
    let folder = studio.path().join("folder");
    let followed = studio.run(&["runs", "follow", id, "--output", folder.to_str().unwrap()]);
    assert_eq!(followed.code, 0, "{}", followed.stderr);
    assert!(folder.read_dir().unwrap().count() > 0);
}
