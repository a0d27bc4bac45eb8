//! Numbers: scrubbed with the mouse (Shift for fine), typed with arithmetic and units, kept within their
//! range.

use std::cell::Cell;

use egui::{CornerRadius, DragValue, Key, Response, Shape, Stroke, Ui, Vec2};
use serde_json::Value;

use crate::form::arithmetic::evaluate;
use crate::form::draw::Form;
use crate::form::field::{Field, range_text};
use crate::form::notes;
use crate::form::number_format::number_text;
use crate::form::schema::SchemaView;
use crate::form::text::fill;
use crate::theme::{radius, size};

/// Ranges up to this long show how far along a value is.
const SHOWN_RANGE: f64 = 1000.0;
/// Whole numbers beyond this are not exact in 64-bit floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a number field needs to know.
#[derive(Debug, Clone, Copy)]
struct Bounds<'a> {
    least: f64,
    most: f64,
    multiple: Option<f64>,
    unit: Option<&'a str>,
    is_integer: bool,
}

impl<'a> Bounds<'a> {
    fn of(schema: SchemaView<'a>, is_integer: bool) -> Self {
        let whole = if is_integer { 1.0 } else { 0.0 };
        let bound = |open: &str, closed: &str, inward: f64| {
            let open = schema.bound(open).map(|bound| bound + inward * whole);
            schema.bound(closed).or(open)
        };
        let multiple = schema
            .bound("multipleOf")
            .filter(|multiple| *multiple > 0.0);
        Self {
            least: bound("exclusiveMinimum", "minimum", 1.0).unwrap_or(f64::NEG_INFINITY),
            most: bound("exclusiveMaximum", "maximum", -1.0).unwrap_or(f64::INFINITY),
            multiple,
            unit: schema.unit(),
            is_integer,
        }
    }

    fn length(self) -> f64 {
        self.most - self.least
    }

    /// Per point that the mouse moves: short ranges over 300 points, others in proportion to the value.
    fn speed(self, value: f64) -> f64 {
        let speed = if self.length() <= SHOWN_RANGE {
            self.length() / 300.0
        } else {
            (value.abs() * 0.01).max(if self.is_integer { 0.2 } else { 0.01 })
        };
        speed.max(self.multiple.unwrap_or(0.0) * 0.2)
    }

    fn snap(self, value: f64) -> f64 {
        let value = match self.multiple {
            Some(multiple) => (value / multiple).round() * multiple,
            None => value,
        };
        let value = if self.is_integer {
            value.round()
        } else {
            value
        };
        // Not `clamp`, which panics where a served schema has them the wrong way round.
        value.max(self.least).min(self.most)
    }

    fn json(self, value: f64) -> Value {
        if self.is_integer && value.abs() < EXACT {
            Value::from(value as i64)
        } else {
            Value::from(value)
        }
    }
}

pub(in crate::form) fn number_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    is_integer: bool,
) -> Response {
    let value = field.value().and_then(Value::as_f64);
    if value.is_some_and(|value| is_integer && value.abs() >= EXACT) {
        return super::json::json_ui(ui, form, field.value());
    }
    let bounds = Bounds::of(field.schema, is_integer);
    let shown = if field.is_mixed(form) {
        Shown::Words(&form.context.text.mixed)
    } else if value.is_none() {
        Shown::Words(&form.context.text.not_set)
    } else {
        Shown::Number
    };
    let before = value.unwrap_or(0.0_f64.max(bounds.least).min(bounds.most));
    let mut number = before;
    let typed = Cell::new(Typed::Nothing);
    let response = drag_ui(ui, form, &mut number, (bounds, shown), &typed);
    let id = field.id(form);
    if response.gained_focus() || response.drag_started() {
        notes::say(ui.ctx(), id, None);
    }
    let typed = typed.take();
    let is_read = matches!(typed, Typed::Read | Typed::Clamped);
    note(ui, form, field, id, typed);
    // While words are typed over, the number behind them is nobody's wish; once a number was read, it
    // is one, even where it is the number of the first node.
    let is_wish = match shown {
        Shown::Number => response.changed(),
        Shown::Words(_) => is_read || response.dragged() && response.changed(),
    };
    if is_wish {
        let value = bounds.json(bounds.snap(number));
        if response.dragged() {
            form.set_during(&field.pointer, value, &response);
        } else if shown != Shown::Number || bounds.json(before) != value {
            form.set(&field.pointer, value);
        }
    }
    response
}

/// What a field shows while it isn't typed into.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown<'a> {
    Number,
    Words(&'a str),
}

/// What became of something that was typed.
#[derive(Debug, Default)]
enum Typed {
    #[default]
    Nothing,
    Read,
    Clamped,
    Unreadable(String),
}

fn note(ui: &Ui, form: &Form<'_>, field: &Field<'_>, id: egui::Id, typed: Typed) {
    let text = form.context.text;
    let words = match typed {
        Typed::Nothing | Typed::Read => return,
        Typed::Clamped => {
            let range = range_text(form, field.schema).unwrap_or_default();
            fill(&text.clamped, "range", &range)
        }
        Typed::Unreadable(input) => fill(&text.not_a_number, "input", &input),
    };
    notes::say(ui.ctx(), id, Some(words));
}

fn drag_ui(
    ui: &mut Ui,
    form: &Form<'_>,
    number: &mut f64,
    (bounds, shown): (Bounds<'_>, Shown<'_>),
    typed: &Cell<Typed>,
) -> Response {
    let palette = form.theme.palette;
    let start = *number;
    let base_key = ui.next_auto_id().with("base");
    // What is typed goes on from what stood there when the field got the keyboard.
    let base = ui.data(|data| data.get_temp(base_key)).unwrap_or(start);
    // A field says for two frames that it was left, and Escape is pressed only in the first.
    let given_up_key = ui.next_auto_id().with("given up");
    let is_given_up = ui.data(|data| data.get_temp(given_up_key)).unwrap_or(false);
    let behind = ui.painter().add(Shape::Noop);
    let parse = |input: &str| {
        if is_given_up {
            return None;
        }
        if matches!(shown, Shown::Words(words) if words == input) {
            return None;
        }
        match evaluate(input, bounds.unit, base, bounds.is_integer) {
            Ok(value) => {
                let kept = bounds.snap(value);
                let rounding = if bounds.is_integer { 0.5 } else { 1e-9 };
                let is_outside = value < bounds.least - rounding || value > bounds.most + rounding;
                typed.set(if is_outside {
                    Typed::Clamped
                } else {
                    Typed::Read
                });
                Some(kept)
            }
            Err(_) => {
                typed.set(Typed::Unreadable(input.trim().to_owned()));
                None
            }
        }
    };
    let format = |value: f64, _: std::ops::RangeInclusive<usize>| match shown {
        Shown::Words(words) => words.to_owned(),
        Shown::Number => number_text(value),
    };
    let width = ui.available_width();
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().interact_size = Vec2::new(width, size::CONTROL);
            let widgets = &mut ui.visuals_mut().widgets;
            for state in [
                &mut widgets.inactive,
                &mut widgets.hovered,
                &mut widgets.active,
            ] {
                state.weak_bg_fill = egui::Color32::TRANSPARENT;
            }
            widgets.inactive.bg_stroke = Stroke::new(1.0, palette.border_strong);
            widgets.inactive.fg_stroke.color = match shown {
                Shown::Number => palette.text_strong,
                Shown::Words(_) => palette.text_faint,
            };
            let mut drag = DragValue::new(number)
                .speed(bounds.speed(start))
                .range(bounds.least..=bounds.most)
                .clamp_existing_to_range(false)
                .update_while_editing(false)
                .custom_formatter(format)
                .custom_parser(parse);
            if bounds.is_integer {
                drag = drag.max_decimals(0);
            }
            if let (Some(unit), Shown::Number) = (bounds.unit, shown) {
                let space = if matches!(unit, "°" | "%") {
                    ""
                } else {
                    "\u{a0}"
                };
                let text = egui::RichText::new(format!("{space}{unit}"));
                drag = drag.suffix(text.color(palette.text_faint));
            }
            ui.add(drag)
        })
        .inner;
    if response.gained_focus() || !response.has_focus() && !response.lost_focus() {
        ui.data_mut(|data| data.insert_temp(base_key, start));
    }
    let gives_up = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
    if gives_up || response.has_focus() {
        ui.data_mut(|data| data.insert_temp(given_up_key, gives_up));
    }
    if !response.has_focus() {
        let shape = background(ui, form, &response, (bounds, shown), *number);
        ui.painter().set(behind, shape);
    }
    response
}

/// The field, filled as far as the value is along its range.
fn background(
    ui: &Ui,
    form: &Form<'_>,
    response: &Response,
    (bounds, shown): (Bounds<'_>, Shown<'_>),
    value: f64,
) -> Shape {
    let palette = form.theme.palette;
    let corner = CornerRadius::same(radius::MEDIUM);
    let base = Shape::rect_filled(response.rect, corner, palette.field);
    let has_range = bounds.length() > 0.0 && bounds.length() <= SHOWN_RANGE;
    if shown != Shown::Number || !has_range {
        return base;
    }
    let share = ((value - bounds.least) / bounds.length()).clamp(0.0, 1.0) as f32;
    let mut filled = response.rect;
    filled.set_width(filled.width() * share);
    let color = if ui.is_enabled() {
        palette.range_fill
    } else {
        palette.control
    };
    // Rounded where the field is; the clip keeps the other end straight.
    let right = if share > 0.99 { radius::MEDIUM } else { 0 };
    let corner = CornerRadius {
        nw: radius::MEDIUM,
        sw: radius::MEDIUM,
        ne: right,
        se: right,
    };
    Shape::Vec(vec![base, Shape::rect_filled(filled, corner, color)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_the_wrong_way_round_is_no_reason_to_crash() {
        let bounds = Bounds {
            least: 10.0,
            most: 1.0,
            multiple: None,
            unit: None,
            is_integer: true,
        };
        assert_eq!(bounds.snap(5.0).to_bits(), 1.0_f64.to_bits());
    }
}
