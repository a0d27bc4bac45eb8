//! A graph as a small picture: rectangles and lines in a square from 0 to 1.

use hartomat_schema::{Catalogue, Category, Endpoint, NodeId, Workflow};

use crate::{NodeSizes, Rect};

/// A node of a miniature.
#[derive(Debug, Clone, PartialEq)]
pub struct MiniatureNode {
    /// The node.
    pub id: NodeId,
    /// Left, top, width, height.
    pub rect: [f32; 4],
    /// Its category, for the colour; none for types that the catalogue doesn't know.
    pub category: Option<Category>,
    /// Whether it is left out of runs.
    pub is_muted: bool,
}

/// A graph as a small picture. Proportions are kept: the longer side fills the square, the shorter
/// one is in its middle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Miniature {
    /// Nodes in document order.
    pub nodes: Vec<MiniatureNode>,
    /// Lines from output to input through reroute points, at least two points each.
    pub edges: Vec<Vec<[f32; 2]>>,
    /// Frames: left, top, width, height.
    pub frames: Vec<[f32; 4]>,
    /// Width through height of what it shows; 1 for nothing.
    pub aspect: f32,
}

impl Miniature {
    /// A picture of a graph.
    pub fn new(workflow: &Workflow, catalogue: &Catalogue, sizes: &NodeSizes) -> Self {
        let rects: Vec<Rect> = workflow.nodes.iter().map(|node| sizes.rect(node)).collect();
        let frames = workflow.frames.iter().map(|frame| Rect::from(frame.rect));
        let Some(bounds) = Rect::around(rects.iter().copied().chain(frames.clone())) else {
            return Self {
                aspect: 1.0,
                ..Self::default()
            };
        };
        let scale = Scale::new(bounds);
        let nodes = workflow.nodes.iter().zip(&rects).map(|(node, rect)| {
            let definition = catalogue.get(&node.node_type);
            MiniatureNode {
                id: node.id.clone(),
                rect: scale.rect(*rect),
                category: definition.map(|definition| definition.category),
                is_muted: node.muted,
            }
        });
        let places: std::collections::BTreeMap<&NodeId, Rect> = workflow
            .nodes
            .iter()
            .map(|node| &node.id)
            .zip(rects.iter().copied())
            .collect();
        let edges = workflow.edges.iter().filter_map(|edge| {
            let end = |end: &Endpoint| places.get(&end.node);
            let (from, to) = (end(&edge.from)?, end(&edge.to)?);
            let start = [from.right(), from.center()[1]];
            let stop = [to.x, to.center()[1]];
            let points = std::iter::once(start).chain(edge.via.iter().copied());
            let points = points.chain([stop]);
            Some(points.map(|point| scale.point(point)).collect())
        });
        Self {
            nodes: nodes.collect(),
            edges: edges.collect(),
            frames: frames.map(|rect| scale.rect(rect)).collect(),
            aspect: scale.aspect,
        }
    }
}

struct Scale {
    corner: [f64; 2],
    factor: f64,
    aspect: f32,
}

impl Scale {
    fn new(bounds: Rect) -> Self {
        let side = bounds.width.max(bounds.height);
        let side = if side > 0.0 && side.is_finite() {
            side
        } else {
            1.0
        };
        let [x, y] = bounds.center();
        let height = bounds.height.max(side * 1e-3);
        Self {
            corner: [x - side / 2.0, y - side / 2.0],
            factor: 1.0 / side,
            aspect: small(bounds.width.max(side * 1e-3) / height),
        }
    }

    fn point(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        [
            small((x - self.corner[0]) * self.factor),
            small((y - self.corner[1]) * self.factor),
        ]
    }

    fn rect(&self, rect: Rect) -> [f32; 4] {
        let [x, y] = self.point([rect.x, rect.y]);
        [
            x,
            y,
            small(rect.width * self.factor),
            small(rect.height * self.factor),
        ]
    }
}

/// A picture needs no more than single precision.
#[expect(clippy::cast_possible_truncation)]
fn small(number: f64) -> f32 {
    number as f32
}
