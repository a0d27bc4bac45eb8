//! Flipped bytes and cut files: never a panic, never a silent loss of what is intact.

use std::fs;
use std::path::{Path, PathBuf};

use hartomat_schema::{CacheEntry, Digest, LogLevel, LogLine, RunEventKind, Side, WorkflowId};
use hartomat_store::{
    LegacyDb, LogFilter, OpenOptions, OpenReport, RunFilter, StoreError, StudioDb,
};

use crate::fixtures::{
    NOW, asset, frozen, node_id, open_legacy, open_studio, outputs, run_id, started, workflow,
};
use crate::kills::next;
use crate::server;

const CHECKED: OpenOptions = OpenOptions { check: true };
const RUNS: usize = 6;
const EVENTS_PER_RUN: u64 = 8;

/// Rows by what they are: runs, events, log lines, cache entries, workflows.
type Counts = [usize; 5];

fn fill(db: &StudioDb) {
    for number in 0..RUNS {
        let name = format!("run-{number}");
        let run = run_id(&name);
        db.run_insert(&frozen(&name, &["a", "b"])).unwrap();
        db.run_append(&run, started(), NOW).unwrap();
        for _ in 1..EVENTS_PER_RUN {
            let event = RunEventKind::NodeSucceeded {
                node: node_id("a"),
                attempt: 1,
                key: Digest::of(name.as_bytes()),
                outputs: outputs(name.as_bytes()),
            };
            db.run_append(&run, event, NOW).unwrap();
        }
        let line = LogLine {
            seq: 0,
            at: NOW,
            side: Side::Candidate,
            node: Some(node_id("a")),
            level: LogLevel::Info,
            text: "rendering ".repeat(20),
        };
        db.log_append(&run, vec![line; 10]).unwrap();
        db.cache_put(&CacheEntry {
            key: Digest::of(name.as_bytes()),
            parts: Default::default(),
            outputs: outputs(name.as_bytes()),
            run,
            workflow: WorkflowId::literal("thumbnails"),
            node: node_id("a"),
        })
        .unwrap();
        db.workflow_put(&workflow(&name, &["a", "b", "c"]), 0)
            .unwrap();
    }
}

/// Reads everything; whatever was opened with a check must be readable.
fn count(db: &StudioDb) -> Result<Counts, StoreError> {
    let mut counts = [0; 5];
    for record in db.run_list(&RunFilter::default())? {
        let rebuilt = db.run_rebuild(&record.id)?;
        assert!(rebuilt.agrees, "{}: {rebuilt:?}", record.id);
        counts[0] += 1;
        counts[1] += db.run_events(&record.id, 0, 10_000)?.len();
        counts[2] += db.log_read(&record.id, &LogFilter::default())?.len();
    }
    for number in 0..RUNS {
        let key = Digest::of(format!("run-{number}").as_bytes());
        counts[3] += usize::from(db.cache_get(&key)?.is_some());
    }
    counts[4] = db.workflow_list()?.len();
    feed_agrees(db, counts[1])?;
    Ok(counts)
}

/// The feed has each event once, each run's in the order of its journal.
fn feed_agrees(db: &StudioDb, events: usize) -> Result<(), StoreError> {
    let feed = db.feed_read(0, 10_000)?;
    assert_eq!(feed.len(), events);
    assert!(feed.is_sorted_by_key(|entry| entry.ord));
    let mut seen = std::collections::BTreeMap::new();
    for entry in feed {
        let last = seen.insert(entry.run, entry.event.seq).unwrap_or(0);
        assert_eq!(entry.event.seq, last + 1);
    }
    Ok(())
}

/// A database as an orderly end leaves it, and as a killed process does: file and write-ahead log.
struct Samples {
    closed: Vec<u8>,
    killed: (Vec<u8>, Vec<u8>),
    counts: Counts,
}

impl Samples {
    fn make() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("studio.db");
        let db = open_studio(dir.path());
        fill(&db);
        let counts = count(&db).unwrap();
        let killed = (
            fs::read(&path).unwrap(),
            fs::read(dir.path().join("studio.db-wal")).unwrap(),
        );
        drop(db);
        let closed = fs::read(&path).unwrap();
        assert!(killed.1.len() > 100_000 && closed.len() > 50_000);
        Self {
            closed,
            killed,
            counts,
        }
    }
}

/// Flips up to eight bytes, or cuts the end off.
fn damage(bytes: &mut Vec<u8>, random: &mut u64) {
    let length = bytes.len() as u64;
    if next(random, 4) == 0 {
        bytes.truncate(next(random, length) as usize);
        return;
    }
    for _ in 0..=next(random, 8) {
        let at = next(random, length) as usize;
        bytes[at] ^= 1 << next(random, 8);
    }
}

fn reopened(path: &Path) -> (StudioDb, OpenReport) {
    let (db, report) = StudioDb::open(path, &CHECKED).unwrap();
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
    (db, report)
}

/// What the report says about a damaged file has to be true.
fn judge(path: &Path, samples: &Samples, what: &str) {
    let (db, report) = reopened(path);
    let counts = count(&db).unwrap_or_else(|err| panic!("{what}: {err:?}, {report:?}"));
    match &report.recovery {
        None => assert_eq!(counts, samples.counts, "{what}: a silent loss"),
        Some(recovery) => {
            assert!(
                recovery.quarantined.exists() || !path.exists(),
                "{what}: nothing is kept"
            );
            for table in &recovery.tables {
                let place = ["run", "run_event", "log_line", "cache_entry", "workflow"]
                    .iter()
                    .position(|name| *name == table.table);
                if let Some(place) = place.filter(|_| table.complete) {
                    let expected = samples.counts[place] as u64;
                    assert_eq!(table.rows, expected, "{what}: {table:?} of {recovery:?}");
                }
            }
        }
    }
    drop(db);
    let (_, again) = reopened(path);
    assert_eq!(again.recovery, None, "{what}: repaired twice");
}

#[test]
fn damage_to_the_file_is_told_and_repaired() {
    let samples = Samples::make();
    let mut repaired = 0;
    for seed in 0..70 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("studio.db");
        let mut random = seed;
        let mut bytes = if seed % 2 == 0 {
            samples.closed.clone()
        } else {
            fs::write(dir.path().join("studio.db-wal"), &samples.killed.1).unwrap();
            samples.killed.0.clone()
        };
        if !bytes.is_empty() {
            damage(&mut bytes, &mut random);
        }
        fs::write(&path, &bytes).unwrap();
        judge(&path, &samples, &format!("seed {seed}"));
        repaired += usize::from(quarantined(dir.path()).is_some());
    }
    assert!(repaired > 10, "only {repaired} were damaged enough");
}

#[test]
fn damage_to_the_write_ahead_log_is_told() {
    let samples = Samples::make();
    let mut told = 0;
    for seed in 100..140_u64 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("studio.db");
        let mut random = seed;
        let mut log = samples.killed.1.clone();
        // The last commits may have been cut short by the kill: nobody can tell.
        let tail = log.split_off(log.len() / 2);
        for _ in 0..=next(&mut random, 4) {
            let at = next(&mut random, log.len() as u64) as usize;
            log[at] ^= 1 << next(&mut random, 8);
        }
        log.extend(tail);
        fs::write(&path, &samples.killed.0).unwrap();
        fs::write(dir.path().join("studio.db-wal"), &log).unwrap();
        judge(&path, &samples, &format!("seed {seed}"));
        told += usize::from(quarantined(dir.path()).is_some());
    }
    assert!(told > 30, "only {told} of 40 were told");
}

/// A log that was cut short is an earlier state of the database.
#[test]
fn a_cut_write_ahead_log_is_an_earlier_state() {
    let samples = Samples::make();
    for seed in 0..15_u64 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("studio.db");
        let mut random = seed;
        let mut log = samples.killed.1.clone();
        log.truncate(next(&mut random, log.len() as u64) as usize);
        fs::write(&path, &samples.killed.0).unwrap();
        fs::write(dir.path().join("studio.db-wal"), &log).unwrap();
        let (db, _) = reopened(&path);
        let counts = count(&db).unwrap();
        assert!(
            counts
                .iter()
                .zip(samples.counts)
                .all(|(now, all)| *now <= all)
        );
    }
}

#[test]
fn a_destroyed_file_comes_back_from_its_backup() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("studio.db");
    let db = open_studio(dir.path());
    fill(&db);
    let counts = count(&db).unwrap();
    let backup = db.backup().unwrap();
    db.workflow_put(&workflow("later", &["a"]), 0).unwrap();
    drop(db);
    fs::write(&path, vec![0x5a; 40_000]).unwrap();
    let (db, report) = reopened(&path);
    let recovery = report.recovery.unwrap();
    assert_eq!(recovery.restored_from, Some(backup));
    assert!(
        recovery
            .tables
            .iter()
            .all(|table| !table.complete && table.rows == 0)
    );
    assert_eq!(count(&db).unwrap(), counts);
    assert_eq!(fs::read(recovery.quarantined).unwrap(), vec![0x5a; 40_000]);
}

#[test]
fn a_file_that_is_gone_or_empty_comes_back_from_its_backup() {
    for is_gone in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("studio.db");
        let db = open_studio(dir.path());
        fill(&db);
        let counts = count(&db).unwrap();
        let backup = db.backup().unwrap();
        drop(db);
        fs::remove_file(&path).unwrap();
        if !is_gone {
            fs::write(&path, "").unwrap();
        }
        let (db, report) = StudioDb::open(&path, &OpenOptions::default()).unwrap();
        assert!(!report.created);
        let recovery = report.recovery.unwrap();
        assert_eq!(
            recovery.found,
            "the database file is gone, its backup is there"
        );
        assert_eq!(recovery.restored_from, Some(backup));
        assert_eq!(count(&db).unwrap(), counts);
        // The next backup is no worse than the last.
        db.backup().unwrap();
        drop(db);
        fs::remove_file(&path).unwrap();
        let (db, _) = reopened(&path);
        assert_eq!(count(&db).unwrap(), counts);
    }
}

#[test]
fn a_backup_that_can_not_be_used_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("studio.db");
    let backup = dir.path().join("studio.db.backup");
    fs::write(&backup, vec![0x5a; 40_000]).unwrap();
    let (db, report) = reopened(&path);
    let recovery = report.recovery.unwrap();
    assert_eq!(recovery.restored_from, None);
    let aside = dir.path().join("studio.db.backup.corrupt-1");
    let note = format!("the backup is of no use and lies at {}", aside.display());
    assert!(recovery.notes.contains(&note), "{:?}", recovery.notes);
    db.backup().unwrap();
    assert_eq!(fs::read(aside).unwrap(), vec![0x5a; 40_000]);
}

#[test]
fn damage_met_while_working_is_repaired_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("studio.db");
    let db = open_studio(dir.path());
    fill(&db);
    drop(db);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("UPDATE run SET record = '{' WHERE id = 'run-3'", [])
        .unwrap();
    raw.execute("DELETE FROM run_event WHERE run = 'run-4' AND seq = 5", [])
        .unwrap();
    raw.close().unwrap();
    let (db, report) = StudioDb::open(&path, &OpenOptions::default()).unwrap();
    assert_eq!(report, OpenReport::default());
    let met = db.run_get(&run_id("run-3"));
    assert!(matches!(met, Err(StoreError::Corrupt { .. })), "{met:?}");
    drop(db);
    let (db, report) = StudioDb::open(&path, &OpenOptions::default()).unwrap();
    let notes = report.recovery.unwrap().notes;
    assert_eq!(
        notes,
        [
            "the record of run run-3 was made again",
            "run run-4 lost its events from number 5 on"
        ]
    );
    assert_eq!(
        db.run_get(&run_id("run-3")).unwrap().unwrap().last_seq,
        EVENTS_PER_RUN
    );
    let interrupted = db.run_get(&run_id("run-4")).unwrap().unwrap();
    assert_eq!(interrupted.state, hartomat_schema::RunState::Interrupted);
    assert_eq!(interrupted.last_seq, 5);
    assert!(db.run_rebuild(&run_id("run-4")).unwrap().agrees);
}

/// What a server keeps survives a salvage, a feed with holes is made again, and so the file is sound.
#[test]
fn a_salvage_knows_what_a_server_keeps() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("studio.db");
    let db = open_studio(dir.path());
    fill(&db);
    let kept = server::keep(&db);
    let counts = count(&db).unwrap();
    drop(db);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("DELETE FROM feed WHERE run = 'run-2' AND seq = 3", [])
        .unwrap();
    raw.execute("INSERT INTO feed (run, seq) VALUES ('nobody', 1)", [])
        .unwrap();
    raw.execute("INSERT INTO outbox (key, body) VALUES ('bad', '{}')", [])
        .unwrap();
    raw.close().unwrap();
    let (db, report) = reopened(&path);
    let recovery = report.recovery.unwrap();
    let refused: Vec<_> = recovery
        .tables
        .iter()
        .filter(|table| !table.complete)
        .map(|table| table.table.as_str())
        .collect();
    assert_eq!(refused, ["outbox"]);
    assert_eq!(recovery.notes, ["7 places of the feed were made again"]);
    assert_eq!(count(&db).unwrap(), counts);
    assert_eq!(server::kept(&db), kept);
    drop(db);
    let (_, again) = reopened(&path);
    assert_eq!(again.recovery, None);
}

#[test]
fn the_legacy_file_recovers_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("legacy.db");
    let db = open_legacy(dir.path());
    for number in 0..40 {
        let name = format!("m{number}");
        db.media_asset_publish(&asset(&name, &name)).unwrap();
    }
    drop(db);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() - 3000;
    bytes[at..at + 200].fill(0xff);
    fs::write(&path, &bytes).unwrap();
    let (db, report) = LegacyDb::open(&path, &CHECKED).unwrap();
    let recovery = report.recovery.unwrap();
    assert!(recovery.quarantined.exists());
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
    let again = db.media_asset_publish(&asset("m0", "another")).unwrap();
    assert_eq!(again, (asset("m0", "m0"), false));
}

fn quarantined(dir: &Path) -> Option<PathBuf> {
    let path = dir.join("studio.db.corrupt-1");
    path.exists().then_some(path)
}
