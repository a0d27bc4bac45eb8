//! Names that try to lead elsewhere, and links that do.

use std::fs;

use hartomat_schema::Digest;
use hartomat_store::{ArtifactStore, Verification};

#[test]
fn names_are_labels() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let long = "x".repeat(255);
    let names = [
        "-rf",
        "=cmd",
        "a b\nc",
        "C:",
        "NUL",
        "still.png.",
        "..\\..\\etc",
        "\u{202e}gnp.exe",
        "ä ö ü",
        ".hartomat-partial",
        &long,
    ];
    for name in names {
        let source = dir.path().join(name);
        fs::write(&source, name).unwrap();
        let stored = store.put_file(&source).unwrap();
        assert_eq!(stored.digest, Digest::of(name.as_bytes()));
        fs::remove_file(&source).unwrap();
        store.export(&stored.digest, &source).unwrap();
        assert_eq!(fs::read_to_string(&source).unwrap(), name);
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), names.len() + 1);
    let digest = Digest::of(b"-rf");
    assert!(store.export(&digest, "/").is_err());
    assert!(store.export(&digest, dir.path().join("..")).is_err());
    assert!(
        store
            .export(&digest, dir.path().join("none/still.png"))
            .is_err()
    );
    let too_long = dir.path().join("x".repeat(4096));
    assert!(store.export(&digest, &too_long).is_err());
    assert!(store.put_file(&too_long).is_err());
}

#[test]
fn foreign_and_own_leftovers_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    let me = hartomat_store::current_process();
    let tmp = dir.path().join("tmp");
    let mine = format!(".hartomat-partial.{}.{}.0.{}", me.pid, me.started, me.boot);
    let gone = format!(
        ".hartomat-partial.{}.{}.0.{}",
        me.pid,
        me.started + 1,
        me.boot
    );
    for name in [&mine, &gone, "..partial", "x.1.2.3.4"] {
        fs::write(tmp.join(name), b"half").unwrap();
    }
    assert_eq!(store.sweep_tmp().unwrap(), 3);
    assert!(tmp.join(&mine).exists());
}

#[cfg(unix)]
#[test]
fn links_inside_the_store_do_not_lead_outside() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    let secret = outside.join("secret");
    fs::write(&secret, b"secret").unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let digest = Digest::of(b"secret");
    let hex = digest.hex();
    let folder = dir.path().join("artifacts/cas").join(&hex[..2]);
    symlink(&secret, folder.join(&hex)).unwrap();
    assert_eq!(store.path(&digest), None);
    assert!(store.read(&digest, 100).is_err());
    assert!(store.export(&digest, dir.path().join("stolen")).is_err());
    assert_eq!(store.verify(&digest).unwrap(), Verification::Corrupt);
    assert_eq!(fs::read(&secret).unwrap(), b"secret");
    fs::remove_dir(&folder).unwrap();
    symlink(&outside, &folder).unwrap();
    assert!(store.put_bytes(b"secret").is_err());
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

/// A folder of the store is swapped for a link to the outside, again and again, while it is written to.
#[cfg(target_os = "linux")]
#[test]
fn no_race_writes_outside() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let dir = tempfile::tempdir().unwrap();
    let outside = dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    let store = ArtifactStore::open(dir.path().join("artifacts")).unwrap();
    let folder = dir
        .path()
        .join("artifacts/cas")
        .join(&Digest::of(b"raced").hex()[..2]);
    let (real, link) = (dir.path().join("real"), dir.path().join("link"));
    std::os::unix::fs::symlink(&outside, &link).unwrap();
    let ended = AtomicBool::new(false);
    let (mut stored, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                fs::rename(&folder, &real).unwrap();
                fs::rename(&link, &folder).unwrap();
                fs::rename(&folder, &link).unwrap();
                fs::rename(&real, &folder).unwrap();
            }
        });
        for _ in 0..500 {
            match store.put_bytes(b"raced") {
                Ok(_) => stored += 1,
                Err(_) => refused += 1,
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert!(
        stored > 0 && refused > 0,
        "{stored} stored, {refused} refused: no race took place"
    );
}
