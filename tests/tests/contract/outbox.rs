//! A dispatch to a server that isn't there waits, is sent once it is, and is never made twice.

use std::path::Path;

use serde_json::Value;

use crate::support::{ALL, Served, output, sample};

fn hartomat(data: &Path, token: &str, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut command = hartomat_tests::hartomat();
    command
        .arg("--data-dir")
        .arg(data)
        .arg("--json")
        .args(arguments)
        .env("HARTOMAT_TOKEN", token);
    let ended = output(&mut command);
    let json =
        serde_json::from_slice(&ended.stdout).unwrap_or_else(|err| panic!("{err}: {ended:?}"));
    (ended.status.code(), json)
}

/// A still of a CAD file on a server.
fn dispatch<'a>(url: &'a str, step: &'a Path) -> [&'a str; 8] {
    let step = step.to_str().unwrap();
    let set = "still.samples=4";
    [
        "--server", url, "smoke", "still", "--set", set, "--cad", step,
    ]
}

#[test]
fn a_dispatch_waits_for_its_server_and_is_made_once() {
    let mut served = Served::start();
    let token = served.token(ALL);
    let url = served.url();
    served.kill();
    let folder = tempfile::tempdir().unwrap();
    let (data, step) = (folder.path().join("data"), folder.path().join("part.step"));
    std::fs::copy(sample("flange_bracket.step"), &step).unwrap();
    let dispatch = dispatch(&url, &step);
    let (code, waiting) = hartomat(&data, &token, &dispatch);
    assert_eq!(code, Some(10));
    let key = waiting
        .pointer("/data/waiting/key")
        .unwrap()
        .as_str()
        .unwrap();
    // What waits doesn't need the file that it was made from any more.
    std::fs::remove_file(&step).unwrap();
    let (code, sent) = hartomat(&data, &token, &["--server", &url, "outbox", "send"]);
    assert_eq!(code, Some(10), "{sent}");
    served.begin();
    let (code, sent) = hartomat(&data, &token, &["--server", &url, "outbox", "send"]);
    assert_eq!(code, Some(0), "{sent}");
    let run = sent.pointer("/data/0/run").unwrap().as_str().unwrap();
    let (_, sent) = hartomat(&data, &token, &["--server", &url, "outbox", "send"]);
    assert_eq!(sent.pointer("/data").unwrap(), &Value::Array(Vec::new()));
    let (code, ended) = hartomat(&data, &token, &["--server", &url, "runs", "follow", run]);
    assert_eq!(code, Some(0), "{ended}");
    let (_, runs) = hartomat(&data, &token, &["--server", &url, "runs", "list"]);
    assert_eq!(runs.pointer("/data").unwrap().as_array().unwrap().len(), 1);
    let (_, listed) = hartomat(&data, &token, &["outbox", "list"]);
    assert_eq!(listed.pointer("/data/0/key").unwrap(), key);
    assert_eq!(listed.pointer("/data/0/run").unwrap(), run);
    assert_eq!(
        hartomat(&data, &token, &["outbox", "discard", key]).0,
        Some(0)
    );
}

#[test]
fn whoever_comes_back_to_a_server_sends_what_waits_for_it() {
    let mut served = Served::start();
    let token = served.token(ALL);
    let url = served.url();
    served.kill();
    let folder = tempfile::tempdir().unwrap();
    let step = sample("flange_bracket.step");
    let dispatch = dispatch(&url, &step);
    assert_eq!(hartomat(folder.path(), &token, &dispatch).0, Some(10));
    served.begin();
    let (_, runs) = hartomat(folder.path(), &token, &["--server", &url, "runs", "list"]);
    assert_eq!(runs.pointer("/data").unwrap().as_array().unwrap().len(), 1);
    let (_, listed) = hartomat(folder.path(), &token, &["outbox", "list"]);
    assert!(
        listed.pointer("/data/0/run").unwrap().is_string(),
        "{listed}"
    );
}
