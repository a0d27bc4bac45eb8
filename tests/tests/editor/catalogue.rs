//! The editor's tests work with the catalogue as the runtime serves it; their copy of it stands beside
//! them, since the editor knows no node. `UPDATE_SNAPSHOTS=1` writes it again.

use std::path::Path;

#[test]
fn the_catalogue_of_the_editors_tests_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("../editor/app/tests/editor/catalogue.json");
    let served = serde_json::to_string_pretty(&hartomat_app::catalogue()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, served).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = kept
        .lines()
        .zip(served.lines())
        .find(|(kept, served)| kept != served);
    assert!(
        kept == served,
        "{} isn't what the runtime serves; run with UPDATE_SNAPSHOTS=1 and look at what changes: {differing:?}",
        path.display()
    );
}
