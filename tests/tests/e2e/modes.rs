//! Who delivers in which mode, and what the cache saves.

use std::fs;

use crate::studio::{TestStudio, sample};

#[test]
fn a_shadow_run_passes_with_pictures_and_a_second_one_reuses_the_nodes() {
    let studio = TestStudio::new();
    let pictures = studio.path().join("pictures");
    let output = ["--output", pictures.to_str().unwrap()];
    let first = studio.smoke("shadow", &output);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert_eq!(first.text("/data/record/verdict"), "pass");
    assert_eq!(first.text("/data/record/delivered_by"), "control");
    let [control, candidate] =
        ["control.png", "candidate.png"].map(|name| fs::read(pictures.join(name)).unwrap());
    assert_eq!(control, candidate, "the same settings give the same bytes");
    for name in ["difference.png", "side_by_side.png"] {
        let bytes = fs::read(pictures.join(name)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"), "{name} is no PNG");
    }
    let second = studio.smoke("shadow", &[]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    for node in ["line", "parts", "glb", "materials", "scene", "still"] {
        assert_eq!(second.node_state(node), "reused", "{node}");
    }
    for node in ["save", "tell"] {
        assert_eq!(
            second.node_state(node),
            "succeeded",
            "{node} delivers and is never reused"
        );
    }
}

#[test]
fn a_changed_setting_runs_its_node_again_and_says_why() {
    let studio = TestStudio::new();
    studio.smoke("graph", &[]);
    let changed = studio.smoke("graph", &["--set", "still.seed=7"]);
    assert_eq!(changed.node_state("scene"), "reused");
    assert_eq!(changed.node_state("still"), "succeeded");
    let nodes = changed.at("/data/record/nodes").as_array().unwrap();
    let still = nodes.iter().find(|run| run["node"] == "still").unwrap();
    assert_eq!(still["reason"], "changed: setting seed 0 → 7");
}

#[test]
fn every_sample_delivers_in_every_mode_and_the_bytes_agree() {
    let studio = TestStudio::new();
    for name in [
        "flange_bracket.step",
        "ball_bearing.step",
        "gearbox.step",
        "pipe_fitting_inch.step",
    ] {
        let cad = sample(name);
        let mut digests = Vec::new();
        for (mode, side) in [
            ("legacy", "control"),
            ("graph", "candidate"),
            ("shadow", "control"),
        ] {
            let ended = studio.smoke(mode, &["--cad", cad.to_str().unwrap()]);
            assert_eq!(ended.code, 0, "{name} {mode}: {}", ended.stderr);
            assert_eq!(
                ended.text("/data/record/delivered_by"),
                side,
                "{name} {mode}"
            );
            digests.push(ended.text("/data/media_assets/0/digest").to_owned());
        }
        assert!(digests[0].starts_with("sha256:"), "{name}");
        assert!(
            digests.iter().all(|digest| *digest == digests[0]),
            "{name}: {digests:?}"
        );
    }
}

#[test]
fn a_failing_graph_falls_back_to_legacy_and_counts_as_its_failure() {
    let studio = TestStudio::new();
    // `Fail` on unresolved parts, with nothing that could resolve them: a failure by setting.
    let by_setting = [
        "--set",
        "materials.unresolved=fail",
        "--set",
        "suggest.use_names=false",
        "--set",
        "suggest.use_colors=false",
    ];
    for arguments in [
        &by_setting[..],
        &["--drill", "still=fail"],
        &["--drill", "scene=panic"],
    ] {
        let ended = studio.smoke("graph", arguments);
        assert_eq!(ended.code, 4, "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.text("/data/record/state"), "fell_back");
        assert_eq!(ended.text("/data/record/delivered_by"), "control");
        assert_eq!(ended.text("/data/record/verdict"), "inconclusive");
        assert!(
            ended.text("/data/record/fallback").starts_with("node `"),
            "{arguments:?}"
        );
        assert_eq!(
            ended.at("/data/media_assets").as_array().map(Vec::len),
            Some(1)
        );
    }
}

#[test]
fn a_candidate_that_hangs_costs_the_control_nothing() {
    let studio = TestStudio::new();
    let ended = studio.smoke("shadow", &["--drill", "glb=hang", "--budget-secs", "2"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert_eq!(ended.text("/data/record/state"), "succeeded");
    assert_eq!(ended.text("/data/record/delivered_by"), "control");
    assert_eq!(ended.text("/data/record/verdict"), "inconclusive");
    assert!(
        ended
            .text("/data/record/sentence")
            .contains("budget of 2 s")
    );
    // The control had delivered before the candidate's first node began.
    let delivered = ended.at("/data/legacy/finished_at").as_i64().unwrap();
    let nodes = ended.at("/data/record/nodes").as_array().unwrap();
    let began = nodes.iter().filter_map(|run| run["started_at"].as_i64());
    assert!(
        began.min().unwrap() >= delivered,
        "the candidate began before the delivery"
    );
}
