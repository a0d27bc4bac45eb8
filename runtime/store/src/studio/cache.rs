//! Cache entries: outputs by cache key, and the latest of each node to say why a key differs.

use hartomat_schema::{CacheEntry, Digest, NodeId, WorkflowId};
use rusqlite::{OptionalExtension, params};

use super::StudioDb;
use crate::StoreError;
use crate::body::{decode, encode};

impl StudioDb {
    /// The outputs under a key. The caller verifies them before it takes them.
    pub fn cache_get(&self, key: &Digest) -> Result<Option<CacheEntry>, StoreError> {
        let sql = "SELECT body FROM cache_entry WHERE key = ?1";
        self.cache_entry(sql, &[&key.to_string()])
    }

    /// The entry that a node of a workflow made last.
    pub fn cache_latest(
        &self,
        workflow: &WorkflowId,
        node: &NodeId,
    ) -> Result<Option<CacheEntry>, StoreError> {
        let sql = "SELECT body FROM cache_entry WHERE workflow = ?1 AND node = ?2
                   ORDER BY ord DESC LIMIT 1";
        self.cache_entry(sql, &[workflow.as_str(), node.as_str()])
    }

    /// Stores outputs under their key, in place of those that were there. Their files come first.
    pub fn cache_put(&self, entry: &CacheEntry) -> Result<(), StoreError> {
        let doing = format!("storing cache entry {}", entry.key);
        let body = encode(&doing, entry)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT OR REPLACE INTO cache_entry (key, workflow, node, body)
                       VALUES (?1, ?2, ?3, ?4)";
            tx.prepare_cached(sql)?.execute(params![
                entry.key.to_string(),
                entry.workflow.as_str(),
                entry.node.as_str(),
                body
            ])?;
            Ok(())
        })
    }

    fn cache_entry(&self, sql: &str, values: &[&str]) -> Result<Option<CacheEntry>, StoreError> {
        self.database.read("reading a cache entry", |tx| {
            let text: Option<String> = tx
                .prepare_cached(sql)?
                .query_row(rusqlite::params_from_iter(values), |row| row.get(0))
                .optional()?;
            Ok(text
                .map(|text| decode("a cache entry", &text))
                .transpose()?)
        })
    }
}
