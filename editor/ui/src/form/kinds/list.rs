//! Lists: items that can be added, taken out and moved.

use egui::{Align, CursorIcon, Layout, Rect, RichText, Sense, Stroke, Ui, UiBuilder, Vec2};
use serde_json::Value;

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

/// What a person does to a list.
#[derive(Debug, Clone, Copy)]
enum Step {
    Remove(usize),
    /// From here to before there.
    Move(usize, usize),
    Add,
}

pub(in crate::form) fn list_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    item: SchemaView<'_>,
) {
    let first = form.edits.len();
    let items = match field.value() {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    let mut step = None;
    let mut rects = Vec::new();
    for (index, value) in items.iter().enumerate() {
        let label = fill(&form.context.text.item, "number", &(index + 1).to_string());
        let mut part = Field::new(join(&field.pointer, &index.to_string()), "", item);
        part.title = label.into();
        part.stored = Some(value);
        part.is_required = true;
        let rect = item_ui(ui, form, &part, (index, items.len()), &mut step);
        rects.push(rect);
    }
    if items.is_empty() {
        let words = RichText::new(&form.context.text.empty);
        ui.label(words.color(form.theme.palette.text_faint));
    }
    drag_ui(ui, form, field, &rects, &mut step);
    let most = field.schema.bound("maxItems");
    let can_add = most.is_none_or(|most| (items.len() as f64) < most);
    let button = TextButton::new(ButtonKind::Quiet, &form.context.text.add).icon(Icon::Add);
    let response = ui.add_enabled(can_add, button);
    name(
        &response,
        &format!("{}: {}", form.context.text.add, field.title),
    );
    if response.clicked() {
        step = Some(Step::Add);
    }
    if field.stored.is_none() || !form.context.others.is_empty() {
        form.gather(&field.pointer, first, field.value());
    }
    if let Some(step) = step {
        form.set(&field.pointer, Value::Array(after(items, step, item)));
    }
}

fn after(items: &[Value], step: Step, item: SchemaView<'_>) -> Vec<Value> {
    let mut items = items.to_vec();
    match step {
        Step::Remove(index) => {
            items.remove(index);
        }
        Step::Move(from, before) => {
            let value = items.remove(from);
            let to = if before > from { before - 1 } else { before };
            items.insert(to.min(items.len()), value);
        }
        Step::Add => items.push(item.initial()),
    }
    items
}

/// A handle, the item's editor, and its buttons. The rectangle is that of the whole item.
fn item_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    part: &Field<'_>,
    (index, count): (usize, usize),
    step: &mut Option<Step>,
) -> Rect {
    form.drawn += 1;
    let is_block = editor::is_block(form, part);
    let id = part.id(form);
    let response = ui.scope_builder(UiBuilder::new().id(id), |ui| {
        let across = if is_block { Align::Min } else { Align::Center };
        let row = Vec2::new(ui.available_width(), size::CONTROL);
        ui.allocate_ui_with_layout(row, Layout::left_to_right(across), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            handle_ui(ui, form, part, id, count);
            let buttons = 3.0 * 22.0;
            let width = (ui.available_width() - buttons - space::S).max(40.0);
            let layout = if is_block {
                Layout::top_down(Align::Min)
            } else {
                Layout::left_to_right(Align::Center)
            };
            ui.allocate_ui_with_layout(Vec2::new(width, size::CONTROL), layout, |ui| {
                ui.set_min_width(width);
                ui.set_max_width(width);
                if is_block {
                    editor::block_ui(ui, form, part);
                } else if let Some(response) = editor::editor_ui(ui, form, part) {
                    name(&response, &part.title);
                    if form.context.focus == Some(part.pointer.as_str()) {
                        response.request_focus();
                    }
                }
            });
            buttons_ui(ui, form, part, (index, count), step);
        });
        if !is_block {
            editor::padded(ui, |ui| notes::notes_ui(ui, form, id, &part.pointer, true));
        }
    });
    response.response.rect
}

fn handle_ui(ui: &mut Ui, form: &Form<'_>, part: &Field<'_>, id: egui::Id, count: usize) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(14.0, size::CONTROL), Sense::hover());
    if count < 2 {
        return;
    }
    let response = ui
        .interact(rect, id.with("handle"), Sense::drag())
        .on_hover_and_drag_cursor(CursorIcon::Grab);
    name(&response, &part.title);
    let palette = form.theme.palette;
    let color = if response.hovered() || response.dragged() {
        palette.text
    } else {
        palette.text_faint
    };
    crate::widgets::paint_icon(ui, rect, Icon::Handle, 14.0, color);
}

fn buttons_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    part: &Field<'_>,
    (index, count): (usize, usize),
    step: &mut Option<Step>,
) {
    ui.add_space(space::XS);
    ui.spacing_mut().item_spacing.x = 0.0;
    let text = form.context.text;
    let named = |words: &str| fill(words, "title", &part.title);
    let buttons = [
        (
            Icon::Up,
            named(&text.move_up),
            index > 0,
            Step::Move(index, index.saturating_sub(1)),
        ),
        (
            Icon::Down,
            named(&text.move_down),
            index + 1 < count,
            Step::Move(index, index + 2),
        ),
        (Icon::Close, named(&text.remove), true, Step::Remove(index)),
    ];
    for (icon, label, is_enabled, does) in buttons {
        let button = IconButton::new(icon, &label).small();
        if ui.add_enabled(is_enabled, button).clicked() {
            *step = Some(does);
        }
    }
}

/// Shows where an item that is dragged by its handle goes, and moves it when it is let go.
fn drag_ui(ui: &Ui, form: &Form<'_>, field: &Field<'_>, rects: &[Rect], step: &mut Option<Step>) {
    let id_of = |index: usize| {
        let pointer = join(&field.pointer, &index.to_string());
        form.context.id.with(&pointer).with("handle")
    };
    for from in 0..rects.len() {
        let Some(response) = ui.ctx().read_response(id_of(from)) else {
            continue;
        };
        if !(response.dragged() || response.drag_stopped()) {
            continue;
        }
        let Some(pointer) = response.interact_pointer_pos() else {
            continue;
        };
        let before = rects
            .iter()
            .filter(|rect| pointer.y > rect.center().y)
            .count();
        let line = match rects.get(before) {
            Some(rect) => rect.top() - 2.0,
            None => rects[rects.len() - 1].bottom() + 2.0,
        };
        let stroke = Stroke::new(2.0, form.theme.palette.accent_text);
        ui.painter().hline(rects[from].x_range(), line, stroke);
        let is_moved = before != from && before != from + 1;
        if response.drag_stopped() && is_moved {
            *step = Some(Step::Move(from, before));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_move_to_where_they_are_dropped() {
        let schema = json!({"type": "string"});
        let view = SchemaView::root(&schema);
        let items = [json!("a"), json!("b"), json!("c")];
        let check = |step, expected: Value| {
            assert_eq!(
                Value::Array(after(&items, step, view)),
                expected,
                "{step:?}"
            );
        };
        check(Step::Move(0, 3), json!(["b", "c", "a"]));
        check(Step::Move(2, 0), json!(["c", "a", "b"]));
        check(Step::Move(0, 2), json!(["b", "a", "c"]));
        check(Step::Remove(1), json!(["a", "c"]));
        check(Step::Add, json!(["a", "b", "c", ""]));
    }
}
