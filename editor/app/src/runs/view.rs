//! The run that is looked at: its record as events bring it forward, tries of nodes, progress, log.

use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_api::{ApiError, Link, RunDetail};
use hartomat_schema::{
    Artifact, ArtifactKind, ExecutionMode, Failure, FailureClass, FrozenRun, NodeId, NodeRun,
    NodeRunState, RunEvent, RunEventKind, RunId, RunRecord, RunState, Side, Timestamp,
};
use hartomat_ui::theme::Status;

use super::{Attempt, KnownFailure, LogBook, LogCommand, attempts, known_failure};
use crate::backend::{FoundRun, RunProgress};
use crate::last_run::status_of;

/// The run that is looked at.
#[derive(Debug)]
pub struct RunView {
    /// The run as it is now.
    pub record: RunRecord,
    /// All that is known of it; none before it was read.
    pub detail: Option<Arc<RunDetail>>,
    /// Why it couldn't be read.
    pub error: Option<ApiError>,
    /// Tries of nodes in the order of time.
    pub attempts: Vec<Attempt>,
    /// Its log.
    pub log: LogBook,
    /// Since when its stream is down, and why.
    pub stale: Option<(Timestamp, String)>,
    /// When something was heard of it last.
    pub heard_at: Timestamp,
    /// Whether somebody asked here for it to stop, and nothing has come of it yet.
    pub is_stopping: bool,
    nodes: BTreeMap<NodeId, f64>,
    control: Option<f64>,
    /// What it is doing, as the part that spoke last said.
    pub doing: String,
    pub(super) is_asked: bool,
    pub(super) is_watched: bool,
}

impl RunView {
    /// A run of which nothing but its record is known.
    pub(super) fn new(record: RunRecord, now: Timestamp) -> Self {
        Self {
            record,
            detail: None,
            error: None,
            attempts: Vec::new(),
            log: LogBook::default(),
            stale: None,
            heard_at: now,
            is_stopping: false,
            nodes: BTreeMap::new(),
            control: None,
            doing: String::new(),
            is_asked: false,
            is_watched: false,
        }
    }

    /// The run.
    pub fn id(&self) -> &RunId {
        &self.record.id
    }

    /// Whether something may still happen by itself.
    pub fn is_live(&self) -> bool {
        !self.record.state.is_final()
    }

    /// What dispatch froze.
    pub fn frozen(&self) -> Option<&FrozenRun> {
        self.detail.as_ref().map(|detail| &detail.frozen)
    }

    /// How a node fares.
    pub fn status(&self, node: &NodeId) -> Option<Status> {
        if self.record.mode == ExecutionMode::Legacy {
            return None;
        }
        self.record.node(node).map(|run| status_of(run.state))
    }

    /// How far a node has come, while it is under way and says so.
    pub fn share(&self, node: &NodeId) -> Option<f64> {
        let run = self.record.node(node)?;
        (run.state == NodeRunState::Running).then(|| self.nodes.get(node).copied())?
    }

    /// How long a node took, or has been at work, in milliseconds.
    pub fn took_ms(&self, node: &NodeId, now: Timestamp) -> Option<u64> {
        let run = self.record.node(node)?;
        let started = run.started_at?;
        match run.state {
            NodeRunState::Running => Some(now.millis_since(started)),
            NodeRunState::Reused | NodeRunState::Skipped | NodeRunState::Waiting => None,
            _ => Some(run.finished_at?.millis_since(started)),
        }
    }

    /// How long the run took, or has been going on, in milliseconds.
    pub fn elapsed_ms(&self, now: Timestamp) -> u64 {
        let until = self.record.finished_at.filter(|_| !self.is_live());
        until.unwrap_or(now).millis_since(self.record.created_at)
    }

    /// How far the whole run has come, 0 to 1: each node, and the control, counts the same.
    pub fn progress(&self) -> f32 {
        let has_control = self.record.mode != ExecutionMode::Graph;
        let has_graph = self.record.mode != ExecutionMode::Legacy;
        let mut parts: Vec<f64> = Vec::new();
        if has_control {
            let ended = self
                .attempts
                .iter()
                .any(|attempt| attempt.node.is_none() && attempt.finished_at.is_some());
            parts.push(if ended {
                1.0
            } else {
                self.control.unwrap_or(0.0)
            });
        }
        if has_graph {
            parts.extend(self.record.nodes.iter().map(|node| match node.state {
                NodeRunState::Waiting => 0.0,
                NodeRunState::Running => self.nodes.get(&node.node).copied().unwrap_or(0.0),
                _ => 1.0,
            }));
        }
        let count = parts.len().max(1) as f64;
        (parts.iter().sum::<f64>() / count) as f32
    }

    /// What failed first: a node, or the control where there is none.
    pub fn failure(&self) -> Option<(Option<&NodeRun>, &Failure)> {
        let failed = self.record.nodes.iter().find_map(|node| {
            let is_failed = node.state == NodeRunState::Failed;
            Some((Some(node), node.failure.as_ref().filter(|_| is_failed)?))
        });
        let control = || Some((None, self.record.control_failure.as_ref()?));
        failed.or_else(control)
    }

    /// Everything that came out, control first, with the node that made it.
    pub fn artifacts(&self) -> Vec<(Option<&NodeId>, &Artifact)> {
        let control = self.record.control_outputs.iter();
        let control = control.map(|artifact| (None, artifact));
        let nodes = self.record.nodes.iter();
        let nodes = nodes.flat_map(|node| {
            let outputs = node.outputs.values();
            outputs.map(move |artifact| (Some(&node.node), artifact))
        });
        control.chain(nodes).collect()
    }

    /// What a node put out: its picture, or else the first of all.
    pub fn artifact_of(&self, node: &NodeId) -> Option<&Artifact> {
        let outputs = &self.record.node(node)?.outputs;
        let picture = outputs
            .values()
            .find(|output| output.kind == ArtifactKind::IMAGE);
        picture.or(outputs.values().next())
    }

    /// The numbers of a node's tries, rising.
    pub fn attempt_numbers(&self, node: &NodeId) -> Vec<u32> {
        let of_node = |attempt: &&Attempt| attempt.node.as_ref() == Some(node);
        let tries = self.attempts.iter().filter(of_node);
        let mut numbers: Vec<u32> = tries.map(|attempt| attempt.number).collect();
        numbers.retain(|number| *number > 0);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// What is known of what made the run fail, or fall back.
    pub fn known_failure(&self) -> Option<&'static KnownFailure> {
        let failed = self.failure().map(|(_, failure)| failure);
        if failed.is_some_and(|failure| failure.class == FailureClass::Cancelled) {
            return None;
        }
        let said = failed.map(|failure| failure.message.as_str());
        let why = [said, self.record.fallback.as_deref(), self.why_it_ended()];
        why.into_iter().flatten().find_map(known_failure)
    }

    fn why_it_ended(&self) -> Option<&str> {
        let is_bad = [RunState::Failed, RunState::Interrupted].contains(&self.record.state);
        self.record.reason.as_deref().filter(|_| is_bad)
    }

    pub(super) fn found(&mut self, found: FoundRun, now: Timestamp) {
        self.attempts.clear();
        for event in &found.events {
            attempts::take(&mut self.attempts, event);
        }
        // The stream may have been quicker.
        if found.detail.record.last_seq >= self.record.last_seq {
            self.record = found.detail.record.clone();
        }
        self.detail = Some(Arc::new(found.detail));
        self.error = None;
        self.heard_at = now;
        self.settle();
    }

    /// Lines were logged.
    pub(super) fn wrote(&mut self, now: Timestamp) {
        self.heard(now);
        self.log.is_behind = true;
    }

    /// The stream is up, and with it the link that the log is read over.
    fn heard(&mut self, now: Timestamp) {
        self.heard_at = now;
        self.stale = None;
        self.log.try_again();
    }

    /// Takes an event in; one that is known changes nothing.
    pub(super) fn happened(&mut self, event: &RunEvent, now: Timestamp) -> bool {
        self.heard(now);
        if event.seq <= self.record.last_seq {
            return false;
        }
        self.record.apply(event);
        self.log.is_behind = true;
        attempts::take(&mut self.attempts, event);
        if matches!(event.kind, RunEventKind::ControlFinished { .. }) {
            self.control = None;
        }
        self.settle();
        true
    }

    fn settle(&mut self) {
        if !self.is_live() {
            self.nodes.clear();
            self.control = None;
            self.doing.clear();
            self.is_stopping = false;
        }
    }

    /// Carries out what was asked about the log.
    pub(super) fn ask_log(&mut self, command: LogCommand) {
        let within = match (&command, &self.log.node) {
            (LogCommand::OfAttempt(Some(number)), Some(node)) => {
                attempts::window(&self.attempts, node, *number)
            }
            _ => None,
        };
        self.log.ask(command, within);
    }

    pub(super) fn came_so_far(&mut self, progress: RunProgress, now: Timestamp) {
        self.heard(now);
        if !self.is_live() {
            return;
        }
        let share = progress.share.clamp(0.0, 1.0);
        match (progress.side, progress.node) {
            (Side::Control, _) | (_, None) => self.control = Some(share),
            (Side::Candidate, Some(node)) => {
                self.nodes.insert(node, share);
            }
        }
        self.doing = progress.message;
    }

    pub(super) fn link(&mut self, link: Link, now: Timestamp) {
        match link {
            Link::Up => self.heard(now),
            Link::StaleSince(since, why) => self.stale = Some((since, why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use hartomat_api::ErrorKind;
    use serde_json::json;

    use super::*;

    fn lost_from_sight() -> RunView {
        let digest = hartomat_schema::Digest::of(b"definition");
        let record = json!({
            "id": "run-1", "workflow": "canonical-still", "workflow_name": "Still",
            "definition_hash": digest, "target": "order_line/line-1", "cad_file": "bearing.step",
            "mode": "graph", "state": "running", "cancel_requested": false,
            "media_assets": [], "control_outputs": [], "intents": [], "nodes": [],
            "created_at": 0, "last_seq": 9
        });
        let mut view = RunView::new(serde_json::from_value(record).unwrap(), Timestamp(0));
        let stale = Link::StaleSince(Timestamp(1), "the plug is out".to_owned());
        view.link(stale, Timestamp(2));
        let err = ApiError::new(ErrorKind::Unreachable, "the plug is out");
        view.log.came(Err(err));
        view
    }

    #[test]
    fn whatever_is_heard_of_a_run_ends_its_staleness_and_brings_its_log() {
        let progress = || RunProgress {
            side: Side::Candidate,
            node: None,
            share: 0.5,
            message: String::new(),
        };
        let known = RunEvent {
            seq: 9,
            at: Timestamp(3),
            kind: RunEventKind::Interrupted {
                reason: String::new(),
            },
        };
        let ways: [&dyn Fn(&mut RunView); 4] = [
            &|view| view.link(Link::Up, Timestamp(5)),
            &|view| view.came_so_far(progress(), Timestamp(5)),
            &|view| view.wrote(Timestamp(5)),
            &|view| {
                view.happened(&known, Timestamp(5));
            },
        ];
        for hear in ways {
            let mut view = lost_from_sight();
            assert!(view.stale.is_some() && !view.log.is_due());
            hear(&mut view);
            assert_eq!((&view.stale, view.heard_at), (&None, Timestamp(5)));
            assert!(view.log.is_due());
        }
    }
}
