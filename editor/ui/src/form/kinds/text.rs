//! Text of one line or several.

use egui::{Margin, Response, RichText, TextEdit, Ui, Vec2};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::field::Field;
use crate::form::number_format::value_text;
use crate::form::schema::SchemaView;
use crate::theme::size;

/// Texts that may be longer than this get several lines.
const ONE_LINE: f64 = 300.0;

pub(in crate::form) fn is_multiline(schema: SchemaView<'_>) -> bool {
    let widget = schema.widget();
    matches!(widget, Some("multiline" | "textarea" | "markdown"))
        || (widget.is_none()
            && schema
                .bound("maxLength")
                .is_some_and(|most| most > ONE_LINE))
}

pub(in crate::form) fn text_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Response {
    let width = ui.available_width();
    edit_ui(ui, form, field, false, width)
}

pub(in crate::form) fn multiline_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
) -> Response {
    let width = ui.available_width();
    edit_ui(ui, form, field, true, width)
}

/// A text edit of a width. Each letter is part of a gesture that ends when the field is left.
pub(super) fn edit_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    is_multiline: bool,
    width: f32,
) -> Response {
    let is_mixed = field.is_mixed(form);
    let stored = field.value().and_then(Value::as_str).unwrap_or_default();
    let mut text = if is_mixed {
        String::new()
    } else {
        stored.to_owned()
    };
    let hint = match field.schema.default() {
        _ if is_mixed => form.context.text.mixed.clone(),
        Some(default) if !default.is_null() && default != "" => value_text(field.schema, default),
        _ => String::new(),
    };
    let hint = RichText::new(hint).color(form.theme.palette.text_faint);
    let mut edit = if is_multiline {
        TextEdit::multiline(&mut text).desired_rows(3)
    } else {
        TextEdit::singleline(&mut text).min_size(Vec2::new(20.0, size::CONTROL))
    };
    edit = edit
        .hint_text(hint)
        .desired_width(width)
        .margin(Margin::symmetric(8, 5))
        .text_color(form.theme.palette.text_strong);
    if let Some(most) = field.schema.bound("maxLength") {
        edit = edit.char_limit(most as usize);
    }
    let response = ui
        .scope(|ui| {
            field_visuals(ui, form);
            ui.add(edit)
        })
        .inner;
    if response.changed() && !(is_mixed && text.is_empty()) {
        form.set_during(&field.pointer, Value::String(text), &response);
    }
    response
}

/// Fields have an outline at rest, too.
pub(super) fn field_visuals(ui: &mut Ui, form: &Form<'_>) {
    let widgets = &mut ui.visuals_mut().widgets;
    widgets.inactive.bg_stroke = egui::Stroke::new(1.0, form.theme.palette.border_strong);
}
