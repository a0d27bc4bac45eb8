//! The overview in the corner: the whole graph, the part in view, a click to go there. It stands still
//! while one moves; only the frame in it moves.

use egui::accesskit::Role;
use egui::epaint::{Mesh, RectShape, StrokeKind};
use egui::{Area, Id, Order, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, pos2, vec2};
use hartomat_ui::theme::radius;
use std::sync::Arc;

use crate::canvas::{CanvasCommand, Frame, Look, View, ViewModel};
use crate::command::Commands;
use crate::context::Context;
use crate::messages::text;
use crate::state::Session;

/// Size of the overview.
const SIZE: Vec2 = vec2(188.0, 124.0);
/// Distance from the corner.
const MARGIN: f32 = 12.0;
/// Room around the graph within it.
const PADDING: f32 = 8.0;

/// The nodes as one mesh, kept while they stay as they are.
#[derive(Clone)]
struct Kept {
    stamp: u64,
    look: Look,
    origin: Pos2,
    mesh: Arc<Mesh>,
}

/// Draws the overview over the canvas.
pub(crate) fn minimap_ui(ui: &Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let (Some(frame), Some(bounds)) = (session.canvas.frame(), session.canvas.model.bounds) else {
        return;
    };
    if frame.canvas.width() < 2.5 * SIZE.x || frame.canvas.height() < 2.5 * SIZE.y {
        return;
    }
    let min = frame.canvas.max - SIZE - Vec2::splat(MARGIN);
    Area::new(Id::new("minimap"))
        .order(Order::Middle)
        .fixed_pos(min)
        .constrain(false)
        .show(ui.ctx(), |ui| {
            let (rect, response) = ui.allocate_exact_size(SIZE, Sense::click_and_drag());
            ui.ctx().accesskit_node_builder(response.id, |element| {
                element.set_role(Role::Image);
                element.set_label(text("minimap.name"));
            });
            let map = Map::new(bounds, rect);
            map.paint(ui, session, &frame);
            let pointer = response.interact_pointer_pos();
            if let Some(pointer) = pointer.filter(|_| response.clicked() || response.dragged()) {
                let view = View {
                    center: map.to_graph(pointer),
                    zoom: session.canvas.view.zoom,
                };
                commands.canvas(CanvasCommand::Look(view));
            }
        });
}

/// From graph points to the overview and back.
struct Map {
    bounds: Rect,
    rect: Rect,
    scale: f32,
}

impl Map {
    fn new(bounds: Rect, rect: Rect) -> Self {
        let room = rect.size() - Vec2::splat(2.0 * PADDING);
        let scale = (room / bounds.size().max(Vec2::splat(1.0)))
            .min_elem()
            .min(0.12);
        Self {
            bounds,
            rect,
            scale,
        }
    }

    fn to_map(&self, point: Pos2) -> Pos2 {
        self.rect.center() + (point - self.bounds.center()) * self.scale
    }

    fn to_graph(&self, point: Pos2) -> Pos2 {
        self.bounds.center() + (point - self.rect.center()) / self.scale
    }

    fn rect_to_map(&self, rect: Rect) -> Rect {
        Rect::from_min_max(self.to_map(rect.min), self.to_map(rect.max))
    }

    fn paint(&self, ui: &Ui, session: &Session, frame: &Frame) {
        let look = Look::of(ui.ctx());
        let palette = &look.palette;
        let painter = ui.painter_at(self.rect);
        painter.rect_filled(self.rect, radius::LARGE, palette.panel.gamma_multiply(0.94));
        painter.add(Shape::Mesh(self.nodes(ui, &session.canvas.model, look)));
        let shown = self
            .rect_to_map(frame.visible())
            .intersect(self.rect.shrink(1.0));
        // Where all is in view, a frame around all would only double the outline.
        let is_part = !frame.visible().contains_rect(self.bounds);
        if is_part && shown.is_positive() {
            self.dim_around(&painter, shown, palette.panel.gamma_multiply(0.55));
            let outline = Stroke::new(1.0, palette.text_faint);
            painter.add(RectShape::stroke(shown, 3, outline, StrokeKind::Inside));
        }
        let border = Stroke::new(1.0, palette.border_strong);
        painter.add(RectShape::stroke(
            self.rect,
            radius::LARGE,
            border,
            StrokeKind::Inside,
        ));
    }

    /// What isn't in view stands back.
    fn dim_around(&self, painter: &egui::Painter, shown: Rect, color: egui::Color32) {
        let all = self.rect.shrink(1.0);
        let sides = [
            Rect::from_min_max(all.min, pos2(all.right(), shown.top())),
            Rect::from_min_max(pos2(all.left(), shown.bottom()), all.max),
            Rect::from_min_max(pos2(all.left(), shown.top()), shown.left_bottom()),
            Rect::from_min_max(shown.right_top(), pos2(all.right(), shown.bottom())),
        ];
        for side in sides {
            painter.rect_filled(side, 0, color);
        }
    }

    fn nodes(&self, ui: &Ui, model: &ViewModel, look: Look) -> Arc<Mesh> {
        let id = Id::new("minimap nodes");
        let kept: Option<Kept> = ui.data(|data| data.get_temp(id));
        let origin = self.to_map(pos2(0.0, 0.0));
        let is_same =
            |kept: &Kept| kept.stamp == model.stamp && kept.look == look && kept.origin == origin;
        if let Some(kept) = kept.filter(is_same) {
            return kept.mesh;
        }
        let mut mesh = Mesh::default();
        for node in &model.nodes {
            let rect = self.rect_to_map(node.rect);
            let rect = Rect::from_min_size(rect.min, rect.size().max(Vec2::splat(1.5)));
            let color = look.category(node.category);
            let color = if node.is_muted {
                look.muted(color)
            } else {
                color
            };
            mesh.add_colored_rect(rect, color.gamma_multiply(0.8));
        }
        let mesh = Arc::new(mesh);
        let kept = Kept {
            stamp: model.stamp,
            look,
            origin,
            mesh: Arc::clone(&mesh),
        };
        ui.data_mut(|data| data.insert_temp(id, kept));
        mesh
    }
}
