//! The studio's side over the whole window: rollout, output types, orders.

mod board;
mod decide;
mod gate;
mod orders;
mod output_types;
mod rollout;

use egui::{
    Align, CentralPanel, Frame, Key, Label, Layout, Margin, Modifiers, Panel, RichText, Ui,
};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{IconButton, Marked};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::shell::sentence;
use crate::studio_view::{StudioCommand, StudioTab};

/// The widest that a sentence gets, in points.
const SENTENCE: f32 = 540.0;

/// Draws it in what is free.
pub(crate) fn studio_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(tab) = context.studio.open else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let bar = Frame::NONE
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(10, 6));
    Panel::top("studio tabs")
        .frame(bar)
        .show(ui, |ui| head_ui(ui, tab, commands));
    let frame = Frame::NONE.fill(palette.canvas);
    CentralPanel::default()
        .frame(frame)
        .show(ui, |ui| match tab {
            StudioTab::Rollout => board::board_ui(ui, context, commands),
            StudioTab::OutputTypes => output_types::output_types_ui(ui, context, commands),
            StudioTab::Orders => orders::orders_ui(ui, context, commands),
        });
    let ctx = ui.ctx().clone();
    let has_dialog = context.studio.draft.is_some()
        || context.studio.type_draft.is_some()
        || context.studio.import.is_some();
    decide::decide_ui(&ctx, context, commands);
    output_types::new_type_ui(&ctx, context, commands);
    orders::import_ui(&ctx, context, commands);
    let is_left = !has_dialog
        && ui.memory(|memory| memory.focused().is_none())
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    if is_left {
        commands.studio(StudioCommand::Close);
    }
}

fn head_ui(ui: &mut Ui, tab: StudioTab, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let title = RichText::new(text("studio.title")).font(semibold(15.0));
        ui.add(Label::new(title.color(palette.text_strong)));
        ui.add_space(space::M);
        for other in StudioTab::ALL {
            let label = ui.selectable_label(tab == other, tab_text(other));
            if label.clicked() && tab != other {
                commands.studio(StudioCommand::Open(other));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = IconButton::new(Icon::Close, text("studio.close")).shortcut("Esc");
            if ui.add(close).clicked() {
                commands.studio(StudioCommand::Close);
            }
            let reload = IconButton::new(Icon::Retry, text("studio.reload"));
            if ui.add(reload).clicked() {
                commands.studio(StudioCommand::Reload);
            }
        });
    });
}

fn tab_text(tab: StudioTab) -> &'static str {
    match tab {
        StudioTab::Rollout => text("studio.rollout"),
        StudioTab::OutputTypes => text("studio.output_types"),
        StudioTab::Orders => text("studio.orders"),
    }
}

/// The title of a section.
fn section_ui(ui: &mut Ui, title: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.add_space(space::L);
    let title = RichText::new(title).font(semibold(size::TEXT));
    ui.label(title.color(palette.text_strong));
    ui.add_space(space::XS);
}

/// A sentence of the runtime, with its names set apart.
fn said_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    // A grid has no end to the right; a sentence has.
    let width = ui.available_width().min(SENTENCE);
    let job = Marked::body(&palette).layout(&sentence(words), width, 6);
    ui.add(Label::new(job));
}

/// A card on the canvas's ground.
fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = Theme::of(ui.ctx()).palette;
    Frame::NONE
        .fill(palette.panel)
        .stroke(egui::Stroke::new(1.0, palette.border))
        .corner_radius(hartomat_ui::theme::radius::LARGE)
        .inner_margin(Margin::same(14))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}
