//! A known failure: its likely cause, and what helps.

use egui::{Frame, Label, Margin, RichText, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, radius, size, space};

use crate::messages::text;
use crate::runs::KnownFailure;

/// Width of the titles, so that both texts begin at one line.
const TITLES: f32 = 128.0;

/// Draws cause and fix, each on a line or more.
pub(crate) fn known_ui(ui: &mut Ui, known: &KnownFailure) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.severity(Severity::Warning);
    let lines = [
        (text("log.likely_cause"), known.cause()),
        (text("log.what_helps"), known.fix()),
    ];
    Frame::new()
        .fill(palette.severity_soft(Severity::Warning))
        .corner_radius(radius::MEDIUM)
        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8 + 1))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = Vec2::new(space::M, 2.0);
            for (number, (title, words)) in lines.into_iter().enumerate() {
                ui.horizontal_top(|ui| {
                    let icon = if number == 0 { Icon::Idea } else { Icon::Fix };
                    ui.label(icon.rich().color(color));
                    let title = RichText::new(title).font(medium(size::TEXT));
                    let title = Label::new(title.color(palette.text_weak));
                    let room = Vec2::new(TITLES.min(ui.available_width() / 3.0), 18.0);
                    ui.allocate_ui(room, |ui| {
                        ui.set_width(room.x);
                        ui.add(title.truncate());
                    });
                    ui.add(Label::new(RichText::new(words).color(palette.text)).wrap());
                });
            }
        });
}
