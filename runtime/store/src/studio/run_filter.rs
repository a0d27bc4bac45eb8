//! Which runs to list, and the statement for it. Every statement follows an index in the order that it
//! lists in, so that a page by one condition touches about as many rows as it has, however many runs
//! there are. Further conditions are held against the rows of that index; with a range of time, against
//! those of the range.

use hartomat_schema::{
    Digest, ExecutionMode, OutputTypeId, RunId, RunState, Timestamp, Verdict, WorkflowId,
};
use rusqlite::types::Value;

use crate::body::page;

/// Which runs to list. The default is all of them, newest first, a page of 100.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunFilter {
    /// In one of these states; empty means any.
    pub states: Vec<RunState>,
    /// In this mode.
    pub mode: Option<ExecutionMode>,
    /// Only runs in which the graph ran, in charge or as a shadow.
    pub with_graph: bool,
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Of this definition of the workflow.
    pub definition_hash: Option<Digest>,
    /// Of this order line or CAD file, as in `Subject::target`.
    pub target: Option<String>,
    /// Of this output type.
    pub output_type: Option<OutputTypeId>,
    /// With this verdict.
    pub verdict: Option<Verdict>,
    /// Only runs that have been compared, whatever the verdict.
    pub compared: bool,
    /// Whether legacy took the graph's place.
    pub fell_back: Option<bool>,
    /// Whether it ran to some nodes alone.
    pub partial: Option<bool>,
    /// Only runs that ask for a look and that no later rerun has taken the place of.
    pub unresolved: bool,
    /// Only reruns of this run.
    pub rerun_of: Option<RunId>,
    /// Dispatched then or later. With this or `until` the order is by time, latest first.
    pub since: Option<Timestamp>,
    /// Dispatched before then.
    pub until: Option<Timestamp>,
    /// Page size, 100 unless said, at most 1000.
    pub limit: Option<usize>,
    /// Only runs that come after this one in the list: the last of the page before.
    pub before: Option<RunId>,
}

/// Conditions with their values.
struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
    /// What keeps SQLite from following another index than that of time.
    plain: &'static str,
}

impl Conditions {
    fn value(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn equal(&mut self, column: &str, value: Option<String>) {
        if let Some(value) = value {
            let (plain, place) = (self.plain, self.value(Value::Text(value)));
            self.texts.push(format!("{plain}{column} = ?{place}"));
        }
    }

    fn flag(&mut self, column: &str, value: Option<bool>) {
        if let Some(value) = value {
            let plain = self.plain;
            self.texts
                .push(format!("{plain}{column} = {}", u8::from(value)));
        }
    }

    fn joined(&self) -> String {
        match self.texts.as_slice() {
            [] => "TRUE".to_owned(),
            texts => texts.join(" AND "),
        }
    }
}

impl RunFilter {
    /// The statement that lists records, and its values.
    pub(super) fn query(&self) -> (String, Vec<Value>) {
        let by_time = self.since.is_some() || self.until.is_some();
        let mut conditions = self.conditions(by_time);
        let limit = conditions.value(Value::Integer(page(self.limit, 100, 1000)));
        let order = match by_time {
            true => "dispatched_at DESC, ord DESC",
            false => "ord DESC",
        };
        let shared = conditions.joined();
        let listed = |state: &str| {
            format!(
                "SELECT ord, dispatched_at, record FROM run WHERE {shared}{state}
                 ORDER BY {order} LIMIT ?{limit}"
            )
        };
        let mut states: Vec<_> = self.states.iter().map(|state| state.as_str()).collect();
        states.sort_unstable();
        states.dedup();
        let sql = match states.as_slice() {
            [] => format!("SELECT record FROM ({})", listed("")),
            states if by_time => {
                let listed = listed(&format!(" AND +state IN ('{}')", states.join("', '")));
                format!("SELECT record FROM ({listed})")
            }
            states => {
                // Each state in its own order, then the newest of all: no state is read to its end.
                let parts = states.iter().map(|state| {
                    format!(
                        "SELECT * FROM ({})",
                        listed(&format!(" AND state = '{state}'"))
                    )
                });
                let all = parts.collect::<Vec<_>>().join(" UNION ALL ");
                format!("SELECT record FROM ({all}) ORDER BY {order} LIMIT ?{limit}")
            }
        };
        (sql, conditions.values)
    }

    fn conditions(&self, by_time: bool) -> Conditions {
        let mut conditions = Conditions {
            texts: Vec::new(),
            values: Vec::new(),
            plain: if by_time { "+" } else { "" },
        };
        conditions.equal("mode", self.mode.map(|mode| mode.as_str().to_owned()));
        if self.with_graph {
            conditions.texts.push("mode <> 'legacy'".to_owned());
        }
        conditions.equal("workflow", self.workflow.as_ref().map(ToString::to_string));
        let hash = self.definition_hash.map(|hash| hash.to_string());
        conditions.equal("definition_hash", hash);
        conditions.equal("target", self.target.clone());
        let output_type = self.output_type.as_ref().map(ToString::to_string);
        conditions.equal("output_type", output_type);
        let verdict = self.verdict.map(|verdict| verdict.as_str().to_owned());
        conditions.equal("verdict", verdict);
        conditions.equal("rerun_of", self.rerun_of.as_ref().map(ToString::to_string));
        conditions.flag("fell_back", self.fell_back);
        conditions.flag("partial", self.partial);
        conditions.flag("unresolved", self.unresolved.then_some(true));
        if self.compared {
            conditions.texts.push("verdict IS NOT NULL".to_owned());
        }
        for (time, relation) in [(self.since, ">="), (self.until, "<")] {
            if let Some(time) = time {
                let place = conditions.value(Value::Integer(time.0));
                let text = format!("dispatched_at {relation} ?{place}");
                conditions.texts.push(text);
            }
        }
        if let Some(before) = &self.before {
            let place = conditions.value(Value::Text(before.to_string()));
            conditions.texts.push(match by_time {
                true => format!(
                    "(dispatched_at, ord) < (SELECT dispatched_at, ord FROM run WHERE id = ?{place})"
                ),
                false => format!("ord < (SELECT ord FROM run WHERE id = ?{place})"),
            });
        }
        conditions
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, StatementStatus, params, params_from_iter};

    use super::*;

    const WORKFLOWS: i64 = 5;

    /// Runs of five workflows; one in a hundred is of interest to somebody.
    fn filled(runs: i64) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(crate::studio::SCHEMA.fresh)
            .unwrap();
        let sql = "INSERT INTO run (id, workflow, definition_hash, target, mode, state, verdict,
                   last_seq, record, output_type, rerun_of, dispatched_at, fell_back, partial,
                   unresolved) VALUES (?1, ?2, 'hash', ?3, ?4, ?5, ?6, 0, ?1, ?7, ?8, ?9, ?10, ?10, ?10)";
        let mut insert = connection.prepare(sql).unwrap();
        for run in 0..runs {
            let rare = run % 100 == 7;
            insert
                .execute(params![
                    format!("run-{run}"),
                    format!("workflow-{}", run % WORKFLOWS),
                    format!("target-{}", run % 100),
                    if rare { "shadow" } else { "graph" },
                    if rare { "failed" } else { "succeeded" },
                    rare.then_some("warn"),
                    format!("type-{}", run % 100),
                    rare.then_some("run-0"),
                    run * 1000,
                    rare,
                ])
                .unwrap();
        }
        drop(insert);
        connection
    }

    /// The ids, and how much SQLite did for them: its own count of steps.
    fn listed(connection: &Connection, filter: &RunFilter) -> (Vec<String>, i32) {
        let (sql, values) = filter.query();
        let mut statement = connection.prepare(&sql).unwrap();
        let ids: Vec<String> = statement
            .query_map(params_from_iter(&values), |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        (ids, statement.get_status(StatementStatus::VmStep))
    }

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Option<T> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_page_costs_the_same_however_many_runs_there_are() {
        let page = || RunFilter {
            limit: Some(10),
            ..RunFilter::default()
        };
        let filters = [
            page(),
            RunFilter {
                before: id("run-1500"),
                ..page()
            },
            RunFilter {
                output_type: id("type-7"),
                ..page()
            },
            RunFilter {
                workflow: id("workflow-2"),
                ..page()
            },
            RunFilter {
                rerun_of: id("run-0"),
                ..page()
            },
            RunFilter {
                mode: Some(ExecutionMode::Shadow),
                ..page()
            },
            RunFilter {
                verdict: Some(Verdict::Warn),
                ..page()
            },
            RunFilter {
                fell_back: Some(true),
                ..page()
            },
            RunFilter {
                partial: Some(true),
                ..page()
            },
            RunFilter {
                unresolved: true,
                ..page()
            },
            RunFilter {
                unresolved: true,
                before: id("run-1507"),
                ..page()
            },
            RunFilter {
                target: Some("target-7".to_owned()),
                ..page()
            },
            RunFilter {
                states: vec![RunState::Failed],
                ..page()
            },
            RunFilter {
                states: vec![RunState::Failed, RunState::Succeeded],
                ..page()
            },
            RunFilter {
                since: Some(Timestamp(500_000)),
                until: Some(Timestamp(1_500_000)),
                ..page()
            },
            RunFilter {
                until: Some(Timestamp(1_500_000)),
                before: id("run-1400"),
                states: vec![RunState::Running, RunState::Succeeded],
                ..page()
            },
        ];
        let (few, many) = (filled(2_000), filled(20_000));
        for filter in filters {
            let (ids, steps) = listed(&few, &filter);
            assert_eq!(ids.len(), 10, "{filter:?}");
            let (ids, steps_of_many) = listed(&many, &filter);
            assert_eq!(ids.len(), 10, "{filter:?}");
            assert!(
                steps_of_many <= steps + steps / 10 && steps < 3_000,
                "{steps} steps of 2 000 runs, {steps_of_many} of 20 000: {filter:?}"
            );
        }
    }

    #[test]
    fn pages_by_time_leave_nothing_out_although_clocks_go_back() {
        let connection = filled(40);
        // The newer half was dispatched with a clock that was an hour behind.
        let sql = "UPDATE run SET dispatched_at = dispatched_at - 3600000 WHERE ord > 20";
        connection.execute(sql, []).unwrap();
        let mut filter = RunFilter {
            since: Some(Timestamp(-3_590_000)),
            until: Some(Timestamp(10_000)),
            limit: Some(7),
            ..RunFilter::default()
        };
        let mut seen = Vec::new();
        loop {
            let (ids, _) = listed(&connection, &filter);
            let Some(last) = ids.last() else { break };
            filter.before = id(last);
            seen.extend(ids);
        }
        let expected: Vec<_> = (0..10)
            .rev()
            .chain((20..40).rev())
            .map(|run| format!("run-{run}"))
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn many_conditions_hold_at_once() {
        let connection = filled(2_000);
        let filter = RunFilter {
            states: vec![RunState::Failed, RunState::Failed, RunState::Running],
            workflow: id("workflow-2"),
            unresolved: true,
            fell_back: Some(true),
            compared: true,
            since: Some(Timestamp(1_000_000)),
            ..RunFilter::default()
        };
        let (ids, _) = listed(&connection, &filter);
        assert_eq!(ids.len(), 10);
        assert_eq!(ids[0], "run-1907");
        let none = RunFilter {
            fell_back: Some(false),
            ..filter
        };
        assert!(listed(&connection, &none).0.is_empty());
        connection
            .execute("UPDATE run SET mode = 'legacy' WHERE mode = 'graph'", [])
            .unwrap();
        let with_graph = RunFilter {
            with_graph: true,
            ..RunFilter::default()
        };
        assert_eq!(listed(&connection, &with_graph).0.len(), 20);
    }
}
