//! A volume that runs full, on a small tmpfs. Needs the right to mount; says so where it is missing.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use hartomat_schema::RunEventKind;
use hartomat_store::{ArtifactStore, StoreError, Verification};

use crate::fixtures::{NOW, asset, frozen, open_legacy, open_studio, run_id};

/// A mounted volume, unmounted when dropped.
struct Volume<'a>(&'a Path);

impl<'a> Volume<'a> {
    fn mount(path: &'a Path, size: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(path)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("skipped: may not mount a tmpfs");
        }
        mounted.then_some(Self(path))
    }
}

impl Drop for Volume<'_> {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// Whether it worked; anything but success or a full volume is a failure of the test.
fn worked<T>(result: Result<T, StoreError>) -> bool {
    match result {
        Ok(_) => true,
        Err(StoreError::DiskFull { .. }) => false,
        Err(err) => panic!("neither done nor `DiskFull`: {err:?}"),
    }
}

#[test]
fn a_full_volume_is_said_tears_nothing_and_passes() {
    let dir = tempfile::tempdir().unwrap();
    let Some(volume) = Volume::mount(dir.path(), "3m") else {
        return;
    };
    let root = volume.0;
    let ballast = root.join("ballast");
    fs::write(&ballast, vec![1; 512 << 10]).unwrap();
    let store = ArtifactStore::open(root.join("artifacts")).unwrap();
    let run = run_id("run");
    let mut stored = Vec::new();
    let (mut appended, mut published, mut full) = (0, 0, [0; 3]);
    {
        let (studio, legacy) = (open_studio(root), open_legacy(root));
        studio.run_insert(&frozen("run", &["a"])).unwrap();
        for number in 0..400_u32 {
            let bytes = number.to_le_bytes().repeat(20_000);
            match store.put_bytes(&bytes) {
                Ok(put) => stored.push(put.digest),
                other => full[0] += usize::from(!worked(other)),
            }
            let event = RunEventKind::Interrupted {
                reason: "x".repeat(5_000),
            };
            if worked(studio.run_append(&run, event, NOW)) {
                appended += 1;
            } else {
                full[1] += 1;
            }
            if worked(
                legacy.media_asset_publish(&asset(&format!("key-{number}"), &format!("m{number}"))),
            ) {
                published += 1;
            } else {
                full[2] += 1;
            }
        }
        assert!(full.iter().all(|count| *count > 0), "never full: {full:?}");
        assert_eq!(studio.run_events(&run, 0, 10_000).unwrap().len(), appended);
        fs::remove_file(&ballast).unwrap();
        assert!(
            studio
                .run_append(&run, RunEventKind::CancelRequested, NOW)
                .is_ok()
        );
        appended += 1;
    }
    let (studio, legacy) = (open_studio(root), open_legacy(root));
    assert_eq!(
        [studio.check().unwrap(), legacy.check().unwrap()].concat(),
        Vec::<String>::new()
    );
    assert_eq!(studio.run_events(&run, 0, 10_000).unwrap().len(), appended);
    assert!(studio.run_rebuild(&run).unwrap().agrees);
    let assets = legacy.media_asset_list(&hartomat_store::MediaAssetFilter {
        limit: Some(1000),
        ..Default::default()
    });
    assert_eq!(assets.unwrap().len(), published);
    for digest in &stored {
        assert_eq!(store.verify(digest).unwrap(), Verification::Verified);
    }
    assert_eq!(fs::read_dir(root.join("artifacts/tmp")).unwrap().count(), 0);
    store.put_bytes(b"there is room again").unwrap();
    drop((store, studio, legacy));
}

#[test]
fn opening_on_a_full_volume_is_said_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(volume) = Volume::mount(dir.path(), "2m") else {
        return;
    };
    let root = volume.0;
    {
        let studio = open_studio(root);
        studio.run_insert(&frozen("run", &["a"])).unwrap();
    }
    let ballast = root.join("ballast");
    let mut size = 2 << 20;
    while fs::write(&ballast, vec![1; size]).is_err() {
        size -= 4096;
    }
    worked(hartomat_store::StudioDb::open(
        root.join("studio.db"),
        &Default::default(),
    ));
    worked(hartomat_store::LegacyDb::open(
        root.join("legacy.db"),
        &Default::default(),
    ));
    fs::remove_file(&ballast).unwrap();
    let studio = open_studio(root);
    assert!(studio.run_get(&run_id("run")).unwrap().is_some());
    assert!(open_legacy(root).product_list().unwrap().is_empty());
}
