//! Masks: parts of the pictures that somebody has drawn around, to say that what differs there is
//! known. Every change can be taken back.

use egui::{Pos2, Rect, Vec2, pos2};

/// A part of the pictures, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    /// Its corners, at least three; the last one is joined to the first.
    pub points: Vec<Pos2>,
    /// Whether it was drawn as a rectangle.
    pub is_rectangle: bool,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskTool {
    /// Rectangles, by dragging.
    Rectangle,
    /// Polygons, corner by corner.
    Polygon,
}

/// A change to masks.
#[derive(Debug, Clone, PartialEq)]
pub enum MaskCommand {
    /// Another tool, or none: masks are left alone then.
    Tool(Option<MaskTool>),
    /// One more.
    Add(Mask),
    /// A rectangle in the middle of what is looked at.
    AddHere,
    /// This one is to be changed.
    Select(Option<usize>),
    /// The selected one moves by so many pixels.
    Move(Vec2),
    /// The selected one goes.
    Delete,
    /// The last change didn't happen.
    Undo,
    /// It did, after all.
    Redo,
}

impl Mask {
    /// A rectangle between two corners, on whole pixels; none without an area.
    pub fn rectangle(a: Pos2, b: Pos2) -> Option<Self> {
        let rect = Rect::from_two_pos(a, b);
        let (min, max) = (rect.min.floor(), rect.max.ceil());
        let is_there = max.x - min.x >= 2.0 && max.y - min.y >= 2.0;
        is_there.then(|| Self {
            points: vec![min, pos2(max.x, min.y), max, pos2(min.x, max.y)],
            is_rectangle: true,
        })
    }

    /// A polygon; none with fewer than three corners.
    pub fn polygon(points: Vec<Pos2>) -> Option<Self> {
        let points: Vec<Pos2> = points.into_iter().map(Pos2::round).collect();
        (points.len() >= 3).then_some(Self {
            points,
            is_rectangle: false,
        })
    }

    /// What it takes at most.
    pub fn bounds(&self) -> Rect {
        Rect::from_points(&self.points)
    }

    /// Whether a place is within it.
    pub fn contains(&self, at: Pos2) -> bool {
        let mut is_inside = false;
        for (index, b) in self.points.iter().enumerate() {
            let a = self.points[(index + self.points.len() - 1) % self.points.len()];
            let crosses = (a.y > at.y) != (b.y > at.y);
            if crosses && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x {
                is_inside = !is_inside;
            }
        }
        is_inside
    }

    /// The same at another place.
    pub fn moved(&self, by: Vec2) -> Self {
        let by = by.round();
        Self {
            points: self.points.iter().map(|point| *point + by).collect(),
            is_rectangle: self.is_rectangle,
        }
    }
}

/// Masks with what was done to them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Masks {
    /// The masks.
    pub all: Vec<Mask>,
    /// The one that is to be changed.
    pub selected: Option<usize>,
    /// What is drawn.
    pub tool: Option<MaskTool>,
    past: Vec<Vec<Mask>>,
    future: Vec<Vec<Mask>>,
}

/// The most masks of a pair of pictures.
const MOST: usize = 64;
/// So many changes can be taken back.
const MOST_STEPS: usize = 100;

impl Masks {
    /// Whether a change can be taken back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether one that was taken back can be made again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The topmost one at a place.
    pub fn at(&self, at: Pos2) -> Option<usize> {
        self.all.iter().rposition(|mask| mask.contains(at))
    }

    pub(super) fn apply(&mut self, command: MaskCommand) {
        match command {
            MaskCommand::Tool(tool) => {
                self.tool = tool;
                if tool.is_none() {
                    self.selected = None;
                }
            }
            MaskCommand::Select(index) => {
                self.selected = index.filter(|index| *index < self.all.len());
            }
            MaskCommand::Add(mask) => {
                if self.all.len() < MOST {
                    self.step();
                    self.all.push(mask);
                    self.selected = Some(self.all.len() - 1);
                }
            }
            MaskCommand::Move(by) => {
                let by = by.round();
                if let Some(index) = self.selected.filter(|_| by != Vec2::ZERO) {
                    self.step();
                    self.all[index] = self.all[index].moved(by);
                }
            }
            MaskCommand::Delete => {
                if let Some(index) = self.selected.take() {
                    self.step();
                    self.all.remove(index);
                }
            }
            MaskCommand::Undo => {
                if let Some(before) = self.past.pop() {
                    self.future.push(std::mem::replace(&mut self.all, before));
                    self.selected = None;
                }
            }
            MaskCommand::Redo => {
                if let Some(after) = self.future.pop() {
                    self.past.push(std::mem::replace(&mut self.all, after));
                    self.selected = None;
                }
            }
            MaskCommand::AddHere => {}
        }
    }

    fn step(&mut self) {
        self.future.clear();
        self.past.push(self.all.clone());
        if self.past.len() > MOST_STEPS {
            self.past.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::*;

    fn square(at: f32) -> Mask {
        Mask::rectangle(pos2(at, at), pos2(at + 10.0, at + 10.0)).unwrap()
    }

    #[test]
    fn what_was_drawn_is_moved_deleted_and_taken_back() {
        let mut masks = Masks::default();
        masks.apply(MaskCommand::Add(square(0.0)));
        masks.apply(MaskCommand::Add(square(20.0)));
        assert_eq!(masks.selected, Some(1));
        masks.apply(MaskCommand::Move(vec2(5.4, -0.2)));
        assert_eq!(masks.all[1].bounds().min, pos2(25.0, 20.0));
        masks.apply(MaskCommand::Delete);
        assert_eq!(masks.all.len(), 1);
        masks.apply(MaskCommand::Undo);
        masks.apply(MaskCommand::Undo);
        assert_eq!(masks.all, [square(0.0), square(20.0)]);
        masks.apply(MaskCommand::Redo);
        assert_eq!(masks.all[1].bounds().min, pos2(25.0, 20.0));
        masks.apply(MaskCommand::Add(square(50.0)));
        assert!(
            !masks.can_redo(),
            "another change ends what could be redone"
        );
    }

    #[test]
    fn a_place_is_within_the_outline_and_not_only_the_box() {
        let triangle = Mask::polygon(vec![pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(0.0, 10.0)]);
        let triangle = triangle.unwrap();
        assert!(triangle.contains(pos2(2.0, 2.0)));
        assert!(!triangle.contains(pos2(8.0, 8.0)));
        assert!(Mask::polygon(vec![pos2(0.0, 0.0), pos2(1.0, 1.0)]).is_none());
        assert!(Mask::rectangle(pos2(3.0, 3.0), pos2(3.2, 30.0)).is_none());
    }
}
