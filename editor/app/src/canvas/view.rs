//! Which part of the graph is looked at, and how close.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use hartomat_schema::Bookmark;

/// How close one can get.
pub(crate) const MAX_ZOOM: f32 = 2.5;
/// How far one can get.
pub(crate) const MIN_ZOOM: f32 = 0.02;
/// How close fitting gets: a single node isn't blown up.
const MAX_FIT_ZOOM: f32 = 1.25;
/// Empty space around what is fitted, in points on screen.
const FIT_MARGIN: f32 = 48.0;

/// The centre of the canvas in graph points, and the zoom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The graph point in the middle of the canvas.
    pub center: Pos2,
    /// Screen points per graph point.
    pub zoom: f32,
}

impl Default for View {
    fn default() -> Self {
        Self {
            center: Pos2::ZERO,
            zoom: 1.0,
        }
    }
}

impl View {
    /// A view of this part of the graph on a canvas of this size.
    pub fn fit(content: Rect, canvas: Vec2) -> Self {
        if !content.is_finite() || !content.is_positive() {
            return Self::default();
        }
        let room = (canvas - Vec2::splat(2.0 * FIT_MARGIN)).max(Vec2::splat(1.0));
        let zoom = (room / content.size()).min_elem();
        Self {
            center: content.center(),
            zoom: zoom.clamp(MIN_ZOOM, MAX_FIT_ZOOM),
        }
    }

    /// A view that was kept in a document.
    pub fn kept(bookmark: &Bookmark) -> Self {
        let zoom = bookmark.zoom as f32;
        Self {
            center: from_document(bookmark.center),
            zoom: if zoom.is_finite() {
                zoom.clamp(MIN_ZOOM, MAX_ZOOM)
            } else {
                1.0
            },
        }
    }

    /// Moved so that the graph follows the pointer.
    pub fn panned(self, screen_delta: Vec2) -> Self {
        Self {
            center: self.center - screen_delta / self.zoom,
            ..self
        }
    }

    /// Closer by a factor; what is under `anchor` stays there.
    pub fn zoomed(self, factor: f32, anchor: Pos2, canvas: Rect) -> Self {
        let zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        let fixed = Frame::new(self, canvas).to_graph(anchor);
        Self {
            center: fixed - (anchor - canvas.center()) / zoom,
            zoom,
        }
    }

    /// Moved by as little as it takes to see this, with some room around it.
    pub fn revealing(self, target: Rect, canvas: Rect) -> Self {
        let seen = Frame::new(self, canvas).visible().shrink(24.0 / self.zoom);
        if seen.contains_rect(target) {
            return self;
        }
        let shift = |min: f32, max: f32, seen_min: f32, seen_max: f32| {
            if max - min > seen_max - seen_min {
                (min + max - seen_min - seen_max) / 2.0
            } else {
                (min - seen_min).min(0.0) + (max - seen_max).max(0.0)
            }
        };
        let delta = vec2(
            shift(target.min.x, target.max.x, seen.min.x, seen.max.x),
            shift(target.min.y, target.max.y, seen.min.y, seen.max.y),
        );
        Self {
            center: self.center + delta,
            ..self
        }
    }
}

/// A view on a canvas at a place on screen: from graph points to screen points and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// The view.
    pub view: View,
    /// The canvas on screen.
    pub canvas: Rect,
}

impl Frame {
    /// A view on this canvas.
    pub fn new(view: View, canvas: Rect) -> Self {
        Self { view, canvas }
    }

    /// Screen points per graph point.
    pub fn zoom(&self) -> f32 {
        self.view.zoom
    }

    /// Where a graph point is on screen.
    pub fn to_screen(&self, point: Pos2) -> Pos2 {
        self.canvas.center() + (point - self.view.center) * self.view.zoom
    }

    /// Where a part of the graph is on screen.
    pub fn rect_to_screen(&self, rect: Rect) -> Rect {
        Rect::from_min_max(self.to_screen(rect.min), self.to_screen(rect.max))
    }

    /// The graph point at a place on screen.
    pub fn to_graph(&self, point: Pos2) -> Pos2 {
        self.view.center + (point - self.canvas.center()) / self.view.zoom
    }

    /// The part of the graph that is on screen.
    pub fn visible(&self) -> Rect {
        Rect::from_min_max(
            self.to_graph(self.canvas.min),
            self.to_graph(self.canvas.max),
        )
    }
}

/// A position in a document.
pub fn from_document(position: [f64; 2]) -> Pos2 {
    pos2(position[0] as f32, position[1] as f32)
}

/// A position for a document: whole points, so that documents stay readable.
pub fn to_document(position: Pos2) -> [f64; 2] {
    [f64::from(position.x.round()), f64::from(position.y.round())]
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Rect = Rect {
        min: pos2(100.0, 50.0),
        max: pos2(900.0, 650.0),
    };

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let view = View {
            center: pos2(30.0, -20.0),
            zoom: 0.8,
        };
        let anchor = pos2(700.0, 100.0);
        let before = Frame::new(view, CANVAS).to_graph(anchor);
        let after = Frame::new(view.zoomed(1.7, anchor, CANVAS), CANVAS).to_graph(anchor);
        assert!((before - after).length() < 1e-3);
    }

    #[test]
    fn fitting_shows_all_and_doesn_t_blow_up_one_node() {
        let content = Rect::from_min_size(pos2(-50.0, 20.0), vec2(4000.0, 900.0));
        let frame = Frame::new(View::fit(content, CANVAS.size()), CANVAS);
        assert!(frame.visible().contains_rect(content));
        let node = Rect::from_min_size(Pos2::ZERO, vec2(200.0, 100.0));
        assert!(View::fit(node, CANVAS.size()).zoom <= MAX_FIT_ZOOM);
        assert_eq!(View::fit(Rect::NOTHING, CANVAS.size()), View::default());
    }

    #[test]
    fn revealing_moves_only_when_it_must() {
        let view = View::default();
        let near = Rect::from_min_size(pos2(10.0, 10.0), vec2(200.0, 100.0));
        assert_eq!(view.revealing(near, CANVAS), view);
        let far = near.translate(vec2(3000.0, 0.0));
        let frame = Frame::new(view.revealing(far, CANVAS), CANVAS);
        assert!(frame.visible().contains_rect(far));
        assert_eq!(frame.view.center.y, 0.0);
    }
}
