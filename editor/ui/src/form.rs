//! Forms generated from JSON Schema alone.
//!
//! [`form_ui`] draws a form of a value and gives a change back only when the person made one. It keeps
//! what it doesn't know and what it hides. Widget choice: a named override → `format` → `type` →
//! read-only JSON.

mod arithmetic;
mod change;
mod context;
mod draw;
mod editor;
mod field;
mod kinds;
mod notes;
mod number_format;
mod object;
mod parking;
mod pointer;
mod schema;
mod search;
mod text;

pub use arithmetic::{ArithmeticError, evaluate};
pub use change::{FieldEdit, FormAction, FormChange, FormResponse};
pub use context::{FieldAnswer, FieldDiagnostic, FieldView, FieldWidget, FormContext, Provenance};
pub use draw::form_ui;
pub use number_format::{number_text, with_unit};
pub use text::FormText;
