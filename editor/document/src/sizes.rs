//! Rectangles on the canvas, and how large nodes are. The document doesn't know: the canvas says,
//! and what it hasn't drawn yet is estimated from the definition.

use std::collections::BTreeMap;

use hartomat_schema::{Catalogue, Node, NodeId, Note, Workflow};
use serde_json::Value;

/// A rectangle in points of the canvas; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl From<[f64; 4]> for Rect {
    fn from([x, y, width, height]: [f64; 4]) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }
}

impl From<Rect> for [f64; 4] {
    fn from(rect: Rect) -> Self {
        [rect.x, rect.y, rect.width, rect.height]
    }
}

impl Rect {
    /// At a position, of a size.
    pub fn new([x, y]: [f64; 2], [width, height]: [f64; 2]) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// Right side.
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    /// Lower side.
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    /// Its middle.
    pub fn center(self) -> [f64; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// Whether a point lies in it.
    pub fn contains(self, [x, y]: [f64; 2]) -> bool {
        x >= self.x && x <= self.right() && y >= self.y && y <= self.bottom()
    }

    /// Whether another lies inside.
    pub fn holds(self, other: Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    /// Whether the two share a point.
    pub fn touches(self, other: Self) -> bool {
        self.x <= other.right()
            && other.x <= self.right()
            && self.y <= other.bottom()
            && other.y <= self.bottom()
    }

    /// The smallest that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// Larger by `margin` on every side.
    #[must_use]
    pub fn expanded(self, margin: f64) -> Self {
        Self {
            x: self.x - margin,
            y: self.y - margin,
            width: self.width + 2.0 * margin,
            height: self.height + 2.0 * margin,
        }
    }

    /// The smallest that holds all of them; none of none.
    pub fn around(rects: impl IntoIterator<Item = Self>) -> Option<Self> {
        rects.into_iter().reduce(Self::union)
    }
}

/// How large nodes are, in points.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeSizes {
    sizes: BTreeMap<NodeId, [f64; 2]>,
}

/// A node whose size nobody knows.
const NODE: [f64; 2] = [190.0, 96.0];
/// A note without a `size` of its own.
const NOTE: [f64; 2] = [200.0, 80.0];
/// Title and lower edge of an estimated node.
const HEADER: f64 = 52.0;
/// A collapsed node.
const HEADER_ALONE: f64 = 32.0;
/// A port's row of an estimated node.
const ROW: f64 = 22.0;

impl NodeSizes {
    /// Sizes as drawn; nodes that aren't listed get an average one.
    pub fn new(sizes: BTreeMap<NodeId, [f64; 2]>) -> Self {
        Self { sizes }
    }

    /// Sizes estimated from the ports of the definitions.
    pub fn estimated(workflow: &Workflow, catalogue: &Catalogue) -> Self {
        let size = |node: &Node| {
            let contract = &catalogue.get(&node.node_type)?.contract;
            let rows = contract.inputs.len().max(contract.outputs.len());
            let rows = f64::from(u32::try_from(rows).unwrap_or(u32::MAX));
            let height = if is_collapsed(node) {
                HEADER_ALONE
            } else {
                HEADER + rows * ROW
            };
            Some((node.id.clone(), [NODE[0], height]))
        };
        Self {
            sizes: workflow.nodes.iter().filter_map(size).collect(),
        }
    }

    /// Says how large a node is drawn.
    pub fn insert(&mut self, node: NodeId, size: [f64; 2]) {
        self.sizes.insert(node, size);
    }

    /// How large a node is.
    pub fn size(&self, node: &NodeId) -> [f64; 2] {
        self.sizes.get(node).copied().unwrap_or(NODE)
    }

    /// Where a node stands.
    pub fn rect(&self, node: &Node) -> Rect {
        Rect::new(node.position, self.size(&node.id))
    }

    /// Where a note stands.
    pub fn note_rect(&self, note: &Note) -> Rect {
        Rect::new(note.position, note_size(note).unwrap_or(NOTE))
    }
}

/// The key of a node that is shown as its header alone. Runs don't see it.
pub(crate) const COLLAPSED: &str = "collapsed";

/// Whether a node is shown as its header alone.
pub fn is_collapsed(node: &Node) -> bool {
    node.extra.get(COLLAPSED).and_then(Value::as_bool) == Some(true)
}

/// The size that somebody gave a note.
pub fn note_size(note: &Note) -> Option<[f64; 2]> {
    let [width, height] = note.extra.get("size")?.as_array()?.as_slice() else {
        return None;
    };
    Some([Value::as_f64(width)?, Value::as_f64(height)?])
}
