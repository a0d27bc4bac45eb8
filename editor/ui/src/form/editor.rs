//! Which editor a field gets: a named override, else its format, else its type, else read-only JSON.

use egui::{Response, RichText, Ui};
use serde_json::Value;

use super::context::{FieldView, FieldWidget};
use super::draw::Form;
use super::field::{Field, LABEL_INDENT, label_ui, label_width, reset_ui};
use super::kinds::{
    boolean, choice, color, flags, json, list, map, number, path, text, tuple, variant,
};
use super::parking::{park, parked};
use super::schema::{Kind, SchemaView};
use super::text::fill;
use super::{notes, object};
use crate::theme::space;
use crate::widgets::{Header, name};

/// Levels of objects and lists that are drawn; deeper ones are shown as JSON.
const DEPTH: usize = 8;

fn registered<'a>(form: &Form<'a>, schema: SchemaView<'_>) -> Option<&'a dyn FieldWidget> {
    let wanted = [schema.note_text("x-widget"), schema.note_text("format")];
    let widgets = form.context.widgets.iter();
    wanted.into_iter().flatten().find_map(|wanted| {
        let mut named = widgets.clone().filter(|(name, _)| *name == wanted);
        named.next().map(|(_, widget)| *widget)
    })
}

/// Whether a field needs the whole width, below its label.
pub(super) fn is_block(form: &Form<'_>, field: &Field<'_>) -> bool {
    if let Some(widget) = registered(form, field.schema) {
        return widget.is_block();
    }
    let (_, schema) = field.schema.nullable();
    if color::is_color(schema) {
        return false;
    }
    match schema.kind() {
        Kind::Text => text::is_multiline(schema),
        Kind::Object | Kind::Map(_) | Kind::List(_) | Kind::Variants(_) | Kind::Flags(_) => true,
        Kind::Unknown => json::is_long(field.value()),
        _ => false,
    }
}

/// Draws the editor of a field that stands in a row.
pub(super) fn editor_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Option<Response> {
    if let Some(widget) = registered(form, field.schema) {
        return registered_ui(ui, form, field, widget);
    }
    let (is_nullable, schema) = field.schema.nullable();
    let inner = field.with_schema(schema);
    if is_nullable {
        let is_set = field.value().is_some_and(|value| !value.is_null());
        let switch = set_ui(ui, form, field, is_set);
        if !is_set && !field.is_mixed(form) {
            return Some(switch);
        }
        name(
            &switch,
            &fill(&form.context.text.set, "title", &field.title),
        );
    }
    Some(plain_ui(ui, form, &inner))
}

fn plain_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Response {
    let schema = field.schema;
    if color::is_color(schema) {
        return color::color_ui(ui, form, field);
    }
    match schema.kind() {
        Kind::Choice(choices) => choice::choice_ui(ui, form, field, &choices),
        Kind::Boolean => boolean::boolean_ui(ui, form, field),
        Kind::Integer => number::number_ui(ui, form, field, true),
        Kind::Number => number::number_ui(ui, form, field, false),
        Kind::Text if path::is_path(schema) => path::path_ui(ui, form, field),
        Kind::Text => text::text_ui(ui, form, field),
        Kind::Tuple(items) => tuple::tuple_ui(ui, form, field, &items),
        _ => json::json_ui(ui, form, field.value()),
    }
}

fn registered_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    widget: &dyn FieldWidget,
) -> Option<Response> {
    let view = FieldView {
        id: field.id(form),
        pointer: &field.pointer,
        schema: field.schema.own,
        value: field.value(),
        title: &field.title,
        is_mixed: field.is_mixed(form),
    };
    let answer = widget.field_ui(ui, &view);
    if let Some((value, is_final)) = answer.edit {
        match (&answer.response, is_final) {
            (Some(response), false) => form.set_during(&field.pointer, value, response),
            _ => form.set(&field.pointer, value),
        }
    }
    answer.response
}

/// The switch that gives a setting a value or none. A value that is put away comes back.
fn set_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>, is_set: bool) -> Response {
    let (id, text) = (field.id(form), form.context.text);
    let is_mixed = field.is_mixed(form);
    let response = boolean::switch_ui(ui, is_set, is_mixed);
    if response.clicked() {
        if is_set {
            if let Some(value) = field.value() {
                park(ui.ctx(), id, "set", value.clone());
            }
            form.set(&field.pointer, Value::Null);
        } else {
            let initial = || field.schema.nullable().1.initial();
            let value = parked(ui.ctx(), id, "set").unwrap_or_else(initial);
            form.set(&field.pointer, value);
        }
    }
    if !is_set {
        let words = if is_mixed { &text.mixed } else { &text.not_set };
        let words = RichText::new(words).color(form.theme.palette.text_faint);
        ui.add_space(space::XS);
        ui.add(egui::Label::new(words).truncate());
    }
    response
}

/// Draws a field that needs the whole width.
pub(super) fn block_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Option<Response> {
    let (is_nullable, schema) = field.schema.nullable();
    let inner = field.with_schema(schema);
    if is_nullable && field.value().is_none_or(Value::is_null) {
        return unset_block_ui(ui, form, field);
    }
    let is_too_deep = field.pointer.matches('/').count() > DEPTH;
    let kind = schema.kind();
    if !is_too_deep
        && registered(form, field.schema).is_none()
        && matches!(kind, Kind::Object | Kind::Map(_) | Kind::List(_))
    {
        return folding_ui(ui, form, field, &inner, is_nullable);
    }
    heading_ui(ui, form, field, is_nullable);
    let response = padded(ui, |ui| {
        if let Some(widget) = registered(form, field.schema) {
            return registered_ui(ui, form, field, widget);
        }
        let response = match kind {
            Kind::Text => text::multiline_ui(ui, form, &inner),
            Kind::Flags(choices) => flags::flags_ui(ui, form, &inner, &choices),
            Kind::Variants(variants) if !is_too_deep => {
                return Some(variant::variant_ui(ui, form, &inner, &variants));
            }
            _ => json::json_ui(ui, form, field.value()),
        };
        Some(response)
    });
    if let Some(response) = &response {
        name(response, &field.title);
    }
    let id = field.id(form);
    let is_leaf = !matches!(schema.kind(), Kind::Variants(_));
    padded(ui, |ui| {
        notes::notes_ui(ui, form, id, &field.pointer, is_leaf)
    });
    response
}

fn unset_block_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Option<Response> {
    let response = ui
        .horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let width = label_width(ui.available_width());
            label_ui(ui, form, field, width);
            let response = set_ui(ui, form, field, false);
            name(
                &response,
                &fill(&form.context.text.set, "title", &field.title),
            );
            response
        })
        .inner;
    let id = field.id(form);
    padded(ui, |ui| notes::notes_ui(ui, form, id, &field.pointer, true));
    Some(response)
}

/// The label above a block, with what resets it at the right.
fn heading_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>, is_nullable: bool) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let right = if is_nullable { 70.0 } else { 24.0 };
        let width = (ui.available_width() - right).max(40.0);
        label_ui(ui, form, field, width);
        if is_nullable {
            let response = set_ui(ui, form, field, true);
            name(
                &response,
                &fill(&form.context.text.set, "title", &field.title),
            );
        }
        reset_ui(ui, form, field);
    });
}

/// A section that folds: an object, list or map.
fn folding_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    inner: &Field<'_>,
    is_nullable: bool,
) -> Option<Response> {
    let id = field.id(form);
    let is_wanted = form
        .context
        .focus
        .is_some_and(|pointer| super::pointer::is_within(pointer, &field.pointer));
    if is_wanted {
        Header::open(ui.ctx(), id.with("fold"));
    }
    let mut header = Header::new(id.with("fold"), &field.title)
        .quiet()
        .force_open(!form.context.search.trim().is_empty());
    let count = match field.value() {
        Some(Value::Array(items)) => items.len().to_string(),
        Some(Value::Object(members)) if matches!(inner.schema.kind(), Kind::Map(_)) => {
            members.len().to_string()
        }
        _ => String::new(),
    };
    header = header.note(&count, form.theme.palette.text_faint);
    let (response, is_open) = ui
        .horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let right = if is_nullable { 66.0 } else { 22.0 };
            let width = (ui.available_width() - right).max(40.0);
            let answer = ui
                .scope(|ui| {
                    ui.set_max_width(width);
                    header.ui(ui)
                })
                .inner;
            if is_nullable {
                ui.add_space(space::S);
                let switch = set_ui(ui, form, field, true);
                name(
                    &switch,
                    &fill(&form.context.text.set, "title", &field.title),
                );
            }
            reset_ui(ui, form, field);
            answer
        })
        .inner;
    padded(ui, |ui| {
        notes::notes_ui(ui, form, id, &field.pointer, !is_open)
    });
    if is_open {
        nested(ui, form, |ui, form| match inner.schema.kind() {
            Kind::List(item) => list::list_ui(ui, form, inner, item),
            Kind::Map(member) => map::map_ui(ui, form, inner, member),
            _ => object::object_ui(ui, form, inner),
        });
    }
    Some(response)
}

/// Content that belongs to a header above, with a line at its side.
pub(super) fn nested(
    ui: &mut Ui,
    form: &mut Form<'_>,
    content: impl FnOnce(&mut Ui, &mut Form<'_>),
) {
    let line = ui.painter().add(egui::Shape::Noop);
    let frame = egui::Frame::new().inner_margin(egui::Margin {
        left: 14,
        ..egui::Margin::ZERO
    });
    let rect = frame.show(ui, |ui| content(ui, form)).response.rect;
    let stroke = egui::Stroke::new(1.0, form.theme.palette.border);
    let left = rect.left() + 7.5;
    let ends = [
        egui::pos2(left, rect.top()),
        egui::pos2(left, rect.bottom()),
    ];
    ui.painter()
        .set(line, egui::Shape::line_segment(ends, stroke));
}

/// Content under a label: as far in as labels are.
pub(super) fn padded<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.available_rect_before_wrap();
    let rect = egui::Rect::from_x_y_ranges(
        room.left() + LABEL_INDENT..=room.right().max(room.left() + 40.0),
        room.y_range(),
    );
    let layout = egui::Layout::top_down(egui::Align::Min);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
    let inner = content(&mut child);
    let used = child.min_rect();
    if used.height() > 0.5 {
        ui.advance_cursor_after_rect(used);
    }
    inner
}
