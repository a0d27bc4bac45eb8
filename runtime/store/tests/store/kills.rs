//! Kills a working process at random instants. `HARTOMAT_KILLS` says how often.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::invariants::{Findings, look};

/// Kills per store: a store that grows makes every look slower.
const KILLS_PER_STORE: u32 = 10;

pub(crate) const VICTIM: &str = env!("CARGO_BIN_EXE_hartomat-store-victim");

/// How many times to kill.
fn kills() -> u32 {
    std::env::var("HARTOMAT_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(40)
}

/// The next of a fixed row of numbers below `bound`.
pub(crate) fn next(state: &mut u64, bound: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % bound
}

/// Starts the victim and kills it after a while; says how many runs it had reported as done.
fn kill_once(root: &Path, order: &str, after: Duration) -> usize {
    let heard = root.join("heard");
    let mut victim = Command::new(VICTIM)
        .args(["play", root.to_str().unwrap(), order, "1000"])
        .stdout(File::create(&heard).unwrap())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    thread::sleep(after);
    assert_eq!(
        victim.try_wait().unwrap(),
        None,
        "the victim ended by itself"
    );
    victim.kill().unwrap();
    victim.wait().unwrap();
    std::fs::read_to_string(heard).unwrap().lines().count()
}

/// Lets the victim end what it had begun, and nothing else.
pub(crate) fn finish(root: &Path) {
    let status = Command::new(VICTIM)
        .args(["play", root.to_str().unwrap(), "file-first", "0"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(
        status.success(),
        "a killed process left something that stops the next one"
    );
}

/// Kills again and again; gives what was found after each.
fn kill_often(order: &str, seed: u64, kills: u32) -> Vec<Findings> {
    let dir = tempfile::tempdir().unwrap();
    let mut random = seed;
    let mut done_before = 0;
    (0..kills)
        .map(|_| {
            let after = Duration::from_millis(5 + next(&mut random, 250));
            let heard = kill_once(dir.path(), order, after);
            let mut findings = look(dir.path());
            let promised = done_before + heard;
            if findings.done < promised {
                let found = format!("{} runs are done, {promised} were", findings.done);
                findings.violations.push(found);
            }
            done_before = findings.done;
            findings
        })
        .collect()
}

#[test]
fn nothing_is_lost_torn_or_doubled_when_killed_at_any_instant() {
    let (mut done, mut midway) = (0, 0);
    let total = kills();
    for store in 0..total.div_ceil(KILLS_PER_STORE) {
        let seed = u64::from(store) + 1;
        let kills = KILLS_PER_STORE.min(total - store * KILLS_PER_STORE);
        let findings = kill_often("file-first", seed, kills);
        for (kill, findings) in findings.iter().enumerate() {
            assert!(
                findings.violations.is_empty(),
                "seed {seed}, kill {kill}: {:#?}",
                findings.violations
            );
            midway += findings.unfinished;
        }
        done += findings.last().map_or(0, |findings| findings.done);
    }
    assert!(
        done > 0 && midway > 0,
        "{done} runs done, {midway} killed midway: the kills hit nothing"
    );
}

#[test]
fn what_was_killed_is_taken_up_and_ended() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = 7;
    for _ in 0..5 {
        kill_once(
            dir.path(),
            "file-first",
            Duration::from_millis(5 + next(&mut random, 150)),
        );
    }
    finish(dir.path());
    let findings = look(dir.path());
    assert!(findings.violations.is_empty(), "{:#?}", findings.violations);
    assert_eq!(findings.unfinished, 0);
}

#[test]
fn a_record_before_its_file_is_noticed() {
    let caught = (1..=10).any(|seed| {
        let findings = kill_often("record-first", seed, 8);
        findings.iter().any(|findings| {
            findings
                .violations
                .iter()
                .any(|violation| violation.contains("is Missing"))
        })
    });
    assert!(
        caught,
        "80 kills found nothing wrong with a design that is wrong"
    );
}
