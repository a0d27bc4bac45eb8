//! What stands where nothing is yet: what it will be, and how to begin.

use egui::{RichText, Ui};

use super::button::{ButtonKind, TextButton};
use crate::icon::Icon;
use crate::theme::{Theme, semibold, size, space};

/// An empty place that teaches.
#[derive(Debug, Clone, Copy)]
pub struct EmptyState<'a> {
    /// What it is about.
    pub icon: Icon,
    /// What is not there yet.
    pub title: &'a str,
    /// How it comes about, in a sentence or two.
    pub text: &'a str,
    /// The button that begins; none where it begins elsewhere.
    pub button: Option<&'a str>,
}

impl EmptyState<'_> {
    /// Draws it in the middle of what is free. `true` when the button was clicked.
    pub fn ui(self, ui: &mut Ui) -> bool {
        let palette = Theme::of(ui.ctx()).palette;
        let room = ui.available_size();
        let height = 150.0 + if self.button.is_some() { 40.0 } else { 0.0 };
        ui.vertical_centered(|ui| {
            ui.add_space(((room.y - height) / 2.0).clamp(space::L, 400.0));
            let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(52.0), egui::Sense::hover());
            ui.painter()
                .circle_filled(rect.center(), 26.0, palette.control);
            super::button::paint_icon(ui, rect, self.icon, 24.0, palette.text_weak);
            ui.add_space(space::M);
            let title = RichText::new(self.title).font(semibold(15.0));
            ui.label(title.color(palette.text_strong));
            ui.scope(|ui| {
                ui.set_max_width(room.x.min(340.0));
                ui.label(RichText::new(self.text).color(palette.text_weak));
            });
            let Some(text) = self.button else {
                return false;
            };
            ui.add_space(space::M);
            let button = TextButton::new(ButtonKind::Primary, text).min_width(size::HEADER * 3.0);
            ui.add(button).clicked()
        })
        .inner
    }
}
