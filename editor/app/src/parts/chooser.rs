//! A chooser in the look of the forms: one of several, in a menu. What is chosen is its value for
//! screen readers, not its name.

use egui::style::WidgetVisuals;
use egui::{Align, Align2, Button, ComboBox, Layout, Rect, Response, RichText, Stroke, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size};

/// A chooser.
pub(crate) struct Chooser<'a> {
    /// Tells choosers of one place apart.
    pub(crate) salt: &'a str,
    /// What it is for.
    pub(crate) name: &'a str,
    /// What is chosen.
    pub(crate) chosen: &'a str,
    /// Width in points.
    pub(crate) width: f32,
}

impl Chooser<'_> {
    /// Draws it, and the menu while it is open.
    pub(crate) fn show(&self, ui: &mut Ui, menu: impl FnOnce(&mut Ui)) -> Response {
        let palette = Theme::of(ui.ctx()).palette;
        let room = Vec2::new(self.width, size::CONTROL);
        let layout = Layout::left_to_right(Align::Center);
        // Room of its own: what is chosen is cut off before the row gets wider.
        let response = ui
            .allocate_ui_with_layout(room, layout, |ui| {
                ui.set_max_width(self.width);
                field_look(ui);
                let chosen = RichText::new(self.chosen).color(palette.text_strong);
                ComboBox::from_id_salt(self.salt)
                    .width(self.width)
                    .truncate()
                    .icon(caret_in)
                    .selected_text(chosen)
                    .show_ui(ui, menu)
                    .response
            })
            .inner;
        name_chooser(&response, self.name, self.chosen);
        response
    }
}

/// A button that looks like a chooser and opens something larger than a menu.
pub(crate) fn chooser_button_ui(ui: &mut Ui, chosen: &str, width: f32) -> Response {
    let palette = Theme::of(ui.ctx()).palette;
    ui.scope(|ui| {
        field_look(ui);
        let chosen = RichText::new(chosen).color(palette.text_strong);
        let caret = Icon::Unfolded.text(12.0).color(palette.text_weak);
        let button = Button::new((chosen, egui::Atom::grow(), caret)).truncate();
        ui.add_sized([width, size::CONTROL], button)
    })
    .inner
}

/// Fields are darker than buttons and have an outline.
fn field_look(ui: &mut Ui) {
    let palette = Theme::of(ui.ctx()).palette;
    let visuals = &mut ui.visuals_mut().widgets;
    visuals.inactive.weak_bg_fill = palette.field;
    visuals.inactive.bg_stroke = Stroke::new(1.0, palette.border_strong);
}

fn caret_in(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _is_open: bool) {
    let font = Icon::font(12.0);
    let (glyph, color) = (Icon::Unfolded.glyph(), visuals.text_color());
    ui.painter()
        .text(rect.center(), Align2::CENTER_CENTER, glyph, font, color);
}

/// Says to screen readers what a chooser is for, and what is chosen.
fn name_chooser(response: &Response, name: &str, chosen: &str) {
    hartomat_ui::widgets::name(response, name);
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_value(chosen));
}
