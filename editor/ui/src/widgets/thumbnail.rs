//! A picture in a frame, on a checkerboard where it is transparent; an icon where there is none yet.

use egui::{
    Color32, Rect, Response, Sense, Stroke, StrokeKind, TextureId, Ui, Vec2, WidgetInfo, WidgetType,
};

use super::access::focus_ring;
use super::button::paint_icon;
use crate::icon::Icon;
use crate::theme::{Theme, radius};

/// A picture in a frame.
#[derive(Debug, Clone, Copy)]
pub struct Thumbnail<'a> {
    /// The picture and its size in pixels; none where there is none yet.
    pub picture: Option<(TextureId, Vec2)>,
    /// Size of the frame in points.
    pub size: Vec2,
    /// What screen readers say.
    pub name: &'a str,
    /// Whether it is selected.
    pub is_selected: bool,
}

impl Thumbnail<'_> {
    /// Draws it; the picture keeps its shape.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let (rect, response) = ui.allocate_exact_size(self.size, Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::Image, true, self.is_selected, self.name)
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let palette = Theme::of(ui.ctx()).palette;
        ui.painter()
            .rect_filled(rect, radius::LARGE, palette.canvas);
        match self.picture {
            Some((texture, size)) => {
                let place = fit(size, rect.shrink(1.0));
                checkerboard(ui, place);
                let uv = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
                ui.painter().image(texture, place, uv, Color32::WHITE);
            }
            None => paint_icon(ui, rect, Icon::Image, 22.0, palette.text_faint),
        }
        let stroke = if self.is_selected {
            Stroke::new(2.0, palette.accent_text)
        } else if response.hovered() {
            Stroke::new(1.0, palette.border_strong)
        } else {
            Stroke::new(1.0, palette.border)
        };
        ui.painter()
            .rect_stroke(rect, radius::LARGE, stroke, StrokeKind::Inside);
        focus_ring(ui, &response, radius::LARGE);
        response
    }
}

/// The largest rectangle of a picture's shape in the middle of a frame.
fn fit(size: Vec2, frame: Rect) -> Rect {
    let scale = (frame.size() / size.max(Vec2::splat(1.0))).min_elem();
    Rect::from_center_size(frame.center(), size * scale)
}

/// Paints the pattern that stands for transparency.
pub fn checkerboard(ui: &Ui, rect: Rect) {
    let palette = Theme::of(ui.ctx()).palette;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 0, palette.control);
    let side = (rect.width().max(rect.height()) / 24.0).max(6.0);
    let columns = (rect.width() / side).ceil() as usize;
    let rows = (rect.height() / side).ceil() as usize;
    for row in 0..rows {
        for column in (row % 2..columns).step_by(2) {
            let corner = rect.min + Vec2::new(column as f32, row as f32) * side;
            let tile = Rect::from_min_size(corner, Vec2::splat(side));
            painter.rect_filled(tile, 0, palette.hover);
        }
    }
}
