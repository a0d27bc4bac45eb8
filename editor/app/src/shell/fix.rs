//! What mends a problem of the open workflow, where something does.

use hartomat_document::{Fix, Problems};
use hartomat_schema::{Catalogue, Diagnostic};

use crate::state::Session;

impl Session {
    /// The edit that mends one of [`Session::problems`], and what it is called. Looked for when
    /// somebody first asks after a change of the document.
    pub(crate) fn fix_of(&self, problem: &Diagnostic, catalogue: &Catalogue) -> Option<&Fix> {
        let fixes = self.fixes.get_or_init(|| {
            let workflow = self.document.workflow();
            let problems = Problems::new(workflow, catalogue, self.problems.to_vec());
            let problems = problems.all.into_iter();
            problems
                .map(|problem| problem.fixes.into_iter().next())
                .collect()
        });
        let place = self.problems.iter().position(|known| known == problem)?;
        fixes.get(place)?.as_ref()
    }
}
