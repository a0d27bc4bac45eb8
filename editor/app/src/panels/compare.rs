//! Two sides beside each other, over the whole window: how they are looked at, what was measured and
//! set otherwise, what people said of it, and what is under the pointer.

mod chooser;
mod differences;
mod head;
mod help;
mod histogram;
mod intents;
mod keys;
mod ladder;
mod masks;
mod models;
mod pixel;
mod report;
mod review_dialog;
mod reviews;
mod side;
mod sources;
mod stage;
mod tools;
mod video;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use hartomat_ui::theme::Theme;

use crate::Context;
use crate::command::Commands;

/// Width of what stands beside the pictures.
const SIDE: f32 = 340.0;

/// Draws it in what is free.
pub(crate) fn compare_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(open) = &context.compare.open else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let bar = Frame::NONE
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(10, 6));
    let has_picture = !open.has_no_picture();
    Panel::top("compare tools").frame(bar).show(ui, |ui| {
        head::head_ui(ui, open, commands);
        if has_picture {
            tools::tools_ui(ui, open, commands);
        }
    });
    if has_picture {
        Panel::bottom("compare pixel")
            .frame(bar)
            .show(ui, |ui| pixel::pixel_ui(ui, open));
    }
    if let Some(video) = &open.video {
        Panel::bottom("compare video")
            .frame(bar)
            .show(ui, |ui| video::video_ui(ui, open, video, commands));
    }
    Panel::right("compare side")
        .frame(Frame::NONE.fill(palette.panel))
        .default_size(SIDE)
        .size_range(260.0..=620.0)
        .show(ui, |ui| side::side_ui(ui, context, open, commands));
    CentralPanel::default()
        .frame(Frame::NONE.fill(palette.canvas))
        .show(ui, |ui| {
            if has_picture {
                stage::stage_ui(ui, open, commands);
            } else {
                models::models_ui(ui, open);
            }
        });
    let ctx = ui.ctx().clone();
    chooser::chooser_ui(&ctx, context, commands);
    review_dialog::review_dialog_ui(&ctx, context, commands);
    help::help_ui(&ctx, context, commands);
    keys::keys(ui, context, open, commands);
}
