//! How large a node is and how far down its ports are, in graph points. The same at every level of detail,
//! so that hit tests, edges, fitting and the overview agree with what is drawn.

use egui::{Pos2, Rect, vec2};

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
    /// Whether the header is all that is shown.
    pub is_collapsed: bool,
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
        if self.is_collapsed {
            return HEADER_HEIGHT;
        }
        let thumbnail = if self.has_thumbnail {
            THUMBNAIL_HEIGHT + PADDING
        } else {
            0.0
        };
        self.thumbnail_top() + thumbnail
    }
}

/// How far below its node's top a port is.
pub(crate) fn port_below(parts: &NodeParts, index: usize) -> f32 {
    if parts.is_collapsed {
        return HEADER_HEIGHT / 2.0;
    }
    HEADER_HEIGHT + PADDING + (index as f32 + 0.5) * PORT_ROW_HEIGHT
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn ports_lie_on_the_edges_and_above_the_summary() {
        let parts = NodeParts {
            inputs: 4,
            outputs: 1,
            summary: 2,
            has_thumbnail: true,
            is_collapsed: false,
        };
        let node = parts.rect(pos2(10.0, 20.0));
        let last = port_below(&parts, 3);
        assert!(last + PORT_ROW_HEIGHT / 2.0 <= parts.summary_top());
        assert!(parts.thumbnail_top() + THUMBNAIL_HEIGHT <= node.height());
    }

    #[test]
    fn all_ports_of_a_collapsed_node_lie_at_its_header() {
        let parts = NodeParts {
            inputs: 4,
            outputs: 1,
            summary: 2,
            has_thumbnail: true,
            is_collapsed: true,
        };
        let node = parts.rect(pos2(10.0, 20.0));
        assert_eq!(node.height(), HEADER_HEIGHT);
        assert_eq!(port_below(&parts, 3), node.height() / 2.0);
    }
}
