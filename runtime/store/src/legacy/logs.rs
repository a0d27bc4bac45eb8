//! Log lines of legacy runs.

use hartomat_schema::{LogLine, RunId, Side, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::LegacyDb;
use crate::StoreError;
use crate::body::{page, sql_number};
use crate::log_text::{level_key, level_of, shortened};

/// Which lines of a legacy run's log to read. The default is the first 1000.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LegacyLogFilter {
    /// After this line.
    pub after: u64,
    /// At most so many lines; 1000 unless said, at most 10 000.
    pub limit: Option<usize>,
}

impl LegacyDb {
    /// Appends to a legacy run's log and numbers the lines; gives the last number. Long lines are cut.
    pub fn legacy_log_append(&self, run: &RunId, lines: Vec<LogLine>) -> Result<u64, StoreError> {
        let doing = format!("appending to the log of legacy run {run}");
        self.database.write(&doing, |tx| {
            let sql = "SELECT coalesce((SELECT max(seq) FROM legacy_log_line
                       WHERE run = legacy_run.id), 0) FROM legacy_run WHERE id = ?1";
            let last: Option<u64> = tx
                .prepare_cached(sql)?
                .query_row([run.as_str()], |row| row.get(0))
                .optional()?;
            let Some(mut seq) = last else {
                let what = format!("legacy run {run}");
                return Err(StoreError::NotFound { what }.into());
            };
            let mut insert = tx.prepare_cached(
                "INSERT INTO legacy_log_line (run, seq, at, level, text)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for line in &lines {
                seq += 1;
                insert.execute(params![
                    run.as_str(),
                    sql_number(seq),
                    line.at.0,
                    level_key(line.level),
                    shortened(&line.text),
                ])?;
            }
            Ok(seq)
        })
    }

    /// Lines of a legacy run's log in order.
    pub fn legacy_log_read(
        &self,
        run: &RunId,
        filter: &LegacyLogFilter,
    ) -> Result<Vec<LogLine>, StoreError> {
        let doing = format!("reading the log of legacy run {run}");
        self.database.read(&doing, |tx| {
            let mut statement = tx.prepare_cached(
                "SELECT seq, at, level, text FROM legacy_log_line
                 WHERE run = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            )?;
            let mut rows = statement.query(params![
                run.as_str(),
                sql_number(filter.after),
                page(filter.limit, 1000, 10_000),
            ])?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                lines.push(LogLine {
                    seq: row.get(0)?,
                    at: Timestamp(row.get(1)?),
                    side: Side::Control,
                    node: None,
                    level: level_of(&row.get::<_, String>(2)?)?,
                    text: row.get(3)?,
                });
            }
            Ok(lines)
        })
    }
}
