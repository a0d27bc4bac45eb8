//! What stands beside the pictures: one of four, by tabs.

use egui::{Frame, Label, Margin, RichText, ScrollArea, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{EmptyState, name};

use super::{differences, histogram, ladder, reviews};
use crate::Context;
use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison, SidePanel};
use crate::messages::text;
use crate::shell::plain;

pub(super) fn side_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    open: &OpenComparison,
    commands: &mut Commands,
) {
    tabs_ui(ui, open, commands);
    ui.separator();
    ScrollArea::vertical()
        .id_salt(("compare side", open.panel as u8))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let margin = Margin::same(space::L as i8);
            Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = space::S;
                match open.panel {
                    SidePanel::Verdict => verdict_ui(ui, open, commands),
                    SidePanel::Histogram => histogram::histogram_ui(ui, open),
                    SidePanel::Differences => {
                        differences::differences_ui(ui, context, open, commands);
                    }
                    SidePanel::Reviews => reviews::reviews_ui(ui, open, commands),
                }
            });
        });
}

/// A tab's name, what it shows, and its key.
fn tab_text(panel: SidePanel) -> (&'static str, &'static str, &'static str) {
    match panel {
        SidePanel::Verdict => (text("compare.verdict"), text("compare.verdict_help"), "V"),
        SidePanel::Histogram => (
            text("compare.histogram"),
            text("compare.histogram_help"),
            "H",
        ),
        SidePanel::Differences => (
            text("compare.differences"),
            text("compare.differences_help"),
            "S",
        ),
        SidePanel::Reviews => (text("compare.reviews"), text("compare.reviews_help"), "W"),
    }
}

fn tabs_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let margin = Margin {
        left: space::M as i8,
        right: space::M as i8,
        top: 6,
        bottom: 0,
    };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for panel in SidePanel::ALL {
                let (words, help, key) = tab_text(panel);
                let response = ui.selectable_label(open.panel == panel, words);
                name(&response, words);
                let help = format!("{help}  ({key})");
                if response.on_hover_text(help).clicked() {
                    commands.compare(CompareCommand::Panel(panel));
                }
            }
        });
    });
}

fn verdict_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    if let Some(comparison) = &open.comparison {
        ladder::ladder_ui(ui, open, comparison, commands);
    } else if let Some(err) = &open.unmeasured {
        EmptyState {
            icon: Icon::Measure,
            title: text("compare.unmeasured"),
            text: &plain(err),
            button: None,
        }
        .ui(ui);
    } else {
        let palette = Theme::of(ui.ctx()).palette;
        ui.horizontal(|ui| {
            ui.spinner();
            let words = RichText::new(text("compare.measuring")).size(size::TEXT);
            ui.add(Label::new(words.color(palette.text_weak)));
        });
    }
}
