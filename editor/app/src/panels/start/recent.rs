//! Workflows that were open lately, each with a picture of its graph.

use egui::{RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, space};

use super::{push, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::files::now;
use crate::messages::{text, text_with};
use crate::parts::{Tile, ago, family_text};
use crate::preferences::RecentOrigin;
use crate::shell::ShellCommand;

/// As many as two rows hold.
const MOST: usize = 8;

pub(super) fn recent_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    section_ui(ui, text("start.recent"));
    if context.shell.preferences().recent.is_empty() {
        let palette = Theme::of(ui.ctx()).palette;
        ui.label(RichText::new(text("start.nothing_recent")).color(palette.text_weak));
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.y = space::XL;
        for tile in context.shell.recent_tiles().take(MOST) {
            let recent = &tile.recent;
            let when = ago(recent.opened_at, now());
            let subtitle = format!("{} · {when}", family_text(recent.family));
            let icon = match recent.origin {
                RecentOrigin::Library(_) => Icon::Workflow,
                RecentOrigin::File(_) => Icon::File,
            };
            let response = Tile {
                title: &recent.name,
                subtitle: &subtitle,
                name: &text_with("start.open_this", &[("name", &recent.name)]),
                miniature: tile.miniature.as_ref(),
                icon,
                note: None,
                remark: None,
                is_chosen: None,
            }
            .ui(ui);
            if response.clicked() {
                push(commands, ShellCommand::OpenRecent(recent.origin.clone()));
            }
            let place = match &recent.origin {
                RecentOrigin::Library(_) => text("start.in_library").to_owned(),
                RecentOrigin::File(path) => path.display().to_string(),
            };
            response.on_hover_text(place).context_menu(|ui| {
                if ui.button(text("start.forget")).clicked() {
                    push(commands, ShellCommand::ForgetRecent(recent.origin.clone()));
                }
            });
        }
    });
}
