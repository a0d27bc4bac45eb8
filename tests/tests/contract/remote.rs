//! The command line with a server: the same results on the client's side, byte for byte.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{ALL, Served, output, sample};

const QUICK: [&str; 9] = [
    "--set",
    "still.samples=8",
    "--set",
    "still.width_px=96",
    "--set",
    "still.height_px=96",
    "--execution-mode",
    "shadow",
    "--cad",
];

fn smoke(data: &Path, server: Option<(&str, &str)>, output_folder: &Path) -> Output {
    let mut command = hartomat_tests::hartomat();
    command.arg("--data-dir").arg(data).arg("--json");
    if let Some((url, token)) = server {
        command.args(["--server", url]).env("HARTOMAT_TOKEN", token);
    }
    command
        .args(["smoke", "still"])
        .args(QUICK)
        .arg(sample("flange_bracket.step"))
        .arg("--output")
        .arg(output_folder);
    output(&mut command)
}

#[test]
fn a_run_on_a_server_gives_the_same_bytes_as_one_here() {
    let served = Served::start();
    let token = served.token(ALL);
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    let data = folder.path().join("data");
    let remote = smoke(&data, Some((&served.url(), &token)), &there);
    assert_eq!(remote.status.code(), Some(0), "{remote:?}");
    let envelope: Value = serde_json::from_slice(&remote.stdout).unwrap();
    assert_eq!(envelope.pointer("/data/record/verdict").unwrap(), "pass");
    let local = smoke(&data, None, &here);
    assert_eq!(local.status.code(), Some(0), "{local:?}");
    for name in [
        "control.png",
        "candidate.png",
        "side_by_side.png",
        "difference.png",
    ] {
        let (one, other) = (
            std::fs::read(here.join(name)),
            std::fs::read(there.join(name)),
        );
        assert!(one.unwrap() == other.unwrap(), "{name} differs");
    }
    // The input is there now: nothing is sent again, and the nodes come from the server's cache.
    let again = smoke(&data, Some((&served.url(), &token)), &there);
    let envelope: Value = serde_json::from_slice(&again.stdout).unwrap();
    let nodes = envelope
        .pointer("/data/record/nodes")
        .unwrap()
        .as_array()
        .unwrap();
    assert!(
        nodes.iter().any(|node| node["state"] == "reused"),
        "{nodes:?}"
    );
}

#[test]
fn every_command_works_with_a_server() {
    let served = Served::start();
    let token = served.token(ALL);
    let folder = tempfile::tempdir().unwrap();
    let step = sample("flange_bracket.step");
    let step = step.to_str().unwrap();
    let glb = folder.path().join("part.glb");
    let run = |arguments: &[&str], expected: i32| -> String {
        let mut command = hartomat_tests::hartomat();
        command
            .arg("--data-dir")
            .arg(folder.path().join("data"))
            .args(["--server", &served.url()])
            .args(arguments)
            .env("HARTOMAT_TOKEN", &token);
        let ended = output(&mut command);
        assert_eq!(
            ended.status.code(),
            Some(expected),
            "{arguments:?}: {ended:?}"
        );
        String::from_utf8_lossy(&ended.stdout).into_owned()
    };
    assert!(run(&["info"], 0).contains("a server"));
    assert!(run(&["nodes", "list"], 0).contains("render_still"));
    assert!(run(&["workflow", "list"], 0).contains("canonical-still"));
    assert!(run(&["cad", "info", step], 0).contains("AP214"));
    run(&["cad", "glb", step, glb.to_str().unwrap()], 0);
    assert!(std::fs::read(&glb).unwrap().starts_with(b"glTF"));
    let glb = glb.to_str().unwrap();
    assert!(run(&["compare", glb, glb], 0).contains("pass"));
    assert!(
        run(
            &[
                "dry-run",
                "canonical-still",
                "--cad",
                step,
                "--execution-mode",
                "graph"
            ],
            0
        )
        .contains("runs")
    );
    assert!(run(&["preflight", "canonical-still", "--cad", step], 0).contains("can begin"));
    assert!(run(&["runs", "list"], 0).contains("no runs yet"));
    let detached = run(
        &[
            "run",
            "canonical-still",
            "--cad",
            step,
            "--detach",
            "--set",
            "still.samples=4",
        ],
        0,
    );
    assert!(detached.contains("taken on"));
    assert!(run(&["runs", "follow", "latest"], 0).contains("succeeded"));
    assert!(run(&["runs", "show", "latest"], 0).contains("succeeded"));
    assert!(run(&["runs", "logs", "latest"], 0).contains("legacy"));
    assert!(run(&["audit"], 0).contains("Dispatch"));
    assert!(
        run(&["token", "list"], 5).is_empty(),
        "tokens are the server's own machine's"
    );
}
