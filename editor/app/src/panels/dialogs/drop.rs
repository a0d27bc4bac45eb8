//! What a file that is dragged over the window would do.

use egui::{Align2, Id, LayerId, Order, Rect, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, radius, regular, semibold, size};

use crate::Context;
use crate::messages::text;

/// Size of what the words stand on, in points.
const PANEL: Vec2 = Vec2::new(560.0, 150.0);

pub(super) fn drop_ui(ctx: &egui::Context, context: &Context<'_>) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = Theme::of(ctx).palette;
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::new("drop")));
    let screen = ctx.content_rect();
    painter.rect_filled(screen, 0, palette.backdrop);
    let frame = screen.shrink(24.0);
    let stroke = egui::Stroke::new(2.0, palette.accent_text);
    painter.rect_stroke(frame, 12, stroke, egui::StrokeKind::Inside);
    let at = screen.center();
    // What lies below must not shine through the words.
    let panel = Rect::from_center_size(at - egui::vec2(0.0, 4.0), PANEL);
    painter.rect_filled(panel, radius::LARGE + 2, palette.raised);
    let outline = egui::Stroke::new(1.0, palette.border_strong);
    painter.rect_stroke(panel, radius::LARGE + 2, outline, egui::StrokeKind::Inside);
    let up = egui::vec2(0.0, 34.0);
    let font = Icon::font(40.0);
    painter.text(
        at - up,
        Align2::CENTER_CENTER,
        Icon::Import.glyph(),
        font,
        palette.accent_text,
    );
    let title = text("drop.title");
    painter.text(
        at,
        Align2::CENTER_CENTER,
        title,
        semibold(size::HEADING),
        palette.text_strong,
    );
    let help = match context.session {
        Some(_) => text("drop.help_open"),
        None => text("drop.help_start"),
    };
    let below = at + egui::vec2(0.0, 26.0);
    let color = palette.text;
    painter.text(
        below,
        Align2::CENTER_CENTER,
        help,
        regular(size::TEXT),
        color,
    );
}
