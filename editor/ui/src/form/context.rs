//! What a form is told by its host.

use egui::{Id, Response, Ui};
use serde_json::Value;

use super::text::FormText;
use crate::theme::Severity;

/// What a form is told. Everything but the id and the words may be left empty.
#[derive(Clone, Copy)]
pub struct FormContext<'a> {
    /// What tells forms apart: parked values and what is typed belong to it. One id for each node.
    pub id: Id,
    /// The form's words.
    pub text: &'a FormText,
    /// Values of other nodes that are edited at the same time. Fields that differ show as mixed.
    pub others: &'a [&'a Value],
    /// Diagnostics, drawn at their fields.
    pub diagnostics: &'a [FieldDiagnostic],
    /// Where values come from, drawn at their fields.
    pub provenance: &'a [Provenance],
    /// Widgets by the name that `x-widget` or `format` gives.
    pub widgets: &'a [(&'a str, &'a dyn FieldWidget)],
    /// Shows only the settings that match.
    pub search: &'a str,
    /// JSON pointer of the field that gets the keyboard and comes into view. For one frame.
    pub focus: Option<&'a str>,
    /// Shows everything and changes nothing.
    pub is_read_only: bool,
}

impl<'a> FormContext<'a> {
    /// A context of an id and words.
    pub fn new(id: Id, text: &'a FormText) -> Self {
        Self {
            id,
            text,
            others: &[],
            diagnostics: &[],
            provenance: &[],
            widgets: &[],
            search: "",
            focus: None,
            is_read_only: false,
        }
    }
}

/// A message about a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDiagnostic {
    /// JSON pointer to the setting within the form's value.
    pub pointer: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Label of the button that mends it; none where nothing does.
    pub fix: Option<String>,
}

/// Where a setting's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// JSON pointer to the setting.
    pub pointer: String,
    /// Where from, such as `from output type Catalogue`.
    pub text: String,
}

/// A field as a registered widget sees it.
#[derive(Debug, Clone, Copy)]
pub struct FieldView<'a> {
    /// What tells it apart from other fields.
    pub id: Id,
    /// JSON pointer to it.
    pub pointer: &'a str,
    /// Its schema as written, `$ref` not followed.
    pub schema: &'a Value,
    /// Its value, or else its default.
    pub value: Option<&'a Value>,
    /// Its name for people.
    pub title: &'a str,
    /// Whether nodes that are edited together differ.
    pub is_mixed: bool,
}

/// What a registered widget gives back.
#[derive(Debug, Default)]
pub struct FieldAnswer {
    /// The new value, and whether the gesture is over.
    pub edit: Option<(Value, bool)>,
    /// What takes the keyboard. It gets the field's title as its name.
    pub response: Option<Response>,
}

/// A widget that a host registers, such as a picker of materials from its library.
pub trait FieldWidget {
    /// Whether it stands below its label and needs the whole width.
    fn is_block(&self) -> bool {
        false
    }

    /// Draws it.
    fn field_ui(&self, ui: &mut Ui, field: &FieldView<'_>) -> FieldAnswer;
}
