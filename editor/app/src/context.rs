//! What panels see: everything to read, nothing to change.

use hartomat_api::NodeDecision;
use hartomat_schema::{Catalogue, NodeId};
use hartomat_ui::theme::Status;

use crate::backend::Checked;
use crate::command::Launcher;
use crate::compare_view::CompareState;
use crate::files::now;
use crate::keymap::Keymap;
use crate::parts::{decision_text, node_state_text};
use crate::runs::{RunView, RunsState};
use crate::shell::{NodeBadge, ShellState};
use crate::state::{Session, State};
use crate::studio_view::StudioState;

/// Why a node will run, or how it fared.
pub(crate) struct Reason {
    /// Its mark.
    pub(crate) status: Status,
    /// The mark in a word.
    pub(crate) title: &'static str,
    /// Why, line by line.
    pub(crate) why: Vec<String>,
}

/// A view of the state for one panel and one frame.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The open workflow; none on the start screen.
    pub session: Option<&'a Session>,
    /// What can be placed.
    pub catalogue: &'a Catalogue,
    /// Which keys mean what.
    pub keymap: &'a Keymap,
    /// The command palette, find, or the cheat sheet, while one is open.
    pub launcher: Option<Launcher>,
    /// How often a launcher was opened.
    pub launchers_opened: u64,
    /// Start screen, drafts, preferences, saving.
    pub shell: &'a ShellState,
    /// Runs.
    pub runs: &'a RunsState,
    /// Two pictures beside each other.
    pub compare: &'a CompareState,
    /// Output types, orders and rollouts.
    pub studio: &'a StudioState,
}

impl<'a> Context<'a> {
    /// The view of this state.
    pub fn new(state: &'a State) -> Self {
        Self {
            session: state.runs.graph.as_ref().or(state.session.as_ref()),
            catalogue: &state.catalogue,
            keymap: &state.keymap,
            launcher: state.launcher,
            launchers_opened: state.launchers_opened,
            shell: &state.shell,
            runs: &state.runs,
            compare: &state.compare,
            studio: &state.studio,
        }
    }

    /// Whether dragging on empty canvas moves the view.
    pub(crate) fn drag_pans(&self) -> bool {
        self.keymap.preset().drag_pans()
    }

    /// How a node fared, or would fare, in a run.
    pub(crate) fn run_status(&self, node: &NodeId) -> Option<Status> {
        let session = self.session?;
        if let Some(view) = self.runs.on_canvas(session)
            && (view.is_live() || self.is_read_only() || self.shell.checks().has_no_badges())
        {
            return view.status(node);
        }
        match self.shell.node_badge(node) {
            Some(NodeBadge::WillRun) => Some(Status::Waiting),
            Some(NodeBadge::Cached) => Some(Status::Reused),
            Some(NodeBadge::Skipped) => Some(Status::Skipped),
            None => session.last_run.status(node),
        }
    }

    /// Changes whenever marks on nodes do.
    pub(crate) fn marks_stamp(&self) -> u64 {
        let of_session = self.session.map_or(0, |session| {
            session.last_run.stamp() + (session.problems_stamp() << 20)
        });
        of_session ^ (self.shell.badges_stamp() << 48) ^ (self.runs.marks_stamp() << 32)
    }

    /// The last picture of a node: texture and size in pixels.
    pub(crate) fn thumbnail(&self, node: &NodeId) -> Option<(egui::TextureId, egui::Vec2)> {
        self.session?.last_run.picture(node)
    }

    /// Why a node will run, or how it fared in the run that the canvas shows.
    pub(crate) fn node_reason(&self, node: &NodeId) -> Option<Reason> {
        self.reason_in_run(node)
            .or_else(|| self.reason_of_plan(node))
    }

    fn reason_in_run(&self, node: &NodeId) -> Option<Reason> {
        let view = self.runs.on_canvas(self.session?)?;
        if !view.is_live() && !self.is_read_only() && !self.shell.checks().has_no_badges() {
            return None;
        }
        let run = view.record.node(node)?;
        let status = view.status(node)?;
        let mut why = Vec::new();
        if let Some(failure) = &run.failure {
            why.push(failure.message.clone());
            why.push(failure.hint.clone());
        } else {
            why.extend(run.reason.clone());
        }
        why.retain(|line| !line.is_empty());
        let title = node_state_text(run.state);
        Some(Reason { status, title, why })
    }

    fn reason_of_plan(&self, node: &NodeId) -> Option<Reason> {
        let (_, result) = self.shell.checks().result.as_ref()?;
        let Ok(checked) = result else {
            return None;
        };
        let Checked::DryRun(plan) = &**checked else {
            return None;
        };
        let decision = plan.nodes.iter().find(|decision| decision.node == *node)?;
        let (status, title) = decision_text(decision.decision);
        let why = vec![decision.reason.clone()];
        Some(Reason { status, title, why })
    }

    /// What the next run will do with a node, and why.
    pub(crate) fn next_decision(&self, node: &NodeId) -> Option<&'a NodeDecision> {
        let is_running = self.runs.view.as_ref().is_some_and(RunView::is_live);
        let decision = self.runs.next.decision(node)?;
        (!self.is_read_only() && !is_running).then_some(decision)
    }

    /// Whether the canvas shows the graph of a run, which can't be changed.
    pub(crate) fn is_read_only(&self) -> bool {
        self.runs.graph.is_some()
    }

    /// How far a node has come, and how long it took or has been at work, in milliseconds.
    pub(crate) fn node_time(&self, node: &NodeId) -> (Option<f64>, Option<u64>) {
        let view = self
            .session
            .and_then(|session| self.runs.on_canvas(session));
        view.map_or((None, None), |view| {
            (view.share(node), view.took_ms(node, now()))
        })
    }
}
