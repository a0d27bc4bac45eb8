//! Files that arrive in parts.

use std::fs;
use std::io::{self, Cursor, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use hartomat_schema::Digest;
use hartomat_store::{ArtifactStore, StoreError, UploadProgress, Verification};
use proptest::collection::vec;
use proptest::prelude::*;

fn store() -> (tempfile::TempDir, ArtifactStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    (dir, store)
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 31 % 251) as u8).collect()
}

/// A connection that breaks after so many bytes.
struct Broken(Cursor<Vec<u8>>);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            count => Ok(count),
        }
    }
}

/// A connection that says when it is read from, and waits for its bytes.
struct Slow(Sender<()>, Receiver<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let _nobody_listens = self.0.send(());
        let Ok(part) = self.1.recv() else {
            return Ok(0);
        };
        buffer[..part.len()].copy_from_slice(&part);
        Ok(part.len())
    }
}

fn files(dir: &tempfile::TempDir, folder: &str) -> usize {
    fs::read_dir(dir.path().join(folder)).unwrap().count()
}

#[test]
fn a_file_that_arrives_whole_is_an_artifact() {
    let (dir, store) = store();
    for length in [0, 1, 300_000] {
        let bytes = bytes(length);
        let digest = Digest::of(&bytes);
        let total = length as u64;
        let done = store.upload_append(&digest, "ada", 0, total, &bytes[..]);
        let complete = UploadProgress {
            offset: total,
            complete: true,
        };
        assert_eq!(done.unwrap(), complete);
        assert_eq!(store.read(&digest, total).unwrap(), bytes);
        let path = store.path(&digest).unwrap();
        assert!(fs::metadata(path).unwrap().permissions().readonly());
        assert_eq!(store.upload_offset(&digest, "ada").unwrap(), 0);
        // Sent again, although it is there.
        let again = store.upload_append(&digest, "bob", 0, total, &bytes[..]);
        assert_eq!(again.unwrap(), complete);
        assert_eq!(store.verify(&digest).unwrap(), Verification::Verified);
    }
    assert_eq!(files(&dir, "uploads"), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two people send the same file at the same time, and both connections break again and again.
    #[test]
    fn interleaved_and_cut_uploads_give_the_same_file(
        length in 1..400_000_usize,
        parts in vec((any::<bool>(), any::<bool>(), 0..150_000_usize), 0..12),
    ) {
        let (dir, store) = store();
        let bytes = bytes(length);
        let (digest, total) = (Digest::of(&bytes), length as u64);
        let mut sent = [0_usize; 2];
        for (second, breaks, size) in parts {
            let who = usize::from(second);
            let uploader = ["ada", "../bob"][who];
            let (from, to) = (sent[who], (sent[who] + size).min(length));
            if from == length {
                continue;
            }
            let part = bytes[from..to].to_vec();
            if breaks && to < length {
                let broken = store.upload_append(&digest, uploader, from as u64, total, Broken(Cursor::new(part)));
                prop_assert!(matches!(broken, Err(StoreError::Io { .. })), "{:?}", broken);
            } else {
                let progress = store.upload_append(&digest, uploader, from as u64, total, &part[..]).unwrap();
                prop_assert_eq!(progress, UploadProgress { offset: to as u64, complete: to == length });
            }
            sent[who] = to;
            let there = if to == length { 0 } else { to as u64 };
            prop_assert_eq!(store.upload_offset(&digest, uploader).unwrap(), there);
        }
        for (who, uploader) in ["ada", "../bob"].into_iter().enumerate() {
            if sent[who] < length {
                let from = store.upload_offset(&digest, uploader).unwrap();
                let rest = &bytes[usize::try_from(from).unwrap()..];
                prop_assert!(store.upload_append(&digest, uploader, from, total, rest).unwrap().complete);
            }
        }
        prop_assert_eq!(store.read(&digest, total).unwrap(), bytes);
        prop_assert_eq!(files(&dir, "uploads"), 0);
        prop_assert_eq!(store.upload_bytes().unwrap(), 0);
    }
}

#[test]
fn another_offset_is_a_conflict_that_names_the_present_one() {
    let (_dir, store) = store();
    let bytes = bytes(1000);
    let digest = Digest::of(&bytes);
    let unknown = store.upload_append(&digest, "ada", 7, 1000, &bytes[7..]);
    assert!(matches!(
        unknown,
        Err(StoreError::Conflict { found: 0, .. })
    ));
    assert_eq!(store.upload_bytes().unwrap(), 0);
    store
        .upload_append(&digest, "ada", 0, 1000, &bytes[..600])
        .unwrap();
    for offset in [0, 599, 601, u64::MAX] {
        let refused = store.upload_append(&digest, "ada", offset, 1000, &bytes[..]);
        assert!(
            matches!(refused, Err(StoreError::Conflict { found: 600, expected, .. }) if expected == offset),
            "{refused:?}"
        );
    }
    assert_eq!(store.upload_bytes().unwrap(), 600);
    assert!(
        store
            .upload_append(&digest, "ada", 600, 1000, &bytes[600..])
            .unwrap()
            .complete
    );
}

#[test]
fn more_than_was_announced_is_refused_without_end() {
    let (_dir, store) = store();
    let digest = Digest::of(b"endless");
    let refused = store.upload_append(&digest, "ada", 0, 300_000, io::repeat(7));
    assert!(
        matches!(refused, Err(StoreError::Refused { .. })),
        "{refused:?}"
    );
    let there = store.upload_offset(&digest, "ada").unwrap();
    assert!(there <= 300_000);
    let shrunk = store.upload_append(&digest, "ada", there, there - 1, io::empty());
    assert!(
        matches!(shrunk, Err(StoreError::Refused { .. })),
        "{shrunk:?}"
    );
    assert!(store.upload_remove(&digest, "ada").unwrap());
    assert!(!store.upload_remove(&digest, "ada").unwrap());
    assert_eq!(store.upload_bytes().unwrap(), 0);
}

#[test]
fn another_file_than_announced_is_removed() {
    let (dir, store) = store();
    let (announced, sent) = (Digest::of(b"bolt"), Digest::of(b"nuts"));
    let refused = store.upload_append(&announced, "ada", 0, 4, &b"nuts"[..]);
    assert!(
        matches!(refused, Err(StoreError::WrongDigest { expected, found, .. })
            if expected == announced && found == sent),
        "{refused:?}"
    );
    assert_eq!(store.path(&announced), None);
    assert_eq!(store.path(&sent), None);
    assert_eq!(files(&dir, "uploads"), 0);
    let mended = store.upload_append(&announced, "ada", 0, 4, &b"bolt"[..]);
    assert!(mended.unwrap().complete);
}

#[test]
fn an_upload_mends_a_corrupt_artifact() {
    let (_dir, store) = store();
    let digest = store.put_bytes(b"bolt").unwrap().digest;
    let path = store.path(&digest).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, b"rust").unwrap();
    store
        .upload_append(&digest, "ada", 0, 4, &b"bolt"[..])
        .unwrap();
    assert_eq!(store.verify(&digest).unwrap(), Verification::Verified);
}

#[test]
fn of_two_that_append_to_one_upload_the_second_is_refused() {
    let (dir, store) = store();
    let bytes = bytes(1000);
    let digest = Digest::of(&bytes);
    let (reading, is_read) = channel();
    let (send, parts) = channel();
    thread::scope(|scope| {
        let first =
            scope.spawn(|| store.upload_append(&digest, "ada", 0, 1000, Slow(reading, parts)));
        is_read.recv().unwrap();
        let second = store.upload_append(&digest, "ada", 0, 1000, &bytes[..]);
        assert!(
            matches!(second, Err(StoreError::InUse { .. })),
            "{second:?}"
        );
        let other = ArtifactStore::open(dir.path()).unwrap();
        let removed = other.upload_remove(&digest, "ada");
        assert!(
            matches!(removed, Err(StoreError::InUse { .. })),
            "{removed:?}"
        );
        assert_eq!(other.sweep_uploads(Duration::ZERO).unwrap(), 0);
        // Somebody else's upload of the same file is their own.
        let theirs = other.upload_append(&digest, "bob", 0, 1000, &bytes[..10]);
        assert!(!theirs.unwrap().complete);
        send.send(bytes.clone()).unwrap();
        drop(send);
        assert!(first.join().unwrap().unwrap().complete);
    });
    assert_eq!(store.verify(&digest).unwrap(), Verification::Verified);
    assert_eq!(store.upload_bytes().unwrap(), 10);
}

#[test]
fn old_uploads_are_swept() {
    let (dir, store) = store();
    let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
    for digest in [old, new] {
        store
            .upload_append(&digest, "ada", 0, 3, &b"n"[..])
            .unwrap();
    }
    for entry in fs::read_dir(dir.path().join("uploads")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_str().unwrap().starts_with(&old.hex()) {
            let file = fs::File::options().write(true).open(entry.path()).unwrap();
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        }
    }
    assert_eq!(store.sweep_uploads(Duration::from_secs(3600)).unwrap(), 1);
    assert_eq!(store.upload_offset(&old, "ada").unwrap(), 0);
    assert_eq!(store.upload_offset(&new, "ada").unwrap(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_among_the_uploads_does_not_lead_outside() {
    let (dir, store) = store();
    let digest = Digest::of(b"bolt");
    store
        .upload_append(&digest, "ada", 0, 4, &b"b"[..])
        .unwrap();
    let part = fs::read_dir(dir.path().join("uploads"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::remove_file(&part).unwrap();
    std::os::unix::fs::symlink(outside.path(), &part).unwrap();
    assert!(
        store
            .upload_append(&digest, "ada", 0, 4, &b"bolt"[..])
            .is_err()
    );
    assert_eq!(fs::read(outside.path()).unwrap(), b"");
}
