//! Any of several values, as buttons that stay on.

use egui::{Response, Sense, Ui, WidgetInfo, WidgetType};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::field::Field;
use crate::form::schema::Choice;
use crate::theme::{medium, radius, regular, size, space};
use crate::widgets::focus_ring;

pub(in crate::form) fn flags_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    choices: &[Choice<'_>],
) -> Response {
    let on = match field.value() {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    let response = ui
        .horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::Vec2::splat(space::S);
            let mut clicked = None;
            for choice in choices {
                let is_on = on.contains(choice.value);
                if flag_ui(ui, form, choice, is_on).clicked() {
                    clicked = Some((choice, is_on));
                }
            }
            if let Some((choice, is_on)) = clicked {
                form.set(&field.pointer, flipped(on, choices, choice.value, is_on));
            }
        })
        .response;
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, field.title.as_ref()));
    response
}

/// The list with one value taken out or put in. What is on stands in the order of the choices; values
/// that are no choices stay in front.
fn flipped(on: &[Value], choices: &[Choice<'_>], value: &Value, is_on: bool) -> Value {
    let wanted = |candidate: &Value| {
        (candidate == value) ^ on.contains(candidate) && !(is_on && candidate == value)
    };
    let is_choice = |item: &&Value| choices.iter().any(|choice| choice.value == *item);
    let foreign = on.iter().filter(|item| !is_choice(item)).cloned();
    let chosen = choices.iter().map(|choice| choice.value);
    let chosen = chosen.filter(|candidate| wanted(candidate)).cloned();
    Value::Array(foreign.chain(chosen).collect())
}

fn flag_ui(ui: &mut Ui, form: &Form<'_>, choice: &Choice<'_>, is_on: bool) -> Response {
    let palette = form.theme.palette;
    let font = if is_on {
        medium(size::TEXT - 0.5)
    } else {
        regular(size::TEXT - 0.5)
    };
    let color = if is_on {
        palette.accent_text
    } else {
        palette.text_weak
    };
    let galley = ui
        .painter()
        .layout_no_wrap(choice.label.clone(), font, color);
    let desired = galley.size() + egui::Vec2::new(18.0, 9.0);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| {
        WidgetInfo::selected(WidgetType::Checkbox, is_enabled, is_on, &choice.label)
    });
    let fill = match (is_on, response.hovered()) {
        (true, _) => palette.selection,
        (false, true) => palette.hover,
        (false, false) => palette.control,
    };
    ui.painter().rect_filled(rect, radius::LARGE + 4, fill);
    let place = rect.center() - galley.size() / 2.0;
    ui.painter().galley(place, galley, color);
    focus_ring(ui, &response, radius::LARGE + 4);
    match choice.help {
        Some(help) => response.on_hover_text(help),
        None => response,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_go_in_and_out_in_the_order_of_the_choices() {
        let values = [json!("a"), json!("b"), json!("c")];
        let choices: Vec<Choice<'_>> = values
            .iter()
            .map(|value| Choice {
                value,
                label: String::new(),
                help: None,
            })
            .collect();
        let on = [json!("x"), json!("c")];
        assert_eq!(
            flipped(&on, &choices, &values[0], false),
            json!(["x", "a", "c"])
        );
        assert_eq!(flipped(&on, &choices, &values[2], true), json!(["x"]));
    }
}
