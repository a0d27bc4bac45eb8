//! What panels see: everything to read, nothing to change.

use hartomat_schema::{Catalogue, NodeId};
use hartomat_ui::theme::Status;

use crate::command::Launcher;
use crate::keymap::Keymap;
use crate::shell::{NodeBadge, ShellState};
use crate::state::{Session, State};

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
}

impl<'a> Context<'a> {
    /// The view of this state.
    pub fn new(state: &'a State) -> Self {
        Self {
            session: state.session.as_ref(),
            catalogue: &state.catalogue,
            keymap: &state.keymap,
            launcher: state.launcher,
            launchers_opened: state.launchers_opened,
            shell: &state.shell,
        }
    }

    /// Whether dragging on empty canvas moves the view.
    pub(crate) fn drag_pans(&self) -> bool {
        self.keymap.preset().drag_pans()
    }

    /// How a node fared, or would fare, in a run.
    pub(crate) fn run_status(&self, node: &NodeId) -> Option<Status> {
        match self.shell.node_badge(node) {
            Some(NodeBadge::WillRun) => Some(Status::Waiting),
            Some(NodeBadge::Cached) => Some(Status::Reused),
            Some(NodeBadge::Skipped) => Some(Status::Skipped),
            None => self.session?.last_run.status(node),
        }
    }

    /// Changes whenever marks on nodes do.
    pub(crate) fn marks_stamp(&self) -> u64 {
        let of_session = self.session.map_or(0, |session| {
            session.last_run.stamp() + (session.problems_stamp() << 20)
        });
        of_session ^ (self.shell.badges_stamp() << 48)
    }

    /// The last picture of a node: texture and size in pixels.
    pub(crate) fn thumbnail(&self, node: &NodeId) -> Option<(egui::TextureId, egui::Vec2)> {
        self.session?.last_run.picture(node)
    }
}
