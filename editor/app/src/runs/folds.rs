//! Runs and their reruns as one: the newest stands for all, the others are folded under it.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::RunId;

use super::RunRow;

/// Which rows belong together. Rows come newest first, so the first of a group is its head.
#[derive(Debug, Default)]
pub(super) struct Folds {
    /// The head of the group that a run belongs to, whether the run was read or only named.
    heads: BTreeMap<RunId, u32>,
    /// The other rows of each head.
    members: BTreeMap<u32, Vec<u32>>,
    /// All that are folded under another.
    under: BTreeSet<u32>,
    /// Heads whose others are shown.
    unfolded: BTreeSet<RunId>,
}

impl Folds {
    pub(super) fn clear(&mut self) {
        self.heads.clear();
        self.members.clear();
        self.under.clear();
    }

    /// Takes the next row in; says whether it is a head.
    pub(super) fn add(&mut self, number: u32, row: &RunRow) -> bool {
        let before = row.rerun_of.as_ref();
        let own = self.heads.get(&row.id);
        let head = own.or_else(|| self.heads.get(before?)).copied();
        let is_head = head.is_none();
        let head = head.unwrap_or(number);
        if let Some(before) = before {
            self.heads.insert(before.clone(), head);
        }
        if !is_head {
            self.members.entry(head).or_default().push(number);
            self.under.insert(number);
        }
        is_head
    }

    /// The rows that are folded under a head, newest first.
    pub(super) fn members(&self, head: u32) -> &[u32] {
        self.members.get(&head).map_or(&[], Vec::as_slice)
    }

    /// The head of the group that a run belongs to.
    pub(super) fn head_of(&self, run: &RunId) -> Option<u32> {
        self.heads.get(run).copied()
    }

    pub(super) fn is_member(&self, number: u32) -> bool {
        self.under.contains(&number)
    }

    pub(super) fn has_unfolded(&self) -> bool {
        !self.unfolded.is_empty()
    }

    pub(super) fn is_unfolded(&self, head: &RunId) -> bool {
        self.unfolded.contains(head)
    }

    pub(super) fn unfold(&mut self, head: RunId, is_unfolded: bool) {
        if is_unfolded {
            self.unfolded.insert(head);
        } else {
            self.unfolded.remove(&head);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hartomat_schema::{Digest, ExecutionMode, RunRecord, RunState, Timestamp, WorkflowId};

    fn row(id: &'static str, rerun_of: Option<&'static str>) -> RunRow {
        let record: RunRecord = serde_json::from_value(serde_json::json!({
            "id": id, "workflow": WorkflowId::literal("w"), "workflow_name": "W",
            "definition_hash": Digest::of(b""), "target": "t", "cad_file": "c",
            "mode": ExecutionMode::Graph, "state": RunState::Failed,
            "rerun_of": rerun_of, "cancel_requested": false, "nodes": [],
            "media_assets": [], "control_outputs": [], "intents": [],
            "created_at": Timestamp(0), "last_seq": 1
        }))
        .unwrap();
        RunRow::new(&record)
    }

    #[test]
    fn a_run_and_its_reruns_are_one_whichever_of_them_was_repeated() {
        let rows = [
            row("third", Some("second")),
            row("other", None),
            row("again", Some("first")),
            row("second", Some("first")),
            row("first", None),
        ];
        let mut folds = Folds::default();
        let heads: Vec<bool> = (0..)
            .zip(&rows)
            .map(|(at, row)| folds.add(at, row))
            .collect();
        assert_eq!(heads, [true, true, true, false, false]);
        assert_eq!(folds.members(0), [3, 4], "all that led to the newest");
        assert!(
            folds.members(2).is_empty(),
            "a branch of its own stands alone"
        );
    }
}
