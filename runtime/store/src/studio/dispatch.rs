//! Dispatches that happen once, however often they are sent: a key and its run are stored together.

use hartomat_schema::{Digest, FrozenRun, RunEventKind, RunId, RunRecord, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};

use super::StudioDb;
use super::runs::{insert, record};
use crate::StoreError;
use crate::body::parse;
use crate::database::Fault;

/// What makes a dispatch the same as an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchKey {
    /// Who dispatches. Keys of two actors are never the same.
    pub actor: String,
    /// The key that they chose.
    pub key: String,
    /// Digest of what they ask for.
    pub request: Digest,
}

/// What became of a dispatch with a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Inserted {
    /// It is a new run.
    New(RunRecord),
    /// An earlier dispatch with the same key made this run, as it is now.
    Earlier(RunRecord),
}

impl StudioDb {
    /// Stores a dispatch unless its key was there already: then gives the run of that dispatch.
    /// `first` is journalled along with it, so that an acknowledged run is in the queue.
    ///
    /// [`StoreError::KeyReused`] when the key stands for another request.
    pub fn run_insert_once(
        &self,
        frozen: &FrozenRun,
        key: &DispatchKey,
        first: Option<(RunEventKind, Timestamp)>,
    ) -> Result<Inserted, StoreError> {
        let doing = format!("run {}", frozen.id);
        self.database.write(&doing, |tx| {
            if let Some((request, earlier)) = lookup(tx, &key.actor, &key.key)? {
                return match request == key.request {
                    true => Ok(Inserted::Earlier(earlier)),
                    false => Err(Fault::Store(StoreError::KeyReused {
                        key: key.key.clone(),
                    })),
                };
            }
            let record = insert(tx, frozen, first.as_ref())?;
            let sql = "INSERT INTO dispatch_key (actor, key, request, run) VALUES (?1, ?2, ?3, ?4)";
            tx.prepare_cached(sql)?.execute(params![
                key.actor,
                key.key,
                key.request.to_string(),
                frozen.id.as_str()
            ])?;
            Ok(Inserted::New(record))
        })
    }

    /// The request and the run, as it is now, that a key stands for.
    pub fn dispatch_key_get(
        &self,
        actor: &str,
        key: &str,
    ) -> Result<Option<(Digest, RunRecord)>, StoreError> {
        self.database
            .read("reading a dispatch key", |tx| lookup(tx, actor, key))
    }
}

fn lookup(
    tx: &Transaction<'_>,
    actor: &str,
    key: &str,
) -> Result<Option<(Digest, RunRecord)>, Fault> {
    let sql = "SELECT request, run FROM dispatch_key WHERE actor = ?1 AND key = ?2";
    let found: Option<(String, String)> = tx
        .prepare_cached(sql)?
        .query_row([actor, key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((request, run)) = found else {
        return Ok(None);
    };
    let run: RunId = parse("a dispatch key", &run)?;
    let record = record(tx, &run)?.ok_or_else(|| StoreError::Corrupt {
        what: "a dispatch key".to_owned(),
        found: format!("its run {run} is gone"),
    })?;
    Ok(Some((parse("a dispatch key", &request)?, record)))
}
