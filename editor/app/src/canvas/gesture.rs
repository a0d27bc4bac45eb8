//! What the pointer is doing on the canvas, in graph points. The document changes once, at the end.

use egui::{Pos2, Rect, Vec2};
use hartomat_document::{EdgeKey, FrameIndex, LooseEnd, Selection};

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
    /// A frame gets another size.
    Resize {
        /// The frame.
        frame: FrameIndex,
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
