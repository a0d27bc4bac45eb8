//! Golden traces: what legacy does, pinned. They change only when the studio's old pipeline does.
//!
//! `UPDATE_SNAPSHOTS=1` writes them again.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::studio::{Ended, TestStudio, sample};

#[test]
fn a_still_of_each_sample_leaves_its_golden_trace() {
    let studio = TestStudio::new();
    for name in [
        "ball_bearing",
        "flange_bracket",
        "gearbox",
        "pipe_fitting_inch",
    ] {
        let cad = sample(&format!("{name}.step"));
        let ended = studio.smoke(
            "legacy",
            &["--cad", cad.to_str().expect("samples have plain paths")],
        );
        check(&format!("still_{name}"), &trace(&studio, &ended));
    }
}

#[test]
fn a_thumbnail_leaves_its_golden_trace() {
    let studio = TestStudio::new();
    let cad = sample("flange_bracket.step");
    let cad = cad.to_str().expect("samples have plain paths");
    let arguments = [
        "run",
        "cad-thumbnail",
        "--cad",
        cad,
        "--execution-mode",
        "legacy",
    ];
    let ended = studio.run(&arguments);
    check("thumbnail_flange_bracket", &trace(&studio, &ended));
}

#[test]
fn a_turntable_leaves_its_golden_trace() {
    let studio = TestStudio::new();
    let cad = sample("flange_bracket.step");
    let cad = cad.to_str().expect("samples have plain paths");
    let mut arguments = vec!["smoke", "turntable", "--cad", cad];
    arguments.extend(["--execution-mode", "legacy"]);
    for setting in [
        "turntable.width_px=64",
        "turntable.height_px=48",
        "turntable.samples=4",
        "turntable.frames=3",
        "turntable.fps=12",
    ] {
        arguments.extend(["--set", setting]);
    }
    let ended = studio.run(&arguments);
    check("turntable_flange_bracket", &trace(&studio, &ended));
}

#[test]
fn a_failing_still_leaves_its_golden_trace() {
    let studio = TestStudio::new();
    let whole = fs::read(sample("flange_bracket.step")).expect("the sample is there");
    let half = studio.path().join("half.step");
    fs::write(&half, &whole[..whole.len() / 2]).expect("a temporary file can be written");
    let cad = half.to_str().expect("temporary folders have plain paths");
    let ended = studio.smoke("legacy", &["--cad", cad]);
    check("still_of_half_a_file", &trace(&studio, &ended));
}

/// What was asked for, logged, delivered and told, without ids, times and digests.
fn trace(studio: &TestStudio, ended: &Ended) -> String {
    let mut trace = format!("preset {}\n", ended.at("/data/legacy/preset"));
    let logs = studio.run(&["runs", "logs", ended.text("/data/record/id")]);
    for line in list(&logs, "/data") {
        assert_eq!(line["side"], "control", "legacy runs without the graph");
        let _ = writeln!(trace, "{} {}", text(line, "level"), text(line, "text"));
    }
    for output in list(ended, "/data/record/control_outputs") {
        let (name, facts) = (text(output, "name"), &output["facts"]);
        let _ = writeln!(
            trace,
            "output {name} {} {facts}",
            text(output, "media_type")
        );
    }
    for asset in list(ended, "/data/media_assets") {
        let target = text(asset, "target").split('/').next().unwrap_or_default();
        let _ = writeln!(
            trace,
            "media asset {} {} on {target}",
            text(asset, "kind"),
            text(asset, "name")
        );
    }
    for told in list(ended, "/data/notifications") {
        let _ = writeln!(
            trace,
            "notification {} to {}: {}",
            text(told, "channel"),
            told["recipients"],
            text(told, "subject")
        );
    }
    let _ = writeln!(
        trace,
        "run {}, exit code {}",
        ended.text("/data/record/state"),
        ended.code
    );
    trace
}

fn list<'a>(ended: &'a Ended, pointer: &str) -> &'a [Value] {
    ended
        .at(pointer)
        .as_array()
        .expect("the envelope has this list")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect("the value has this text")
}

fn check(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden/legacy")
        .join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().expect("the file is in a folder"))
            .expect("it can be made");
        fs::write(&path, found).expect("it can be written");
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        found, golden,
        "{name}: legacy no longer does what its golden trace says"
    );
}
