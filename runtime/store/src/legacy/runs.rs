//! Runs of the legacy pipeline.

use hartomat_schema::{LegacyRun, LegacyRunState, RunId, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};

use super::LegacyDb;
use crate::StoreError;
use crate::body::{decode, encode};
use crate::database::Fault;

impl LegacyDb {
    /// Stores a run that begins, or begins again: one that stopped with its server stands here as
    /// cancelled, and one whose process died afterwards may have failed. One that runs or has succeeded
    /// stays as it is.
    pub fn legacy_run_insert(&self, run: &LegacyRun) -> Result<(), StoreError> {
        let doing = format!("legacy run {}", run.id);
        let body = encode(&doing, run)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO legacy_run (id, state, body) VALUES (?1, ?2, ?3)
                       ON CONFLICT (id) DO UPDATE SET state = ?2, body = ?3
                       WHERE state NOT IN ('running', 'succeeded')";
            let values = params![run.id.as_str(), state_key(run.state), body];
            match tx.prepare_cached(sql)?.execute(values)? {
                0 => Err(StoreError::refused(&*doing, "a run has this id already").into()),
                _ => Ok(()),
            }
        })
    }

    /// Ends a run that is under way. A run ends once: ending it again is refused.
    pub fn legacy_run_finish(
        &self,
        id: &RunId,
        state: LegacyRunState,
        reason: Option<String>,
        at: Timestamp,
    ) -> Result<LegacyRun, StoreError> {
        let doing = format!("ending legacy run {id}");
        self.database.write(&doing, |tx| {
            let mut run = get(tx, id)?.ok_or_else(|| StoreError::NotFound {
                what: format!("legacy run {id}"),
            })?;
            if run.state != LegacyRunState::Running {
                let why = format!("the run is {} already", state_key(run.state));
                return Err(StoreError::refused(&*doing, why).into());
            }
            run.state = state;
            run.reason.clone_from(&reason);
            run.finished_at = Some(at);
            let body = encode(&doing, &run)?;
            tx.prepare_cached("UPDATE legacy_run SET state = ?2, body = ?3 WHERE id = ?1")?
                .execute(params![id.as_str(), state_key(state), body])?;
            Ok(run)
        })
    }

    /// A run by id.
    pub fn legacy_run_get(&self, id: &RunId) -> Result<Option<LegacyRun>, StoreError> {
        self.database
            .read(&format!("reading legacy run {id}"), |tx| get(tx, id))
    }

    /// All runs that are under way, oldest first.
    pub fn legacy_run_unfinished(&self) -> Result<Vec<LegacyRun>, StoreError> {
        self.database.read("listing unfinished legacy runs", |tx| {
            let sql = "SELECT body FROM legacy_run WHERE state = 'running' ORDER BY ord";
            bodies(tx, sql, params![])
        })
    }
}

const fn state_key(state: LegacyRunState) -> &'static str {
    match state {
        LegacyRunState::Running => "running",
        LegacyRunState::Succeeded => "succeeded",
        LegacyRunState::Failed => "failed",
        LegacyRunState::Cancelled => "cancelled",
        LegacyRunState::Interrupted => "interrupted",
    }
}

fn get(tx: &Transaction<'_>, id: &RunId) -> Result<Option<LegacyRun>, Fault> {
    let text: Option<String> = tx
        .prepare_cached("SELECT body FROM legacy_run WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    let what = format!("legacy run {id}");
    Ok(text.map(|text| decode(&what, &text)).transpose()?)
}

fn bodies(
    tx: &Transaction<'_>,
    sql: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<LegacyRun>, Fault> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map(values, |row| row.get::<_, String>(0))?;
    rows.map(|row| Ok(decode("a legacy run", &row?)?)).collect()
}
