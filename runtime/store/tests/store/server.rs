//! What a server keeps: dispatches that happen once, the feed, files, the outbox.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use hartomat_schema::{
    Digest, OutboxEntry, Priority, RunEventKind, RunState, StoredFile, Timestamp,
};
use hartomat_store::{DispatchKey, Inserted, OpenOptions, StoreError, StudioDb, current_process};
use serde_json::json;

use crate::fixtures::{NOW, frozen, open_studio, run_id, started};

fn queued() -> RunEventKind {
    RunEventKind::Queued {
        owner: current_process(),
        priority: Priority::High,
    }
}

fn key(actor: &str, key: &str, request: &[u8]) -> DispatchKey {
    DispatchKey {
        actor: actor.to_owned(),
        key: key.to_owned(),
        request: Digest::of(request),
    }
}

fn outbox_entry(key: &str) -> OutboxEntry {
    OutboxEntry {
        key: key.to_owned(),
        server: "http://127.0.0.1:7878".to_owned(),
        request: json!({"workflow": "thumbnails"}),
        summary: "bolt.step as a thumbnail".to_owned(),
        files: vec![StoredFile::new(Digest::of(b"bolt"), 4, "bolt.step")],
        created_at: NOW,
        attempts: 0,
        last_error: None,
        refused: false,
        run: None,
    }
}

/// All that a server keeps, as it is read.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    cad_files: Vec<StoredFile>,
    outbox: Vec<OutboxEntry>,
    dispatched: Option<Digest>,
}

/// Fills every table of a server.
pub(crate) fn keep(db: &StudioDb) -> Kept {
    db.cad_file_put(&StoredFile::new(Digest::of(b"bolt"), 4, "bolt.step"), NOW)
        .unwrap();
    db.outbox_put(&outbox_entry("first")).unwrap();
    db.run_insert_once(&frozen("once", &["a"]), &key("ada", "k", b"r"), None)
        .unwrap();
    kept(db)
}

pub(crate) fn kept(db: &StudioDb) -> Kept {
    Kept {
        cad_files: db.cad_file_list(100).unwrap(),
        outbox: db.outbox_list().unwrap(),
        dispatched: db
            .dispatch_key_get("ada", "k")
            .unwrap()
            .map(|found| found.0),
    }
}

#[test]
fn a_dispatch_with_a_key_happens_once() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let first = Some((queued(), NOW));
    let made = db
        .run_insert_once(
            &frozen("one", &["a"]),
            &key("ada", "k", b"r"),
            first.clone(),
        )
        .unwrap();
    let Inserted::New(record) = made else {
        panic!("{made:?}");
    };
    assert_eq!((record.last_seq, record.state), (1, RunState::Queued));
    assert_eq!(record.priority, Some(Priority::High));
    assert_eq!(record.owner, Some(current_process()));
    assert_eq!(db.run_get(&record.id).unwrap().as_ref(), Some(&record));
    assert!(db.run_rebuild(&record.id).unwrap().agrees);
    db.run_append(&record.id, started(), NOW).unwrap();
    let again = db
        .run_insert_once(
            &frozen("two", &["a"]),
            &key("ada", "k", b"r"),
            first.clone(),
        )
        .unwrap();
    let now = db.run_get(&record.id).unwrap().unwrap();
    assert_eq!(now.state, RunState::Running);
    assert_eq!(again, Inserted::Earlier(now.clone()));
    assert_eq!(
        db.dispatch_key_get("ada", "k").unwrap(),
        Some((Digest::of(b"r"), now))
    );
    let other = db.run_insert_once(&frozen("two", &["a"]), &key("ada", "k", b"other"), None);
    assert!(
        matches!(&other, Err(StoreError::KeyReused { key }) if key == "k"),
        "{other:?}"
    );
    let theirs = db.run_insert_once(&frozen("two", &["a"]), &key("bob", "k", b"other"), None);
    assert!(matches!(theirs, Ok(Inserted::New(_))), "{theirs:?}");
    // A dispatch that can't be stored leaves no key behind.
    let taken = db.run_insert_once(&frozen("two", &["a"]), &key("bob", "l", b"r"), first);
    assert!(matches!(taken, Err(StoreError::AlreadyExists { .. })));
    assert_eq!(db.dispatch_key_get("bob", "l").unwrap(), None);
    assert_eq!(db.feed_last().unwrap(), 2);
}

#[test]
fn a_run_can_begin_with_its_first_event() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let record = db
        .run_insert_with(&frozen("run", &["a"]), queued(), NOW)
        .unwrap();
    assert_eq!(db.run_unfinished().unwrap(), [record]);
    assert!(db.run_rebuild(&run_id("run")).unwrap().agrees);
    assert_eq!(db.run_events(&run_id("run"), 0, 9).unwrap().len(), 1);
}

#[test]
fn of_many_that_dispatch_with_one_key_one_makes_a_run() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("studio.db");
    let runs: Vec<(bool, String)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|number| {
                let path = &path;
                scope.spawn(move || {
                    let (db, _) = StudioDb::open(path, &OpenOptions::default()).unwrap();
                    let frozen = frozen(&format!("run-{number}"), &["a"]);
                    let key = key("ada", "the key", b"request");
                    match db.run_insert_once(&frozen, &key, Some((queued(), NOW))) {
                        Ok(Inserted::New(record)) => (true, record.id.to_string()),
                        Ok(Inserted::Earlier(record)) => (false, record.id.to_string()),
                        Err(err) => panic!("{err:?}"),
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    });
    assert_eq!(runs.iter().filter(|(new, _)| *new).count(), 1);
    let ids: BTreeSet<_> = runs.iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), 1);
    let db = open_studio(dir.path());
    assert_eq!(db.run_unfinished().unwrap().len(), 1);
    assert_eq!(db.feed_last().unwrap(), 1);
}

/// Four writers, and a reader that only ever asks for what comes after the last that it saw.
#[test]
fn a_follower_of_the_feed_misses_nothing() {
    const WRITERS: u64 = 4;
    const EVENTS: u64 = 60;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("studio.db");
    let reader = open_studio(dir.path());
    let seen = thread::scope(|scope| {
        let write = |number| {
            let path = &path;
            scope.spawn(move || {
                let (db, _) = StudioDb::open(path, &OpenOptions::default()).unwrap();
                let name = format!("run-{number}");
                db.run_insert_with(&frozen(&name, &["a"]), queued(), NOW)
                    .unwrap();
                for _ in 1..EVENTS {
                    db.run_append(&run_id(&name), RunEventKind::CancelRequested, NOW)
                        .unwrap();
                }
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(write).collect();
        let mut seen: Vec<hartomat_schema::FeedEntry> = Vec::new();
        loop {
            let ended = writers.iter().all(|writer| writer.is_finished());
            let after = seen.last().map_or(0, |entry| entry.ord);
            let page = reader.feed_read(after, 7).unwrap();
            if ended && page.is_empty() {
                return seen;
            }
            seen.extend(page);
        }
    });
    assert!(seen.iter().map(|entry| entry.ord).eq(1..=WRITERS * EVENTS));
    assert_eq!(reader.feed_last().unwrap(), WRITERS * EVENTS);
    let mut by_run = BTreeMap::new();
    for entry in seen {
        by_run
            .entry(entry.run)
            .or_insert_with(Vec::new)
            .push(entry.event);
    }
    for (run, events) in by_run {
        assert_eq!(events, reader.run_events(&run, 0, 1000).unwrap());
    }
}

#[test]
fn cad_files_are_listed_newest_first() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let file = |text: &str| StoredFile::new(Digest::of(text.as_bytes()), 4, text);
    db.cad_file_put(&file("a"), Timestamp(1)).unwrap();
    db.cad_file_put(&file("b"), Timestamp(2)).unwrap();
    assert_eq!(db.cad_file_list(9).unwrap(), [file("b"), file("a")]);
    let renamed = StoredFile::new(Digest::of(b"a"), 4, "c");
    db.cad_file_put(&renamed, Timestamp(3)).unwrap();
    assert_eq!(db.cad_file_list(1).unwrap(), std::slice::from_ref(&renamed));
    assert_eq!(db.cad_file_get(&renamed.digest).unwrap(), Some(renamed));
    assert_eq!(db.cad_file_get(&Digest::of(b"z")).unwrap(), None);
}

#[test]
fn the_outbox_keeps_its_order_until_all_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    for key in ["z", "a"] {
        db.outbox_put(&outbox_entry(key)).unwrap();
    }
    let again = db.outbox_put(&outbox_entry("a"));
    assert!(matches!(again, Err(StoreError::AlreadyExists { .. })));
    db.outbox_failed("z", "no route", false).unwrap();
    db.outbox_failed("z", "still no route", true).unwrap();
    db.outbox_sent("a", &run_id("run-7")).unwrap();
    let list = db.outbox_list().unwrap();
    let seen: Vec<_> = list
        .iter()
        .map(|entry| {
            (
                entry.key.as_str(),
                entry.attempts,
                entry.last_error.as_deref(),
            )
        })
        .collect();
    assert_eq!(seen, [("z", 2, Some("still no route")), ("a", 0, None)]);
    assert!(list[0].refused && !list[1].refused);
    assert_eq!(list[1].run, Some(run_id("run-7")));
    let unknown = db.outbox_failed("none", "x", false);
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    assert!(db.outbox_remove("a").unwrap());
    assert!(!db.outbox_remove("a").unwrap());
    assert_eq!(db.outbox_list().unwrap().len(), 1);
}
