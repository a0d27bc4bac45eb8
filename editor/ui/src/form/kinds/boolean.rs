//! Yes or no, as a switch.

use egui::{
    Color32, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType, accesskit,
};
use serde_json::Value;

use crate::form::draw::Form;
use crate::form::field::Field;
use crate::theme::Theme;

pub(in crate::form) fn boolean_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Response {
    let is_on = field.value().and_then(Value::as_bool).unwrap_or(false);
    let is_mixed = field.is_mixed(form);
    let response = switch_ui(ui, is_on, is_mixed);
    if response.clicked() {
        form.set(&field.pointer, Value::Bool(is_mixed || !is_on));
    }
    if is_mixed {
        let words = egui::RichText::new(&form.context.text.mixed);
        ui.label(words.color(form.theme.palette.text_faint));
    }
    response
}

/// A switch; the caller acts on its click.
pub(in crate::form) fn switch_ui(ui: &mut Ui, is_on: bool, is_mixed: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(30.0, 20.0), Sense::click());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, is_enabled, is_on, ""));
    if is_mixed {
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_toggled(accesskit::Toggled::Mixed);
        });
    }
    if ui.is_rect_visible(rect) {
        let palette = Theme::of(ui.ctx()).palette;
        let track = egui::Rect::from_center_size(rect.center(), Vec2::new(30.0, 17.0));
        let is_filled = is_on && !is_mixed;
        let fill = match (is_filled, response.hovered()) {
            (true, true) => palette.accent_hover,
            (true, false) => palette.accent,
            (false, true) => palette.pressed,
            (false, false) => palette.control,
        };
        let outline = if response.has_focus() {
            Stroke::new(1.5, palette.accent_text)
        } else if is_filled {
            Stroke::new(1.0, Color32::TRANSPARENT)
        } else {
            Stroke::new(1.0, palette.border_strong)
        };
        let painter = ui.painter();
        painter.rect(track, 9, fill, outline, StrokeKind::Inside);
        let way = ui.ctx().animate_bool(response.id, is_on);
        let way = if is_mixed { 0.5 } else { way };
        let middle = egui::lerp(track.left() + 8.5..=track.right() - 8.5, way);
        let knob = egui::pos2(middle, track.center().y);
        let color = if is_filled {
            palette.on_accent
        } else {
            palette.text_weak
        };
        painter.circle_filled(knob, 5.5, color);
    }
    response
}
