//! A run in the list: what a row shows, and no more, so that many fit in memory.

use hartomat_schema::{
    ExecutionMode, NodeRunState, RunEvent, RunEventKind, RunId, RunRecord, RunState, Timestamp,
    Verdict, WorkflowId,
};

/// A run in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// The run.
    pub id: RunId,
    /// Its workflow.
    pub workflow: WorkflowId,
    /// The workflow's name at dispatch.
    pub name: String,
    /// The CAD file's name.
    pub cad_file: String,
    /// Mode.
    pub mode: ExecutionMode,
    /// State.
    pub state: RunState,
    /// Verdict of the comparison.
    pub verdict: Option<Verdict>,
    /// When it was dispatched.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How many nodes it has.
    pub nodes: u32,
    /// How many of them are done, one way or another.
    pub done: u32,
    last_seq: u64,
    /// What a search looks at, in small letters.
    pub(super) words: String,
}

impl RunRow {
    /// The row of a run.
    pub fn new(record: &RunRecord) -> Self {
        let open = [NodeRunState::Waiting, NodeRunState::Running];
        let nodes = record.nodes.iter();
        let done = nodes.filter(|node| !open.contains(&node.state)).count();
        let words = [
            record.workflow_name.as_str(),
            record.cad_file.as_str(),
            record.target.as_str(),
            record.id.as_str(),
        ];
        Self {
            id: record.id.clone(),
            workflow: record.workflow.clone(),
            name: record.workflow_name.clone(),
            cad_file: record.cad_file.clone(),
            mode: record.mode,
            state: record.state,
            verdict: record.verdict,
            created_at: record.created_at,
            finished_at: record.finished_at,
            nodes: u32::try_from(record.nodes.len()).unwrap_or(u32::MAX),
            done: u32::try_from(done).unwrap_or(u32::MAX),
            last_seq: record.last_seq,
            words: words.join(" ").to_lowercase(),
        }
    }

    /// Takes an event in; one that is known changes nothing.
    pub(super) fn take(&mut self, event: &RunEvent) {
        if event.seq <= self.last_seq {
            return;
        }
        self.last_seq = event.seq;
        match &event.kind {
            RunEventKind::Queued { .. } => self.state = RunState::Queued,
            RunEventKind::Started { .. } => {
                self.state = RunState::Running;
                self.finished_at = None;
            }
            RunEventKind::NodeReused { .. }
            | RunEventKind::NodeSucceeded { .. }
            | RunEventKind::NodeSkipped { .. }
            | RunEventKind::NodeFailed {
                will_retry: false, ..
            } => self.done = (self.done + 1).min(self.nodes),
            RunEventKind::Compared { verdict, .. } => self.verdict = Some(*verdict),
            RunEventKind::Interrupted { .. } => {
                self.state = RunState::Interrupted;
                self.finished_at = Some(event.at);
            }
            RunEventKind::Finished { state, .. } => {
                self.state = *state;
                self.finished_at = Some(event.at);
            }
            _ => {}
        }
    }
}
