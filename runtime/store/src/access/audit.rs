//! The audit list: written down before the thing is done, and again with what came of it.
//!
//! It only ever grows: triggers refuse to remove an entry, and to change one but for its outcome.

use hartomat_schema::{AuditEntry, Timestamp};
use rusqlite::params;

use super::AccessDb;
use crate::StoreError;
use crate::body::{page, sql_number};

impl AccessDb {
    /// Writes down that somebody asked for something; gives the entry's number.
    pub fn audit_begin(
        &self,
        actor: &str,
        action: &str,
        target: &str,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        self.database.write("writing the audit list", |tx| {
            let sql = "INSERT INTO audit (at, actor, action, target) VALUES (?1, ?2, ?3, ?4)
                       RETURNING seq";
            let seq = tx
                .prepare_cached(sql)?
                .query_row(params![at.0, actor, action, target], |row| row.get(0))?;
            Ok(seq)
        })
    }

    /// Writes down what came of it. An outcome is never replaced.
    pub fn audit_end(&self, seq: u64, outcome: &str) -> Result<(), StoreError> {
        self.database.write("writing the audit list", |tx| {
            let sql = "UPDATE audit SET outcome = ?2 WHERE seq = ?1 AND outcome IS NULL";
            match tx
                .prepare_cached(sql)?
                .execute(params![sql_number(seq), outcome])?
            {
                0 => Err(StoreError::NotFound {
                    what: format!("audit entry {seq} without an outcome"),
                }
                .into()),
                _ => Ok(()),
            }
        })
    }

    /// Entries before number `before`, newest first, at most `limit` (and 1000).
    pub fn audit_list(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.database.read("reading the audit list", |tx| {
            let sql = "SELECT seq, at, actor, action, target, outcome FROM audit
                       WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
            let mut statement = tx.prepare_cached(sql)?;
            let before = before.map_or(i64::MAX, sql_number);
            let rows =
                statement.query_map(params![before, page(Some(limit), limit, 1000)], |row| {
                    Ok(AuditEntry {
                        seq: row.get(0)?,
                        at: Timestamp(row.get(1)?),
                        actor: row.get(2)?,
                        action: row.get(3)?,
                        target: row.get(4)?,
                        outcome: row.get(5)?,
                    })
                })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
