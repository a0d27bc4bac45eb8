//! Secrets through a whole run: searched for afterwards in everything that was written, said or passed
//! as an argument.

use std::path::{Path, PathBuf};

use hartomat_api::{Backend as _, HttpOptions};
use hartomat_schema::ExecutionMode;

use crate::support::{ALL, Heard, Served, client, output, quick_still, request, sample};

#[test]
fn a_token_is_in_no_log_event_database_or_argument() {
    let served = Served::start();
    let token = served.token(ALL);
    let client = client(&served.url(), &token);
    let heard = Heard::default();
    let record = client
        .dispatch(&request(quick_still(&client), ExecutionMode::Shadow))
        .unwrap();
    assert_no_argument_holds(&token);
    client.run_follow(&record.id, 0, &heard).unwrap();
    let said = smoke_with_token(&served, &token);
    let events = serde_json::to_string(&*heard.events.lock().unwrap()).unwrap();
    let detail = serde_json::to_string(&client.run_get(&record.id).unwrap()).unwrap();
    let figures = client.metrics().unwrap();
    for text in [said, events, detail, figures, served.log()] {
        assert!(!text.contains(&token), "{text}");
    }
    // An error of a client names the server and never what was sent to it.
    let refused = crate::support::client(&served.url(), "hm_canary_that_is_wrong");
    let err = refused.info().unwrap_err();
    let options = HttpOptions::new(served.url())
        .token(hartomat_api::AccessToken::new("hm_canary_that_is_wrong").unwrap());
    for text in [
        format!("{err:?}"),
        format!("{options:?}"),
        format!("{refused:?}"),
    ] {
        assert!(!text.contains("canary"), "{text}");
    }
    let mut looked_at = 0;
    for path in files(served.folder()) {
        let bytes = std::fs::read(&path).unwrap_or_default();
        looked_at += bytes.len();
        for secret in [token.as_str(), "hm_canary_that_is_wrong"] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a token", path.display());
        }
    }
    assert!(looked_at > 100_000, "the databases were looked at");
}

/// What the command line says and writes when it is given the token as people give it.
fn smoke_with_token(served: &Served, token: &str) -> String {
    let folder = served.folder().join("client");
    let mut command = hartomat_tests::hartomat();
    command
        .arg("--data-dir")
        .arg(&folder)
        .args(["--server", &served.url(), "smoke", "still", "--cad"])
        .arg(sample("flange_bracket.step"))
        .args(["--set", "still.samples=4", "--set", "still.width_px=64"])
        .args(["--set", "still.height_px=64", "--execution-mode", "shadow"])
        .env("HARTOMAT_TOKEN", token);
    let ended = output(&mut command);
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr)
}

fn assert_no_argument_holds(secret: &str) {
    let processes = std::fs::read_dir("/proc").unwrap();
    for process in processes.filter_map(Result::ok) {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let text = String::from_utf8_lossy(&arguments).into_owned();
        assert!(!text.contains(secret), "{text}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                _ => found.push(entry.path()),
            }
        }
    }
    found
}
