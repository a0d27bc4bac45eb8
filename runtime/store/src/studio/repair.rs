//! After a salvage: every run's record is again the sum of its journal, the journal has no gaps, and
//! the feed has each of its events once.
//!
//! The journal is the truth. Events after a gap are gone, and a run that lost events is interrupted:
//! a person decides whether it goes on.

use hartomat_schema::{RunEventKind, RunId, RunRecord, Timestamp};
use rusqlite::{Connection, Transaction};

use super::runs::{event_insert, event_remove_from, events, frozen, rebuild, record, record_put};
use super::{feed, reviews};
use crate::StoreError;
use crate::database::Fault;

/// Runs whose record isn't the sum of their journal.
pub(super) fn contradictions(connection: &Connection) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for run in runs(connection)? {
        match rebuild(connection, &run) {
            Ok(rebuilt) if rebuilt.agrees => {}
            Ok(_) => found.push(format!("the record of run {run} contradicts its journal")),
            Err(Fault::Store(err @ (StoreError::Corrupt { .. } | StoreError::NotFound { .. }))) => {
                found.push(err.to_string())
            }
            Err(other) => return Err(other),
        }
    }
    let places = feed::contradictions(connection)?;
    if places > 0 {
        found.push(format!(
            "{places} places of the feed contradict the journals"
        ));
    }
    let differing = reviews::contradictions(connection)?;
    if differing > 0 {
        found.push(format!("{differing} reviews contradict the runs' records"));
    }
    Ok(found)
}

/// Makes records, journals and logs agree; says what is lost and what was put right.
pub(super) fn repair(tx: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    // They come again from the journals.
    tx.execute("DELETE FROM review", [])?;
    for run in runs(tx)? {
        if let Some(note) = repair_run(tx, &run)? {
            notes.push(note);
        }
    }
    for table in ["run_event", "log_line", "dispatch_key"] {
        let sql = format!("DELETE FROM {table} WHERE run NOT IN (SELECT id FROM run)");
        let rows = tx.execute(&sql, [])?;
        if rows > 0 {
            notes.push(format!(
                "{rows} rows of {table} belong to lost runs and are gone"
            ));
        }
    }
    let places = feed::repair(tx)?;
    if places > 0 {
        notes.push(format!("{places} places of the feed were made again"));
    }
    Ok(notes)
}

/// Every run that left a record, or what it takes to make one again.
fn runs(tx: &Connection) -> Result<Vec<RunId>, Fault> {
    let sql = "SELECT id FROM run UNION SELECT run FROM frozen_run ORDER BY 1";
    let mut statement = tx.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        if let Ok(run) = RunId::new(row.get::<_, String>(0)?) {
            runs.push(run);
        }
    }
    Ok(runs)
}

fn repair_run(tx: &Transaction<'_>, run: &RunId) -> Result<Option<String>, Fault> {
    let stored = record(tx, run)?;
    let Some(frozen) = frozen(tx, run)? else {
        let events = event_remove_from(tx, run, 1)?;
        tx.execute("DELETE FROM log_line WHERE run = ?1", [run.as_str()])?;
        tx.execute("DELETE FROM run WHERE id = ?1", [run.as_str()])?;
        let note = format!("run {run} is lost with {events} events: what it froze can't be read");
        return Ok(Some(note));
    };
    let mut rebuilt = RunRecord::new(&frozen);
    let mut events = events(tx, run, 0, i64::MAX)?;
    let unbroken = events
        .iter()
        .zip(1..)
        .take_while(|(event, expected)| event.seq == *expected);
    let unbroken = unbroken.count();
    events.truncate(unbroken);
    for event in &events {
        rebuilt.apply(event);
    }
    let last_at = events.last().map_or(frozen.at, |event| event.at);
    let behind = event_remove_from(tx, run, rebuilt.last_seq + 1)?;
    let known = stored.as_ref().map_or(0, |stored| stored.last_seq);
    if behind == 0 && known <= rebuilt.last_seq {
        let agrees = stored.as_ref() == Some(&rebuilt);
        record_put(tx, &rebuilt)?;
        reviews::rebuild(tx, &rebuilt, &events)?;
        return Ok((!agrees).then(|| format!("the record of run {run} was made again")));
    }
    let lost_from = rebuilt.last_seq + 1;
    interrupt(tx, &mut rebuilt, last_at)?;
    record_put(tx, &rebuilt)?;
    reviews::rebuild(tx, &rebuilt, &events)?;
    Ok(Some(format!(
        "run {run} lost its events from number {lost_from} on"
    )))
}

fn interrupt(tx: &Transaction<'_>, record: &mut RunRecord, at: Timestamp) -> Result<(), Fault> {
    let event = hartomat_schema::RunEvent {
        seq: record.last_seq + 1,
        at,
        kind: RunEventKind::Interrupted {
            reason: "its journal was damaged and later events are lost".to_owned(),
        },
    };
    record.apply(&event);
    event_insert(tx, &record.id, &event)
}
