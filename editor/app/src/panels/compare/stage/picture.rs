//! One picture on the stage: its smallest copy first, then the tiles in view; close up, the values of
//! its pixels.

use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};
use hartomat_ui::theme::mono;
use hartomat_ui::widgets::checkerboard;

use crate::compare_view::{
    CompareMode, Layer, Measure, OpenComparison, PictureView, Pixels, TILE, TileKey,
};

/// From so many points per pixel on, pixels have a grid.
const GRID_FROM: f32 = 24.0;
/// From so many on, they say their values.
const VALUES_FROM: f32 = 44.0;

/// A place to paint pictures at.
pub(super) struct Stage<'a> {
    pub(super) ui: &'a Ui,
    open: &'a OpenComparison,
    view: PictureView,
    pub(super) rect: Rect,
    wanted: &'a mut Vec<TileKey>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        ui: &'a Ui,
        open: &'a OpenComparison,
        view: PictureView,
        rect: Rect,
        wanted: &'a mut Vec<TileKey>,
    ) -> Self {
        Self {
            ui,
            open,
            view,
            rect,
            wanted,
        }
    }

    pub(super) fn paint(&mut self, layer: Layer, tint: Color32) {
        self.paint_with(self.rect, layer, tint);
    }

    pub(super) fn paint_in(&mut self, clip: Rect, layer: Layer) {
        self.paint_with(clip, layer, Color32::WHITE);
    }

    /// Asks for the tiles in view without painting them.
    pub(super) fn fetch(&mut self, layer: Layer) {
        for key in self.keys(layer, self.rect) {
            self.want(key);
        }
    }

    fn paint_with(&mut self, clip: Rect, layer: Layer, tint: Color32) {
        if clip.width() <= 0.0 {
            return;
        }
        let painter = self.ui.painter_at(clip);
        let is_transparent = match layer {
            Layer::Control => self.open.control.read(),
            Layer::Candidate => self.open.candidate.read(),
            Layer::Difference => None,
        };
        if is_transparent.is_some_and(|pixels| pixels.has_alpha)
            && tint == Color32::WHITE
            && let Some([width, height]) = self.size(layer, 0)
        {
            let place = self.on_screen(pos2(0.0, 0.0), pos2(width as f32, height as f32));
            let place = place.intersect(clip);
            if place.is_positive() {
                checkerboard(self.ui, place);
            }
        }
        let keys = self.keys(layer, clip);
        // What shines through is painted once: coarse until the finer tiles are all there.
        let is_coarse = matches!(keys[..], [a, b, ..] if a.level > b.level);
        let painted = match tint == Color32::WHITE || !is_coarse {
            true => keys.len(),
            false => 1,
        };
        for (index, key) in keys.into_iter().enumerate() {
            self.want(key);
            if index < painted {
                self.tile(&painter, key, tint);
            }
        }
    }

    /// The smallest copy, and the tiles in view of the copy that suits the screen.
    fn keys(&self, layer: Layer, clip: Rect) -> Vec<TileKey> {
        let Some(count) = self.level_count(layer) else {
            return Vec::new();
        };
        let is_sharp = self.view.is_sharp(self.ui.pixels_per_point());
        let whole = TileKey {
            layer,
            level: count - 1,
            x: 0,
            y: 0,
            // Of a small picture it is the picture itself.
            is_sharp: is_sharp && count == 1,
        };
        let level = self.view.level(self.ui.pixels_per_point()).min(count - 1);
        let mut keys = vec![whole];
        if level == count - 1 {
            return keys;
        }
        let Some([width, height]) = self.size(layer, level) else {
            return keys;
        };
        let scale = (1_usize << level) as f32 * TILE as f32;
        let min = self.view.to_picture(clip.min, self.rect).to_vec2() / scale;
        let max = self.view.to_picture(clip.max, self.rect).to_vec2() / scale;
        let range = |min: f32, max: f32, side: usize| {
            let last = side.div_ceil(TILE);
            let first = (min.floor().max(0.0) as usize).min(last);
            first..(max.ceil().max(0.0) as usize).min(last)
        };
        for y in range(min.y, max.y, height) {
            for x in range(min.x, max.x, width) {
                keys.push(TileKey {
                    layer,
                    level,
                    x,
                    y,
                    is_sharp,
                });
            }
        }
        // Where all of the finer ones are there, the coarse one isn't needed beneath them.
        let is_complete = keys[1..].iter().all(|key| self.open.tiles.has(key));
        if is_complete && keys.len() > 1 {
            keys.remove(0);
        }
        keys
    }

    /// Asks for a tile that isn't there, unless it can't be made: that would be asked for in each frame.
    fn want(&mut self, key: TileKey) {
        self.open.tiles.note_laid_out(&key);
        let can_be_made = key.layer != Layer::Difference || self.open.has_difference();
        let is_there = self.open.tiles.is_there(&key);
        if can_be_made && !is_there && !self.wanted.contains(&key) {
            self.wanted.push(key);
        }
    }

    fn tile(&self, painter: &Painter, key: TileKey, tint: Color32) {
        let Some(texture) = self.open.tiles.get(&key) else {
            return;
        };
        let scale = (1_usize << key.level) as f32;
        let min = pos2((key.x * TILE) as f32, (key.y * TILE) as f32) * scale;
        let extent = texture.size_vec2() * scale;
        // A copy is rounded up; the picture ends where it ends.
        let end = self
            .size(key.layer, 0)
            .map_or(min + extent, |[width, height]| {
                (min + extent).min(pos2(width as f32, height as f32))
            });
        let share = (end - min) / extent;
        let uv = Rect::from_min_max(Pos2::ZERO, share.to_pos2());
        painter.image(texture.id(), self.on_screen(min, end), uv, tint);
    }

    fn on_screen(&self, min: Pos2, max: Pos2) -> Rect {
        Rect::from_min_max(
            self.view.to_screen(min, self.rect),
            self.view.to_screen(max, self.rect),
        )
    }

    fn level_count(&self, layer: Layer) -> Option<usize> {
        let (control, candidate) = (self.open.control.read(), self.open.candidate.read());
        match layer {
            Layer::Control => control.map(|pixels| pixels.level_count()),
            Layer::Candidate => candidate.map(|pixels| pixels.level_count()),
            Layer::Difference => {
                let (control, candidate) = control.zip(candidate)?;
                Some(control.level_count().min(candidate.level_count()))
            }
        }
    }

    fn size(&self, layer: Layer, level: usize) -> Option<[usize; 2]> {
        let of = |side: &crate::compare_view::PictureSide| {
            side.read().map(|pixels| pixels.level_size(level))
        };
        let (control, candidate) = (of(&self.open.control), of(&self.open.candidate));
        match layer {
            Layer::Control => control,
            Layer::Candidate => candidate,
            Layer::Difference => {
                let (a, b) = control.zip(candidate)?;
                Some([a[0].min(b[0]), a[1].min(b[1])])
            }
        }
    }

    /// Close up: lines between pixels, and the values of the side that is seen.
    pub(super) fn grid(&self, side: Option<usize>) {
        let zoom = self.view.zoom;
        let Some([width, height]) = self.open.size().map(|size| [size.x, size.y]) else {
            return;
        };
        if zoom < GRID_FROM {
            return;
        }
        let painter = self.ui.painter_at(self.rect);
        let all = Rect::from_min_max(Pos2::ZERO, pos2(width, height));
        let seen = Rect::from_min_max(
            self.view.to_picture(self.rect.min, self.rect).floor(),
            self.view.to_picture(self.rect.max, self.rect).ceil(),
        );
        let seen = seen.intersect(all);
        if !seen.is_positive() {
            return;
        }
        // Seen on bright and on dark pixels alike.
        let stroke = Stroke::new(1.0, Color32::from_rgba_unmultiplied(128, 128, 128, 110));
        let place = self.on_screen(seen.min, seen.max);
        let lines = |from: f32, to: f32| (from as i32..=to as i32).map(|at| at as f32);
        for x in lines(seen.min.x, seen.max.x) {
            let x = self.view.to_screen(pos2(x, 0.0), self.rect).x;
            painter.vline(x, place.y_range(), stroke);
        }
        for y in lines(seen.min.y, seen.max.y) {
            let y = self.view.to_screen(pos2(0.0, y), self.rect).y;
            painter.hline(place.x_range(), y, stroke);
        }
        if zoom >= VALUES_FROM {
            self.values(&painter, seen, side);
        }
    }

    fn values(&self, painter: &Painter, seen: Rect, side: Option<usize>) {
        let font = mono(9.0);
        for y in seen.min.y as usize..seen.max.y as usize {
            for x in seen.min.x as usize..seen.max.x as usize {
                let Some((lines, is_bright)) = self.value(x, y, side) else {
                    continue;
                };
                let middle = pos2(x as f32 + 0.5, y as f32 + 0.5);
                let at = self.view.to_screen(middle, self.rect);
                let color = if is_bright {
                    Color32::BLACK
                } else {
                    Color32::WHITE
                };
                let first = -(lines.len() as f32 - 1.0) / 2.0;
                for (line, words) in lines.into_iter().enumerate() {
                    let at = at + vec2(0.0, (first + line as f32) * 11.0);
                    painter.text(at, Align2::CENTER_CENTER, words, font.clone(), color);
                }
            }
        }
    }

    /// What a pixel says, and whether it is a bright one.
    fn value(&self, x: usize, y: usize, side: Option<usize>) -> Option<(Vec<String>, bool)> {
        let [control, candidate] = self.open.sides().map(|side| side.read());
        let of = |pixels: &Pixels| {
            let [red, green, blue, _] = pixels.at(0, x, y)?;
            let is_bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5;
            let words = [red, green, blue].map(|value| match pixels.is_linear() {
                true => format!("{value:.2}"),
                false => format!("{:.0}", value * 255.0),
            });
            Some((words.to_vec(), is_bright))
        };
        match (self.open.mode, side) {
            (CompareMode::Difference, _) => self.difference(x, y),
            (_, Some(1)) => of(candidate?),
            (CompareMode::SideBySide | CompareMode::Blink, _) => of(control?),
            // Two values at once would be read as one.
            _ => None,
        }
    }

    fn difference(&self, x: usize, y: usize) -> Option<(Vec<String>, bool)> {
        let look = &self.open.look;
        let value = match look.measure {
            Measure::Absolute => {
                let [control, candidate] = self.open.sides().map(|side| side.read());
                look.delta(control?.at(0, x, y)?, candidate?.at(0, x, y)?)
            }
            Measure::Perceived => match &self.open.perceived {
                Some(Ok(Some(perceived))) => perceived.at(0, x, y)?,
                _ => return None,
            },
        };
        let words = match look.measure {
            Measure::Absolute => format!("{:.0}", value * 255.0),
            Measure::Perceived => format!("{value:.2}"),
        };
        Some((vec![words], value > 0.5 * look.brightest()))
    }
}
