//! Reading parts, scrubbing and garbage collection.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use hartomat_schema::{
    CacheEntry, Digest, GoldenCase, RunEventKind, StoredFile, Verdict, WorkflowId,
};
use hartomat_store::{ArtifactStore, GcReport, ScrubReport, Verification, current_process};
use serde_json::json;

use crate::fixtures::{NOW, asset, frozen, node_id, open_legacy, open_studio, outputs, run_id};

const HOUR: Duration = Duration::from_secs(3600);

/// Makes an artifact look as if it had been stored long ago.
fn age(path: &Path) {
    fs::File::open(path)
        .and_then(|file| file.set_modified(UNIX_EPOCH))
        .unwrap();
}

fn put_old(store: &ArtifactStore, bytes: &[u8]) -> Digest {
    let digest = store.put_bytes(bytes).unwrap().digest;
    age(&store.path(&digest).unwrap());
    digest
}

#[test]
fn parts_of_an_artifact_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    let digest = store.put_bytes(b"0123456789").unwrap().digest;
    let (mut file, size) = store.open_file(&digest).unwrap().unwrap();
    assert_eq!(size, 10);
    let mut part = [0; 3];
    file.seek(SeekFrom::Start(4)).unwrap();
    file.read_exact(&mut part).unwrap();
    assert_eq!(&part, b"456");
    assert!(store.open_file(&Digest::of(b"none")).unwrap().is_none());
}

#[test]
fn a_scrub_goes_through_all_in_order_and_finds_what_is_corrupt() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    for number in 0..50_u32 {
        store.put_bytes(&number.to_le_bytes().repeat(25)).unwrap();
    }
    let list = store.list().unwrap();
    assert!(list.is_sorted_by_key(|stored| stored.digest));
    assert_eq!(list.len(), 50);
    let bad = list[17].digest;
    let path = store.path(&bad).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, vec![0; 100]).unwrap();
    let (mut next, mut all, mut calls) = (None, ScrubReport::default(), 0);
    loop {
        let report = store.scrub(next, 700).unwrap();
        assert!(report.verified + report.corrupt.len() <= 7);
        all.verified += report.verified;
        all.corrupt.extend(report.corrupt);
        calls += 1;
        next = report.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((all.verified, all.corrupt, calls), (49, vec![bad], 8));
    assert_eq!(store.verify(&bad).unwrap(), Verification::Missing);
    // An artifact larger than the bound is read all the same.
    assert_eq!(store.scrub(None, 0).unwrap().verified, 1);
}

#[test]
fn garbage_is_old_and_named_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let (db, legacy) = (open_studio(dir.path()), open_legacy(dir.path()));
    let picture = put_old(&store, b"the difference picture");
    let padding = "x".repeat((128 << 10) - 60);
    let comparison = format!(r#"{{"padding":"{padding}","difference":"{picture}"}}"#);
    let comparison = put_old(&store, comparison.as_bytes());
    let cached = put_old(&store, b"cached");
    let cad_file = put_old(&store, b"bolt.step");
    let media = put_old(&store, b"media");
    let golden = put_old(&store, b"golden.step");
    let garbage = put_old(&store, b"garbage");
    let young = store.put_bytes(b"just stored").unwrap().digest;
    let again = put_old(&store, b"stored again");
    store.put_bytes(b"stored again").unwrap();
    db.run_insert(&frozen("run", &["a"])).unwrap();
    let compared = RunEventKind::Compared {
        verdict: Verdict::Pass,
        sentence: String::new(),
        comparison,
    };
    db.run_append(&run_id("run"), compared, NOW).unwrap();
    db.cache_put(&CacheEntry {
        key: Digest::of(b"key"),
        parts: Default::default(),
        outputs: outputs(b"cached"),
        run: run_id("run"),
        workflow: WorkflowId::literal("thumbnails"),
        node: node_id("a"),
    })
    .unwrap();
    db.cad_file_put(&StoredFile::new(cad_file, 9, "bolt.step"), NOW)
        .unwrap();
    let case = json!({
        "id": "golden", "name": "Golden", "family": "cad_file", "output": "image",
        "cad_file": { "stored": StoredFile::new(golden, 11, "golden.step") },
        "expect": "delivers"
    });
    let case: GoldenCase = serde_json::from_value(case).unwrap();
    db.golden_case_put(&case).unwrap();
    legacy.media_asset_publish(&asset("media", "m1")).unwrap();
    let mut in_use = db.digests_in_use().unwrap();
    assert!(!in_use.contains(&picture) && in_use.contains(&comparison));
    in_use.extend(legacy.digests_in_use().unwrap());
    let report = store.collect_garbage(&in_use, HOUR).unwrap();
    assert_eq!(
        report,
        GcReport {
            removed: 1,
            bytes: 7
        }
    );
    assert_eq!(store.path(&garbage), None);
    for digest in [
        picture, comparison, cached, cad_file, media, golden, young, again,
    ] {
        assert!(store.path(&digest).is_some());
    }
    let nothing = store.collect_garbage(&in_use, HOUR).unwrap();
    assert_eq!(nothing, GcReport::default());
}

/// What is stored again while garbage is collected is there afterwards, whoever came first.
#[test]
fn what_is_stored_again_survives_a_collection() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..200 {
                let digest = store.put_bytes(b"again and again").unwrap().digest;
                let path = store.path(&digest).expect("it was just stored");
                age(&path);
                store.put_bytes(b"again and again").unwrap();
                assert!(path.exists(), "it was just stored again");
            }
        });
        while !writer.is_finished() {
            store.collect_garbage(&BTreeSet::new(), HOUR).unwrap();
        }
    });
}

#[test]
fn of_a_folder_of_exports_only_half_ones_of_dead_processes_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let me = current_process();
    let half = |started: u64| format!(".hartomat-partial.{}.{started}.0.{}", me.pid, me.boot);
    let (living, dead) = (half(me.started), half(me.started + 1));
    for name in ["still.png", ".hartomat-partial", &living, &dead] {
        fs::write(dir.path().join(name), "bytes").unwrap();
    }
    assert_eq!(ArtifactStore::sweep_exports(dir.path()).unwrap(), 1);
    assert!(!dir.path().join(dead).exists());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    let nowhere = ArtifactStore::sweep_exports(dir.path().join("nowhere"));
    assert_eq!(nowhere.unwrap(), 0);
}
