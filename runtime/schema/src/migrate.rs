//! Migration of older documents to the present form. No information is lost: what has no place in
//! the new form is kept under `legacy`, in the document, in its nodes and in its edges.
//!
//! Each stage is a pure function of the one before: parse a legacy form into a draft, name its
//! nodes, connect their ports, place their values, finish. Nothing is guessed: what can be read in
//! more than one way is left open and said in a note.

mod connect;
mod document;
mod draft;
mod finish;
mod form;
mod params;
mod preset;
mod resize;
mod restore;
mod room;
mod step;

pub use document::{MigratedDocument, MigrationOutcome, migrate_document};
pub use restore::restore;

use serde_json::Value;

use crate::{Catalogue, Diagnostic, Workflow, WorkflowId, WorkflowValidator};

/// A form that workflows had before `hartomat.workflow/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LegacyForm {
    /// `{"type": "still", "params": {…}}`.
    Preset,
    /// `{"steps": [{"step": "blender_still", "params": {…}}]}`, edges implied by order.
    StepList,
    /// A node-editor export: `nodes[].data.{step,params,label}` and edges without ports.
    EditorExport,
}

/// A migrated document.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The document in the present form. It may still need decisions, as its notes say; the
    /// validator judges it like any other.
    pub workflow: Workflow,
    /// What was kept, added or refused (information and warnings), and what a person has to decide
    /// (errors). Pointers are within the new document.
    pub notes: Vec<Diagnostic>,
    /// What it was.
    pub from: LegacyForm,
}

/// Migrates a legacy document. Fails only for what is none of the three forms, with diagnostics
/// whose pointers are within the old document.
pub fn migrate(
    value: Value,
    catalogue: &Catalogue,
    id: WorkflowId,
) -> Result<Migration, Vec<Diagnostic>> {
    let validator = WorkflowValidator::new(catalogue)?;
    let from = form::detect(&value)?;
    let mut draft = match from {
        LegacyForm::Preset => preset::parse(value)?,
        LegacyForm::StepList => form::parse_steps(value)?,
        LegacyForm::EditorExport => form::parse_export(value)?,
    };
    step::name_nodes(&mut draft, catalogue);
    connect::connect(&mut draft, catalogue);
    params::place(&mut draft, &validator);
    room::give(&mut draft, &validator);
    resize::give(&mut draft, &validator);
    let (workflow, notes) = finish::finish(draft, catalogue, id);
    Ok(Migration {
        workflow,
        notes,
        from,
    })
}

impl LegacyForm {
    /// The form's name under `legacy`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preset => "preset",
            Self::StepList => "step_list",
            Self::EditorExport => "editor_export",
        }
    }

    /// Recognises a form by what a document without `schema` holds.
    pub(crate) fn recognise(
        has_type: bool,
        has_steps: bool,
        first_node: Option<&Value>,
    ) -> Option<Self> {
        if has_steps {
            Some(Self::StepList)
        } else if first_node.is_some_and(|node| node.get("data").is_some_and(Value::is_object)) {
            Some(Self::EditorExport)
        } else {
            has_type.then_some(Self::Preset)
        }
    }
}
