//! One of several shapes: which one, and its settings. What another shape held comes back with it.

use egui::{ComboBox, Response, RichText, Stroke, Ui, accesskit};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::editor;
use crate::form::field::Field;
use crate::form::object;
use crate::form::parking::{park, parked};
use crate::form::schema::{Kind, SchemaView, plain_text, title_of_key};
use crate::form::text::fill;
use crate::theme::space;
use crate::widgets::name;

pub(in crate::form) fn variant_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    variants: &[SchemaView<'_>],
) -> Response {
    let value = field.value();
    let accepting = |value| variants.iter().position(|variant| variant.accepts(value));
    let at = value.and_then(accepting);
    let titles: Vec<String> = variants.iter().map(|variant| title(*variant)).collect();
    let label = fill(&form.context.text.variant, "title", &field.title);
    let (response, picked) = menu_ui(ui, form, &titles, at, value);
    name(&response, &label);
    if let Some(picked) = picked {
        let id = field.id(form);
        if let (Some(at), Some(value)) = (at, value) {
            park(ui.ctx(), id, &titles[at], value.clone());
        }
        let kept = parked(ui.ctx(), id, &titles[picked]);
        form.set(
            &field.pointer,
            kept.unwrap_or_else(|| begin(variants[picked], value)),
        );
    } else if let Some(at) = at {
        content_ui(ui, form, field, variants[at]);
    }
    response
}

fn content_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>, variant: SchemaView<'_>) {
    let mut inner = field.with_schema(variant);
    inner.stored = field.value();
    let first = form.edits.len();
    ui.add_space(space::XS);
    match variant.kind() {
        Kind::Object => object::object_ui(ui, form, &inner),
        _ if editor::is_block(form, &inner) => {
            editor::block_ui(ui, form, &inner);
        }
        _ => {
            ui.horizontal(|ui| {
                if let Some(response) = editor::editor_ui(ui, form, &inner) {
                    name(&response, &field.title);
                }
            });
        }
    }
    if field.stored.is_none() {
        form.gather(&field.pointer, first, field.value());
    }
}

/// The variant's least value, with what it has in common with the one before.
fn begin(variant: SchemaView<'_>, before: Option<&Value>) -> Value {
    let mut value = variant.initial();
    let (Value::Object(members), Some(Value::Object(before))) = (&mut value, before) else {
        return value;
    };
    for (key, schema) in variant.properties(None) {
        let is_tag = schema.only_value().is_some();
        if let Some(old) = before.get(key)
            && !is_tag
            && schema.accepts(old)
        {
            members.insert(key.to_owned(), old.clone());
        }
    }
    value
}

/// What people call a variant: its title, the constant that marks it, or its type.
fn title(variant: SchemaView<'_>) -> String {
    if let Some(title) = variant.note_text("title") {
        return title.to_owned();
    }
    let mut properties = variant.properties(None).into_iter();
    let tag = properties.find_map(|(_, schema)| schema.only_value());
    match tag.or_else(|| variant.only_value()) {
        Some(tag) => title_of_key(&plain_text(tag)),
        None => title_of_key(variant.type_name().unwrap_or("value")),
    }
}

fn menu_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    titles: &[String],
    at: Option<usize>,
    value: Option<&Value>,
) -> (Response, Option<usize>) {
    let palette = form.theme.palette;
    let mut picked = None;
    let words = match (at, value) {
        (Some(at), _) => titles[at].clone(),
        (None, Some(value)) => plain_text(value),
        (None, None) => form.context.text.not_set.clone(),
    };
    let width = (ui.available_width() - 24.0).max(40.0);
    let response = ui
        .scope(|ui| {
            let visuals = &mut ui.visuals_mut().widgets;
            visuals.inactive.weak_bg_fill = palette.field;
            visuals.inactive.bg_stroke = Stroke::new(1.0, palette.border_strong);
            ComboBox::from_id_salt("variant")
                .width(width)
                .truncate()
                .icon(super::choice::caret)
                .selected_text(RichText::new(words).color(palette.text_strong))
                .show_ui(ui, |ui| {
                    for (index, title) in titles.iter().enumerate() {
                        let response = ui.selectable_label(at == Some(index), title);
                        ui.ctx().accesskit_node_builder(response.id, |node| {
                            node.set_role(accesskit::Role::ListBoxOption);
                        });
                        if response.clicked() && at != Some(index) {
                            picked = Some(index);
                        }
                    }
                })
                .response
        })
        .inner;
    (response, picked)
}
