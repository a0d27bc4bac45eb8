//! What panels see: everything to read, nothing to change.

use hartomat_schema::Catalogue;

use crate::shell::ShellState;
use crate::state::{Session, State};

/// A view of the state for one panel and one frame.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The open workflow; none on the start screen.
    pub session: Option<&'a Session>,
    /// What can be placed.
    pub catalogue: &'a Catalogue,
    /// Start screen, drafts, preferences, saving.
    pub shell: &'a ShellState,
}

impl<'a> Context<'a> {
    /// The view of this state.
    pub fn new(state: &'a State) -> Self {
        Self {
            session: state.session.as_ref(),
            catalogue: &state.catalogue,
            shell: &state.shell,
        }
    }
}
