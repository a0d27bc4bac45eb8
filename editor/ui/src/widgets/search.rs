//! The search box: an icon, a text, and a button that clears it.

use egui::{Key, Margin, Response, RichText, TextEdit, Ui, Vec2};

use super::access::name;
use super::button::{IconButton, paint_icon};
use crate::icon::Icon;
use crate::theme::{Theme, size};

/// Adds a search box as wide as there is room. `hint` is also its name; Escape and the button named
/// `clear` empty it. The response has changed when the text has.
pub fn search_box_ui(ui: &mut Ui, text: &mut String, hint: &str, clear: &str) -> Response {
    let palette = Theme::of(ui.ctx()).palette;
    let (left, right) = (28, if text.is_empty() { 8 } else { 28 });
    let edit = TextEdit::singleline(text)
        .hint_text(RichText::new(hint).color(palette.text_faint))
        .desired_width(f32::INFINITY)
        .margin(Margin {
            left,
            right,
            top: 5,
            bottom: 5,
        })
        .min_size(Vec2::new(60.0, size::CONTROL));
    let mut response = ui.add(edit);
    name(&response, hint);
    let icon =
        egui::Rect::from_min_size(response.rect.min, Vec2::new(28.0, response.rect.height()));
    paint_icon(ui, icon, Icon::Search, 15.0, palette.text_faint);
    if !text.is_empty() {
        let side = Vec2::splat(20.0);
        let middle = egui::pos2(response.rect.right() - 14.0, response.rect.center().y);
        let place = egui::Rect::from_center_size(middle, side);
        let is_cleared = ui
            .put(place, IconButton::new(Icon::Close, clear).small())
            .clicked();
        let is_escaped = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        if is_cleared || is_escaped {
            text.clear();
            response.mark_changed();
            response.request_focus();
        }
    }
    response
}
