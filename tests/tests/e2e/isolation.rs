//! Legacy is never harmed by the graph, and a shadow run never touches the world.

use std::fs;
use std::time::{Duration, Instant};

use hartomat_api::Backend as _;
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::{ExecutionMode, RunState, Side};

use crate::studio::{TestStudio, sample, still};

#[test]
fn legacy_delivers_without_the_graphs_database() {
    let studio = TestStudio::new();
    let data = studio.path().join("data");
    // A folder in its place can be neither opened nor repaired.
    fs::create_dir_all(data.join("studio.db")).unwrap();
    for mode in ["legacy", "shadow", "graph"] {
        let ended = studio.smoke(mode, &[]);
        assert_eq!(
            ended.text("/data/record/delivered_by"),
            "control",
            "{mode}: {}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("graph runs are off"),
            "{mode}: {}",
            ended.stderr
        );
    }
}

#[test]
fn runs_that_can_not_begin_without_the_graphs_database_end_and_hold_no_others_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("studio.db")).unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    // A file in the folder's place: no run can keep its CAD file.
    let scratch = folder.path().join("scratch");
    fs::write(&scratch, "").unwrap();
    let request = still(&studio, ExecutionMode::Legacy, 16, 1);
    // More than go on at once without a journal.
    for _ in 0..5 {
        let record = studio.dispatch(&request).unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while studio.run_get(&record.id).is_err() {
            assert!(Instant::now() < until, "nobody hears how it ended");
            std::thread::sleep(Duration::from_millis(10));
        }
        let ended = studio.follow_to_end(&record, &()).unwrap();
        assert_eq!(ended.record.state, RunState::Failed);
        let reason = ended.record.reason.unwrap_or_default();
        assert!(reason.contains("CAD file"), "{reason}");
    }
    fs::remove_file(&scratch).unwrap();
    let ended = studio.run_to_end(&request, &()).unwrap();
    assert_eq!(ended.record.delivered_by, Some(Side::Control));
}

#[test]
fn a_shadow_run_publishes_and_tells_once_and_only_through_legacy() {
    let studio = TestStudio::new();
    let ended = studio.smoke("shadow", &[]);
    let assets = ended.at("/data/media_assets").as_array().unwrap();
    assert_eq!(assets.len(), 1);
    let path = assets[0]["path"].as_str().unwrap();
    let published: Vec<_> = fs::read_dir(std::path::Path::new(path).parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        published,
        ["ball_bearing.png"],
        "nothing but legacy's picture is published"
    );
    // The whole way is told, and what would let the graph take over.
    let way = ended.at("/data/way").as_array().unwrap();
    let stages: Vec<_> = way.iter().map(|it| it["stage"].as_str().unwrap()).collect();
    for stage in [
        "product",
        "output type",
        "order",
        "preflight",
        "dispatch",
        "comparison",
    ] {
        assert!(stages.contains(&stage), "{stage} in {stages:?}");
    }
    assert!(way.iter().all(|it| it["is_well"] == true), "{way:#?}");
    let conditions = ended.at("/data/approval/gate/conditions").as_array();
    assert!(conditions.is_some_and(|it| it.iter().any(|it| it["met"] == false)));
    let order = studio.run(&["orders", "show", "smoke"]);
    assert_eq!(order.text("/data/status"), "delivered");
    let orders = studio.run(&["orders", "list"]);
    let listed = orders.at("/data").as_array().unwrap();
    assert!(listed.is_empty(), "nobody has ordered a sample: {listed:?}");
    // What the graph would have done is on record all the same.
    let intents = ended.at("/data/record/intents").as_array().unwrap();
    let kinds: Vec<_> = intents
        .iter()
        .map(|intent| intent["intent"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["publish", "notify"]);
}

#[test]
fn damaged_cad_files_end_as_invalid_input_with_their_name_and_reason() {
    let studio = TestStudio::new();
    let whole = fs::read(sample("ball_bearing.step")).unwrap();
    let cases: [(&str, Vec<u8>); 4] = [
        ("empty.step", Vec::new()),
        (
            "page.step",
            b"<!doctype html><title>not found</title>".to_vec(),
        ),
        ("half.step", whole[..whole.len() / 2].to_vec()),
        (
            "nested.step",
            [b"ISO-10303-21;\nHEADER;\n".to_vec(), b"(".repeat(100_000)].concat(),
        ),
    ];
    for (name, bytes) in cases {
        let path = studio.path().join(name);
        fs::write(&path, bytes).unwrap();
        for mode in ["legacy", "shadow", "graph"] {
            let ended = studio.smoke(mode, &["--cad", path.to_str().unwrap()]);
            assert_eq!(ended.code, 5, "{name} {mode}: {}", ended.stderr);
            let reason = ended.text("/data/record/control_failure/message");
            assert!(reason.contains(name), "{name} {mode}: {reason}");
        }
    }
    let missing = studio.smoke("legacy", &["--cad", "no/such/file.step"]);
    assert_eq!(missing.code, 5);
    assert!(missing.text("/error/message").contains("no/such/file.step"));
}
