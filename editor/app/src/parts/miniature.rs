//! A graph painted small.

use egui::{Color32, Painter, Pos2, Rect, Stroke, Vec2};
use hartomat_document::{Miniature, MiniatureNode};
use hartomat_ui::theme::Palette;

use crate::canvas::category_key;

/// What stays free around the graph, in points.
const MARGIN: f32 = 12.0;
/// The widest that a node gets, in points: one node shall not fill the picture.
const WIDEST: f32 = 64.0;

/// Paints a graph as large as fits, in its own proportions. Nodes for which `mark` has a colour are
/// outlined in it.
pub(crate) fn miniature_in(
    painter: &Painter,
    frame: Rect,
    miniature: &Miniature,
    palette: &Palette,
    mark: impl Fn(&MiniatureNode) -> Option<Color32>,
) {
    let Some(widest) = widest(miniature) else {
        return;
    };
    let room = frame.shrink(MARGIN);
    // The graph fills the square's width, or its height.
    let aspect = miniature.aspect.max(0.001);
    let (wide, high) = (aspect.min(1.0), (1.0 / aspect).min(1.0));
    let side = (room.width() / wide)
        .min(room.height() / high)
        .min(WIDEST / widest);
    let square = Rect::from_center_size(room.center(), Vec2::splat(side));
    let at = |[x, y]: [f32; 2]| -> Pos2 { square.min + side * Vec2::new(x, y) };
    for [x, y, width, height] in &miniature.frames {
        let rect = Rect::from_min_size(at([*x, *y]), side * Vec2::new(*width, *height));
        painter.rect_filled(rect, 2.0, palette.grid);
    }
    let line = Stroke::new(1.0, palette.border_strong);
    for edge in &miniature.edges {
        for pair in edge.windows(2) {
            painter.line_segment([at(pair[0]), at(pair[1])], line);
        }
    }
    for node in &miniature.nodes {
        let [x, y, width, height] = node.rect;
        let size = (side * Vec2::new(width, height)).max(Vec2::splat(2.0));
        node_in(
            painter,
            Rect::from_min_size(at([x, y]), size),
            node,
            palette,
        );
        if let Some(mark) = mark(node) {
            let around = Rect::from_min_size(at([x, y]), size).expand(2.0);
            let stroke = Stroke::new(2.0, mark);
            painter.rect_stroke(around, 3.0, stroke, egui::StrokeKind::Middle);
        }
    }
}

fn widest(miniature: &Miniature) -> Option<f32> {
    let widths = miniature.nodes.iter().map(|node| node.rect[2]);
    widths.reduce(f32::max).map(|width| width.max(0.001))
}

fn node_in(painter: &Painter, rect: Rect, node: &MiniatureNode, palette: &Palette) {
    let color = match node.category {
        Some(category) if !node.is_muted => palette.category(category_key(category)),
        _ => palette.text_faint,
    };
    let rounding = (rect.height() / 6.0).clamp(0.5, 3.0);
    painter.rect_filled(rect, rounding, palette.tint(color));
    let outline = Stroke::new(0.8, color.gamma_multiply(0.55));
    painter.rect_stroke(rect, rounding, outline, egui::StrokeKind::Inside);
    let head = Rect::from_min_size(rect.min, Vec2::new(rect.width(), rect.height() * 0.28));
    painter.rect_filled(head, rounding, color);
}
