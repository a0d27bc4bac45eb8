//! What the editor knows of failures, held against what the runtime really says.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use hartomat_cad::{CadError, Stage};
use hartomat_editor::runs::known_failure;
use hartomat_process::End;
use hartomat_render::RenderError;
use hartomat_store::StoreError;

use crate::studio::{Ended, TestStudio, sample};

/// The key of what is known of this; empty where nothing is.
fn known(said: &str) -> &'static str {
    known_failure(said).map_or("", |known| known.key)
}

/// What made the run fail, or legacy take the graph's place.
fn said(ended: &Ended) -> String {
    let nodes = ended.at("/data/record/nodes").as_array();
    let node = nodes.and_then(|nodes| {
        let failures = nodes.iter().map(|node| &node["failure"]["message"]);
        failures.filter_map(|message| message.as_str()).next()
    });
    let control = ended.text("/data/record/control_failure/message");
    // What is missing on the machine is said before a run is taken on.
    let refused = ended.text("/error/message");
    let control = if control.is_empty() { refused } else { control };
    node.unwrap_or(control).to_owned()
}

#[test]
fn cad_files_that_can_t_be_used_are_recognised() {
    let studio = TestStudio::new();
    let whole = fs::read(sample("ball_bearing.step")).unwrap();
    let page = b"<!doctype html><title>not found</title>".to_vec();
    let nested = [b"ISO-10303-21;\nHEADER;\n".to_vec(), b"(".repeat(100_000)].concat();
    for (name, bytes, key) in [
        ("page.step", page, "not_step"),
        ("half.step", whole[..whole.len() / 2].to_vec(), "truncated"),
        ("nested.step", nested, "cad_limits"),
    ] {
        let path = studio.path().join(name);
        fs::write(&path, bytes).unwrap();
        for mode in ["legacy", "graph"] {
            let ended = studio.smoke(mode, &["--cad", path.to_str().unwrap()]);
            let said = said(&ended);
            assert_eq!(known(&said), key, "{mode}: {said}");
        }
    }
}

#[test]
fn a_missing_or_broken_worker_is_recognised() {
    for (worker, key) in [
        ("/no/such/worker", "worker_missing"),
        ("/bin/true", "worker_broken"),
    ] {
        let studio = TestStudio::new();
        let mut command = studio.command(&["smoke", "still", "--execution-mode", "legacy"]);
        command.env("HARTOMAT_CAD_WORKER", worker);
        let ended = crate::studio::ended(crate::studio::output(&mut command));
        let said = said(&ended);
        assert_eq!(known(&said), key, "{said} {}", ended.stderr);
    }
}

#[test]
fn drills_budgets_and_materials_are_recognised() {
    let studio = TestStudio::new();
    for (further, key) in [
        (&["--drill", "still=panic"][..], "drill"),
        (&["--drill", "still=hang", "--budget-secs", "3"], "budget"),
        (
            &["--set", r#"materials.overrides={"*":"unobtainium"}"#],
            "unknown_material",
        ),
    ] {
        let ended = studio.smoke("graph", further);
        let said = said(&ended);
        assert_eq!(known(&said), key, "{further:?}: {said} {}", ended.stderr);
    }
}

#[test]
fn every_error_of_the_cad_module_is_known() {
    let file = || "bearing.step".to_owned();
    let reason = || "what the kernel said".to_owned();
    let stage = Stage::Mesh;
    let errors = [
        (
            CadError::NotStep {
                file: file(),
                reason: reason(),
            },
            "not_step",
        ),
        (
            CadError::Truncated {
                file: file(),
                reason: reason(),
            },
            "truncated",
        ),
        (
            CadError::TooLarge {
                file: file(),
                reason: reason(),
            },
            "cad_limits",
        ),
        (
            CadError::Unreadable {
                file: file(),
                stage,
                reason: reason(),
            },
            "cad_unreadable",
        ),
        (
            CadError::Crashed {
                file: file(),
                stage,
                signal: 11,
                hint: String::new(),
            },
            "cad_crash",
        ),
        (
            CadError::TimedOut {
                file: file(),
                stage,
                limit: Duration::from_secs(300),
                hint: String::new(),
            },
            "cad_timeout",
        ),
        (
            CadError::OutOfMemory {
                file: file(),
                stage,
                limit_mib: 4096,
            },
            "cad_memory",
        ),
        (
            CadError::OutputTooLarge {
                file: file(),
                stage,
                limit_mib: 512,
            },
            "cad_memory",
        ),
        (
            CadError::NoGeometry {
                file: file(),
                reason: reason(),
            },
            "no_geometry",
        ),
        (
            CadError::BadGeometry {
                file: file(),
                reason: reason(),
            },
            "bad_geometry",
        ),
        (
            CadError::WorkerMissing {
                searched: vec![PathBuf::from("/usr/bin")],
            },
            "worker_missing",
        ),
        (CadError::WorkerBroken { reason: reason() }, "worker_broken"),
    ];
    for (error, key) in errors {
        assert_eq!(known(&error.to_string()), key, "{error}");
    }
}

#[test]
fn full_disks_damage_and_deaths_of_processes_are_known() {
    let doing = || "writing an artifact".to_owned();
    let full = StoreError::DiskFull { doing: doing() };
    assert_eq!(known(&full.to_string()), "disk_full");
    let os = std::io::Error::from_raw_os_error(28);
    assert_eq!(known(&os.to_string()), "disk_full", "{os}");
    let memory = std::io::Error::from_raw_os_error(12);
    assert_eq!(known(&memory.to_string()), "out_of_memory", "{memory}");
    let refused = std::io::Error::from_raw_os_error(13);
    assert_eq!(known(&refused.to_string()), "not_permitted", "{refused}");
    let gone = std::io::Error::from_raw_os_error(2);
    assert_eq!(known(&gone.to_string()), "file_gone", "{gone}");
    let damaged = StoreError::Corrupt {
        what: "artifact sha256:00".to_owned(),
        found: "another digest".to_owned(),
    };
    assert_eq!(known(&damaged.to_string()), "damaged");
    let busy = StoreError::Busy { doing: doing() };
    assert_eq!(known(&busy.to_string()), "database_busy");
    for (end, key) in [
        (End::Signalled(9), "killed"),
        (End::Signalled(11), "crashed"),
        (End::OutOfMemory(1 << 30), "out_of_memory"),
    ] {
        let said = format!("`hartomat-cad-worker` {end} before it replied");
        assert_eq!(known(&said), key, "{said}");
    }
    let nothing = RenderError::NothingToDraw { hidden: 3 };
    assert_eq!(known(&nothing.to_string()), "no_geometry");
}
