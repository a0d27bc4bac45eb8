//! What the pointer is doing on the canvas, in graph points. The document changes once, at the end.

use egui::{Pos2, Rect, Vec2, vec2};
use hartomat_document::{EdgeKey, FrameIndex, LooseEnd, NoteIndex, Selection};

/// What becomes of what a box touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxMode {
    /// It is the selection.
    Replace,
    /// It is added to the selection.
    Add,
    /// It is taken from the selection.
    Remove,
}

/// What gets another size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resized {
    /// A frame.
    Frame(FrameIndex),
    /// A comment.
    Note(NoteIndex),
}

/// A gesture that has begun.
#[derive(Debug, Clone, PartialEq)]
pub enum Gesture {
    /// The view follows the pointer.
    Pan,
    /// Things follow the pointer.
    Move {
        /// What follows.
        moved: Selection,
        /// Where the pointer was.
        start: Pos2,
        /// Where it is.
        now: Pos2,
        /// Whether they follow without a button being held, until the next click.
        is_grab: bool,
        /// Whether nodes leave their edges, which close behind them.
        detaches: bool,
    },
    /// A box selects.
    Box {
        /// Where it began.
        start: Pos2,
        /// Its other corner.
        now: Pos2,
        /// What it does.
        mode: BoxMode,
    },
    /// An edge is drawn from a port.
    Connect {
        /// The end that stays.
        end: LooseEnd,
        /// The edge that was taken off its input.
        detached: Option<EdgeKey>,
        /// Where the loose end is.
        now: Pos2,
    },
    /// A line cuts edges.
    Cut {
        /// Where it went.
        path: Vec<Pos2>,
    },
    /// A frame or a comment gets another size.
    Resize {
        /// Which.
        what: Resized,
        /// Its rectangle at the beginning.
        rect: Rect,
        /// Where the pointer was.
        start: Pos2,
        /// Where it is.
        now: Pos2,
    },
}

impl Gesture {
    /// The pointer is somewhere else.
    pub fn point(&mut self, at: Pos2) {
        match self {
            Self::Pan => {}
            Self::Move { now, .. }
            | Self::Box { now, .. }
            | Self::Connect { now, .. }
            | Self::Resize { now, .. } => *now = at,
            Self::Cut { path } => {
                if path.last().is_none_or(|last| last.distance(at) > 2.0) {
                    path.push(at);
                }
            }
        }
    }

    /// How far things have moved, in whole points.
    pub fn offset(&self) -> Vec2 {
        match self {
            Self::Move { start, now, .. } | Self::Resize { start, now, .. } => {
                (*now - *start).round()
            }
            _ => Vec2::ZERO,
        }
    }

    /// The rectangle of what gets another size, as it would be if the gesture ended now.
    pub fn resized(&self) -> Option<(Resized, Rect)> {
        let Self::Resize { what, rect, .. } = self else {
            return None;
        };
        let least = match what {
            Resized::Frame(_) => vec2(80.0, 60.0),
            Resized::Note(_) => vec2(80.0, 40.0),
        };
        let size = (rect.size() + self.offset()).max(least);
        Some((*what, Rect::from_min_size(rect.min, size)))
    }

    /// What follows the pointer.
    pub fn moved(&self) -> Option<&Selection> {
        match self {
            Self::Move { moved, .. } => Some(moved),
            _ => None,
        }
    }

    /// Whether it goes on without a button being held.
    pub fn is_grab(&self) -> bool {
        matches!(self, Self::Move { is_grab: true, .. })
    }
}
