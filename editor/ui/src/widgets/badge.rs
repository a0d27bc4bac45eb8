//! Badges and dots: a word or a colour that says what something is.

use egui::{Color32, Response, Sense, Ui, Vec2, WidgetInfo, WidgetType};

use super::button::paint_icon;
use crate::icon::Icon;
use crate::theme::{Status, Theme, medium, radius, size};

/// A word in a colour, on a quiet background of the same tone.
pub fn badge_ui(ui: &mut Ui, text: &str, color: Color32) -> Response {
    badge(ui, None, text, color)
}

/// The badge of a status: its icon, and its name in the person's language.
pub fn status_badge_ui(ui: &mut Ui, status: Status, text: &str) -> Response {
    let color = Theme::of(ui.ctx()).palette.status(status);
    badge(ui, Some(status_icon(status)), text, color)
}

/// The icon of a status.
pub fn status_icon(status: Status) -> Icon {
    match status {
        Status::Waiting => Icon::Waiting,
        Status::Running => Icon::Running,
        Status::Succeeded => Icon::Succeeded,
        Status::Reused => Icon::Reused,
        Status::Failed => Icon::Failed,
        Status::Skipped => Icon::Skipped,
        Status::Cancelled => Icon::Cancelled,
    }
}

fn badge(ui: &mut Ui, icon: Option<Icon>, text: &str, color: Color32) -> Response {
    let palette = Theme::of(ui.ctx()).palette;
    let font = medium(size::SMALL_TEXT);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, color);
    let icon_width = if icon.is_some() { 17.0 } else { 0.0 };
    let desired = Vec2::new(galley.size().x + icon_width + 12.0, 19.0);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    if ui.is_rect_visible(rect) {
        ui.painter()
            .rect_filled(rect, radius::SMALL, palette.soft(color));
        if let Some(icon) = icon {
            let place = egui::Rect::from_min_size(
                rect.min + Vec2::new(4.0, 0.0),
                Vec2::new(16.0, rect.height()),
            );
            paint_icon(ui, place, icon, 13.0, color);
        }
        let top = rect.center().y - galley.size().y / 2.0;
        let left = rect.left() + 6.0 + icon_width;
        ui.painter().galley(egui::pos2(left, top), galley, color);
    }
    response
}

/// A dot in a colour, with the name that stands for it.
pub fn color_dot_ui(ui: &mut Ui, color: Color32, name: &str) -> Response {
    let height = ui.text_style_height(&egui::TextStyle::Body);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(10.0, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, name));
    ui.painter().circle_filled(rect.center(), 4.0, color);
    response.on_hover_text(name)
}
