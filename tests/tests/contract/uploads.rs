//! Uploads: in pieces, from where they broke off, given up; and names that would like to be paths.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hartomat_schema::Digest;
use serde_json::json;

use crate::support::{ALL, Served, ask, sample};

/// Names that mean something to one file system or another.
fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "..",
        "../../escaped.step",
        "/etc/escaped.step",
        r"..\..\escaped.step",
        r"C:\escaped.step",
        "C:escaped.step",
        "NUL",
        "con.step",
        "escaped.step ",
        "escaped.step.",
        "escaped\0.step",
        "escaped\n.step",
        "gnp\u{202e}pets.exe",
        "link",
    ]
    .map(str::to_owned)
    .into();
    names.push("x".repeat(4096));
    names
}

#[test]
fn names_are_labels_and_touch_no_file() {
    let served = Served::start();
    let token = served.token(ALL);
    let client = served.client(ALL);
    // A link out of the data folder under a name that is asked for.
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", served.folder().join("data/link")).unwrap();
    let stored =
        hartomat_api::Backend::file_put(&client, &sample("flange_bracket.step"), &|_, _| {})
            .unwrap();
    let before = tree(served.folder());
    for name in hostile_names() {
        let url = format!("{}/v1/cad-files/{}", served.url(), stored.digest);
        let (status, body) = ask(&url, "PUT", Some(&token), Some(&json!({ "name": name })));
        assert_eq!(status, 200, "{name:?}: {body}");
        let label = body["name"].as_str().unwrap();
        assert!(
            !label.contains(['/', '\\', '\0', '\n', '\u{202e}']),
            "{label:?}"
        );
        assert!(label.chars().count() <= 255 && label != "..", "{label:?}");
    }
    let long = json!({ "name": "x".repeat(4097) });
    let url = format!("{}/v1/cad-files/{}", served.url(), stored.digest);
    assert_eq!(ask(&url, "PUT", Some(&token), Some(&long)).0, 422);
    assert_eq!(tree(served.folder()), before, "no file came or went");
}

#[test]
fn digests_in_addresses_are_digests() {
    let served = Served::start();
    let token = served.token(ALL);
    for digest in [
        "..",
        "../../etc/passwd",
        "sha256:",
        "sha256:zz",
        "\0",
        "%2e%2e",
    ] {
        for (operation, method) in [
            ("uploads", "GET"),
            ("uploads", "DELETE"),
            ("artifacts", "GET"),
        ] {
            let url = served.url() + &format!("/v1/{operation}/") + &escaped(digest);
            let (status, _) = ask(&url, method, Some(&token), None);
            assert!((400..500).contains(&status), "{method} {url}: {status}");
        }
    }
}

#[test]
fn an_upload_goes_on_where_it_broke_off_and_can_be_given_up() {
    let served = Served::start();
    let token = served.token(ALL);
    let bytes = std::fs::read(sample("flange_bracket.step")).unwrap();
    let digest = Digest::of(&bytes);
    let url = format!("{}/v1/uploads/{digest}", served.url());
    let state = |expected_offset: u64, complete: bool| {
        let (status, body) = ask(&url, "GET", Some(&token), None);
        assert_eq!(status, 200);
        assert_eq!(
            body,
            json!({ "offset": expected_offset, "complete": complete })
        );
    };
    state(0, false);
    let send = |offset: usize, piece: &[u8]| {
        let address = format!("{url}?offset={offset}&total={}", bytes.len());
        patch(&address, &token, piece)
    };
    assert_eq!(send(0, &bytes[..1000]), 200);
    state(1000, false);
    assert_eq!(send(0, &bytes[..1000]), 409, "the place is wrong");
    // Another person's upload of the same file is another upload.
    let (_, other) = ask(
        &url,
        "GET",
        Some(&served.token_of("somebody else", ALL)),
        None,
    );
    assert_eq!(other["offset"], 0);
    assert_eq!(ask(&url, "DELETE", Some(&token), None).0, 204);
    state(0, false);
    assert_eq!(send(0, &bytes[..1000]), 200);
    assert_eq!(send(1000, &bytes[1000..]), 200);
    state(0, true);
    let wrong = Digest::of(b"something else");
    let address = format!("{}/v1/uploads/{wrong}?offset=0&total=4", served.url());
    assert_eq!(
        patch(&address, &token, b"this"),
        422,
        "it isn't what was announced"
    );
}

fn patch(url: &str, token: &str, piece: &[u8]) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = crate::support::http();
        let request = client.patch(url).bearer_auth(token).body(piece.to_vec());
        request.send().await.unwrap().status().as_u16()
    })
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every file below a folder that isn't the database's or the log.
fn tree(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else if !name.contains(".db") && name != "server.log" {
                found.insert(entry.path());
            }
        }
    }
    found
}
