//! Maps: entries of a key and a value, such as materials by part.

use egui::{Align, Layout, Margin, RichText, TextEdit, Ui, UiBuilder, Vec2};
use serde_json::{Map, Value};

use crate::form::draw::Form;
use crate::form::editor;
use crate::form::field::Field;
use crate::form::notes;
use crate::form::pointer::join;
use crate::form::schema::SchemaView;
use crate::form::text::fill;
use crate::icon::Icon;
use crate::theme::{size, space};
use crate::widgets::{ButtonKind, IconButton, TextButton, name};

pub(in crate::form) fn map_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    member: SchemaView<'_>,
) {
    let first = form.edits.len();
    let empty = Map::new();
    let members = field.value().and_then(Value::as_object).unwrap_or(&empty);
    let mut changed: Option<Map<String, Value>> = None;
    for (index, (key, value)) in members.iter().enumerate() {
        let mut part = Field::new(join(&field.pointer, key), key, member);
        part.title = key.into();
        part.stored = Some(value);
        part.is_required = true;
        let row = field.id(form).with(("entry", index));
        ui.scope_builder(UiBuilder::new().id(row), |ui| {
            let new = entry_ui(ui, form, &part, key, members);
            changed = changed.take().or(new);
        });
    }
    if members.is_empty() {
        let words = RichText::new(&form.context.text.empty);
        ui.label(words.color(form.theme.palette.text_faint));
    }
    let button = TextButton::new(ButtonKind::Quiet, &form.context.text.add).icon(Icon::Add);
    let response = ui.add(button);
    name(
        &response,
        &format!("{}: {}", form.context.text.add, field.title),
    );
    if response.clicked() {
        let mut more = members.clone();
        more.insert(free_key(members), member.initial());
        changed = Some(more);
    }
    if field.stored.is_none() {
        form.gather(&field.pointer, first, field.value());
    }
    if let Some(members) = changed {
        form.set(&field.pointer, Value::Object(members));
    }
}

/// A key that is not taken: `new`, `new 2`, …
fn free_key(members: &Map<String, Value>) -> String {
    let mut numbers = 2..;
    let mut key = "new".to_owned();
    while members.contains_key(&key) {
        key = format!("new {}", numbers.next().unwrap_or_default());
    }
    key
}

/// One entry; gives the whole map back when the entry was renamed or taken out.
fn entry_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    part: &Field<'_>,
    key: &str,
    members: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    form.drawn += 1;
    let is_block = editor::is_block(form, part);
    let id = part.id(form);
    let mut changed = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let room = (ui.available_width() - 26.0).max(84.0);
        let key_width = if is_block {
            room
        } else {
            (room * 0.45).max(40.0)
        };
        changed = key_ui(ui, form, part, members, key_width);
        if !is_block {
            let width = room - key_width - space::S;
            let layout = Layout::left_to_right(Align::Center);
            ui.allocate_ui_with_layout(Vec2::new(width, size::CONTROL), layout, |ui| {
                ui.set_min_width(width);
                ui.set_max_width(width);
                if let Some(response) = editor::editor_ui(ui, form, part) {
                    name(&response, &part.title);
                    if form.context.focus == Some(part.pointer.as_str()) {
                        response.request_focus();
                    }
                }
            });
        }
        let label = fill(&form.context.text.remove, "title", key);
        if ui
            .add(IconButton::new(Icon::Close, &label).small())
            .clicked()
        {
            let mut fewer = members.clone();
            fewer.shift_remove(key);
            changed = Some(fewer);
        }
    });
    if is_block {
        editor::nested(ui, form, |ui, form| {
            editor::block_ui(ui, form, part);
        });
    } else {
        editor::padded(ui, |ui| notes::notes_ui(ui, form, id, &part.pointer, true));
    }
    changed
}

/// The key: typed freely, taken over when the field is left, refused where it is taken.
fn key_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    part: &Field<'_>,
    members: &Map<String, Value>,
    width: f32,
) -> Option<Map<String, Value>> {
    let (key, note) = (part.title.as_ref(), part.id(form));
    let buffer = ui.id().with("key text");
    let typed: Option<String> = ui.data(|data| data.get_temp(buffer));
    let mut text = typed.unwrap_or_else(|| key.to_owned());
    let edit = TextEdit::singleline(&mut text)
        .desired_width(width)
        .margin(Margin::symmetric(8, 5))
        .min_size(Vec2::new(20.0, size::CONTROL));
    let response = ui
        .scope(|ui| {
            super::text::field_visuals(ui, form);
            ui.add(edit)
        })
        .inner;
    name(&response, &format!("{} {key}", form.context.text.key));
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(buffer, text.clone()));
        return None;
    }
    ui.data_mut(|data| data.remove::<String>(buffer));
    let is_left = response.lost_focus() && !ui.input(|input| input.key_pressed(egui::Key::Escape));
    if !is_left || text == key {
        return None;
    }
    if members.contains_key(&text) {
        let words = fill(&form.context.text.key_taken, "key", &text);
        notes::say(ui.ctx(), note, Some(words));
        return None;
    }
    notes::say(ui.ctx(), note, None);
    let renamed = members.iter().map(|(name, value)| {
        let name = if name == key { &text } else { name };
        (name.clone(), value.clone())
    });
    Some(renamed.collect())
}
