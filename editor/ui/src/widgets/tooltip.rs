//! Tooltips: what it is, its keys, and help.

use egui::{Response, RichText, Ui};

use super::key_cap::key_caps_ui;
use crate::theme::{Theme, medium, size};

/// A tooltip. Empty parts are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tooltip<'a> {
    /// What it is.
    pub title: &'a str,
    /// Its keys, such as `Ctrl+S`.
    pub shortcut: &'a str,
    /// What it does, in a sentence.
    pub help: &'a str,
}

impl Tooltip<'_> {
    /// Shows it while the pointer rests on a widget, also on one that is disabled.
    pub fn on(self, response: Response) -> Response {
        if self.title.is_empty() && self.help.is_empty() {
            return response;
        }
        response
            .on_hover_ui(|ui| self.ui(ui))
            .on_disabled_hover_ui(|ui| self.ui(ui))
    }

    fn ui(self, ui: &mut Ui) {
        let theme = Theme::of(ui.ctx());
        ui.set_max_width(ui.spacing().tooltip_width);
        if !self.title.is_empty() {
            ui.horizontal(|ui| {
                let title = RichText::new(self.title).font(medium(size::TEXT));
                ui.label(title.color(theme.palette.text_strong));
                if !self.shortcut.is_empty() {
                    key_caps_ui(ui, self.shortcut);
                }
            });
        }
        if !self.help.is_empty() {
            ui.label(RichText::new(self.help).color(theme.palette.text_weak));
        }
    }
}
