//! The studio's side over the whole window: rollout, output types, orders, how a run comes about, who
//! changed what, and old libraries.

mod answer;
mod audit;
mod board;
mod decide;
mod gate;
mod graph;
mod import;
mod legacy_preset;
mod marks;
mod migration;
mod new_type;
mod order_lines;
mod orders;
mod output_types;
mod overrides;
mod resolution;
mod rollout;
mod targets;
mod type_form;

use egui::{
    Align, CentralPanel, Frame, Id, Key, Label, Layout, Margin, Modifiers, Panel, RichText,
    ScrollArea, Ui,
};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{IconButton, Marked, Panes, PanesDirection};

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
            StudioTab::Resolution => resolution::resolution_ui(ui, context, commands),
            StudioTab::Audit => audit::audit_ui(ui, context, commands),
            StudioTab::Migration => migration::migration_ui(ui, context, commands),
        });
    let ctx = ui.ctx().clone();
    let has_dialog = context.studio.draft.is_some() || context.studio.import.is_some();
    decide::decide_ui(&ctx, context, commands);
    import::import_ui(&ctx, context, commands);
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
        StudioTab::Resolution => text("studio.resolution"),
        StudioTab::Audit => text("studio.audit"),
        StudioTab::Migration => text("studio.migration"),
    }
}

/// A list, and what is looked at of it.
fn list_and_detail_ui(
    ui: &mut Ui,
    (id, divider): (&str, &str),
    commands: &mut Commands,
    list: impl FnOnce(&mut Ui, &mut Commands),
    detail: impl FnOnce(&mut Ui, &mut Commands),
) {
    let mut of_detail = Commands::default();
    let panes = Panes::new(Id::new(id), PanesDirection::Row, divider);
    panes.share(0.34).least(280.0).show(
        ui,
        |ui| list(ui, commands),
        |ui| detail(ui, &mut of_detail),
    );
    for command in of_detail.drain() {
        commands.push(command);
    }
}

/// What scrolls, in a column of at most this width.
fn column_ui(ui: &mut Ui, id: impl egui::AsIdSalt, width: f32, content: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            Frame::NONE.inner_margin(12).show(ui, |ui| {
                ui.set_max_width(width.min(ui.available_width()));
                content(ui);
            });
        });
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
    // A label would lay it out anew, and not at this width.
    let galley = ui.painter().layout_job(job);
    ui.add(Label::new(galley));
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
