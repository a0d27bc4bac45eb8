//! Short messages in the lower right corner.

use egui::{Align, Align2, Area, Frame, Id, Layout, Order, Stroke, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Status, Theme, medium, radius, size, space};
use hartomat_ui::widgets::{IconButton, Marked};

use super::push;
use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::shell::{Notice, NoticeLevel, ShellCommand};

/// Width of a message in points.
const WIDTH: f32 = 340.0;

pub(super) fn notices_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let notices = context.shell.notices();
    if notices.is_empty() {
        return;
    }
    // Above the status bar.
    let offset = Vec2::new(-space::L, -40.0);
    let area = Area::new(Id::new("notices")).order(Order::Foreground);
    area.anchor(Align2::RIGHT_BOTTOM, offset).show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        for notice in notices {
            if notice_ui(ui, notice) {
                push(commands, ShellCommand::DismissNotice(notice.id));
            }
        }
    });
}

/// Draws a message; `true` when it was read.
fn notice_ui(ui: &mut Ui, notice: &Notice) -> bool {
    let theme = Theme::of(ui.ctx());
    let palette = &theme.palette;
    let (icon, color) = look(notice.level, palette);
    let frame = Frame::new()
        .fill(palette.raised)
        .stroke(Stroke::new(1.0, palette.border_strong))
        .corner_radius(radius::LARGE)
        .shadow(ui.style().visuals.popup_shadow)
        .inner_margin(space::L as i8);
    let mut is_read = false;
    frame.show(ui, |ui| {
        ui.set_width(WIDTH);
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            is_read = ui
                .add(IconButton::new(Icon::Close, text("notices.close")).small())
                .clicked();
            ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                ui.label(icon.text(18.0).color(color));
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = space::XS;
                    let room = ui.available_width();
                    let title = Marked {
                        font: medium(size::TEXT),
                        color: palette.text_strong,
                        name_color: palette.text_strong,
                    };
                    let detail = Marked {
                        color: palette.text_weak,
                        name_color: palette.text,
                        ..Marked::body(palette)
                    };
                    ui.label(title.layout(&notice.title, room, usize::MAX));
                    for words in &notice.details {
                        ui.label(detail.layout(words, room, usize::MAX));
                    }
                });
            });
        });
    });
    is_read
}

fn look(level: NoticeLevel, palette: &Palette) -> (Icon, egui::Color32) {
    match level {
        NoticeLevel::Good => (Icon::Succeeded, palette.status(Status::Succeeded)),
        NoticeLevel::Info | NoticeLevel::Refused => (Icon::Info, palette.severity(Severity::Info)),
        NoticeLevel::Error => (Icon::Error, palette.severity(Severity::Error)),
    }
}
