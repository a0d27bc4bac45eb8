//! Migrations are proven: each old document and what became of it come to the same, and a difference is
//! named.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_app::{DataDir, Proof, Studio, StudioOptions, catalogue};
use hartomat_schema::{GoldenAspect, Migration, MigrationOutcome, migrate_document};
use serde_json::{Value, json};

use crate::studio::TestStudio;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/schema/corpus/legacy")
}

/// A fixture with what became of it; none where somebody has to decide first.
fn migrated(file: &Path) -> Option<(Value, Migration)> {
    let bytes = fs::read(file).unwrap();
    let document = migrate_document(&bytes, &catalogue());
    if document.outcome != MigrationOutcome::Converted {
        return None;
    }
    let migration = Migration {
        workflow: document.workflow?,
        notes: document.findings,
        from: document.from?,
    };
    Some((serde_json::from_slice(&bytes).unwrap(), migration))
}

/// A studio of golden cases alone.
struct Prover {
    studio: Arc<Studio>,
    _folder: tempfile::TempDir,
}

impl Prover {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StudioOptions::in_process(DataDir::new(folder.path()));
        Self {
            studio: Studio::open(&options).unwrap(),
            _folder: folder,
        }
    }

    fn prove(&self, original: &Value, migration: &Migration) -> Proof {
        self.studio.prove(original, migration).unwrap()
    }

    /// How many cases ran; each of them is identical.
    fn identical(&self, name: &str) -> usize {
        let (original, migration) = migrated(&fixtures().join(name)).unwrap();
        match self.prove(&original, &migration) {
            Proof::Ran { cases, .. } => {
                let differs = cases.iter().find(|case| case.differs.is_some());
                assert!(differs.is_none(), "{name}: {differs:#?}");
                cases.len()
            }
            Proof::Unproven(why) => panic!("{name}: {why}"),
        }
    }
}

#[test]
fn one_of_each_form_is_proven_and_a_seeded_difference_is_named() {
    let prover = Prover::new();
    // A wide picture of a preset; a list of steps with camera, fallback, transform and people of its own;
    // an export of nodes that leaves materials and scene to the render step.
    let proven = [
        "preset_still.json",
        "steps_full.json",
        "export_order_only_edges.json",
    ]
    .map(|name| prover.identical(name));
    assert_eq!(proven, [4, 4, 4]);
    let (original, mut migration) = migrated(&fixtures().join("steps_full.json")).unwrap();
    let mut nodes = migration.workflow.nodes.iter_mut();
    let scene = nodes.find(|node| node.node_type.as_str() == "compose_scene");
    // Seen from above: a bearing looks the same from all around.
    let elevation = json!(60.0);
    scene
        .unwrap()
        .settings
        .insert("elevation_deg".to_owned(), elevation);
    let Proof::Ran { cases, .. } = prover.prove(&original, &migration) else {
        panic!("it can run")
    };
    let differing = cases.iter().filter(|case| case.differs.is_some());
    let differing: Vec<_> = differing.collect();
    assert_eq!((differing.len(), cases.len()), (1, 4));
    let (aspect, sentence) = differing[0].differs.clone().unwrap();
    assert_eq!(
        (differing[0].case.as_str(), aspect),
        ("still", GoldenAspect::OutputFile),
        "{sentence}"
    );
}

#[test]
fn a_library_is_proven_from_the_command_line_and_says_so_in_a_line() {
    let studio = TestStudio::new();
    let library = studio.path().join("library");
    fs::create_dir(&library).unwrap();
    for name in ["export_thumbnail.json", "preset_custom.json"] {
        fs::copy(fixtures().join(name), library.join(name)).unwrap();
    }
    let ended = studio.run(&["migrate", library.to_str().unwrap(), "--prove"]);
    let rows = ended.at("/data").as_array().unwrap();
    let proof = |name: &str| &rows.iter().find(|row| row["file"] == name).unwrap()["proof"];
    let cases = proof("export_thumbnail.json")["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["identical"], true, "{cases:#?}");
    let open = proof("preset_custom.json")["unproven"].as_str().unwrap();
    assert!(open.contains("needs a decision"), "{open}");
}

/// Every fixture that becomes a workflow by itself and publishes a picture.
#[test]
fn every_fixture_that_legacy_can_run_is_proven() {
    if std::env::var_os("HARTOMAT_SOAK").is_none() {
        return;
    }
    let prover = Prover::new();
    let mut files: Vec<_> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    let (mut identical, mut unproven) = (0, Vec::new());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some((original, migration)) = migrated(&file) else {
            continue;
        };
        match prover.prove(&original, &migration) {
            Proof::Unproven(_) => unproven.push(name),
            Proof::Ran { cases, .. } => {
                let differs = cases.iter().find(|case| case.differs.is_some());
                assert!(differs.is_none(), "{name}: {differs:#?}");
                identical += cases.len();
            }
        }
    }
    // One makes no picture, and one holds values that no pipeline could read.
    let never = [
        "export_numeric_ids.json",
        "preset_still_refused_values.json",
    ];
    assert_eq!(unproven, never);
    assert!(identical >= 45, "{identical} cases");
}
