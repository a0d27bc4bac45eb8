//! What each output type and workflow is allowed, and every decision about it.

use hartomat_schema::{ExecutionMode, OutputType, Rollout, RolloutDecision, RolloutScope};
use rusqlite::{OptionalExtension, Transaction, params};

use super::LegacyDb;
use super::records::output_type_in;
use crate::StoreError;
use crate::body::{decode, encode, page, sql_number};
use crate::database::Fault;

impl LegacyDb {
    /// What an output type or a workflow is allowed. An output type that nobody has decided on is
    /// allowed what its record says; a workflow has a rollout only once somebody has decided on it.
    pub fn rollout_get(&self, scope: &RolloutScope) -> Result<Option<Rollout>, StoreError> {
        let doing = format!("reading the rollout of {}", scope.words());
        self.database.read(&doing, |tx| rollout_in(tx, scope))
    }

    /// Every rollout: of all output types but those of samples and golden cases, and of workflows that
    /// somebody has decided on.
    pub fn rollout_list(&self) -> Result<Vec<Rollout>, StoreError> {
        self.database.read("listing rollouts", rollouts_in)
    }

    /// Changes a rollout and keeps the decision, in one transaction. `decide` sees the rollout as it is
    /// at that moment, and changes nothing by giving none. Gives the rollout as it is afterwards.
    pub fn rollout_decide(
        &self,
        scope: &RolloutScope,
        decide: impl Fn(&Rollout) -> Option<(Rollout, RolloutDecision)>,
    ) -> Result<Rollout, StoreError> {
        let doing = format!("deciding on {}", scope.words());
        self.database.write(&doing, |tx| {
            let current = match (rollout_in(tx, scope)?, scope) {
                (Some(rollout), _) => rollout,
                (None, RolloutScope::Workflow(_)) => {
                    // Where nobody has decided, a workflow sets no limit.
                    Rollout::new(scope.clone(), ExecutionMode::Graph)
                }
                (None, RolloutScope::OutputType(_)) => {
                    return Err(StoreError::NotFound {
                        what: scope.words(),
                    }
                    .into());
                }
            };
            let Some((rollout, decision)) = decide(&current) else {
                return Ok(current);
            };
            put(tx, &rollout)?;
            let sql = "INSERT INTO rollout_decision (scope, body) VALUES (?1, ?2)";
            let body = encode("a decision", &decision)?;
            tx.prepare_cached(sql)?
                .execute(params![decision.scope.to_string(), body])?;
            Ok(rollout)
        })
    }

    /// Decisions before number `before`, newest first, at most `limit` (and 1000); of one scope, or of
    /// all.
    pub fn rollout_decision_list(
        &self,
        scope: Option<&RolloutScope>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<RolloutDecision>, StoreError> {
        self.database.read("listing decisions", |tx| {
            let sql = "SELECT seq, body FROM rollout_decision
                       WHERE (?1 IS NULL OR scope = ?1) AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
            let mut statement = tx.prepare_cached(sql)?;
            let before = before.map_or(i64::MAX, sql_number);
            let scope = scope.map(ToString::to_string);
            let values = params![scope, before, page(Some(limit), limit, 1000)];
            let rows = statement.query_map(values, |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?))
            })?;
            rows.map(|row| {
                let (seq, text) = row?;
                let decision: RolloutDecision = decode("a decision", &text)?;
                Ok(RolloutDecision { seq, ..decision })
            })
            .collect()
        })
    }
}

/// Has no output type's graph deliver, nor a workflow's that was decided on; says of what.
pub(super) fn hold_at_shadow(tx: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    let mut notes = Vec::new();
    for mut rollout in rollouts_in(tx)? {
        if rollout.mode == ExecutionMode::Graph {
            rollout.mode = ExecutionMode::Shadow;
            put(tx, &rollout)?;
            let what = rollout.scope.words();
            notes.push(format!(
                "{what} is back in shadow: what was decided last may be lost"
            ));
        }
    }
    Ok(notes)
}

fn rollouts_in(tx: &Transaction<'_>) -> Result<Vec<Rollout>, Fault> {
    let mut scopes = Vec::new();
    let mut statement = tx.prepare_cached("SELECT body FROM output_type ORDER BY id")?;
    for text in statement.query_map([], |row| row.get::<_, String>(0))? {
        let output_type: OutputType = decode("an output type", &text?)?;
        if !output_type.internal {
            scopes.push(RolloutScope::OutputType(output_type.id));
        }
    }
    let sql = "SELECT scope FROM rollout WHERE scope LIKE 'workflow:%' ORDER BY scope";
    let mut statement = tx.prepare_cached(sql)?;
    for text in statement.query_map([], |row| row.get::<_, String>(0))? {
        scopes.push(crate::body::parse("a rollout", &text?)?);
    }
    let found = scopes.iter().map(|scope| rollout_in(tx, scope));
    found.filter_map(Result::transpose).collect()
}

fn rollout_in(tx: &Transaction<'_>, scope: &RolloutScope) -> Result<Option<Rollout>, Fault> {
    let text: Option<String> = tx
        .prepare_cached("SELECT body FROM rollout WHERE scope = ?1")?
        .query_row([scope.to_string()], |row| row.get(0))
        .optional()?;
    let decided: Option<Rollout> = text.map(|text| decode("a rollout", &text)).transpose()?;
    let RolloutScope::OutputType(id) = scope else {
        return Ok(decided);
    };
    let Some(output_type) = output_type_in(tx, id)? else {
        return Ok(None);
    };
    let mut rollout = decided.unwrap_or_else(|| Rollout::new(scope.clone(), output_type.rollout));
    // Both are written together; where a repair lost one of them, the lower mode is the safe one.
    rollout.mode = rollout.mode.min(output_type.rollout);
    Ok(Some(rollout))
}

fn put(tx: &Transaction<'_>, rollout: &Rollout) -> Result<(), Fault> {
    let sql = "INSERT INTO rollout (scope, body) VALUES (?1, ?2)
               ON CONFLICT (scope) DO UPDATE SET body = ?2";
    let body = encode("a rollout", rollout)?;
    tx.prepare_cached(sql)?
        .execute(params![rollout.scope.to_string(), body])?;
    let RolloutScope::OutputType(id) = &rollout.scope else {
        return Ok(());
    };
    if let Some(mut output_type) = output_type_in(tx, id)? {
        output_type.rollout = rollout.mode;
        let sql = "UPDATE output_type SET body = ?2 WHERE id = ?1";
        let body = encode("an output type", &output_type)?;
        tx.prepare_cached(sql)?
            .execute(params![id.as_str(), body])?;
    }
    Ok(())
}
