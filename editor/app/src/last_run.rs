//! The newest run of the open workflow, as the canvas shows it: a status and a picture per node.

use std::collections::BTreeMap;

use egui::{TextureHandle, TextureId, TextureOptions, Vec2};
use hartomat_schema::{NodeId, NodeRunState, RunId, RunState, WorkflowId};
use hartomat_ui::theme::Status;

use crate::backend::{Ask, LastRun};
use crate::state::State;

/// How often a newer run is looked for, in seconds.
const LOOK_EVERY: f64 = 8.0;
/// How often a run that goes on is looked at.
const FOLLOW_EVERY: f64 = 2.5;

/// What is known of the newest run.
#[derive(Default)]
pub struct ShownRun {
    run: Option<(RunId, RunState)>,
    nodes: BTreeMap<NodeId, ShownNode>,
    asked_at: Option<f64>,
    stamp: u64,
}

struct ShownNode {
    status: Status,
    texture: Option<TextureHandle>,
}

impl ShownRun {
    /// How a node fared.
    pub fn status(&self, node: &NodeId) -> Option<Status> {
        self.nodes.get(node).map(|node| node.status)
    }

    /// A node's last picture: texture and size in pixels.
    pub fn picture(&self, node: &NodeId) -> Option<(TextureId, Vec2)> {
        let texture = self.nodes.get(node)?.texture.as_ref()?;
        Some((texture.id(), texture.size_vec2()))
    }

    /// A run began or ended: the next look is due.
    pub(crate) fn look_again(&mut self) {
        self.asked_at = None;
    }

    /// How long to wait before the next look.
    fn pause(&self) -> f64 {
        let goes_on = self
            .run
            .as_ref()
            .is_some_and(|(_, state)| !state.is_final());
        if goes_on { FOLLOW_EVERY } else { LOOK_EVERY }
    }

    /// Another number whenever something else is known.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }
}

/// Looks for a newer run now and then, while a workflow is open and the runtime answers.
pub(crate) fn follow(state: &mut State, ctx: &egui::Context) {
    let Some(session) = &mut state.session else {
        return;
    };
    if !state.shell.connection().is_up() {
        return;
    }
    let now = ctx.input(|input| input.time);
    let run = &mut session.last_run;
    let pause = run.pause();
    if run.asked_at.is_some_and(|asked| now - asked < pause) {
        return;
    }
    run.asked_at = Some(now);
    let workflow = session.document.workflow().id.clone();
    state.shell.ask(Ask::LastRun(workflow, run.run.clone()));
    ctx.request_repaint_after(std::time::Duration::from_secs_f64(pause + 0.1));
}

/// A run was found.
pub(crate) fn came(state: &mut State, workflow: &WorkflowId, found: LastRun, ctx: &egui::Context) {
    let Some(session) = &mut state.session else {
        return;
    };
    if session.document.workflow().id != *workflow {
        return;
    }
    let shown = &mut session.last_run;
    shown.stamp += 1;
    shown.run = Some((found.run, found.state));
    let nodes = found.nodes.into_iter().map(|(id, node)| {
        let texture = node.picture.map(|picture| {
            let name = format!("last picture of {id}");
            ctx.load_texture(name, picture, TextureOptions::LINEAR)
        });
        let status = status_of(node.state);
        (id, ShownNode { status, texture })
    });
    shown.nodes = nodes.collect();
}

/// The state of a node run as a status.
pub(crate) fn status_of(state: NodeRunState) -> Status {
    match state {
        NodeRunState::Waiting => Status::Waiting,
        NodeRunState::Running => Status::Running,
        NodeRunState::Succeeded => Status::Succeeded,
        NodeRunState::Reused => Status::Reused,
        NodeRunState::Failed => Status::Failed,
        NodeRunState::Skipped => Status::Skipped,
        NodeRunState::Cancelled => Status::Cancelled,
    }
}
