//! Fetching files: resumed, verified, whole or not at all.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use hartomat_api::http::ComparisonAnswer;
use hartomat_api::{ApiError, Backend, CompareRequest, ErrorKind, FileSource, HttpClient};
use hartomat_schema::{
    ArtifactKind, Comparison, Digest, Lane, Measured, MediaAssetId, StoredFile, Thresholds, Verdict,
};

use crate::fixtures::{bytes, client, options};
use crate::peer::{Line, Peer, Seen};

const DIGEST: &str = "x-hartomat-digest";

fn from(seen: &Seen) -> usize {
    let range = seen.header("range").unwrap_or("bytes=0-");
    range
        .trim_start_matches("bytes=")
        .trim_end_matches('-')
        .parse()
        .unwrap()
}

/// The rest of a file from an offset, of which only so many bytes are sent.
fn send(line: &mut Line, content: &[u8], start: usize, sent: usize) {
    let (length, digest) = (
        (content.len() - start).to_string(),
        Digest::of(content).to_string(),
    );
    let mut headers = vec![("content-length", &*length), (DIGEST, &*digest)];
    let range = format!("bytes {start}-{}/{}", content.len() - 1, content.len());
    if start > 0 {
        headers.push(("content-range", &range));
    }
    line.head(if start > 0 { 206 } else { 200 }, &headers);
    line.write(&content[start..content.len().min(start.saturating_add(sent))]);
}

/// Names of what lies in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_fetch_goes_on_where_a_lost_link_left_off() {
    let content = bytes(1_000_000);
    let digest = Digest::of(&content);
    let served = content.clone();
    let peer = Peer::start(move |seen, number, mut line| match number {
        1 => send(&mut line, &served, from(seen), 400_000),
        2 => drop(line),
        3 => line.answer(503, &[("retry-after", "0")], b""),
        4 => {
            send(&mut line, &served, from(seen), 300_000);
            line.hang();
        }
        _ => send(&mut line, &served, from(seen), usize::MAX),
    });
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("new/folder/still.png");
    let mut options = options(&peer.address());
    options.idle_timeout = Duration::from_millis(500);
    let client = HttpClient::connect(options).unwrap();
    let heard = Mutex::new(Vec::new());
    client
        .artifact_save(&digest, &destination, &|done, total| {
            heard.lock().unwrap().push((done, total));
        })
        .unwrap();
    assert_eq!(std::fs::read(&destination).unwrap(), content);
    assert_eq!(names(destination.parent().unwrap()), ["still.png"]);
    let heard = heard.into_inner().unwrap();
    assert!(heard.is_sorted() && heard.iter().all(|(_, total)| *total == 1_000_000));
    assert_eq!(heard.last(), Some(&(1_000_000, 1_000_000)));
    let starts: Vec<_> = peer.seen().iter().map(from).collect();
    assert_eq!(starts, [0, 400_000, 400_000, 400_000, 700_000]);
    assert!(peer.seen()[0].header("range").is_none());
}

#[test]
fn a_server_that_starts_over_or_elsewhere_is_understood() {
    let content = bytes(50_000);
    let digest = Digest::of(&content);
    let served = content.clone();
    let peer = Peer::start(move |seen, number, mut line| match number {
        1 => send(&mut line, &served, 0, 20_000),
        // It takes no notice of the range.
        2 => send(&mut line, &served, 0, 30_000),
        // Another part than was asked for.
        3 => send(&mut line, &served, 10, 100),
        4 => send(&mut line, &served, from(seen), 10_000),
        5 => line.answer(416, &[], b""),
        _ => send(&mut line, &served, from(seen), usize::MAX),
    });
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("a.bin");
    client(&peer.address())
        .artifact_save(&digest, &destination, &|_, _| {})
        .unwrap();
    assert_eq!(std::fs::read(&destination).unwrap(), content);
    let starts: Vec<_> = peer.seen().iter().map(from).collect();
    assert_eq!(starts, [0, 20_000, 30_000, 0, 10_000, 0]);
}

#[test]
fn what_arrives_damaged_leaves_what_was_there_alone() {
    let content = bytes(1000);
    let digest = Digest::of(&content);
    let peer = Peer::start(move |_, _, mut line| {
        let mut damaged = content.clone();
        damaged[500] ^= 1;
        line.answer(200, &[], &damaged);
    });
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("a.bin");
    std::fs::write(&destination, "before").unwrap();
    let client = client(&peer.address());
    let err = client
        .artifact_save(&digest, &destination, &|_, _| {})
        .unwrap_err();
    assert_eq!(err.kind, ErrorKind::Internal, "{err}");
    assert_eq!(std::fs::read(&destination).unwrap(), b"before");
    assert_eq!(names(folder.path()), ["a.bin"]);
}

#[test]
fn refusals_are_told_and_leave_nothing_behind() {
    let peer = Peer::start(|seen, _, mut line| {
        if seen.target.contains("media-assets") {
            // Without a digest nothing could be verified.
            line.answer(200, &[], b"picture");
        } else {
            line.json(
                404,
                &ApiError::new(ErrorKind::NotFound, "nothing is stored there"),
            );
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("a.bin");
    let client = client(&peer.address());
    let err = client
        .artifact_save(&Digest::of(b""), &destination, &|_, _| {})
        .unwrap_err();
    assert_eq!(
        (err.kind, &*err.message),
        (ErrorKind::NotFound, "nothing is stored there")
    );
    let id = MediaAssetId::literal("m");
    let err = client.media_asset_save(&id, &destination).unwrap_err();
    assert!(err.message.contains("doesn't say"), "{err}");
    assert_eq!(names(folder.path()), Vec::<String>::new());
    assert_eq!(peer.heard().len(), 2);

    // A destination that can't be written.
    let err = client
        .artifact_save(&Digest::of(b""), &folder.path().join("\0"), &|_, _| {})
        .unwrap_err();
    assert!(
        [ErrorKind::InvalidInput, ErrorKind::NotFound].contains(&err.kind),
        "{err}"
    );
}

#[test]
fn a_media_asset_is_verified_and_fetched_anew_when_it_is_replaced_meanwhile() {
    let (old, new) = (bytes(2000), vec![3; 3000]);
    let expected = new.clone();
    let peer = Peer::start(move |seen, number, mut line| match number {
        1 => send(&mut line, &old, 0, 1500),
        _ => send(&mut line, &new, from(seen), usize::MAX),
    });
    let folder = tempfile::tempdir().unwrap();
    let destination = folder.path().join("still.png");
    client(&peer.address())
        .media_asset_save(&MediaAssetId::literal("m/1"), &destination)
        .unwrap();
    assert_eq!(std::fs::read(&destination).unwrap(), expected);
    assert_eq!(peer.heard(), ["GET /v1/media-assets/m%2F1/content"; 3]);
}

#[test]
fn a_comparison_comes_with_its_pictures_or_not_at_all() {
    let comparison = Comparison {
        name: "still.png".to_owned(),
        kind: ArtifactKind::new("image"),
        verdict: Verdict::Warn,
        sentence: "a corner differs".to_owned(),
        rungs: Vec::new(),
        lane: Lane::default(),
        measured: Measured::default(),
        thresholds: Thresholds::default(),
        floor: None,
        accepted: None,
        parts: Vec::new(),
        tool_version: "test".to_owned(),
    };
    let picture = |bytes: &[u8]| Some(StoredFile::new(Digest::of(bytes), 1, "a.png"));
    let answer = ComparisonAnswer {
        comparison: comparison.clone(),
        difference: picture(b"difference"),
        side_by_side: picture(b"both"),
    };
    let peer = Peer::start(move |seen, number, mut line| {
        if seen.method == "POST" {
            line.json(200, &answer);
        } else if seen.target.ends_with(&Digest::of(b"difference").hex()) {
            line.answer(200, &[], b"difference");
        } else {
            line.answer(200, &[], if number == 1 { b"both" } else { b"BOTH" });
        }
    });
    let file = |bytes: &[u8]| FileSource::Stored(StoredFile::new(Digest::of(bytes), 1, "a.png"));
    let request = CompareRequest {
        control: file(b"1"),
        candidate: file(b"2"),
        deterministic: false,
        with_pictures: true,
    };
    let client = client(&peer.address());
    let compared = client.compare(&request).unwrap();
    assert_eq!(compared.comparison, comparison);
    assert_eq!(compared.difference.as_deref(), Some(&b"difference"[..]));
    assert_eq!(compared.side_by_side.as_deref(), Some(&b"both"[..]));
    // The second time one of them arrives damaged.
    assert_eq!(
        client.compare(&request).unwrap_err().kind,
        ErrorKind::Internal
    );
}

#[cfg(unix)]
#[test]
fn a_fetched_file_has_the_rights_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;

    let peer = Peer::start(|_, _, mut line| send(&mut line, b"bytes", 0, 5));
    let folder = tempfile::tempdir().unwrap();
    let (fetched, usual) = (folder.path().join("fetched"), folder.path().join("usual"));
    std::fs::write(&usual, "").unwrap();
    client(&peer.address())
        .artifact_save(&Digest::of(b"bytes"), &fetched, &|_, _| {})
        .unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&fetched), mode(&usual));
}
