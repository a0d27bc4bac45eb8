//! What mends a problem of the open workflow, where something does.

use hartomat_document::{Fix, fix_for};
use hartomat_schema::{Catalogue, Diagnostic};

use crate::state::Session;

impl Session {
    /// The edit that mends a problem, and what it is called.
    pub(crate) fn fix_of(&self, problem: &Diagnostic, catalogue: &Catalogue) -> Option<Fix> {
        fix_for(self.document.workflow(), catalogue, problem)
    }
}
