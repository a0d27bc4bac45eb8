//! Sending files: only what is missing, from where it stopped, and nothing but what was announced.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hartomat_api::http::UploadState;
use hartomat_api::{
    ApiError, Backend, CompareRequest, DispatchRequest, ErrorKind, FileSource, SubjectSource,
    WorkflowSource,
};
use hartomat_schema::{Digest, RunState, StoredFile, WorkflowId};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixtures::{bytes, client, impatient, record};
use crate::peer::{Peer, Seen};

fn file(content: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.step");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// What a server keeps of uploads, as the routes tell it.
#[derive(Default)]
struct Uploads {
    arrived: Vec<u8>,
    complete: bool,
}

impl Uploads {
    fn state(&self) -> UploadState {
        UploadState {
            offset: if self.complete {
                0
            } else {
                self.arrived.len() as u64
            },
            complete: self.complete,
        }
    }

    /// Takes a piece in; no answer where it belongs elsewhere.
    fn take(&mut self, seen: &Seen) -> Option<UploadState> {
        let number = |name: &str| seen.query(name).unwrap().parse::<usize>().unwrap();
        if number("offset") != self.arrived.len() {
            return None;
        }
        self.arrived.extend_from_slice(&seen.body);
        if self.arrived.len() == number("total") {
            self.complete = true;
        }
        Some(UploadState {
            offset: self.arrived.len() as u64,
            complete: self.complete,
        })
    }
}

fn put(client: &dyn Backend, path: &Path) -> (Result<StoredFile, ApiError>, Vec<(u64, u64)>) {
    let heard = Mutex::new(Vec::new());
    let stored = client.file_put(path, &|done, total| {
        heard.lock().unwrap().push((done, total))
    });
    (stored, heard.into_inner().unwrap())
}

#[test]
fn a_file_arrives_in_pieces_over_links_that_break() {
    let content = bytes(5_000_000);
    let (_folder, path) = file(&content);
    let uploads = Arc::new(Mutex::new(Uploads::default()));
    let kept = uploads.clone();
    let peer = Peer::start(move |seen, number, mut line| {
        let mut uploads = kept.lock().unwrap();
        match (seen.method.as_str(), number) {
            ("GET", _) => line.json(200, &uploads.state()),
            // Half of a piece arrives, and the link breaks.
            ("PATCH", 1) => uploads
                .arrived
                .extend_from_slice(&seen.body[..seen.body.len() / 2]),
            // The whole piece arrives, and its answer is lost.
            ("PATCH", 3) => drop(uploads.take(seen)),
            // Another request still has it.
            ("PATCH", 4) => line.json(409, &ApiError::new(ErrorKind::Conflict, "in use")),
            ("PATCH", 5) => line.answer(503, &[("retry-after", "0")], b""),
            _ => match uploads.take(seen) {
                Some(state) => line.json(200, &state),
                None => line.json(409, &ApiError::new(ErrorKind::Conflict, "elsewhere")),
            },
        }
    });
    let (stored, heard) = put(&client(&peer.address()), &path);
    let expected = StoredFile::new(Digest::of(&content), 5_000_000, "part.step");
    assert_eq!(stored.unwrap(), expected);
    assert!(uploads.lock().unwrap().complete);
    assert_eq!(
        Digest::of(&uploads.lock().unwrap().arrived),
        expected.digest
    );
    assert!(heard.is_sorted() && heard[0] == (0, 5_000_000), "{heard:?}");
    assert_eq!(heard.last(), Some(&(5_000_000, 5_000_000)));
    let address = format!("/v1/uploads/sha256%3A{}", expected.digest.hex());
    assert!(
        peer.seen()
            .iter()
            .all(|seen| seen.target.starts_with(&address)),
        "{:?}",
        peer.heard()
    );
}

#[test]
fn a_file_that_is_there_is_not_sent_and_an_empty_one_is_a_file_too() {
    let (_folder, path) = file(b"known");
    let peer = Peer::start(|_, _, mut line| {
        line.json(
            200,
            &UploadState {
                offset: 0,
                complete: true,
            },
        );
    });
    let (stored, heard) = put(&client(&peer.address()), &path);
    assert_eq!(stored.unwrap().digest, Digest::of(b"known"));
    assert_eq!(heard.last(), Some(&(5, 5)));
    assert_eq!(peer.heard().len(), 1);

    let (_folder, path) = file(b"");
    let uploads = Mutex::new(Uploads::default());
    let peer = Peer::start(move |seen, _, mut line| {
        let mut uploads = uploads.lock().unwrap();
        match seen.method.as_str() {
            "GET" => line.json(200, &uploads.state()),
            _ => line.json(200, &uploads.take(seen).unwrap()),
        }
    });
    let (stored, heard) = put(&client(&peer.address()), &path);
    assert_eq!(
        stored.unwrap(),
        StoredFile::new(Digest::of(b""), 0, "part.step")
    );
    assert_eq!(heard.last(), Some(&(0, 0)));
    assert_eq!(peer.seen().len(), 2);
}

#[test]
fn pieces_shrink_where_something_on_the_way_takes_only_small_ones() {
    let content = bytes(900_000);
    let (_folder, path) = file(&content);
    let uploads = Mutex::new(Uploads::default());
    let peer = Peer::start(move |seen, _, mut line| {
        let mut uploads = uploads.lock().unwrap();
        match seen.method.as_str() {
            "GET" => line.json(200, &uploads.state()),
            _ if seen.body.len() > 300_000 => line.answer(413, &[], b"too large"),
            _ => line.json(200, &uploads.take(seen).unwrap()),
        }
    });
    let (stored, _) = put(&client(&peer.address()), &path);
    assert_eq!(stored.unwrap().digest, Digest::of(&content));
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_told_from_one_that_was_damaged() {
    // It changes: what is there no longer is what was announced.
    let (_folder, path) = file(&bytes(100));
    let changing = path.clone();
    let peer = Peer::start(move |seen, _, mut line| match seen.method.as_str() {
        "GET" => {
            std::fs::write(&changing, bytes(50)).unwrap();
            line.json(
                200,
                &UploadState {
                    offset: 0,
                    complete: false,
                },
            );
        }
        _ => line.json(
            422,
            &ApiError::new(ErrorKind::InvalidInput, "another digest"),
        ),
    });
    let (stored, _) = put(&client(&peer.address()), &path);
    let err = stored.unwrap_err();
    assert_eq!(err.kind, ErrorKind::InvalidInput);
    assert!(err.message.contains("changed while"), "{err}");

    // The same length with other bytes.
    let (_folder, path) = file(&bytes(100));
    let changing = path.clone();
    let peer = Peer::start(move |seen, _, mut line| match seen.method.as_str() {
        "GET" => line.json(
            200,
            &UploadState {
                offset: 0,
                complete: false,
            },
        ),
        _ => {
            std::fs::write(&changing, [7; 100]).unwrap();
            line.json(
                422,
                &ApiError::new(ErrorKind::InvalidInput, "another digest"),
            );
        }
    });
    let (stored, _) = put(&client(&peer.address()), &path);
    assert!(stored.unwrap_err().message.contains("changed while"));

    // It is as it was: what had arrived was damaged, and a second time does it.
    let (_folder, path) = file(&bytes(100));
    let uploads = Mutex::new(Uploads::default());
    let peer = Peer::start(move |seen, number, mut line| {
        let mut uploads = uploads.lock().unwrap();
        match (seen.method.as_str(), number) {
            ("GET", _) => line.json(200, &uploads.state()),
            ("PATCH", 1) => line.json(422, &ApiError::new(ErrorKind::InvalidInput, "damaged")),
            _ => line.json(200, &uploads.take(seen).unwrap()),
        }
    });
    let (stored, _) = put(&client(&peer.address()), &path);
    assert_eq!(stored.unwrap().size_bytes, 100);
}

#[test]
fn a_server_that_takes_nothing_is_given_up() {
    let (_folder, path) = file(&bytes(10));
    let peer = Peer::start(|_, _, mut line| {
        line.json(
            200,
            &UploadState {
                offset: 0,
                complete: false,
            },
        );
    });
    let (stored, _) = put(&impatient(&peer.address()), &path);
    assert_eq!(stored.unwrap_err().kind, ErrorKind::Unreachable);
}

#[test]
fn what_is_no_file_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let peer = Peer::start(|_, _, _| {});
    let client = client(&peer.address());
    for path in [folder.path().to_owned(), folder.path().join("missing.step")] {
        let err = put(&client, &path).0.unwrap_err();
        assert_eq!(err.kind, ErrorKind::InvalidInput, "{err}");
        assert!(err.message.contains(&*path.to_string_lossy()), "{err}");
    }
    assert_eq!(peer.heard().len(), 0);
}

#[test]
fn paths_of_this_machine_never_cross() {
    let (_folder, path) = file(b"solid");
    let named = path.to_string_lossy().into_owned();
    let peer = Peer::start(|seen, _, mut line| match &*seen.what() {
        "POST /v1/runs" => line.json(202, &record(RunState::Queued)),
        "POST /v1/preflights" => line.json(200, &json!({ "diagnostics": [], "tools": {} })),
        what if what.starts_with("GET /v1/uploads/") => {
            line.json(
                200,
                &UploadState {
                    offset: 0,
                    complete: true,
                },
            );
        }
        what if what.ends_with("/stl") => line.answer(200, &[], b"mesh"),
        _ => line.json(
            422,
            &ApiError::new(ErrorKind::InvalidInput, "not in this test"),
        ),
    });
    let client = client(&peer.address());
    let source = FileSource::Path(named.clone());
    let request = DispatchRequest::new(
        WorkflowSource::Saved(WorkflowId::literal("w")),
        SubjectSource::SampleOrderLine(source.clone()),
    );
    client.dispatch(&request).unwrap();
    client.preflight(&request).unwrap();
    client.dry_run(&request).unwrap_err();
    assert_eq!(client.cad_stl(&source, true).unwrap(), b"mesh");
    let compare = CompareRequest {
        control: source.clone(),
        candidate: source,
        deterministic: true,
        with_pictures: false,
    };
    client.compare(&compare).unwrap_err();
    let seen = peer.seen();
    for seen in &seen {
        let text = format!("{} {}", seen.target, String::from_utf8_lossy(&seen.body));
        assert!(!text.contains(&named), "{text}");
    }
    let posted = seen.iter().filter(|seen| seen.method == "POST");
    let bodies: Vec<Value> = posted
        .map(|seen| serde_json::from_slice(&seen.body).unwrap())
        .collect();
    assert_eq!(bodies.len(), 4);
    let digest = Digest::of(b"solid").to_string();
    assert_eq!(
        bodies[0]["subject"]["sample_order_line"]["stored"]["digest"],
        *digest
    );
    assert_eq!(bodies[3]["candidate"]["stored"]["name"], "part.step");
}
