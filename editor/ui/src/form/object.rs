//! Objects: their settings in groups, what conditions hide, and what the schema doesn't know.

use egui::{Id, RichText, Ui};
use serde_json::Value;

use super::draw::Form;
use super::editor::nested;
use super::field::{Field, field_ui, label_width};
use super::kinds::{json, resolution};
use super::pointer::{is_within, join};
use super::schema::SchemaView;
use super::search;
use super::text::fill;
use crate::theme::{Severity, mono, size, space};
use crate::widgets::Header;

/// Draws an object below its header.
pub(super) fn object_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) {
    let first = form.edits.len();
    members_ui(ui, form, field.schema, field.value(), &field.pointer);
    if field.stored.is_none() {
        form.gather(&field.pointer, first, field.value());
    }
}

/// Draws the settings of an object whose value is stored or the default.
pub(super) fn members_ui<'a>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    schema: SchemaView<'a>,
    value: Option<&'a Value>,
    pointer: &str,
) {
    let fields = shown(form, schema, value, pointer);
    let group_of = |field: &Field<'a>| field.schema.note_text("x-group");
    let mut rest = fields.as_slice();
    while let Some(first) = rest.first() {
        let title = group_of(first);
        let same = rest.iter().take_while(|field| group_of(field) == title);
        let (group, others) = rest.split_at(same.count());
        rest = others;
        match title {
            Some(title) => group_ui(ui, form, title, group),
            None => fields_ui(ui, form, group),
        }
    }
    unknown_ui(ui, form, schema, value, pointer);
}

/// The fields that conditions and the search leave.
fn shown<'a>(
    form: &Form<'_>,
    schema: SchemaView<'a>,
    value: Option<&'a Value>,
    pointer: &str,
) -> Vec<Field<'a>> {
    let properties = schema.properties(value);
    let is_visible = |field: &SchemaView<'a>| is_visible(*field, &properties, value);
    let found = properties.iter().filter_map(|(key, property)| {
        let mut field = Field::new(join(pointer, key), key, *property);
        field.stored = value.and_then(|value| value.get(*key));
        field.is_required = schema.is_required(key);
        let is_found = search::finds(form.context.search, key, &field.title, *property);
        let is_shown = is_found && is_visible(property) && !is_mark(&field);
        is_shown.then_some(field)
    });
    found.collect()
}

/// Whether it marks a variant: there is nothing to edit in the one value that it may have.
fn is_mark(field: &Field<'_>) -> bool {
    let only = field.schema.only_value();
    only.is_some_and(|only| field.stored.is_none_or(|stored| stored == only))
}

/// Whether the conditions of `x-visible-when` hold: other settings have one of the values listed.
fn is_visible(
    schema: SchemaView<'_>,
    properties: &[(&str, SchemaView<'_>)],
    value: Option<&Value>,
) -> bool {
    let conditions = schema.note("x-visible-when").and_then(Value::as_object);
    conditions.into_iter().flatten().all(|(key, wanted)| {
        let stored = value.and_then(|value| value.get(key));
        let default = || {
            let property = properties.iter().find(|(name, _)| name == key);
            property.and_then(|(_, schema)| schema.default())
        };
        let held = stored.or_else(default).unwrap_or(&Value::Null);
        match wanted {
            Value::Array(wanted) => wanted.contains(held),
            wanted => wanted == held,
        }
    })
}

fn group_ui(ui: &mut Ui, form: &mut Form<'_>, title: &str, fields: &[Field<'_>]) {
    let id = Id::new(("hartomat_ui form group", title));
    let lies_here = |pointer: &str| {
        fields
            .iter()
            .any(|field| is_within(pointer, &field.pointer))
    };
    if form.context.focus.is_some_and(lies_here) {
        Header::open(ui.ctx(), id);
    }
    let worst = form
        .context
        .diagnostics
        .iter()
        .filter(|diagnostic| lies_here(&diagnostic.pointer))
        .map(|diagnostic| diagnostic.severity)
        .max();
    let changed = fields.iter().filter(|field| field.is_changed()).count();
    let palette = form.theme.palette;
    let (note, color) = match worst {
        Some(severity @ (Severity::Error | Severity::Warning)) => (
            crate::Icon::Warning.glyph().to_owned(),
            palette.severity(severity),
        ),
        _ if changed > 0 => {
            let note = fill(&form.context.text.changed, "count", &changed.to_string());
            (note, palette.text_faint)
        }
        _ => (String::new(), palette.text_faint),
    };
    ui.add_space(space::XS);
    let header = Header::new(id, title)
        .quiet()
        .force_open(!form.context.search.trim().is_empty())
        .note(&note, color);
    let (_, is_open) = ui
        .scope_builder(
            egui::UiBuilder::new().id(form.context.id.with(("group", &fields[0].pointer))),
            |ui| header.ui(ui),
        )
        .inner;
    if is_open {
        fields_ui(ui, form, fields);
        ui.add_space(space::S);
    } else {
        form.drawn += fields.len();
        // Folded away, but not lost: they stand under the header.
        for (index, diagnostic) in form.context.diagnostics.iter().enumerate() {
            if lies_here(&diagnostic.pointer) {
                form.placed.insert(index);
            }
        }
    }
}

fn fields_ui(ui: &mut Ui, form: &mut Form<'_>, fields: &[Field<'_>]) {
    let mut rest = fields;
    while let Some((field, others)) = rest.split_first() {
        if let Some(next) = others.first()
            && resolution::is_pair(field, next)
        {
            resolution::resolution_ui(ui, form, field, next);
            rest = &others[1..];
        } else {
            field_ui(ui, form, field);
            rest = others;
        }
    }
}

/// The members that the schema doesn't know: kept, shown, never touched.
fn unknown_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    schema: SchemaView<'_>,
    value: Option<&Value>,
    pointer: &str,
) {
    let members = value.and_then(Value::as_object);
    let unknown: Vec<(&String, &Value)> = members
        .into_iter()
        .flatten()
        .filter(|(key, _)| !schema.knows(key))
        .filter(|(key, _)| {
            let search = form.context.search.to_lowercase();
            search
                .split_whitespace()
                .all(|word| key.to_lowercase().contains(word))
        })
        .collect();
    if unknown.is_empty() {
        return;
    }
    form.drawn += unknown.len();
    let id = form.context.id.with(("unknown", pointer));
    ui.add_space(space::XS);
    let count = unknown.len().to_string();
    let header = Header::new(id, &form.context.text.unknown)
        .quiet()
        .note(&count, form.theme.palette.text_faint);
    let (_, is_open) = ui
        .scope_builder(egui::UiBuilder::new().id(id), |ui| header.ui(ui))
        .inner;
    if !is_open {
        return;
    }
    nested(ui, form, |ui, form| {
        for (key, value) in unknown {
            ui.horizontal(|ui| {
                let width = label_width(ui.available_width());
                let label = RichText::new(key).font(mono(size::SMALL_TEXT));
                let label = label.color(form.theme.palette.text_weak);
                let layout = egui::Layout::left_to_right(egui::Align::Center);
                ui.allocate_ui_with_layout(egui::vec2(width, 20.0), layout, |ui| {
                    ui.set_min_width(width);
                    ui.add(egui::Label::new(label).truncate());
                });
                let response = json::json_ui(ui, form, Some(value));
                crate::widgets::name(&response, key);
            });
        }
    });
}
