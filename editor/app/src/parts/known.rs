//! A known failure: its likely cause, and what helps.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Frame, Label, Margin, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, radius, regular, size, space};

use crate::messages::text;
use crate::runs::KnownFailure;

/// Draws cause and fix on two lines, or more where there is little room.
pub(crate) fn known_ui(ui: &mut Ui, known: &KnownFailure) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.severity(Severity::Warning);
    let line = |title: &str, words: &str| {
        let format = |font, color| TextFormat {
            font_id: font,
            color,
            valign: Align::Center,
            ..TextFormat::default()
        };
        let mut job = LayoutJob::default();
        job.append(
            title,
            0.0,
            format(medium(size::SMALL_TEXT), palette.text_weak),
        );
        job.append(words, space::S, format(regular(size::TEXT), palette.text));
        job
    };
    Frame::new()
        .fill(palette.severity_soft(Severity::Warning))
        .corner_radius(radius::MEDIUM)
        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::M;
                ui.label(Icon::Idea.rich().color(color));
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 1.0;
                    let cause = line(text("log.likely_cause"), known.cause());
                    ui.add(Label::new(cause).wrap());
                    ui.add(Label::new(line(text("log.what_helps"), known.fix())).wrap());
                });
            });
        });
}
