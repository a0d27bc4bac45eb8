//! The feed: the events of all runs in one order, for clients that follow them all.
//!
//! An event gets its place in the transaction that journals it, so that whoever has read up to a place
//! has missed nothing before it.

use hartomat_schema::{FeedEntry, RunId};
use rusqlite::{Connection, Transaction, params};

use super::StudioDb;
use crate::StoreError;
use crate::body::{decode, page, parse, sql_number};
use crate::database::Fault;

/// Events that have no place.
const MISSING: &str = "SELECT run, seq, max(at) OVER (PARTITION BY run ORDER BY seq) AS time
    FROM run_event WHERE NOT EXISTS
    (SELECT 1 FROM feed WHERE feed.run = run_event.run AND feed.seq = run_event.seq)";
/// Places that have no event.
const EMPTY: &str = "FROM feed WHERE NOT EXISTS
    (SELECT 1 FROM run_event WHERE run_event.run = feed.run AND run_event.seq = feed.seq)";

impl StudioDb {
    /// Events of all runs after place `after` in order, at most `limit` (and 10 000).
    ///
    /// A client whose place lies behind [`Self::feed_last`] reads from 0 again: the database was
    /// damaged and has lost events.
    pub fn feed_read(&self, after: u64, limit: usize) -> Result<Vec<FeedEntry>, StoreError> {
        self.database.read("reading the feed", |tx| {
            let sql = "SELECT ord, run, body FROM feed JOIN run_event USING (run, seq)
                       WHERE ord > ?1 ORDER BY ord LIMIT ?2";
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows =
                statement.query(params![sql_number(after), page(Some(limit), limit, 10_000)])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(FeedEntry {
                    ord: row.get(0)?,
                    run: parse("the feed", &row.get::<_, String>(1)?)?,
                    event: decode("an event of the feed", &row.get::<_, String>(2)?)?,
                });
            }
            Ok(entries)
        })
    }

    /// The place of the last event, 0 before the first.
    pub fn feed_last(&self) -> Result<u64, StoreError> {
        self.database.read("reading the feed", |tx| {
            let sql = "SELECT coalesce(max(ord), 0) FROM feed";
            Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
        })
    }
}

/// How many events have no place, and places no event.
pub(super) fn contradictions(connection: &Connection) -> Result<u64, Fault> {
    let count = |sql: String| connection.query_row(&sql, [], |row| row.get::<_, u64>(0));
    let missing = count(format!("SELECT count(*) FROM ({MISSING})"))?;
    Ok(missing + count(format!("SELECT count(*) {EMPTY}"))?)
}

/// Takes places without an event away, and gives events without a place new ones at the end; says how
/// many. Events of the same run that follow such an event move along, to stay in order.
pub(super) fn repair(tx: &Transaction<'_>) -> Result<usize, Fault> {
    let empty = tx.execute(&format!("DELETE {EMPTY}"), [])?;
    for (run, seq) in first_missing(tx)? {
        let sql = "DELETE FROM feed WHERE run = ?1 AND seq > ?2";
        tx.execute(sql, params![run.as_str(), seq])?;
    }
    let sql = format!(
        "INSERT INTO feed (run, seq) SELECT run, seq FROM ({MISSING}) ORDER BY time, run, seq"
    );
    Ok(empty + tx.execute(&sql, [])?)
}

/// The first event without a place, by run.
fn first_missing(tx: &Transaction<'_>) -> Result<Vec<(RunId, i64)>, Fault> {
    let mut statement = tx.prepare(&format!(
        "SELECT run, min(seq) FROM ({MISSING}) GROUP BY run ORDER BY run"
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((
            parse("the journal", &row.get::<_, String>(0)?)?,
            row.get(1)?,
        ));
    }
    Ok(found)
}
