//! All keys of the comparison.

use egui::{Id, RichText, ScrollArea};
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{Dialog, key_caps_ui};

use super::keys::rows;
use crate::Context;
use crate::command::Commands;
use crate::compare_view::CompareCommand;
use crate::messages::{text, text_or};

pub(super) fn help_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(open) = context.compare.open.as_ref() else {
        return;
    };
    if !context.compare.has_keys {
        return;
    }
    let title = text("compare.keys");
    let dialog = Dialog::new(
        Id::new("compare keys"),
        title,
        text("compare.keys_done"),
        "",
    );
    let answer = dialog.width(640.0).show(ctx, |ui| {
        let palette = Theme::of(ui.ctx()).palette;
        let rows: Vec<(&str, &str)> = rows(open)
            .map(|row| (row.keys, row.name))
            .filter(|(keys, _)| !keys.is_empty())
            .chain(super::reviews::KEYS.iter().copied())
            .chain(super::report::KEYS.iter().copied())
            .collect();
        let height = (ctx.content_rect().height() - 240.0).max(160.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            let half = rows.len().div_ceil(2);
            ui.columns(2, |columns| {
                for (ui, rows) in columns.iter_mut().zip(rows.chunks(half)) {
                    ui.spacing_mut().item_spacing.y = space::S;
                    for (keys, name) in rows {
                        ui.horizontal(|ui| {
                            let room = egui::vec2(104.0, 20.0);
                            let layout = egui::Layout::left_to_right(egui::Align::Center);
                            ui.allocate_ui_with_layout(room, layout, |ui| {
                                ui.set_min_width(room.x);
                                key_caps_ui(ui, keys);
                            });
                            let name = RichText::new(text_or(name, name)).size(size::SMALL_TEXT);
                            ui.add(egui::Label::new(name.color(palette.text)).truncate());
                        });
                    }
                }
            });
        });
    });
    if answer.is_some() {
        commands.compare(CompareCommand::Keys(false));
    }
}
