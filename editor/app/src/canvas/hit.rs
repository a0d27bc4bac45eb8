//! What is under the pointer. Small things before large ones: ports, reroutes, nodes, comments,
//! edges, frames.

use egui::{Pos2, Rect, vec2};
use hartomat_document::{EdgeKey, FrameIndex, LooseEnd, NoteIndex, Reroute};
use hartomat_schema::{Endpoint, NodeId, Workflow};

use crate::canvas::geometry::{PORT_REACH, PORT_ROW_HEIGHT};
use crate::canvas::notes;
use crate::canvas::stroke;
use crate::canvas::view::Frame;
use crate::canvas::view_model::{Detail, EdgeView, NodeView, ViewModel, frame_rect};
use crate::state::Session;

/// Height of a frame's title, on screen.
pub(crate) const FRAME_TITLE: f32 = 26.0;
/// How near the pointer has to come to an edge or corner, on screen.
const REACH: f32 = 7.0;

/// Something under the pointer.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Hit {
    /// Empty canvas.
    #[default]
    Nothing,
    /// A port, as the end of an edge to be.
    Port(LooseEnd),
    /// A node.
    Node(NodeId),
    /// An edge.
    Edge(EdgeKey),
    /// A reroute point.
    Reroute(Reroute),
    /// A comment.
    Note(NoteIndex),
    /// The lower right corner of a comment.
    NoteCorner(NoteIndex),
    /// The lower right corner of a frame.
    FrameCorner(FrameIndex),
    /// The title of a frame.
    FrameTitle(FrameIndex),
}

/// Asks what is under a place on screen.
pub(crate) struct HitTest<'a> {
    /// The document as it is drawn.
    pub model: &'a ViewModel,
    /// The document.
    pub workflow: &'a Workflow,
    /// The view.
    pub frame: Frame,
}

impl HitTest<'_> {
    /// What is under a place on screen.
    pub(crate) fn at(&self, pointer: Pos2) -> Hit {
        let can_read = Detail::at(self.frame.zoom()) >= Detail::Titles;
        let port = can_read.then(|| self.port(pointer)).flatten();
        let found = port.map(Hit::Port);
        let found = found.or_else(|| self.reroute(pointer).map(Hit::Reroute));
        let found = found.or_else(|| self.node(pointer).map(|node| Hit::Node(node.id.clone())));
        let found = found.or_else(|| self.note(pointer));
        let found = found.or_else(|| self.edge(pointer).map(|edge| Hit::Edge(key(edge))));
        found
            .or_else(|| self.frame_part(pointer))
            .unwrap_or_default()
    }

    /// The node under a place on screen, the last one in the document where several are.
    pub(crate) fn node(&self, pointer: Pos2) -> Option<&NodeView> {
        let at = self.frame.to_graph(pointer);
        let numbers = self.model.nodes_within(Rect::from_min_max(at, at));
        numbers
            .last()
            .map(|number| &self.model.nodes[*number as usize])
    }

    /// The nearest port that the pointer reaches.
    pub(crate) fn port(&self, pointer: Pos2) -> Option<LooseEnd> {
        let at = self.frame.to_graph(pointer);
        let reach = (PORT_REACH / self.frame.zoom()).min(PORT_ROW_HEIGHT * 0.9);
        let area = Rect::from_center_size(at, vec2(2.0, 2.0) * reach);
        let mut nearest: Option<(f32, LooseEnd)> = None;
        for number in self.model.nodes_within(area) {
            let node = &self.model.nodes[number as usize];
            for (place, end) in ends(node) {
                let distance = place.distance(at);
                let is_nearer = nearest.as_ref().is_none_or(|(least, _)| distance < *least);
                if distance <= reach && is_nearer {
                    nearest = Some((distance, end));
                }
            }
        }
        nearest.map(|(_, end)| end)
    }

    /// The nearest edge that the pointer reaches.
    pub(crate) fn edge(&self, pointer: Pos2) -> Option<&EdgeView> {
        let at = self.frame.to_graph(pointer);
        let reach = REACH / self.frame.zoom();
        let near = self
            .model
            .edges_within(Rect::from_center_size(at, vec2(2.0, 2.0) * reach));
        let edges = near
            .iter()
            .map(|number| &self.model.edges[*number as usize]);
        let measured = edges.map(|edge| {
            let path = stroke::edge_path(&self.model.edge_points(edge), 20);
            (stroke::distance(&path, at), edge)
        });
        let nearest = measured.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        (nearest.0 <= reach).then_some(nearest.1)
    }

    fn reroute(&self, pointer: Pos2) -> Option<Reroute> {
        let at = self.frame.to_graph(pointer);
        let reach = (REACH + 2.0) / self.frame.zoom();
        let near = self
            .model
            .edges_within(Rect::from_center_size(at, vec2(2.0, 2.0) * reach));
        near.into_iter().find_map(|number| {
            let edge = &self.model.edges[number as usize];
            let index = edge
                .via
                .iter()
                .position(|point| point.distance(at) <= reach)?;
            Some(Reroute {
                edge: key(edge),
                index,
            })
        })
    }

    fn note(&self, pointer: Pos2) -> Option<Hit> {
        let mut notes = self.workflow.notes.iter().enumerate().rev();
        notes.find_map(|(number, note)| {
            let rect = self.frame.rect_to_screen(notes::rect(note));
            let index = NoteIndex(number);
            if corner(rect).contains(pointer) {
                Some(Hit::NoteCorner(index))
            } else {
                rect.contains(pointer).then_some(Hit::Note(index))
            }
        })
    }

    fn frame_part(&self, pointer: Pos2) -> Option<Hit> {
        for (number, frame) in self.workflow.frames.iter().enumerate().rev() {
            let rect = self.frame.rect_to_screen(frame_rect(frame.rect));
            if corner(rect).contains(pointer) {
                return Some(Hit::FrameCorner(FrameIndex(number)));
            }
            let title = Rect::from_min_size(rect.min, vec2(rect.width(), FRAME_TITLE));
            if title.contains(pointer) {
                return Some(Hit::FrameTitle(FrameIndex(number)));
            }
        }
        None
    }
}

/// Where a rectangle on screen is grasped to make it larger or smaller.
fn corner(rect: Rect) -> Rect {
    Rect::from_center_size(rect.max, vec2(2.0, 2.0) * (REACH + 3.0))
}

/// The edge at a graph point.
pub(crate) fn edge_at(session: &Session, at: Pos2) -> Option<EdgeKey> {
    let hits = HitTest {
        model: &session.canvas.model,
        workflow: session.document.workflow(),
        frame: session.canvas.frame()?,
    };
    hits.edge(hits.frame.to_screen(at)).map(key)
}

/// The ends of an edge.
pub(crate) fn key(edge: &EdgeView) -> EdgeKey {
    EdgeKey {
        from: edge.ends.0.clone(),
        to: edge.ends.1.clone(),
    }
}

/// The ports of a node that can be grasped: where they are, and what an edge from there would be.
pub(crate) fn ends(node: &NodeView) -> impl Iterator<Item = (Pos2, LooseEnd)> {
    let end = |port: &crate::canvas::view_model::PortView| Endpoint {
        node: node.id.clone(),
        port: port.name.clone(),
    };
    let inputs = node.open_inputs().iter().enumerate();
    let inputs =
        inputs.map(move |(number, port)| (node.input_position(number), LooseEnd::Input(end(port))));
    let outputs = node.open_outputs().iter().enumerate();
    let outputs = outputs
        .map(move |(number, port)| (node.output_position(number), LooseEnd::Output(end(port))));
    inputs.chain(outputs)
}
