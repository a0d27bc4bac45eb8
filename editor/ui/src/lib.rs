//! The look of the editor: one designed theme, icons, widgets, and forms generated from JSON Schema.
//!
//! Knows egui and nothing of the product: what a form shows comes as schema and value, what a widget
//! says comes as text. Screen readers get a role and a name for everything.

pub mod form;
pub mod icon;
mod spoken;
pub mod theme;
pub mod widgets;

pub use form::{FormContext, FormResponse, FormText, form_ui};
pub use icon::Icon;
pub use theme::{Mode, Theme};
