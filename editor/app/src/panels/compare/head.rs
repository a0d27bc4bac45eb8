//! The first line: what is compared, the verdict, and what can be done with all of it.

use egui::{Align, Label, Layout, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{IconButton, badge_ui};

use super::sources::sources_ui;
use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison};
use crate::messages::text;
use crate::parts::{verdict_color, verdict_icon, verdict_text};

pub(super) fn head_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        if open.is_of_run() {
            let title = RichText::new(&open.title).font(semibold(15.0));
            ui.add(Label::new(title.color(palette.text_strong)));
        }
        let measured = open.comparison.as_ref().map(|measured| measured.verdict);
        if let Some(verdict) = open.verdict.or(measured) {
            let words = format!(
                "{} {}",
                verdict_icon(verdict).glyph(),
                verdict_text(verdict)
            );
            badge_ui(ui, &words, verdict_color(&palette, verdict));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = IconButton::new(Icon::Close, text("compare.close")).shortcut("Esc");
            if ui.add(close).clicked() {
                commands.compare(CompareCommand::Close);
            }
            let keys = IconButton::new(Icon::Keyboard, text("compare.keys")).shortcut("?");
            if ui.add(keys).clicked() {
                commands.compare(CompareCommand::Keys(true));
            }
            if !open.has_no_picture() {
                let fit = IconButton::new(Icon::FitAll, text("compare.fit")).shortcut("F");
                if ui.add(fit).clicked() {
                    commands.compare(CompareCommand::Fit);
                }
                spots_ui(ui, open, commands);
            }
            super::report::button_ui(ui, open, commands);
            super::reviews::buttons_ui(ui, open, commands);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                sources_ui(ui, open, commands);
            });
        });
    });
}

fn spots_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    if open.hot_spots.is_empty() {
        return;
    }
    let next = IconButton::new(Icon::Down, text("compare.next_spot")).shortcut("N");
    if ui.add(next).clicked() {
        commands.compare(CompareCommand::HotSpot(true));
    }
    let previous = IconButton::new(Icon::Up, text("compare.previous_spot")).shortcut("P");
    if ui.add(previous).clicked() {
        commands.compare(CompareCommand::HotSpot(false));
    }
    let at = open
        .hot_spot
        .map_or("–".to_owned(), |at| (at + 1).to_string());
    let palette = Theme::of(ui.ctx()).palette;
    let words = format!("{} {at}/{}", text("compare.spots"), open.hot_spots.len());
    ui.label(
        RichText::new(words)
            .size(size::SMALL_TEXT)
            .color(palette.text_weak),
    );
}
