//! Which part of the pictures is looked at: the same of both.

use egui::{Pos2, Rect, Vec2};

/// The pixel in the middle of the stage, and screen points per pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PictureView {
    /// A place in pixels.
    pub center: Pos2,
    /// Screen points per pixel.
    pub zoom: f32,
}

/// The most points per pixel.
const CLOSEST: f32 = 96.0;
/// The least.
const FARTHEST: f32 = 0.01;
/// Empty space around a picture that was fitted, in points.
const MARGIN: f32 = 16.0;

impl PictureView {
    /// All of a picture of this size.
    pub fn fit(size: Vec2, stage: Vec2) -> Self {
        let room = (stage - Vec2::splat(2.0 * MARGIN)).max(Vec2::splat(8.0));
        let zoom = (room / size.max(Vec2::splat(1.0))).min_elem();
        Self {
            center: (size / 2.0).to_pos2(),
            // A small picture isn't blown up beyond what can be judged.
            zoom: zoom.clamp(FARTHEST, 8.0),
        }
    }

    /// Closer by a factor; what is at `anchor` on screen stays there.
    pub fn zoomed(self, factor: f32, anchor: Pos2, stage: Rect) -> Self {
        let zoom = (self.zoom * factor).clamp(FARTHEST, CLOSEST);
        let fixed = self.to_picture(anchor, stage);
        Self {
            center: fixed - (anchor - stage.center()) / zoom,
            zoom,
        }
    }

    /// Closer by a factor; the middle stays where it is.
    pub fn closer(self, factor: f32) -> Self {
        Self {
            zoom: (self.zoom * factor).clamp(FARTHEST, CLOSEST),
            ..self
        }
    }

    /// Moved so that the picture follows the pointer.
    pub fn panned(self, delta: Vec2) -> Self {
        Self {
            center: self.center - delta / self.zoom,
            ..self
        }
    }

    /// Where a place of the picture is on screen.
    pub fn to_screen(&self, at: Pos2, stage: Rect) -> Pos2 {
        stage.center() + (at - self.center) * self.zoom
    }

    /// The place of the picture at a place on screen, in pixels.
    pub fn to_picture(&self, at: Pos2, stage: Rect) -> Pos2 {
        self.center + (at - stage.center()) / self.zoom
    }

    /// Whether pixels are seen as squares: from twice their size on.
    pub fn is_sharp(&self, pixels_per_point: f32) -> bool {
        self.zoom * pixels_per_point >= 2.0
    }

    /// Which smaller copy has about a pixel for each pixel of the screen.
    pub fn level(&self, pixels_per_point: f32) -> usize {
        let share = self.zoom * pixels_per_point;
        if share >= 1.0 {
            return 0;
        }
        (1.0 / share).log2().floor() as usize
    }
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    #[test]
    fn zooming_keeps_the_pixel_under_the_pointer() {
        let stage = Rect::from_min_size(pos2(40.0, 20.0), vec2(800.0, 600.0));
        let view = PictureView::fit(vec2(4000.0, 3000.0), stage.size());
        let anchor = pos2(120.0, 300.0);
        let before = view.to_picture(anchor, stage);
        let after = view.zoomed(7.0, anchor, stage).to_picture(anchor, stage);
        assert!((before - after).length() < 0.01);
        assert_eq!(view.level(1.0), 2);
        assert_eq!(view.zoomed(100.0, anchor, stage).level(1.0), 0);
    }
}
