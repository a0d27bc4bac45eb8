//! Log lines of graph runs.

use hartomat_schema::{LogLine, NodeId, RunId, Side, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::StudioDb;
use crate::StoreError;
use crate::body::{page, sql_number};
use crate::log_text::{level_key, level_of, shortened, side_key, side_of};

/// Which lines of a run's log to read. The default is the first 1000 of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogFilter {
    /// Of this node.
    pub node: Option<NodeId>,
    /// Of this side.
    pub side: Option<Side>,
    /// After this line.
    pub after: u64,
    /// At most so many lines; 1000 unless said, at most 10 000.
    pub limit: Option<usize>,
}

impl StudioDb {
    /// Appends to a run's log and numbers the lines; gives the last number. Long lines are cut.
    pub fn log_append(&self, run: &RunId, lines: Vec<LogLine>) -> Result<u64, StoreError> {
        let doing = format!("appending to the log of run {run}");
        self.database.write(&doing, |tx| {
            let sql = "SELECT coalesce((SELECT max(seq) FROM log_line WHERE run = run.id), 0)
                       FROM run WHERE id = ?1";
            let last: Option<u64> = tx
                .prepare_cached(sql)?
                .query_row([run.as_str()], |row| row.get(0))
                .optional()?;
            let Some(mut seq) = last else {
                let what = format!("run {run}");
                return Err(StoreError::NotFound { what }.into());
            };
            let mut insert = tx.prepare_cached(
                "INSERT INTO log_line (run, seq, at, side, node, level, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for line in &lines {
                seq += 1;
                insert.execute(params![
                    run.as_str(),
                    sql_number(seq),
                    line.at.0,
                    side_key(line.side),
                    line.node.as_ref().map(NodeId::as_str),
                    level_key(line.level),
                    shortened(&line.text),
                ])?;
            }
            Ok(seq)
        })
    }

    /// Lines of a run's log in order.
    pub fn log_read(&self, run: &RunId, filter: &LogFilter) -> Result<Vec<LogLine>, StoreError> {
        let doing = format!("reading the log of run {run}");
        self.database.read(&doing, |tx| {
            let mut statement = tx.prepare_cached(
                "SELECT seq, at, side, node, level, text FROM log_line
                 WHERE run = ?1 AND seq > ?2 AND (?3 IS NULL OR node = ?3)
                 AND (?4 IS NULL OR side = ?4) ORDER BY seq LIMIT ?5",
            )?;
            let mut rows = statement.query(params![
                run.as_str(),
                sql_number(filter.after),
                filter.node.as_ref().map(NodeId::as_str),
                filter.side.map(side_key),
                page(filter.limit, 1000, 10_000),
            ])?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                let node: Option<String> = row.get(3)?;
                lines.push(LogLine {
                    seq: row.get(0)?,
                    at: Timestamp(row.get(1)?),
                    side: side_of(&row.get::<_, String>(2)?)?,
                    node: node.map(node_of).transpose()?,
                    level: level_of(&row.get::<_, String>(4)?)?,
                    text: row.get(5)?,
                });
            }
            Ok(lines)
        })
    }
}

fn node_of(text: String) -> Result<NodeId, StoreError> {
    NodeId::new(text).map_err(|err| StoreError::Corrupt {
        what: "a log line".to_owned(),
        found: err.to_string(),
    })
}
