//! Runs: what was frozen, the journal, and the record that the journal adds up to.
//!
//! Numbers of events come from the table inside the write transaction, so appends from several
//! processes interleave without gaps.

use hartomat_schema::{
    FrozenRun, OutputTypeId, RunEvent, RunEventKind, RunId, RunRecord, RunState, Timestamp, Verdict,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use super::{RunFilter, StudioDb};
use crate::StoreError;
use crate::body::{decode, encode, page, sql_number};
use crate::database::Fault;

/// A record made again from its journal.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRebuild {
    /// What the journal adds up to.
    pub record: RunRecord,
    /// Whether the stored record says the same.
    pub agrees: bool,
}

impl StudioDb {
    /// Stores a dispatch; the run is queued and has no events yet.
    pub fn run_insert(&self, frozen: &FrozenRun) -> Result<RunRecord, StoreError> {
        let doing = format!("run {}", frozen.id);
        self.database.write(&doing, |tx| insert(tx, frozen, None))
    }

    /// Stores a dispatch together with its first event, both or neither.
    pub fn run_insert_with(
        &self,
        frozen: &FrozenRun,
        first: RunEventKind,
        at: Timestamp,
    ) -> Result<RunRecord, StoreError> {
        let (doing, first) = (format!("run {}", frozen.id), (first, at));
        self.database
            .write(&doing, |tx| insert(tx, frozen, Some(&first)))
    }

    /// Appends to a run's journal and brings its record up to date, both or neither.
    pub fn run_append(
        &self,
        run: &RunId,
        kind: RunEventKind,
        at: Timestamp,
    ) -> Result<RunEvent, StoreError> {
        self.append(run, None, kind, at)
    }

    /// Appends only when the run's last event is still number `last_seq`, else [`StoreError::Conflict`].
    /// Of two processes that want to take over a run, one succeeds.
    pub fn run_append_after(
        &self,
        run: &RunId,
        last_seq: u64,
        kind: RunEventKind,
        at: Timestamp,
    ) -> Result<RunEvent, StoreError> {
        self.append(run, Some(last_seq), kind, at)
    }

    /// A run's record.
    pub fn run_get(&self, run: &RunId) -> Result<Option<RunRecord>, StoreError> {
        self.database
            .read(&format!("reading run {run}"), |tx| record(tx, run))
    }

    /// What dispatch froze.
    pub fn run_frozen(&self, run: &RunId) -> Result<Option<FrozenRun>, StoreError> {
        self.database
            .read(&format!("reading run {run}"), |tx| frozen(tx, run))
    }

    /// Records of runs, newest first.
    pub fn run_list(&self, filter: &RunFilter) -> Result<Vec<RunRecord>, StoreError> {
        let (sql, values) = filter.query();
        self.database.read("listing runs", |tx| {
            let mut statement = tx.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(&values), text_row)?;
            rows.map(|row| Ok(decode("a run's record", &row?)?))
                .collect()
        })
    }

    /// State of the newest run on each of these targets, but for runs to some nodes alone.
    pub fn last_states(&self, targets: &[String]) -> Result<Vec<Option<RunState>>, StoreError> {
        self.database.read_apart("looking for the last runs", |tx| {
            let sql = "SELECT state FROM run WHERE target = ?1 AND partial = 0
                       ORDER BY ord DESC LIMIT 1";
            let mut statement = tx.prepare(sql)?;
            let last = |target: &String| -> Result<Option<RunState>, Fault> {
                let state: Option<String> = statement.query_row([target], text_row).optional()?;
                let state = state.map(|it| decode("a run's state", &format!("\"{it}\"")));
                Ok(state.transpose()?)
            };
            targets.iter().map(last).collect()
        })
    }

    /// Records of all runs that are queued or under way, oldest first.
    pub fn run_unfinished(&self) -> Result<Vec<RunRecord>, StoreError> {
        self.database.read("listing unfinished runs", |tx| {
            let sql = "SELECT record FROM run WHERE state IN ('queued', 'running') ORDER BY ord";
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map([], text_row)?;
            rows.map(|row| Ok(decode("a run's record", &row?)?))
                .collect()
        })
    }

    /// Events after number `after_seq` in order, at most `limit` (and 10 000).
    pub fn run_events(
        &self,
        run: &RunId,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<RunEvent>, StoreError> {
        self.database
            .read(&format!("reading the events of run {run}"), |tx| {
                if last_seq(tx, run)?.is_none() {
                    return Err(unknown(run).into());
                }
                events(tx, run, after_seq, page(Some(limit), limit, 10_000))
            })
    }

    /// Replays a run's journal and compares what it adds up to with the stored record.
    pub fn run_rebuild(&self, run: &RunId) -> Result<RunRebuild, StoreError> {
        let doing = format!("replaying run {run}");
        self.database.read(&doing, |tx| rebuild(tx, run))
    }

    fn append(
        &self,
        run: &RunId,
        expected: Option<u64>,
        kind: RunEventKind,
        at: Timestamp,
    ) -> Result<RunEvent, StoreError> {
        let doing = format!("appending to run {run}");
        self.database.write(&doing, |tx| {
            let mut record = record(tx, run)?.ok_or_else(|| unknown(run))?;
            let found = last_seq(tx, run)?.unwrap_or(0);
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                return Err(Fault::Store(StoreError::Conflict {
                    what: format!("the journal of run {run}"),
                    expected,
                    found,
                }));
            }
            let event = journal(tx, &mut record, found + 1, &kind, at)?;
            record_update(tx, &record)?;
            Ok(event)
        })
    }
}

/// Stores a dispatch, and the event that it begins with.
pub(super) fn insert(
    tx: &Transaction<'_>,
    frozen: &FrozenRun,
    first: Option<&(RunEventKind, Timestamp)>,
) -> Result<RunRecord, Fault> {
    let mut record = RunRecord::new(frozen);
    let body = encode(&format!("run {}", frozen.id), frozen)?;
    record_insert(tx, &record)?;
    tx.prepare_cached("INSERT INTO frozen_run (run, body) VALUES (?1, ?2)")?
        .execute(params![frozen.id.as_str(), body])?;
    if let Some((kind, at)) = first {
        journal(tx, &mut record, 1, kind, *at)?;
        record_update(tx, &record)?;
    }
    Ok(record)
}

/// Journals an event and takes it into the record, which is yet to be stored.
pub(super) fn journal(
    tx: &Transaction<'_>,
    record: &mut RunRecord,
    seq: u64,
    kind: &RunEventKind,
    at: Timestamp,
) -> Result<RunEvent, Fault> {
    let event = RunEvent {
        seq,
        at,
        kind: kind.clone(),
    };
    record.apply(&event);
    event_insert(tx, &record.id, &event)?;
    Ok(event)
}

/// The columns of a record that change with it.
struct RecordRow {
    state: &'static str,
    verdict: Option<&'static str>,
    last_seq: i64,
    text: String,
    fell_back: bool,
    /// Whether somebody should look at it, unless a later rerun has taken its place.
    asks_for_a_look: bool,
}

impl RecordRow {
    fn new(record: &RunRecord) -> Result<Self, StoreError> {
        Ok(Self {
            state: record.state.as_str(),
            verdict: record.verdict.map(Verdict::as_str),
            last_seq: sql_number(record.last_seq),
            text: encode(&format!("the record of run {}", record.id), record)?,
            fell_back: record.fallback.is_some(),
            asks_for_a_look: record.asks_for_a_look(),
        })
    }
}

fn record_insert(tx: &Transaction<'_>, record: &RunRecord) -> Result<(), Fault> {
    let row = RecordRow::new(record)?;
    tx.prepare_cached(
        "INSERT INTO run (id, workflow, definition_hash, target, mode, state, verdict, last_seq,
         record, output_type, rerun_of, dispatched_at, fell_back, partial, unresolved)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        record.id.as_str(),
        record.workflow.as_str(),
        record.definition_hash.to_string(),
        record.target,
        record.mode.as_str(),
        row.state,
        row.verdict,
        row.last_seq,
        row.text,
        record.output_type.as_ref().map(OutputTypeId::as_str),
        record.rerun_of.as_ref().map(RunId::as_str),
        record.created_at.0,
        row.fell_back,
        record.is_partial(),
        row.asks_for_a_look,
    ])?;
    supersede(tx, record)
}

/// Stores a record, whether there is one or not.
pub(super) fn record_put(tx: &Transaction<'_>, record: &RunRecord) -> Result<(), Fault> {
    if record_update(tx, record)? {
        Ok(())
    } else {
        record_insert(tx, record)
    }
}

/// Brings a record up to date; whether there was one.
pub(super) fn record_update(tx: &Transaction<'_>, record: &RunRecord) -> Result<bool, Fault> {
    let row = RecordRow::new(record)?;
    let sql = "UPDATE run SET state = ?2, verdict = ?3, last_seq = ?4, record = ?5, fell_back = ?6,
               unresolved = ?7 AND NOT EXISTS (
                 SELECT 1 FROM run AS later WHERE later.rerun_of = ?1 AND later.partial = 0
                 AND later.state IN ('succeeded', 'fell_back', 'failed'))
               WHERE id = ?1";
    let rows = tx.prepare_cached(sql)?.execute(params![
        record.id.as_str(),
        row.state,
        row.verdict,
        row.last_seq,
        row.text,
        row.fell_back,
        row.asks_for_a_look,
    ])?;
    supersede(tx, record)?;
    Ok(rows > 0)
}

/// A rerun that has come to its own end takes the place of what it repeats.
fn supersede(tx: &Transaction<'_>, record: &RunRecord) -> Result<(), Fault> {
    if let Some(earlier) = record.rerun_of.as_ref().filter(|_| record.supersedes()) {
        tx.prepare_cached("UPDATE run SET unresolved = 0 WHERE id = ?1 AND unresolved = 1")?
            .execute([earlier.as_str()])?;
    }
    Ok(())
}

/// Removes a run's events from a number on; says how many.
pub(super) fn event_remove_from(
    tx: &Transaction<'_>,
    run: &RunId,
    seq: u64,
) -> Result<usize, Fault> {
    let from = params![run.as_str(), sql_number(seq)];
    tx.execute("DELETE FROM feed WHERE run = ?1 AND seq >= ?2", from)?;
    Ok(tx.execute("DELETE FROM run_event WHERE run = ?1 AND seq >= ?2", from)?)
}

/// Journals an event and gives it its place in the feed.
pub(super) fn event_insert(
    tx: &Transaction<'_>,
    run: &RunId,
    event: &RunEvent,
) -> Result<(), Fault> {
    let body = encode(&format!("an event of run {run}"), event)?;
    tx.prepare_cached("INSERT INTO run_event (run, seq, at, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            run.as_str(),
            sql_number(event.seq),
            event.at.0,
            body
        ])?;
    tx.prepare_cached("INSERT INTO feed (run, seq) VALUES (?1, ?2)")?
        .execute(params![run.as_str(), sql_number(event.seq)])?;
    Ok(())
}

pub(super) fn record(tx: &Connection, run: &RunId) -> Result<Option<RunRecord>, Fault> {
    let text: Option<String> = tx
        .prepare_cached("SELECT record FROM run WHERE id = ?1")?
        .query_row([run.as_str()], text_row)
        .optional()?;
    let what = format!("the record of run {run}");
    Ok(text.map(|text| decode(&what, &text)).transpose()?)
}

pub(super) fn frozen(tx: &Connection, run: &RunId) -> Result<Option<FrozenRun>, Fault> {
    let text: Option<String> = tx
        .prepare_cached("SELECT body FROM frozen_run WHERE run = ?1")?
        .query_row([run.as_str()], text_row)
        .optional()?;
    let what = format!("what dispatch froze of run {run}");
    Ok(text.map(|text| decode(&what, &text)).transpose()?)
}

pub(super) fn rebuild(tx: &Connection, run: &RunId) -> Result<RunRebuild, Fault> {
    let stored = record(tx, run)?.ok_or_else(|| unknown(run))?;
    let frozen = frozen(tx, run)?.ok_or_else(|| StoreError::Corrupt {
        what: format!("run {run}"),
        found: "what dispatch froze is gone".to_owned(),
    })?;
    let mut record = RunRecord::new(&frozen);
    for (event, expected) in events(tx, run, 0, i64::MAX)?.iter().zip(1..) {
        if event.seq != expected {
            return Err(Fault::Store(StoreError::Corrupt {
                what: format!("the journal of run {run}"),
                found: format!("event {expected} is missing, {} follows", event.seq),
            }));
        }
        record.apply(event);
    }
    let agrees = record == stored;
    Ok(RunRebuild { record, agrees })
}

/// The number of the journal's last event: 0 before the first, `None` for an unknown run.
pub(super) fn last_seq(tx: &Transaction<'_>, run: &RunId) -> Result<Option<u64>, Fault> {
    let sql = "SELECT coalesce((SELECT max(seq) FROM run_event WHERE run = run.id), 0)
               FROM run WHERE id = ?1";
    let found = tx
        .prepare_cached(sql)?
        .query_row([run.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found)
}

pub(super) fn events(
    tx: &Connection,
    run: &RunId,
    after_seq: u64,
    limit: i64,
) -> Result<Vec<RunEvent>, Fault> {
    let sql = "SELECT body FROM run_event WHERE run = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map(
        params![run.as_str(), sql_number(after_seq), limit],
        text_row,
    )?;
    let what = format!("an event of run {run}");
    rows.map(|row| Ok(decode(&what, &row?)?)).collect()
}

pub(super) fn unknown(run: &RunId) -> StoreError {
    StoreError::NotFound {
        what: format!("run {run}"),
    }
}

pub(super) fn text_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}
