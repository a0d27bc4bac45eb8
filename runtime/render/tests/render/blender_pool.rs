//! The warm process: given up when it grows, gone at whatever moment somebody cancels, and what a killed
//! runtime leaves is swept. `HARTOMAT_SOAK` cancels fifty times each.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hartomat_render::{
    Blender, BlenderConfig, NoObserver, RenderBackend, RenderError, RenderObserver,
};

use crate::blender_lies::{Stub, ask, is_alive, is_empty};
use crate::support::{composed, glb, request, sphere, studio};

#[test]
fn a_process_that_grows_is_given_up_after_its_work_and_one_that_bursts_at_once() {
    let stub = Stub::new("grows");
    let blender = Blender::new(BlenderConfig {
        retire_bytes: 200 << 20,
        memory_bytes: 2 << 30,
        ..stub.config()
    });
    for _round in 0..2 {
        ask(&blender, &NoObserver).expect("what it made is good");
    }
    let pids = stub.pids();
    assert_ne!(
        pids[0], pids[1],
        "a process that has grown isn't used again"
    );
    drop(blender);
    assert!(!pids.iter().any(|pid| is_alive(pid)));

    let stub = Stub::new("hungry");
    let blender = Blender::new(BlenderConfig {
        retire_bytes: 100 << 20,
        memory_bytes: 200 << 20,
        ..stub.config()
    });
    let said = ask(&blender, &NoObserver).expect_err("it takes too much");
    assert!(
        said.to_string().contains("more than 200 MiB of memory"),
        "{said}"
    );
    drop(blender);
    assert!(!stub.pids().iter().any(|pid| is_alive(pid)));
    assert!(is_empty(&stub.scratch()));
}

/// Cancels a moment after it was made; keeps what it was told.
struct CancelAfter {
    at: Instant,
    told: Mutex<Vec<(u64, u64, Option<f64>)>>,
}

impl CancelAfter {
    fn new(wait: Duration) -> Self {
        Self {
            at: Instant::now() + wait,
            told: Mutex::default(),
        }
    }
}

impl RenderObserver for CancelAfter {
    fn progress(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.at
    }

    fn sampled(&self, done: u64, total: u64, left_secs: Option<f64>) {
        let mut told = self.told.lock().expect("nobody panics with it");
        told.push((done, total, left_secs));
    }
}

/// Moments spread over a span, each time the same.
fn moments(span: Duration, usual: u32) -> impl Iterator<Item = Duration> {
    let count = match std::env::var_os("HARTOMAT_SOAK") {
        Some(_) => 50,
        None => usual,
    };
    // The golden ratio fills a span evenly, however many there are.
    (1..=count).map(move |number| span.mul_f64((f64::from(number) * 0.618_034).fract()))
}

/// Processes that have this folder in their environment, as everything that Blender starts has.
fn alive_in(folder: &Path) -> Vec<String> {
    let needle = folder.to_string_lossy().into_owned();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_ours = |pid: &String| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&needle) && is_alive(pid)
    };
    pids.filter(is_ours).collect()
}

#[test]
fn whenever_a_stub_is_cancelled_nothing_is_left() {
    let stub = Stub::new("slow");
    let blender = Blender::new(stub.config());
    let mut cancelled = 0;
    for wait in moments(Duration::from_millis(900), 5) {
        match ask(&blender, &CancelAfter::new(wait)) {
            Err(RenderError::Cancelled) => {
                cancelled += 1;
                let left: Vec<_> = stub
                    .pids()
                    .into_iter()
                    .filter(|pid| is_alive(pid))
                    .collect();
                assert!(left.is_empty(), "{left:?} are left after {wait:?}");
            }
            other => other.expect("what isn't cancelled is good"),
        }
    }
    assert!(cancelled > 0);
    drop(blender);
    assert_eq!(alive_in(&stub.scratch()), [""; 0]);
    assert!(is_empty(&stub.scratch()));
}

#[test]
fn whenever_blender_is_cancelled_nothing_is_left() {
    let scratch = tempfile::tempdir().expect("a temporary folder can be made");
    let blender = Blender::new(BlenderConfig {
        scratch: Some(scratch.path().to_owned()),
        ..BlenderConfig::default()
    });
    let ball = glb(&[sphere(10.0, 24)], &[(0, "Ball", [0.0; 3])]);
    let scene = composed(&ball, &studio("soft_box"), 1.0, false);
    let long = request(&scene, &ball, [160, 160], 4096);
    for wait in moments(Duration::from_secs(5), 3) {
        let observer = CancelAfter::new(wait);
        let ended = blender.render(&long, &observer);
        assert!(matches!(ended, Err(RenderError::Cancelled)), "{ended:?}");
        assert_eq!(alive_in(scratch.path()), [""; 0], "after {wait:?}");
        let told = observer.told.lock().expect("nobody panics with it");
        assert!(
            told.iter()
                .all(|(done, total, _)| done <= total && *total == 4096),
            "{told:?}"
        );
        let left = told.iter().rev().find_map(|(_, _, left)| *left);
        assert!(
            told.len() < 3 || left.is_some(),
            "time left is told: {told:?}"
        );
    }
    // Whoever comes next finds it as if nothing had been.
    let short = request(&scene, &ball, [16, 16], 1);
    blender.render(&short, &NoObserver).expect("it renders");
    drop(blender);
    assert!(is_empty(scratch.path()));
}

#[test]
fn what_a_killed_runtime_left_is_swept_when_the_next_begins() {
    let stub = Stub::new("honest");
    let left = stub.scratch().join("hartomat-scratch-blender-left");
    std::fs::create_dir_all(left.join("own/blender_a1")).expect("it can be made");
    std::fs::write(left.join("in-use"), "").expect("it can be written");
    let blender = Blender::new(stub.config());
    ask(&blender, &NoObserver).expect("it is honest");
    assert!(!left.exists());
    drop(blender);
    assert!(is_empty(&stub.scratch()));
}
