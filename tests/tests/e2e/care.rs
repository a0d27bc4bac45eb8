//! Care for a studio that lives long: backups, and stored files hashed again.

use std::fs::{self, File};
use std::time::UNIX_EPOCH;

use hartomat_api::Backend as _;
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_store::ArtifactStore;

use crate::studio::sample;

#[test]
fn the_databases_are_copied_each_hour_and_damaged_files_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    let step = studio.file_put(&sample("flange_bracket.step"), &|_, _| {});
    let notices = || studio.info().unwrap().notices;
    studio.take_care();
    assert_eq!(notices(), Vec::<String>::new());
    let made = || {
        let names = ["legacy.db.backup", "studio.db.backup"];
        names.map(|name| {
            let backup = fs::metadata(folder.path().join(name)).unwrap();
            backup.modified().unwrap()
        })
    };
    let [of_legacy, of_studio] = made();
    let old = File::open(folder.path().join("legacy.db.backup")).unwrap();
    old.set_modified(UNIX_EPOCH).unwrap();
    let store = ArtifactStore::open(folder.path().join("artifacts")).unwrap();
    let stored = store.path(&step.unwrap().digest).unwrap();
    fs::remove_file(&stored).unwrap();
    fs::write(&stored, "another file").unwrap();
    studio.take_care();
    assert!(made()[0] >= of_legacy, "the old one is made again");
    assert_eq!(made()[1], of_studio, "the new one is kept");
    let told = notices();
    assert!(told.len() == 1 && told[0].contains("corrupt"), "{told:?}");
    let set_aside = fs::read_dir(folder.path().join("artifacts/corrupt")).unwrap();
    assert_eq!(set_aside.count(), 1);
    assert!(!stored.exists());
}
