//! What becomes of one document of a library, whichever form it has.

use super::migrate;
use crate::{
    Catalogue, Diagnostic, Digest, LegacyForm, ReadWorkflow, Workflow, WorkflowId, read_workflow,
};

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MigrationOutcome {
    /// A workflow in the present form.
    Converted,
    /// A workflow that a person has to decide about.
    NeedsDecision,
    /// It was in the present form already.
    Current,
    /// Nothing: the findings say why.
    Refused,
}

impl MigrationOutcome {
    /// All of them in order.
    pub const ALL: [Self; 4] = [
        Self::Converted,
        Self::NeedsDecision,
        Self::Current,
        Self::Refused,
    ];

    /// The key as it stands in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::NeedsDecision => "needs_decision",
            Self::Current => "current",
            Self::Refused => "refused",
        }
    }
}

/// A document and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MigratedDocument {
    /// What became of it.
    pub outcome: MigrationOutcome,
    /// The form that it had; none for the present one and for what couldn't be read.
    pub from: Option<LegacyForm>,
    /// The workflow; none where it was refused.
    pub workflow: Option<Workflow>,
    /// What was kept, added, left open or refused.
    pub findings: Vec<Diagnostic>,
}

impl MigratedDocument {
    /// A document of which nothing became.
    pub fn refused(findings: Vec<Diagnostic>) -> Self {
        Self {
            outcome: MigrationOutcome::Refused,
            from: None,
            workflow: None,
            findings,
        }
    }
}

/// Migrates the bytes of a document. The same bytes give the same workflow, however often.
pub fn migrate_document(bytes: &[u8], catalogue: &Catalogue) -> MigratedDocument {
    let id = WorkflowId::new(format!("migrated-{}", Digest::of(bytes).short()));
    let id = id.expect("a digest is an id");
    let migrated = read_workflow(bytes).and_then(|read| match read {
        ReadWorkflow::Current(workflow) => Ok(MigratedDocument {
            outcome: MigrationOutcome::Current,
            from: None,
            workflow: Some(*workflow),
            findings: Vec::new(),
        }),
        ReadWorkflow::Legacy { value, .. } => {
            let migration = migrate(value, catalogue, id)?;
            let is_open = migration.notes.iter().any(Diagnostic::is_error);
            Ok(MigratedDocument {
                outcome: match is_open {
                    true => MigrationOutcome::NeedsDecision,
                    false => MigrationOutcome::Converted,
                },
                from: Some(migration.from),
                workflow: Some(migration.workflow),
                findings: migration.notes,
            })
        }
    });
    migrated.unwrap_or_else(MigratedDocument::refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_workflow_is_refused_and_why_is_said() {
        let catalogue = Catalogue::new(Vec::new());
        for text in ["", "[]", "{\"type\": 3}"] {
            let document = migrate_document(text.as_bytes(), &catalogue);
            assert_eq!(document.outcome, MigrationOutcome::Refused, "{text}");
            assert!(!document.findings.is_empty(), "{text}");
        }
    }
}
