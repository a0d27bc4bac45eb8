//! Reviews: journalled in the run that they are of, and kept in a table of their own for looking up.

use hartomat_schema::{
    ArtifactKind, OutputTypeId, Review, ReviewId, Revocation, RunEvent, RunEventKind, RunId,
    RunRecord, Timestamp, WorkflowId,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use super::StudioDb;
use super::runs::{journal, last_seq, record, record_update, text_row, unknown};
use crate::StoreError;
use crate::body::{decode, encode, page};
use crate::database::Fault;

/// Reviews of one run that stand.
const MOST_OF_A_RUN: usize = 100;

/// Which reviews to list. The default is all of them, newest first, a page of 100.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReviewFilter {
    /// Of this run.
    pub run: Option<RunId>,
    /// Of runs of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only those that stand at this time: neither taken back nor past their end.
    pub standing_at: Option<Timestamp>,
    /// Page size, 100 unless said, at most 1000.
    pub limit: Option<usize>,
    /// Only reviews made before this one: the last of the page before.
    pub before: Option<ReviewId>,
}

impl StudioDb {
    /// Journals a review and keeps it. One that says the same as one that was not taken back is that
    /// one: asking twice is the same as asking once.
    pub fn review_add(&self, review: &Review) -> Result<Review, StoreError> {
        let doing = format!("reviewing run {}", review.run);
        self.database.write(&doing, |tx| {
            let mut record = record(tx, &review.run)?.ok_or_else(|| unknown(&review.run))?;
            for mark in &record.reviews {
                if let Some(earlier) = get(tx, &mark.id)?.filter(|it| it.says_same(review)) {
                    return Ok(earlier);
                }
            }
            if record.reviews.len() >= MOST_OF_A_RUN {
                let why = format!("run {} has {MOST_OF_A_RUN} reviews already", record.id);
                return Err(StoreError::refused("the review", why).into());
            }
            let kind = RunEventKind::Reviewed {
                review: review.clone(),
            };
            append(tx, &mut record, &kind, review.at)?;
            insert(tx, &record, review)?;
            Ok(review.clone())
        })
    }

    /// Takes a review back; one that was taken back before stays as it is.
    pub fn review_revoke(
        &self,
        id: &ReviewId,
        by: &str,
        at: Timestamp,
    ) -> Result<Review, StoreError> {
        self.database.write(&format!("revoking review {id}"), |tx| {
            let missing = || StoreError::NotFound {
                what: format!("review {id}"),
            };
            let mut review = get(tx, id)?.ok_or_else(missing)?;
            if review.revoked.is_some() {
                return Ok(review);
            }
            let mut record = record(tx, &review.run)?.ok_or_else(|| unknown(&review.run))?;
            let kind = RunEventKind::ReviewRevoked {
                review: id.clone(),
                by: by.to_owned(),
            };
            append(tx, &mut record, &kind, at)?;
            let by = by.to_owned();
            review.revoked = Some(Revocation { by, at });
            tx.prepare_cached("UPDATE review SET revoked = 1, body = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), encode("a review", &review)?])?;
            Ok(review)
        })
    }

    /// Acceptances that stand at this time and may cover an output of this run: of the same case, and of
    /// its output type. Newest first, at most 50.
    pub fn review_accepting(
        &self,
        run: &RunRecord,
        output: &str,
        kind: &ArtifactKind,
        at: Timestamp,
    ) -> Result<Vec<Review>, StoreError> {
        let sql = "SELECT body FROM (
                     SELECT ord, body FROM review
                     WHERE workflow = ?1 AND target = ?2 AND output = ?3 AND scope <> 'output_type'
                       AND revoked = 0 AND decision = 'accept' AND expires_at > ?6
                     UNION ALL
                     SELECT ord, body FROM review
                     WHERE workflow = ?1 AND output_type = ?4 AND kind = ?5
                       AND revoked = 0 AND decision = 'accept' AND scope = 'output_type'
                       AND expires_at > ?6)
                   ORDER BY ord DESC LIMIT 50";
        self.database.read("looking for acceptances", |tx| {
            let mut statement = tx.prepare_cached(sql)?;
            let values = params![
                run.workflow.as_str(),
                run.target,
                output,
                run.output_type.as_ref().map(OutputTypeId::as_str),
                kind.as_str(),
                at.0,
            ];
            let rows = statement.query_map(values, text_row)?;
            rows.map(|row| Ok(decode("a review", &row?)?)).collect()
        })
    }

    /// A review.
    pub fn review_get(&self, id: &ReviewId) -> Result<Option<Review>, StoreError> {
        self.database.read("reading a review", |tx| get(tx, id))
    }

    /// Reviews, newest first.
    pub fn review_list(&self, filter: &ReviewFilter) -> Result<Vec<Review>, StoreError> {
        let (sql, values) = filter.query();
        self.database.read("listing reviews", |tx| {
            let mut statement = tx.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(&values), text_row)?;
            rows.map(|row| Ok(decode("a review", &row?)?)).collect()
        })
    }
}

impl ReviewFilter {
    fn query(&self) -> (String, Vec<Value>) {
        let mut conditions = vec!["TRUE".to_owned()];
        let mut values = Vec::new();
        let mut place = |value: Value| {
            values.push(value);
            values.len()
        };
        if let Some(run) = &self.run {
            conditions.push(format!("run = ?{}", place(Value::Text(run.to_string()))));
        }
        if let Some(workflow) = &self.workflow {
            let place = place(Value::Text(workflow.to_string()));
            conditions.push(format!("workflow = ?{place}"));
        }
        if let Some(now) = self.standing_at {
            let place = place(Value::Integer(now.0));
            conditions.push("revoked = 0".to_owned());
            conditions.push(format!("(expires_at IS NULL OR expires_at > ?{place})"));
        }
        if let Some(before) = &self.before {
            let place = place(Value::Text(before.to_string()));
            conditions.push(format!(
                "ord < (SELECT ord FROM review WHERE id = ?{place})"
            ));
        }
        let limit = place(Value::Integer(page(self.limit, 100, 1000)));
        let conditions = conditions.join(" AND ");
        let sql =
            format!("SELECT body FROM review WHERE {conditions} ORDER BY ord DESC LIMIT ?{limit}");
        (sql, values)
    }
}

fn append(
    tx: &Transaction<'_>,
    record: &mut RunRecord,
    kind: &RunEventKind,
    at: Timestamp,
) -> Result<(), Fault> {
    let last = last_seq(tx, &record.id)?.unwrap_or(0);
    journal(tx, record, last + 1, kind, at)?;
    record_update(tx, record)?;
    Ok(())
}

fn get(tx: &Connection, id: &ReviewId) -> Result<Option<Review>, Fault> {
    let text: Option<String> = tx
        .prepare_cached("SELECT body FROM review WHERE id = ?1")?
        .query_row([id.as_str()], text_row)
        .optional()?;
    Ok(text.map(|text| decode("a review", &text)).transpose()?)
}

fn insert(tx: &Transaction<'_>, record: &RunRecord, review: &Review) -> Result<(), Fault> {
    let sql = "INSERT INTO review (id, run, workflow, target, output_type, output, kind, decision,
               scope, expires_at, revoked, body)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    tx.prepare_cached(sql)?.execute(params![
        review.id.as_str(),
        review.run.as_str(),
        record.workflow.as_str(),
        record.target,
        record.output_type.as_ref().map(OutputTypeId::as_str),
        review.output,
        review
            .accepted
            .as_ref()
            .map(|accepted| accepted.kind.as_str()),
        review.decision.as_str(),
        review.scope.as_str(),
        review.expires_at.map(|end| end.0),
        review.revoked.is_some(),
        encode("a review", review)?,
    ])?;
    Ok(())
}

/// How many reviews differ between the table and the runs' records.
pub(super) fn contradictions(connection: &Connection) -> Result<u64, Fault> {
    // A record names the reviews that were not taken back.
    let sql = "WITH mark (run, id) AS (
                 SELECT run.id, mark.value ->> '$.id' FROM run, json_each(run.record, '$.reviews') AS mark
                 WHERE json_valid(run.record)),
               standing (run, id) AS (SELECT run, id FROM review WHERE revoked = 0)
               SELECT (SELECT count(*) FROM (SELECT * FROM mark EXCEPT SELECT * FROM standing))
                    + (SELECT count(*) FROM (SELECT * FROM standing EXCEPT SELECT * FROM mark))";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Keeps the reviews that a run's journal tells of.
pub(super) fn rebuild(
    tx: &Transaction<'_>,
    record: &RunRecord,
    events: &[RunEvent],
) -> Result<(), Fault> {
    let mut reviews: Vec<Review> = Vec::new();
    for event in events {
        match &event.kind {
            RunEventKind::Reviewed { review } => reviews.push(review.clone()),
            RunEventKind::ReviewRevoked { review: id, by } => {
                let revoked = Some(Revocation {
                    by: by.clone(),
                    at: event.at,
                });
                if let Some(review) = reviews.iter_mut().find(|review| review.id == *id) {
                    review.revoked = revoked;
                }
            }
            _ => {}
        }
    }
    reviews
        .iter()
        .try_for_each(|review| insert(tx, record, review))
}
