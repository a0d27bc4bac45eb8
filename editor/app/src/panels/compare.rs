//! Two pictures beside each other, over the whole window: how they are looked at, what was measured,
//! and what is under the pointer.

mod keys;
mod ladder;
mod pixel;
mod stage;
mod tools;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use hartomat_ui::theme::Theme;

use crate::Context;
use crate::command::Commands;

/// Width of what was measured.
const LADDER: f32 = 330.0;

/// Draws it in what is free.
pub(crate) fn compare_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(open) = &context.compare.open else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let bar = Frame::NONE
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(10, 6));
    Panel::top("compare tools")
        .frame(bar)
        .show(ui, |ui| tools::tools_ui(ui, open, commands));
    Panel::bottom("compare pixel")
        .frame(bar)
        .show(ui, |ui| pixel::pixel_ui(ui, open));
    if open.comparison.is_some() {
        Panel::right("compare ladder")
            .frame(Frame::NONE.fill(palette.panel))
            .default_size(LADDER)
            .size_range(240.0..=560.0)
            .show(ui, |ui| ladder::ladder_ui(ui, open, commands));
    }
    CentralPanel::default()
        .frame(Frame::NONE.fill(palette.canvas))
        .show(ui, |ui| stage::stage_ui(ui, open, commands));
    keys::keys(ui, open, commands);
}
