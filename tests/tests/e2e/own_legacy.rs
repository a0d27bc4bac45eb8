//! A studio's own program as legacy: the example in shadow mode, and programs that lie.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::studio::{Ended, TestStudio, ended, output, spawn};

/// A still small enough for a test.
const SMALL: [&str; 4] = ["--set", "still.samples=4", "--set", "still.width_px=48"];

fn python() -> String {
    let path = std::env::var_os("PATH").expect("there is a path");
    let mut found = std::env::split_paths(&path).map(|folder| folder.join("python3"));
    let python = found.find(|program| program.is_file());
    python.expect("the tests need Python").display().to_string()
}

fn example() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let script = root.join("assets/examples/own_legacy/render.py");
    script
        .canonicalize()
        .expect("the example is there")
        .display()
        .to_string()
}

#[test]
fn the_example_is_a_control_that_the_graph_is_honestly_compared_with() {
    let studio = TestStudio::new();
    let (python, script) = (python(), example());
    let set = studio.run(&["legacy", "set", "--", &python, &script, "{request}"]);
    assert_eq!(set.code, 0, "{}", set.stderr);
    let doctor = studio.run(&["doctor"]).json.to_string();
    assert!(
        doctor.contains("own_legacy") && doctor.contains("for still"),
        "{doctor}"
    );

    let pictures = studio.path().join("pictures");
    let pictures_text = pictures
        .to_str()
        .expect("temporary folders have plain paths");
    let mut smoke = vec![
        "smoke",
        "still",
        "--execution-mode",
        "shadow",
        "--output",
        pictures_text,
    ];
    smoke.extend(SMALL);
    smoke.extend(["--set", "still.height_px=48"]);
    let still = studio.run(&smoke);
    let sentence = still.text("/data/record/sentence");
    assert_eq!(
        still.text("/data/record/delivered_by"),
        "control",
        "{}",
        still.stderr
    );
    assert!(
        ["warn", "fail"].contains(&still.text("/data/record/verdict")),
        "{sentence}"
    );
    assert!(
        sentence.contains(|c: char| c.is_ascii_digit()),
        "no number in: {sentence}"
    );
    let made_by = "/data/evidence/control/facts/renderer";
    assert_eq!(still.text(made_by), "own_legacy");
    let control = fs::read(pictures.join("control.png")).expect("the control was delivered");
    let candidate = fs::read(pictures.join("candidate.png")).expect("the candidate was kept");
    assert_ne!(control, candidate);
    let logs = studio.run(&["runs", "logs", still.text("/data/record/id")]);
    assert!(logs.json.to_string().contains(" points"), "{}", logs.json);

    let gone = studio.run(&["legacy", "unset"]);
    assert_eq!(gone.code, 0, "{}", gone.stderr);
    let shown = studio.run(&["legacy", "show"]);
    assert_eq!(shown.at("/data"), &serde_json::Value::Null);
}

/// A key of the program's setting, and its value.
type Limit<'a> = (&'a str, serde_json::Value);

/// A studio whose legacy is a liar.
struct Liar {
    studio: TestStudio,
    notes: PathBuf,
}

impl Liar {
    fn new() -> Self {
        let studio = TestStudio::new();
        let notes = studio.path().join("notes");
        fs::write(studio.path().join("liar.py"), include_str!("own_liar.py"))
            .expect("it is written");
        Self { studio, notes }
    }

    /// Sets the liar as `hartomat legacy set` would, without a process for it.
    fn set(&self, lie: &str, more: &[Limit<'_>]) {
        let script = self.studio.path().join("liar.py");
        let mut setting = serde_json::json!({
            "schema": "hartomat.legacy_command/1",
            "program": python(),
            "args": [script, lie, self.notes],
            "presets": ["still"],
        });
        for (key, value) in more {
            setting[*key] = value.clone();
        }
        let data = self.studio.path().join("data");
        fs::create_dir_all(&data).expect("the data folder can be made");
        fs::write(data.join("legacy.json"), setting.to_string()).expect("it is written");
    }

    fn still(&self, lie: &str, limits: &[Limit<'_>]) -> Ended {
        self.set(lie, limits);
        self.studio.smoke("legacy", &SMALL)
    }

    fn assert_nothing_is_left(&self, lie: &str) {
        let notes = fs::read_to_string(&self.notes).unwrap_or_default();
        for pid in notes.lines() {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let is_dead = status.is_empty() || status.contains("State:\tZ");
            assert!(is_dead, "{lie} leaves process {pid}");
        }
        let scratch = self.studio.path().join("data/scratch");
        let left: Vec<_> = fs::read_dir(scratch)
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        assert!(left.is_empty(), "{lie} leaves {left:?}");
    }
}

#[test]
fn every_lie_of_a_program_is_found_out_and_leaves_nothing() {
    let liar = Liar::new();
    let lies: &[(&str, &[Limit<'_>], &str)] = &[
        ("says-done", &[], "wrote no `result.json`"),
        ("no-picture", &[], "wrote no `still.png`"),
        ("no-result", &[], "wrote no `result.json`"),
        ("garbage-result", &[], "`result.json` that can't be read"),
        ("other-schema", &[], "hartomat.legacy_result/9"),
        ("empty", &[], "is empty"),
        ("truncated", &[], "can't be read"),
        ("text", &[], "can't be read"),
        ("wrong-size", &[], "49 × 96 pixels instead of 48 × 96"),
        ("old", &[], "older than the run"),
        ("link", &[], "is a link"),
        ("hard-link", &[], "of another folder too"),
        ("pipe", &[], "is no file"),
        ("outside", &[], "no plain file name"),
        ("absolute", &[], "no plain file name"),
        ("folder-link", &[], "is no folder any more"),
        ("huge", &[("output_mb", 1.into())], "File too large"),
        ("many", &[("output_mb", 1.into())], "wrote more than it may"),
        (
            "hungry",
            &[("memory_mb", 100.into())],
            "more than 100 MiB of memory",
        ),
        ("hangs", &[("wall_secs", 1.into())], "took longer than 1 s"),
        (
            "fails",
            &[],
            "ended with code 3; it said: Error: the licence server is closed",
        ),
        ("crashes", &[], "segmentation fault"),
    ];
    // Each costs a process; the long tests tell all of them.
    let every = match std::env::var_os("HARTOMAT_SOAK") {
        Some(_) => 1,
        None => 2,
    };
    for (lie, limits, reason) in lies.iter().step_by(every) {
        let still = liar.still(lie, limits);
        let said = still.json.to_string();
        assert!(said.contains(reason), "{lie}: {said} {}", still.stderr);
        assert_eq!(still.code, 9, "{lie}: nothing is delivered");
        liar.assert_nothing_is_left(lie);
    }
}

#[test]
fn a_program_sees_what_it_was_given_and_its_helpers_end_with_it() {
    let liar = Liar::new();
    let good = liar.still("leaves-somebody", &[]);
    assert_eq!(good.code, 0, "{}", good.stderr);
    liar.assert_nothing_is_left("leaves-somebody");
    liar.set(
        "looks-around",
        &[("pass_env", serde_json::json!(["STUDIO_LICENCE"]))],
    );
    let mut arguments = vec!["smoke", "still", "--execution-mode", "legacy"];
    arguments.extend(SMALL);
    let mut command = liar.studio.command(&arguments);
    command
        .env("STUDIO_SECRET", "s3cret")
        .env("STUDIO_LICENCE", "l1cence");
    let looked = ended(output(&mut command));
    assert_eq!(looked.code, 0, "{}", looked.stderr);
    let logs = liar
        .studio
        .run(&["runs", "logs", looked.text("/data/record/id")]);
    let logs = logs.json.to_string();
    assert!(logs.contains("secret None l1cence"), "{logs}");
    assert!(logs.contains("input ''"), "{logs}");
    assert!(!logs.contains("HARTOMAT_DATA_DIR"), "{logs}");
    // What it is asked is what its document says.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let told = fs::read_to_string(root.join("docs/own-legacy.md")).expect("the document is there");
    let asked = logs
        .split("asked {")
        .nth(1)
        .expect("it tells what it was asked");
    let asked = asked
        .split("}\"")
        .next()
        .unwrap_or_default()
        .replace('\\', "");
    let keys: Vec<_> = asked.split('"').skip(1).step_by(2).collect();
    assert!(keys.len() > 15, "{keys:?}");
    for key in keys {
        assert!(
            told.contains(&format!("\"{key}\"")),
            "the document doesn't tell `{key}`"
        );
    }
}

#[test]
fn a_cancelled_run_ends_its_program_with_all_that_it_started() {
    let liar = Liar::new();
    liar.set("hangs", &[]);
    let mut arguments = vec!["smoke", "still", "--execution-mode", "legacy"];
    arguments.extend(SMALL);
    let mut command = liar.studio.command(&arguments);
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    let mut running = spawn(&mut command);
    let begins = Instant::now();
    let pids = || {
        fs::read_to_string(&liar.notes)
            .unwrap_or_default()
            .lines()
            .count()
    };
    while pids() < 2 && begins.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let runs = liar.studio.run(&["runs", "list"]);
    let cancel = ["runs", "cancel", runs.text("/data/0/id")];
    let cancel = liar.studio.run(&cancel);
    assert_eq!(cancel.code, 0, "{}", cancel.stderr);
    let status = running.wait().expect("it ends");
    assert_eq!(status.code(), Some(8));
    liar.assert_nothing_is_left("hangs");
}

#[test]
fn a_program_that_cant_be_run_is_refused_when_it_is_set_and_named_when_it_is_gone() {
    let liar = Liar::new();
    let relative = liar.studio.run(&["legacy", "set", "--", "render.py"]);
    assert_eq!(relative.code, 5, "{}", relative.stderr);
    let missing = liar.studio.run(&["legacy", "set", "--", "/nowhere/render"]);
    assert!(
        missing.stderr.contains("/nowhere/render")
            || missing.json.to_string().contains("/nowhere/render")
    );
    liar.set("says-done", &[]);
    let setting = liar.studio.path().join("data/legacy.json");
    let text = fs::read_to_string(&setting).expect("it was set");
    fs::write(&setting, text.replace(&python(), "/nowhere/python")).expect("it is ours");
    let cad = hartomat_tests::sample("ball_bearing.step");
    let cad = cad.to_str().expect("the path is text");
    let preflight = liar
        .studio
        .run(&["preflight", "canonical-still", "--cad", cad]);
    let findings = preflight.at("/data/diagnostics").to_string();
    assert!(findings.contains("/nowhere/python"), "{findings}");
    // A setting that can't be read lets nothing else deliver in its place.
    fs::write(&setting, "{").expect("it is ours");
    let broken = liar.studio.smoke("legacy", &SMALL);
    assert_ne!(broken.code, 0);
    assert!(
        broken.json.to_string().contains("legacy.json"),
        "{}",
        broken.json
    );
}
