//! A run in the list: what a row shows, and no more, so that many fit in memory.

use hartomat_schema::{
    ExecutionMode, NodeRunState, OutputTypeId, RunEvent, RunEventKind, RunId, RunRecord, RunState,
    Timestamp, Verdict, WorkflowId,
};

/// A run in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// The run.
    pub id: RunId,
    /// Its workflow.
    pub workflow: WorkflowId,
    /// Its output type.
    pub output_type: Option<OutputTypeId>,
    /// The run that it repeats.
    pub rerun_of: Option<RunId>,
    /// The workflow's name at dispatch.
    pub name: String,
    /// The CAD file's name.
    pub cad_file: String,
    /// Mode.
    pub mode: ExecutionMode,
    /// State.
    pub state: RunState,
    /// Whether legacy took the graph's place.
    pub fell_back: bool,
    /// Whether it runs to some nodes alone, on trial.
    pub is_partial: bool,
    /// Whether a person should look at it.
    pub asks_for_a_look: bool,
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
    reviews: u32,
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
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            id: record.id.clone(),
            workflow: record.workflow.clone(),
            output_type: record.output_type.clone(),
            rerun_of: record.rerun_of.clone(),
            name: record.workflow_name.clone(),
            cad_file: record.cad_file.clone(),
            mode: record.mode,
            state: record.state,
            fell_back: record.fallback.is_some(),
            is_partial: record.is_partial(),
            asks_for_a_look: record.asks_for_a_look(),
            verdict: record.verdict,
            created_at: record.created_at,
            finished_at: record.finished_at,
            nodes: number(record.nodes.len()),
            done: number(done),
            reviews: number(record.reviews.len()),
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
            RunEventKind::FellBack { .. } => self.fell_back = true,
            RunEventKind::Compared { verdict, .. } => self.verdict = Some(*verdict),
            RunEventKind::Reviewed { .. } => self.reviews += 1,
            RunEventKind::ReviewRevoked { .. } => self.reviews = self.reviews.saturating_sub(1),
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
        self.asks_for_a_look = self.asks();
    }

    /// As [`RunRecord::asks_for_a_look`] says.
    fn asks(&self) -> bool {
        let is_in_doubt = self.state == RunState::Failed
            || self.verdict.is_some_and(|verdict| verdict != Verdict::Pass);
        is_in_doubt && self.reviews == 0 && !self.is_partial
    }
}
