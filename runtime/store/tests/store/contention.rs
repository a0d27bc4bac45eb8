//! Many writers in several processes, and one that doesn't let go.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use hartomat_schema::RunEventKind;
use hartomat_store::{LegacyDb, OpenOptions};

use crate::fixtures::{NOW, asset, frozen, open_studio, run_id};
use crate::kills::VICTIM;

const THREADS: u64 = 4;
const EVENTS: u64 = 40;

fn victim(arguments: &[&str]) -> Child {
    Command::new(VICTIM)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Another program that keeps the write lock; returns when it has it.
fn holder(path: &Path, millis: &str) -> Child {
    let mut holder = victim(&["hold", path.to_str().unwrap(), millis]);
    let mut line = String::new();
    BufReader::new(holder.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "held\n");
    holder
}

#[test]
fn eight_writers_in_two_processes_wait_for_a_third() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let run = run_id("run");
    db.run_insert(&frozen("run", &["a"])).unwrap();
    let path = dir.path().join("studio.db");
    let (threads, events) = (THREADS.to_string(), EVENTS.to_string());
    let mut held = holder(&path, "2000");
    let mut other = victim(&["append", path.to_str().unwrap(), "run", &threads, &events]);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EVENTS {
                    db.run_append(&run, RunEventKind::CancelRequested, NOW)
                        .unwrap();
                }
            });
        }
    });
    assert!(held.wait().unwrap().success());
    assert!(other.wait().unwrap().success());
    let events = db.run_events(&run, 0, 10_000).unwrap();
    assert!(
        events
            .iter()
            .map(|event| event.seq)
            .eq(1..=2 * THREADS * EVENTS)
    );
    assert!(db.run_rebuild(&run).unwrap().agrees);
}

#[test]
fn readers_do_not_wait_for_a_writer() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    db.run_insert(&frozen("run", &["a"])).unwrap();
    let mut held = holder(&dir.path().join("studio.db"), "60000");
    assert!(db.run_get(&run_id("run")).unwrap().is_some());
    assert_eq!(held.try_wait().unwrap(), None);
    held.kill().unwrap();
    held.wait().unwrap();
    db.run_append(&run_id("run"), RunEventKind::CancelRequested, NOW)
        .unwrap();
}

#[test]
fn of_many_that_publish_with_one_key_one_does() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("legacy.db");
    let newly: usize = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|number| {
                let path = &path;
                scope.spawn(move || {
                    let (db, _) = LegacyDb::open(path, &OpenOptions::default()).unwrap();
                    db.media_asset_publish(&asset("key", &format!("m{number}")))
                        .unwrap()
                        .1
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| usize::from(worker.join().unwrap()))
            .sum()
    });
    assert_eq!(newly, 1);
}
