//! A fixed number of values side by side, such as a direction.

use egui::{Response, Ui, Vec2};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::field::Field;
use crate::form::pointer::join;
use crate::form::schema::{Kind, SchemaView};
use crate::theme::{size, space};
use crate::widgets::name;

pub(in crate::form) fn tuple_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    items: &[SchemaView<'_>],
) -> Response {
    let first = form.edits.len();
    let count = items.len().max(1) as f32;
    let width = ((ui.available_width() - space::S * (count - 1.0)) / count).max(20.0);
    let mut main: Option<Response> = None;
    let row = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (index, item) in items.iter().enumerate() {
            let mut part = Field::new(join(&field.pointer, &index.to_string()), "", *item);
            part.stored = field.value().and_then(|value| value.get(index));
            part.is_required = true;
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            let response = ui
                .allocate_ui_with_layout(Vec2::new(width, size::CONTROL), layout, |ui| {
                    ui.set_max_width(width);
                    match item.kind() {
                        Kind::Integer => super::number::number_ui(ui, form, &part, true),
                        Kind::Number => super::number::number_ui(ui, form, &part, false),
                        Kind::Boolean => super::boolean::boolean_ui(ui, form, &part),
                        Kind::Text => super::text::text_ui(ui, form, &part),
                        _ => super::json::json_ui(ui, form, part.stored),
                    }
                })
                .inner;
            let axis = ["X", "Y", "Z", "W"].get(index).copied().unwrap_or_default();
            let axis = item.note_text("title").unwrap_or(axis);
            name(&response, &format!("{} {axis}", field.title));
            main = main.take().or(Some(response));
        }
    });
    // Parts are changed as a whole: a list has no holes.
    let before: Value = match field.value() {
        Some(value @ Value::Array(_)) => value.clone(),
        _ => items.iter().map(|item| item.initial()).collect(),
    };
    form.gather(&field.pointer, first, Some(&before));
    main.unwrap_or(row.response)
}
