//! Reading parts, scrubbing and sweeping.

use std::fs;
use std::io::{Read, Seek, SeekFrom};

use hartomat_schema::Digest;
use hartomat_store::{ArtifactStore, ScrubReport, Verification, current_process};

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
