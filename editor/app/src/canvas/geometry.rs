//! How large a node is and where its ports are, in graph points. The same at every level of detail,
//! so that hit tests, edges, fitting and the overview agree with what is drawn.

use egui::{Pos2, Rect, pos2, vec2};

/// Width of every node.
pub(crate) const NODE_WIDTH: f32 = 200.0;
/// Height of the header with icon and title.
pub(crate) const HEADER_HEIGHT: f32 = 32.0;
/// Height of a row with an input, an output or both.
pub(crate) const PORT_ROW_HEIGHT: f32 = 22.0;
/// Height of a line of the summary.
pub(crate) const SUMMARY_ROW_HEIGHT: f32 = 17.0;
/// Height of the last picture.
pub(crate) const THUMBNAIL_HEIGHT: f32 = 112.0;
/// Space above and below the rows of ports, and around the picture.
pub(crate) const PADDING: f32 = 7.0;
/// Radius of a port.
pub(crate) const PORT_RADIUS: f32 = 5.0;
/// How near the pointer has to come to a port, on screen.
pub(crate) const PORT_REACH: f32 = 11.0;
/// The most lines of a summary.
pub(crate) const MAX_SUMMARY: usize = 3;

/// What the size of a node depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeParts {
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
    /// Lines of the summary.
    pub summary: usize,
    /// Whether there is a picture.
    pub has_thumbnail: bool,
}

impl NodeParts {
    /// Where the node is.
    pub fn rect(&self, position: Pos2) -> Rect {
        Rect::from_min_size(position, vec2(NODE_WIDTH, self.height()))
    }

    /// Where the summary begins, below the node's top.
    pub fn summary_top(&self) -> f32 {
        HEADER_HEIGHT + self.ports_height()
    }

    /// Where the picture begins, below the node's top.
    pub fn thumbnail_top(&self) -> f32 {
        self.summary_top() + self.summary_height()
    }

    fn ports_height(&self) -> f32 {
        match self.inputs.max(self.outputs) {
            0 => PADDING,
            rows => rows as f32 * PORT_ROW_HEIGHT + 2.0 * PADDING,
        }
    }

    fn summary_height(&self) -> f32 {
        match self.summary {
            0 => 0.0,
            lines => lines as f32 * SUMMARY_ROW_HEIGHT + 2.0 * PADDING,
        }
    }

    fn height(&self) -> f32 {
        let thumbnail = if self.has_thumbnail {
            THUMBNAIL_HEIGHT + PADDING
        } else {
            0.0
        };
        self.thumbnail_top() + thumbnail
    }
}

/// Where an input is, in a node at this place.
pub(crate) fn input_position(node: Rect, index: usize) -> Pos2 {
    pos2(node.left(), row_center(node, index))
}

/// Where an output is, in a node at this place.
pub(crate) fn output_position(node: Rect, index: usize) -> Pos2 {
    pos2(node.right(), row_center(node, index))
}

fn row_center(node: Rect, index: usize) -> f32 {
    node.top() + HEADER_HEIGHT + PADDING + (index as f32 + 0.5) * PORT_ROW_HEIGHT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_lie_on_the_edges_and_above_the_summary() {
        let parts = NodeParts {
            inputs: 4,
            outputs: 1,
            summary: 2,
            has_thumbnail: true,
        };
        let node = parts.rect(pos2(10.0, 20.0));
        let last = input_position(node, 3);
        assert_eq!(last.x, node.left());
        assert!(last.y + PORT_ROW_HEIGHT / 2.0 <= node.top() + parts.summary_top());
        assert!(parts.thumbnail_top() + THUMBNAIL_HEIGHT <= node.height());
        assert_eq!(output_position(node, 0).x, node.right());
    }
}
