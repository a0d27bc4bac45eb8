//! A process that ends in the middle of a run: nothing torn, the run is marked, and it can go on.

use std::fs;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use hartomat_api::Backend as _;
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::ExecutionMode;

use crate::studio::{TestStudio, spawn, still};

/// Long enough to be caught in the middle.
const SLOW: [&str; 8] = [
    "--set",
    "still.width_px=512",
    "--set",
    "still.height_px=512",
    "--set",
    "still.samples=512",
    "--execution-mode",
    "graph",
];

fn slow_smoke() -> Vec<&'static str> {
    let mut arguments = vec!["smoke", "still"];
    arguments.extend(SLOW);
    arguments
}

/// The newest run once its still is under way.
fn wait_for_still(studio: &TestStudio) -> String {
    for _ in 0..600 {
        let runs = studio.run(&["runs", "list", "--limit", "1"]);
        let nodes = runs
            .at("/data/0/nodes")
            .as_array()
            .cloned()
            .unwrap_or_default();
        if nodes
            .iter()
            .any(|run| run["node"] == "still" && run["state"] == "running")
        {
            return runs.text("/data/0/id").to_owned();
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("the still never began");
}

#[test]
fn a_killed_run_is_marked_and_goes_on_where_it_was() {
    let studio = TestStudio::new();
    let mut arguments = slow_smoke();
    arguments.extend(["--set", "still.samples=128"]);
    let mut child = spawn(
        studio
            .command(&arguments)
            .stdout(std::process::Stdio::null()),
    );
    let run = wait_for_still(&studio);
    child.kill().unwrap();
    child.wait().unwrap();
    let shown = studio.run(&["runs", "show", &run]);
    assert_eq!(shown.text("/data/record/state"), "interrupted");
    assert!(shown.text("/data/record/reason").contains("`still`"));
    assert_eq!(shown.node_state("still"), "waiting");
    let resumed = studio.run(&["runs", "resume", &run]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert_eq!(resumed.text("/data/record/id"), run);
    assert_eq!(resumed.text("/data/record/state"), "succeeded");
    assert_eq!(
        resumed.node_state("glb"),
        "reused",
        "what had come out is not made again"
    );
    assert_eq!(
        resumed.at("/data/media_assets").as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_shadow_run_killed_after_legacy_delivered_goes_on_without_delivering_twice() {
    let studio = TestStudio::new();
    let arguments = [
        "smoke",
        "still",
        "--execution-mode",
        "shadow",
        "--set",
        "still.width_px=256",
        "--set",
        "still.height_px=256",
        "--set",
        "still.samples=128",
    ];
    let mut child = spawn(
        studio
            .command(&arguments)
            .stdout(std::process::Stdio::null()),
    );
    let run = wait_for_still(&studio);
    child.kill().unwrap();
    child.wait().unwrap();
    let before = studio.run(&["runs", "show", &run]);
    assert_eq!(before.text("/data/record/state"), "interrupted");
    let delivered = before.at("/data/media_assets").clone();
    assert_eq!(delivered.as_array().map(Vec::len), Some(1));
    let resumed = studio.run(&["runs", "resume", &run]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert_eq!(resumed.text("/data/record/verdict"), "pass");
    assert_eq!(*resumed.at("/data/media_assets"), delivered);
    assert_eq!(
        resumed.at("/data/notifications").as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(
        studio.run(&["runs", "resume", &run]).code,
        5,
        "a run goes on once"
    );
}

#[test]
fn another_process_can_cancel_a_run() {
    let studio = TestStudio::new();
    let mut child = spawn(
        studio
            .command(&slow_smoke())
            .stdout(std::process::Stdio::null()),
    );
    let run = wait_for_still(&studio);
    assert_eq!(studio.run(&["runs", "cancel", &run]).code, 0);
    assert_eq!(child.wait().unwrap().code(), Some(8));
    let shown = studio.run(&["runs", "show", &run]);
    assert_eq!(shown.text("/data/record/state"), "cancelled");
    assert_eq!(
        shown.at("/data/media_assets").as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn a_run_can_be_made_again_from_a_node() {
    let studio = TestStudio::new();
    let first = studio.smoke("graph", &[]);
    let run = first.text("/data/record/id");
    let again = studio.run(&["runs", "rerun", run, "--from", "scene"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.text("/data/frozen/rerun_of"), run);
    assert_eq!(again.node_state("glb"), "reused");
    assert_eq!(again.node_state("scene"), "succeeded");
    assert_eq!(again.node_state("still"), "succeeded");
    let nowhere = studio.run(&["runs", "rerun", run, "--from", "nowhere"]);
    assert_eq!(nowhere.code, 5);
}

#[test]
fn a_start_sweeps_folders_of_runs_that_nobody_is_at_work_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    let scratch = |run: &str| folder.path().join("scratch").join(run);
    let quick = still(&studio, ExecutionMode::Legacy, 16, 1);
    let ended = studio.run_to_end(&quick, &()).unwrap().record.id;
    let slow = still(&studio, ExecutionMode::Legacy, 512, 4096);
    let under_way = studio.dispatch(&slow).unwrap();
    // As a node that was given up leaves it, and runs that no journal knew.
    for left in [ended.as_str(), "unknown", "begins"] {
        fs::create_dir_all(scratch(left).join("a-1")).unwrap();
    }
    let long_ago = |run: &str| {
        let folder = fs::File::open(scratch(run)).unwrap();
        folder.set_modified(UNIX_EPOCH).unwrap();
    };
    long_ago("unknown");
    while !scratch(under_way.id.as_str()).exists() {
        thread::sleep(Duration::from_millis(10));
    }
    long_ago(under_way.id.as_str());
    drop(Studio::open(&options).unwrap());
    assert!(!scratch(ended.as_str()).exists());
    assert!(!scratch("unknown").exists());
    assert!(scratch("begins").exists(), "it may be a moment old");
    assert!(scratch(under_way.id.as_str()).exists(), "it is under way");
    studio.run_cancel(&under_way.id).unwrap();
    studio.follow_to_end(&under_way, &()).unwrap();
}
