//! The outbox: dispatches for a server that could not be reached, in the order in which they were made.

use hartomat_schema::{OutboxEntry, RunId};
use rusqlite::{OptionalExtension, params};

use super::StudioDb;
use super::runs::text_row;
use crate::StoreError;
use crate::body::{decode, encode};

impl StudioDb {
    /// Puts a dispatch last. [`StoreError::AlreadyExists`] when its key is there.
    pub fn outbox_put(&self, entry: &OutboxEntry) -> Result<(), StoreError> {
        let doing = format!("outbox entry {}", entry.key);
        let body = encode(&doing, entry)?;
        self.database.write(&doing, |tx| {
            tx.prepare_cached("INSERT INTO outbox (key, body) VALUES (?1, ?2)")?
                .execute(params![entry.key, body])?;
            Ok(())
        })
    }

    /// All of the outbox, first put first.
    pub fn outbox_list(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        self.database.read("reading the outbox", |tx| {
            let mut statement = tx.prepare_cached("SELECT body FROM outbox ORDER BY ord")?;
            let rows = statement.query_map([], text_row)?;
            rows.map(|row| Ok(decode("an outbox entry", &row?)?))
                .collect()
        })
    }

    /// The server has taken it, as this run.
    pub fn outbox_sent(&self, key: &str, run: &RunId) -> Result<(), StoreError> {
        self.outbox_change(key, |entry| {
            entry.run = Some(run.clone());
            entry.last_error = None;
        })
    }

    /// Sending failed once more; `refused` says that trying again is of no use.
    pub fn outbox_failed(&self, key: &str, error: &str, refused: bool) -> Result<(), StoreError> {
        self.outbox_change(key, |entry| {
            entry.refused = refused;
            entry.attempts = entry.attempts.saturating_add(1);
            entry.last_error = Some(error.to_owned());
        })
    }

    /// Takes a dispatch out; whether it was there.
    pub fn outbox_remove(&self, key: &str) -> Result<bool, StoreError> {
        let doing = format!("removing outbox entry {key}");
        self.database.write(&doing, |tx| {
            let sql = "DELETE FROM outbox WHERE key = ?1";
            Ok(tx.prepare_cached(sql)?.execute([key])? > 0)
        })
    }

    fn outbox_change(
        &self,
        key: &str,
        change: impl Fn(&mut OutboxEntry),
    ) -> Result<(), StoreError> {
        let what = format!("outbox entry {key}");
        self.database.write(&format!("changing {what}"), |tx| {
            let text: Option<String> = tx
                .prepare_cached("SELECT body FROM outbox WHERE key = ?1")?
                .query_row([key], text_row)
                .optional()?;
            let text = text.ok_or_else(|| StoreError::NotFound { what: what.clone() })?;
            let mut entry: OutboxEntry = decode(&what, &text)?;
            change(&mut entry);
            tx.prepare_cached("UPDATE outbox SET body = ?2 WHERE key = ?1")?
                .execute(params![key, encode(&what, &entry)?])?;
            Ok(())
        })
    }
}
