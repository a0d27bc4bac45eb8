//! A database of version 1, made by its migration alone, opens and agrees.

use std::path::Path;

use hartomat_schema::{RunEventKind, Timestamp};
use hartomat_store::{OpenOptions, RunFilter, StudioDb};

use crate::fixtures::{NOW, frozen, open_studio, run_id, started};

/// Two runs; the clock of the first goes back, and both were interrupted.
fn story(db: &StudioDb) {
    let interrupted = || RunEventKind::Interrupted {
        reason: "the machine \"went\" off".to_owned(),
    };
    for run in ["one", "two", "three"] {
        db.run_insert(&frozen(run, &["a"])).unwrap();
    }
    for (run, kind, at) in [
        ("one", started(), 10),
        ("one", interrupted(), 40),
        ("one", started(), 5),
        ("one", interrupted(), 50),
        ("two", started(), 20),
        ("two", interrupted(), 30),
        ("three", started(), 45),
    ] {
        db.run_append(&run_id(run), kind, Timestamp(at)).unwrap();
    }
}

/// The same rows in a file as version 1 wrote it.
fn make_old(path: &Path, source: &Path) {
    let raw = rusqlite::Connection::open(path).unwrap();
    raw.execute_batch(include_str!("../../src/sql/studio-0001.sql"))
        .unwrap();
    raw.execute_batch(
        "CREATE TABLE identity (name TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL)
         STRICT, WITHOUT ROWID;
         INSERT INTO identity VALUES ('hartomat studio', 1);
         PRAGMA application_id = 0x48615374; PRAGMA user_version = 1;",
    )
    .unwrap();
    raw.execute("ATTACH ?1 AS source", [source.to_str().unwrap()])
        .unwrap();
    for (table, columns) in [
        (
            "run",
            "ord, id, workflow, definition_hash, target, mode, state, verdict, last_seq, record",
        ),
        ("frozen_run", "run, body"),
        ("run_event", "run, seq, at, body"),
    ] {
        let sql =
            format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}");
        raw.execute(&sql, []).unwrap();
    }
    let sql = "UPDATE run SET record = json_remove(record, '$.interruptions')";
    assert_eq!(raw.execute(sql, []).unwrap(), 3);
    raw.close().unwrap();
}

fn old(dir: &Path) -> std::path::PathBuf {
    let (source, path) = (dir.join("studio.db"), dir.join("old.db"));
    story(&open_studio(dir));
    make_old(&path, &source);
    path
}

#[test]
fn a_database_of_version_1_opens_and_agrees() {
    let dir = tempfile::tempdir().unwrap();
    let path = old(dir.path());
    let (db, report) = StudioDb::open(&path, &OpenOptions { check: true }).unwrap();
    assert_eq!(report.recovery, None);
    assert_eq!(report.migrated_from, Some(1));
    assert!(report.backup.is_some());
    let new = open_studio(dir.path());
    for (run, interruptions) in [("one", 2), ("two", 1), ("three", 0)] {
        let rebuilt = db.run_rebuild(&run_id(run)).unwrap();
        assert!(rebuilt.agrees, "{run}");
        assert_eq!(rebuilt.record.interruptions, interruptions);
        assert_eq!(new.run_get(&run_id(run)).unwrap(), Some(rebuilt.record));
    }
    let dispatched = RunFilter {
        since: Some(NOW),
        ..RunFilter::default()
    };
    assert_eq!(
        db.run_list(&dispatched).unwrap().len(),
        3,
        "times came along"
    );
    let feed = db.feed_read(0, 100).unwrap();
    let seen: Vec<_> = feed
        .iter()
        .map(|entry| (entry.ord, entry.run.as_str(), entry.event.seq))
        .collect();
    assert_eq!(
        seen,
        [
            (1, "one", 1),
            (2, "two", 1),
            (3, "two", 2),
            (4, "one", 2),
            (5, "one", 3),
            (6, "three", 1),
            (7, "one", 4),
        ]
    );
    db.run_append(&run_id("three"), RunEventKind::CancelRequested, NOW)
        .unwrap();
    assert_eq!(db.feed_last().unwrap(), 8);
    drop(db);
    let (_, again) = StudioDb::open(&path, &OpenOptions { check: true }).unwrap();
    assert_eq!((again.recovery, again.migrated_from), (None, None));
}

#[test]
fn a_damaged_database_of_version_1_is_salvaged_and_migrated() {
    let dir = tempfile::tempdir().unwrap();
    let path = old(dir.path());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("UPDATE run SET record = '{' WHERE id = 'two'", [])
        .unwrap();
    raw.close().unwrap();
    let (db, report) = StudioDb::open(&path, &OpenOptions { check: true }).unwrap();
    assert!(report.recovery.is_some() && report.migrated_from == Some(1));
    for run in ["one", "two", "three"] {
        assert!(db.run_rebuild(&run_id(run)).unwrap().agrees, "{run}");
    }
    assert_eq!(db.feed_read(0, 100).unwrap().len(), 7);
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
    drop(db);
    let (_, again) = StudioDb::open(&path, &OpenOptions { check: true }).unwrap();
    assert_eq!(again.recovery, None);
}
