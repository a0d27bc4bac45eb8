//! The content-addressed store.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use hartomat_schema::Digest;
use hartomat_store::{ArtifactStore, StoreError, Verification};

#[test]
fn bytes_come_back_under_their_digest() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let stored = store.put_bytes(b"abc").unwrap();
    assert_eq!((stored.digest, stored.size_bytes), (Digest::of(b"abc"), 3));
    assert_eq!(store.put_bytes(b"abc").unwrap(), stored);
    let path = store.path(&stored.digest).unwrap();
    let hex = stored.digest.hex();
    assert!(path.ends_with(format!("artifacts/cas/{}/{hex}", &hex[..2])));
    assert!(fs::metadata(&path).unwrap().permissions().readonly());
    assert_eq!(store.read(&stored.digest, 3).unwrap(), b"abc");
    assert!(matches!(
        store.read(&stored.digest, 2),
        Err(StoreError::Refused { .. })
    ));
    assert!(matches!(
        store.read(&Digest::of(b"x"), 2),
        Err(StoreError::NotFound { .. })
    ));
    assert_eq!(store.path(&Digest::of(b"x")), None);
    assert_eq!(
        fs::read_dir(dir.path().join("artifacts/tmp"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn files_are_copied_and_folders_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let bytes: Vec<u8> = (0..400_000_u32).map(|n| (n % 251) as u8).collect();
    let source = dir.path().join("scene.glb");
    fs::write(&source, &bytes).unwrap();
    let stored = store.put_file(&source).unwrap();
    assert_eq!(stored.digest, Digest::of(&bytes));
    assert!(matches!(
        store.put_file(dir.path()),
        Err(StoreError::Refused { .. })
    ));
    assert!(matches!(
        store.put_file(dir.path().join("none")),
        Err(StoreError::Io { .. })
    ));
}

#[test]
fn a_corrupt_artifact_is_moved_aside_and_mended_by_putting_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    let digest = store.put_bytes(b"abc").unwrap().digest;
    let damage = || {
        let path = store.path(&digest).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, b"abX").unwrap();
    };
    assert_eq!(store.verify(&digest).unwrap(), Verification::Verified);
    damage();
    assert_eq!(store.verify(&digest).unwrap(), Verification::Corrupt);
    assert_eq!(store.verify(&digest).unwrap(), Verification::Missing);
    store.put_bytes(b"abc").unwrap();
    damage();
    assert!(matches!(
        store.read(&digest, 10),
        Err(StoreError::Corrupt { .. })
    ));
    store.put_bytes(b"abc").unwrap();
    damage();
    store.put_bytes(b"abc").unwrap();
    assert_eq!(store.verify(&digest).unwrap(), Verification::Verified);
    assert_eq!(fs::read_dir(dir.path().join("corrupt")).unwrap().count(), 3);
}

/// Somebody finds an artifact corrupt at work, and somebody else mends it before anything is done about it.
fn while_somebody_else_mends(work: impl FnOnce(&ArtifactStore, &Digest) + Send) {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    let digest = store.put_bytes(b"abc").unwrap().digest;
    let path = store.path(&digest).unwrap();
    let replace = |bytes: &[u8]| {
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    replace(b"abX");
    // As whoever is storing something has it.
    let storing = fs::File::open(dir.path().join("care.lock")).unwrap();
    storing.lock_shared().unwrap();
    thread::scope(|scope| {
        let working = scope.spawn(|| work(&store, &digest));
        // By then it has found what lies there.
        thread::sleep(Duration::from_millis(200));
        replace(b"abc");
        drop(storing);
        working.join().unwrap();
    });
    assert_eq!(store.read(&digest, 3).unwrap(), b"abc");
    assert_eq!(fs::read_dir(dir.path().join("corrupt")).unwrap().count(), 0);
}

#[test]
fn an_artifact_that_was_mended_since_it_was_found_corrupt_stays() {
    while_somebody_else_mends(|store, digest| {
        assert_eq!(store.verify(digest).unwrap(), Verification::Verified);
    });
}

#[test]
fn what_somebody_else_has_mended_is_not_moved_aside_by_putting_it() {
    while_somebody_else_mends(|store, digest| {
        assert_eq!(store.put_bytes(b"abc").unwrap().digest, *digest);
    });
}

#[test]
fn exports_are_whole_verified_and_independent() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let digest = store.put_bytes(b"abc").unwrap().digest;
    let out = dir.path().join("still.png");
    fs::write(&out, b"the one before").unwrap();
    store.export(&digest, &out).unwrap();
    assert_eq!(fs::read(&out).unwrap(), b"abc");
    fs::write(&out, b"edited by hand").unwrap();
    assert_eq!(store.verify(&digest).unwrap(), Verification::Verified);
    let inside = store.export(&digest, dir.path().join("artifacts/cas/00/x"));
    assert!(
        matches!(inside, Err(StoreError::Refused { .. })),
        "{inside:?}"
    );
    let path = store.path(&digest).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, b"damaged").unwrap();
    let damaged = store.export(&digest, &out);
    assert!(
        matches!(damaged, Err(StoreError::Corrupt { .. })),
        "{damaged:?}"
    );
    assert_eq!(fs::read(&out).unwrap(), b"edited by hand");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn a_file_from_outside_is_copied_whole_and_as_it_was_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let (png, jpg) = (dir.path().join("a.png"), dir.path().join("a.jpg"));
    let copy = |bytes: &[u8], to: &Path| ArtifactStore::copy_out(bytes, &Digest::of(b"abc"), to);
    copy(b"abc", &png).unwrap();
    copy(b"abc", &jpg).unwrap();
    let changed = copy(b"abX", &png);
    assert!(
        matches!(changed, Err(StoreError::Corrupt { .. })),
        "{changed:?}"
    );
    assert_eq!(fs::read(&png).unwrap(), b"abc");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}
