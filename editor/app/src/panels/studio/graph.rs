//! The graph of a workflow as a picture in a frame.

use egui::{Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType};
use hartomat_document::Miniature;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, radius};

use crate::parts::miniature_in;

/// Draws it; an icon where it isn't known.
pub(super) fn graph_ui(ui: &mut Ui, size: Vec2, miniature: Option<&Miniature>, name: &str) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, name));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let palette = Theme::of(ui.ctx()).palette;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, radius::LARGE, palette.canvas);
    match miniature {
        Some(miniature) => miniature_in(&painter, rect, miniature, &palette, |_| None),
        None => {
            let (at, font) = (rect.center(), Icon::font(26.0));
            let align = egui::Align2::CENTER_CENTER;
            painter.text(at, align, Icon::Workflow.glyph(), font, palette.text_faint);
        }
    }
    let stroke = Stroke::new(1.0, palette.border);
    painter.rect_stroke(rect, radius::LARGE, stroke, StrokeKind::Inside);
}
