//! Saved workflows with revisions: a save on an old revision is refused and says both numbers.

use hartomat_schema::{Workflow, WorkflowId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::StudioDb;
use crate::StoreError;
use crate::body::{decode, encode, sql_number};
use crate::database::Fault;

/// A workflow as it was saved last.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedWorkflow {
    /// Number of saves so far, from 1.
    pub revision: u64,
    /// The document.
    pub workflow: Workflow,
}

impl StudioDb {
    /// Saves over `expected_revision` (0 for a new workflow) and gives the new revision.
    ///
    /// [`StoreError::Conflict`] names both revisions when somebody else saved in between.
    pub fn workflow_put(
        &self,
        workflow: &Workflow,
        expected_revision: u64,
    ) -> Result<u64, StoreError> {
        let doing = format!("saving workflow {}", workflow.id);
        let body = encode(&doing, workflow)?;
        self.database.write(&doing, |tx| {
            expect_revision(tx, &workflow.id, expected_revision)?;
            let revision = expected_revision + 1;
            let sql = "INSERT INTO workflow (id, revision, body) VALUES (?1, ?2, ?3)
                       ON CONFLICT (id) DO UPDATE SET revision = ?2, body = ?3";
            tx.prepare_cached(sql)?.execute(params![
                workflow.id.as_str(),
                sql_number(revision),
                body
            ])?;
            Ok(revision)
        })
    }

    /// A workflow by id.
    pub fn workflow_get(&self, id: &WorkflowId) -> Result<Option<SavedWorkflow>, StoreError> {
        let doing = format!("reading workflow {id}");
        self.database.read(&doing, |tx| {
            let sql = "SELECT revision, body FROM workflow WHERE id = ?1";
            let row: Option<(u64, String)> = tx
                .prepare_cached(sql)?
                .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            Ok(row.map(saved).transpose()?)
        })
    }

    /// All workflows in the order of their ids.
    pub fn workflow_list(&self) -> Result<Vec<SavedWorkflow>, StoreError> {
        self.database.read("listing workflows", |tx| {
            let sql = "SELECT revision, body FROM workflow ORDER BY id";
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.map(|row| Ok(saved(row?)?)).collect()
        })
    }

    /// Deletes a workflow that is still at `expected_revision`. Its runs keep the graph as it was.
    pub fn workflow_remove(
        &self,
        id: &WorkflowId,
        expected_revision: u64,
    ) -> Result<(), StoreError> {
        let doing = format!("deleting workflow {id}");
        self.database.write(&doing, |tx| {
            expect_revision(tx, id, expected_revision)?;
            tx.prepare_cached("DELETE FROM workflow WHERE id = ?1")?
                .execute([id.as_str()])?;
            Ok(())
        })
    }
}

fn expect_revision(tx: &Transaction<'_>, id: &WorkflowId, expected: u64) -> Result<(), Fault> {
    let found: Option<u64> = tx
        .prepare_cached("SELECT revision FROM workflow WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    let found = found.unwrap_or(0);
    if found == expected {
        return Ok(());
    }
    Err(Fault::Store(StoreError::Conflict {
        what: format!("workflow {id}"),
        expected,
        found,
    }))
}

fn saved((revision, body): (u64, String)) -> Result<SavedWorkflow, StoreError> {
    Ok(SavedWorkflow {
        revision,
        workflow: decode("a saved workflow", &body)?,
    })
}
