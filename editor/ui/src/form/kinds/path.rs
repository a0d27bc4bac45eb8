//! Paths: typed, chosen in the host's dialog, or dropped onto the field.

use egui::{Response, Stroke, StrokeKind, Ui};
use serde_json::Value;

use crate::form::change::FormAction;
use crate::form::draw::Form;
use crate::form::field::Field;
use crate::form::schema::SchemaView;
use crate::form::text::fill;
use crate::icon::Icon;
use crate::theme::{radius, size, space};
use crate::widgets::IconButton;

pub(in crate::form) fn is_path(schema: SchemaView<'_>) -> bool {
    matches!(
        schema.widget(),
        Some("path" | "file" | "file-path" | "folder" | "directory" | "directory-path")
    )
}

pub(in crate::form) fn path_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Response {
    let width = (ui.available_width() - size::CONTROL - space::S).max(30.0);
    let response = super::text::edit_ui(ui, form, field, false, width);
    let label = fill(&form.context.text.choose_path, "title", &field.title);
    if ui.add(IconButton::new(Icon::Open, &label)).clicked() {
        let widget = field.schema.widget().unwrap_or_default();
        form.actions.push(FormAction::ChoosePath {
            pointer: field.pointer.clone(),
            is_folder: widget.starts_with("directory") || widget == "folder",
        });
    }
    drop_ui(ui, form, field, &response);
    response
}

/// Takes a file or a text that is dropped on the field.
fn drop_ui(ui: &Ui, form: &mut Form<'_>, field: &Field<'_>, response: &Response) {
    let is_over = ui.rect_contains_pointer(response.rect);
    let is_hovering = ui.input(|input| !input.raw.hovered_files.is_empty())
        || response.dnd_hover_payload::<String>().is_some();
    if is_over && is_hovering {
        let stroke = Stroke::new(2.0, form.theme.palette.accent_text);
        ui.painter()
            .rect_stroke(response.rect, radius::MEDIUM, stroke, StrokeKind::Inside);
    }
    let dropped = ui.input(|input| {
        let file = input.raw.dropped_files.first()?;
        Some(file.path().display().to_string())
    });
    if let Some(path) = dropped.filter(|_| is_over) {
        form.set(&field.pointer, Value::String(path));
    } else if let Some(text) = response.dnd_release_payload::<String>() {
        form.set(&field.pointer, Value::String(text.as_ref().clone()));
    }
}
