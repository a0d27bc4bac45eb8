//! Which two are beside each other, and how one of them is exchanged.

use egui::{Button, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{IconButton, describe, name};

use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison};
use crate::messages::{text, text_with};

/// What a side is called: control and candidate of a run, or else the first and the second.
pub(super) fn side_text(open: &OpenComparison, side: usize) -> &'static str {
    match (open.is_of_run(), side) {
        (true, 0) => text("compare.control"),
        (true, _) => text("compare.candidate"),
        (false, 0) => text("compare.first"),
        (false, _) => text("compare.second"),
    }
}

pub(super) fn sources_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    ui.spacing_mut().item_spacing.x = space::S;
    side_ui(ui, open, 0, commands);
    let swap = IconButton::new(Icon::Swap, text("compare.swap")).small();
    let can_swap = open.sides().iter().all(|side| side.source.is_some());
    if ui.add_enabled(can_swap, swap.shortcut("Shift+S")).clicked() {
        commands.compare(CompareCommand::Swap);
    }
    side_ui(ui, open, 1, commands);
}

fn side_ui(ui: &mut Ui, open: &OpenComparison, side: usize, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let file = open.sides()[side].name();
    let file = if file.is_empty() { "–" } else { &file };
    let weak = RichText::new(side_text(open, side)).size(size::SMALL_TEXT);
    let words = RichText::new(file).color(palette.text_strong);
    let caret = Icon::Unfolded.text(11.0).color(palette.text_weak);
    let button = Button::new((weak.color(palette.text_weak), words, caret)).truncate();
    let response = ui.scope(|ui| {
        ui.set_max_width(230.0);
        ui.add(button)
    });
    let response = response.inner;
    let values = [("side", side_text(open, side)), ("file", file)];
    name(&response, &text_with("compare.side_is", &values));
    describe(&response, text("compare.choose_help"));
    let key = if side == 0 { "Shift+A" } else { "Shift+B" };
    let help = format!("{}  ({key})", text("compare.choose_help"));
    if response.on_hover_text(help).clicked() {
        commands.compare(CompareCommand::Choose(Some(side)));
    }
}
