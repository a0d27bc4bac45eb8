//! Kills a working process at chosen system calls: every durable step is one of them.
//!
//! One kind of call per sweep, because calls are counted by kind. Needs strace and the right to
//! trace; says so where either is missing. `HARTOMAT_KILLS` of 200 and more sweeps all of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::invariants::look;
use crate::kills::{VICTIM, finish};

/// The calls that change what is on disk. Not every machine has those with a question mark.
const CALLS: [&str; 10] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "?rename",
    "?renameat",
    "?renameat2",
    "?unlink",
    "?unlinkat",
];
/// How many points to try when not all of them.
const POINTS: usize = 12;
/// Runs that the victim makes.
const RUNS: &str = "1";

fn traced(options: &[&str], root: &Path, order: &str) -> ExitStatus {
    Command::new("strace")
        .args(["-f", "-qq"])
        .args(options)
        .args([VICTIM, "play", root.to_str().unwrap(), order, RUNS])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
}

fn can_trace() -> bool {
    let status = Command::new("strace")
        .args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "inject=fsync:signal=KILL:when=1",
            "true",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let can = status.is_ok_and(|status| status.success());
    if !can {
        eprintln!("skipped: strace is missing or may not trace");
    }
    can
}

/// How often a run to its end makes each call.
fn counts(order: &str) -> BTreeMap<&'static str, usize> {
    CALLS
        .iter()
        .map(|call| {
            let dir = tempfile::tempdir().unwrap();
            let trace = dir.path().join("trace");
            let filter = format!("trace={call}");
            let options = ["-o", trace.to_str().unwrap(), "-e", &filter];
            assert!(traced(&options, &dir.path().join("root"), order).success());
            (
                *call,
                std::fs::read_to_string(trace).unwrap().lines().count(),
            )
        })
        .collect()
}

/// Kills at the `when`th call of a kind; gives what is wrong afterwards.
fn kill_at(call: &str, when: usize, order: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let (filter, inject) = (
        format!("trace={call}"),
        format!("inject={call}:signal=KILL:when={when}"),
    );
    let status = traced(
        &["-o", "/dev/null", "-e", &filter, "-e", &inject],
        &root,
        order,
    );
    assert!(!status.success(), "{call} number {when} did not kill");
    if !root.join("artifacts/tmp").exists() {
        return Vec::new();
    }
    let mut violations = look(&root).violations;
    finish(&root);
    let after = look(&root);
    violations.extend(after.violations);
    if after.unfinished > 0 {
        violations.push("the run was not taken up".to_owned());
    }
    violations
}

#[test]
fn nothing_breaks_when_killed_at_a_durable_step() {
    if !can_trace() {
        return;
    }
    let points: Vec<(&str, usize)> = counts("file-first")
        .into_iter()
        .flat_map(|(call, count)| (1..=count).map(move |when| (call, when)))
        .collect();
    assert!(points.len() > POINTS, "only {points:?}");
    let all = std::env::var("HARTOMAT_KILLS")
        .is_ok_and(|text| text.parse().is_ok_and(|kills: u32| kills >= 200));
    let stride = if all {
        1
    } else {
        points.len().div_ceil(POINTS)
    };
    for (call, when) in points.iter().skip(stride / 2).step_by(stride) {
        let violations = kill_at(call, *when, "file-first");
        assert!(
            violations.is_empty(),
            "killed at {call} number {when}: {violations:#?}"
        );
    }
}

#[test]
fn a_record_before_its_file_is_noticed_at_the_very_step() {
    if !can_trace() {
        return;
    }
    let renames: Vec<_> = counts("record-first")
        .into_iter()
        .filter(|(call, count)| call.contains("rename") && *count > 0)
        .collect();
    assert!(!renames.is_empty());
    for (call, _) in renames {
        let violations = kill_at(call, 1, "record-first");
        let noticed = violations
            .iter()
            .any(|violation| violation.contains("is Missing"));
        assert!(noticed, "killed at {call}: {violations:?}");
        assert_eq!(kill_at(call, 1, "file-first"), Vec::<String>::new());
    }
}
