//! Colours: a picker and the hexadecimal text. Text is sRGB, lists of numbers are linear light.

use egui::{
    Color32, CornerRadius, Id, Margin, Popup, PopupCloseBehavior, Response, RichText, Sense,
    Stroke, StrokeKind, TextEdit, Ui, Vec2, WidgetInfo, WidgetType,
};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::field::Field;
use crate::form::kinds::picker::picker_ui;
use crate::form::schema::{Kind, SchemaView};
use crate::form::text::fill;
use crate::theme::{color_of_linear, linear_of, mono, radius, size, space};
use crate::widgets::{checkerboard, focus_ring, name};

/// Whether a schema asks for a colour and has a shape that one fits in.
pub(in crate::form) fn is_color(schema: SchemaView<'_>) -> bool {
    schema.widget() == Some("color")
        && matches!(schema.kind(), Kind::Text | Kind::Tuple(_) | Kind::List(_))
}

pub(in crate::form) fn color_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Response {
    let is_mixed = field.is_mixed(form);
    let value = field.value();
    let color = value.and_then(read).filter(|_| !is_mixed);
    let has_alpha = has_alpha(field.schema, value);
    let label = fill(&form.context.text.choose_color, "title", &field.title);
    let swatch = swatch_ui(ui, form, color, &label);
    let mut picked = color.unwrap_or(Color32::WHITE);
    Popup::menu(&swatch)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            if picker_ui(ui, form.context.text, &mut picked, has_alpha) {
                let value = write(field.schema, picked, has_alpha);
                form.set_during(&field.pointer, value, &swatch);
            }
        });
    hex_ui(ui, form, field, color, has_alpha)
}

fn swatch_ui(ui: &mut Ui, form: &Form<'_>, color: Option<Color32>, label: &str) -> Response {
    let palette = form.theme.palette;
    let desired = Vec2::new(34.0, size::CONTROL);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ColorButton, is_enabled, label));
    let inner = rect.shrink(1.0);
    if color.is_none_or(|color| !color.is_opaque()) {
        checkerboard(ui, inner);
    }
    let fill = color.unwrap_or(Color32::TRANSPARENT);
    let outline = if response.hovered() {
        palette.text_weak
    } else {
        palette.border_strong
    };
    let corner = CornerRadius::same(radius::MEDIUM);
    let stroke = Stroke::new(1.0, outline);
    ui.painter()
        .rect(rect, corner, fill, stroke, StrokeKind::Inside);
    focus_ring(ui, &response, radius::MEDIUM);
    response
}

/// The text of a colour. What isn't one yet stays in the field until it is.
fn hex_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    color: Option<Color32>,
    has_alpha: bool,
) -> Response {
    let id: Id = field.id(form).with("hex");
    let stored = match field.value() {
        Some(Value::String(text)) if color.is_some() => text.clone(),
        _ => color.map(|color| hex(color, has_alpha)).unwrap_or_default(),
    };
    let typed: Option<String> = ui.data(|data| data.get_temp(id));
    let mut text = typed.unwrap_or_else(|| stored.clone());
    let hint = RichText::new(if field.is_mixed(form) {
        form.context.text.mixed.as_str()
    } else {
        "#rrggbb"
    });
    let edit = TextEdit::singleline(&mut text)
        .id(id)
        .font(mono(size::TEXT - 1.0))
        .hint_text(hint.color(form.theme.palette.text_faint))
        .desired_width((ui.available_width() - space::XS).max(40.0))
        .margin(Margin::symmetric(8, 5))
        .min_size(Vec2::new(40.0, size::CONTROL));
    let response = ui
        .scope(|ui| {
            super::text::field_visuals(ui, form);
            ui.add(edit)
        })
        .inner;
    name(&response, &field.title);
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    } else {
        ui.data_mut(|data| data.remove::<String>(id));
    }
    if response.changed()
        && let Some(color) = parse(&text)
        && text != stored
    {
        let value = match field.schema.kind() {
            Kind::Text => Value::String(normal(&text, color)),
            _ => write(field.schema, color, has_alpha),
        };
        form.set_during(&field.pointer, value, &response);
    }
    response
}

/// What was typed as it is stored: with its sign, and in full length.
fn normal(text: &str, color: Color32) -> String {
    let digits = text.trim().trim_start_matches('#');
    match digits.len() {
        6 | 8 => format!("#{digits}"),
        _ => hex(color, false),
    }
}

fn has_alpha(schema: SchemaView<'_>, value: Option<&Value>) -> bool {
    let of_value = |value: &Value| match value {
        Value::String(text) => text.trim_start_matches('#').len() == 8,
        Value::Array(parts) => parts.len() == 4,
        _ => false,
    };
    let pattern = schema.note_text("pattern").unwrap_or_default();
    value.is_some_and(of_value)
        || schema.default().is_some_and(of_value)
        || pattern.contains("{8}")
        || schema.bound("minItems") == Some(4.0)
}

fn read(value: &Value) -> Option<Color32> {
    match value {
        Value::String(text) => parse(text),
        Value::Array(parts) => {
            let number = |index: usize| parts.get(index)?.as_f64().map(|part| part as f32);
            let rgb = color_of_linear([number(0)?, number(1)?, number(2)?]);
            let alpha = number(3).unwrap_or(1.0).clamp(0.0, 1.0) * 255.0;
            let [red, green, blue, _] = rgb.to_array();
            Some(Color32::from_rgba_unmultiplied(
                red,
                green,
                blue,
                alpha.round() as u8,
            ))
        }
        _ => None,
    }
}

fn write(schema: SchemaView<'_>, color: Color32, has_alpha: bool) -> Value {
    if matches!(schema.kind(), Kind::Text) {
        return Value::String(hex(color, has_alpha));
    }
    let [red, green, blue, alpha] = color.to_srgba_unmultiplied();
    let round = |part: f32| (f64::from(part) * 1e5).round() / 1e5;
    let mut parts: Vec<f64> = linear_of(Color32::from_rgb(red, green, blue))
        .map(round)
        .to_vec();
    if has_alpha {
        parts.push(round(f32::from(alpha) / 255.0));
    }
    Value::from(parts)
}

fn hex(color: Color32, has_alpha: bool) -> String {
    let [red, green, blue, alpha] = color.to_srgba_unmultiplied();
    if has_alpha {
        format!("#{red:02x}{green:02x}{blue:02x}{alpha:02x}")
    } else {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// `#rgb`, `#rrggbb` or `#rrggbbaa`, with or without the sign.
fn parse(text: &str) -> Option<Color32> {
    let digits = text.trim().trim_start_matches('#');
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let nibble = |at: usize| Some(17 * u8::from_str_radix(digits.get(at..=at)?, 16).ok()?);
    match digits.len() {
        3 => Some(Color32::from_rgb(nibble(0)?, nibble(1)?, nibble(2)?)),
        6 => Some(Color32::from_rgb(byte(0)?, byte(2)?, byte(4)?)),
        8 => Some(Color32::from_rgba_unmultiplied(
            byte(0)?,
            byte(2)?,
            byte(4)?,
            byte(6)?,
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_read_in_their_usual_forms() {
        assert_eq!(parse("#fff"), Some(Color32::WHITE));
        assert_eq!(parse("336699"), Some(Color32::from_rgb(0x33, 0x66, 0x99)));
        assert_eq!(parse("#33669"), None);
        assert_eq!(parse("#äöü"), None);
        assert_eq!(hex(Color32::from_rgb(1, 2, 3), false), "#010203");
    }
}
