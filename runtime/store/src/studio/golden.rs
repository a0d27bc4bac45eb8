//! Golden cases of the studio's own, and what became of each on a definition when it ran last.

use hartomat_schema::{Digest, GoldenCase, GoldenResult};
use rusqlite::params;

use super::StudioDb;
use crate::StoreError;
use crate::body::{decode, encode};

impl StudioDb {
    /// Stores a golden case, in place of the one with this id. What became of a case says nothing of
    /// another one: it goes when the case is new, which may take a bundled one's place, or has changed.
    pub fn golden_case_put(&self, case: &GoldenCase) -> Result<(), StoreError> {
        let doing = format!("storing golden case {}", case.id);
        let body = encode(&doing, case)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO golden_case (id, body) VALUES (?1, ?2)
                       ON CONFLICT (id) DO UPDATE SET body = ?2 WHERE body != ?2";
            let is_another = tx
                .prepare_cached(sql)?
                .execute(params![case.id.as_str(), body])?
                > 0;
            if is_another {
                tx.prepare_cached("DELETE FROM golden_result WHERE golden_case = ?1")?
                    .execute([case.id.as_str()])?;
            }
            Ok(())
        })
    }

    /// Golden cases in the order of their ids.
    pub fn golden_case_list(&self) -> Result<Vec<GoldenCase>, StoreError> {
        self.database.read("listing golden cases", |tx| {
            let mut statement = tx.prepare_cached("SELECT body FROM golden_case ORDER BY id")?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a golden case", &row?)?))
                .collect()
        })
    }

    /// Keeps what became of a case, in place of what became of it before on the same definition.
    pub fn golden_result_put(&self, result: &GoldenResult) -> Result<(), StoreError> {
        let doing = format!("storing the result of golden case {}", result.case);
        let body = encode(&doing, result)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO golden_result (definition_hash, golden_case, body)
                       VALUES (?1, ?2, ?3)
                       ON CONFLICT (definition_hash, golden_case) DO UPDATE SET body = ?3";
            tx.prepare_cached(sql)?.execute(params![
                result.definition_hash.to_string(),
                result.case.as_str(),
                body
            ])?;
            Ok(())
        })
    }

    /// What became of each case on a definition, in the order of their ids.
    pub fn golden_result_list(
        &self,
        definition_hash: &Digest,
    ) -> Result<Vec<GoldenResult>, StoreError> {
        self.database.read("listing golden results", |tx| {
            let sql = "SELECT body FROM golden_result WHERE definition_hash = ?1
                       ORDER BY golden_case";
            let mut statement = tx.prepare_cached(sql)?;
            let hash = definition_hash.to_string();
            let rows = statement.query_map([hash], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a golden result", &row?)?))
                .collect()
        })
    }
}
