//! What can be selected and edited: nodes by id, edges by their ends, frames and notes by their
//! place in the document, since they have no ids. Indices are good for one state of the document.

use std::collections::BTreeSet;

use hartomat_schema::{Edge, Endpoint, NodeId, Workflow};

use crate::{NodeSizes, Rect};

/// An edge, told apart by its two ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeKey {
    /// The output port.
    pub from: Endpoint,
    /// The input port.
    pub to: Endpoint,
}

impl EdgeKey {
    /// The key of an edge.
    pub fn of(edge: &Edge) -> Self {
        Self {
            from: edge.from.clone(),
            to: edge.to.clone(),
        }
    }

    /// Whether an edge has these ends.
    pub fn is(&self, edge: &Edge) -> bool {
        edge.to == self.to && edge.from == self.from
    }

    /// The first edge with these ends.
    pub fn find<'a>(&self, workflow: &'a Workflow) -> Option<&'a Edge> {
        workflow.edges.iter().find(|edge| self.is(edge))
    }
}

/// A frame, by its place in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameIndex(pub usize);

/// A note, by its place in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteIndex(pub usize);

/// A reroute point: which of the points of an edge's `via`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reroute {
    /// The edge.
    pub edge: EdgeKey,
    /// Which of its points, from the output on.
    pub index: usize,
}

/// A set of things on the canvas: what is selected, or what an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Selection {
    /// Nodes.
    pub nodes: BTreeSet<NodeId>,
    /// Edges.
    pub edges: BTreeSet<EdgeKey>,
    /// Frames.
    pub frames: BTreeSet<FrameIndex>,
    /// Notes.
    pub notes: BTreeSet<NoteIndex>,
    /// Reroute points.
    pub reroutes: BTreeSet<Reroute>,
}

impl Selection {
    /// These nodes and nothing else.
    pub fn of_nodes(nodes: impl IntoIterator<Item = NodeId>) -> Self {
        Self {
            nodes: nodes.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Everything on the canvas.
    pub fn all(workflow: &Workflow) -> Self {
        Self {
            nodes: workflow.nodes.iter().map(|node| node.id.clone()).collect(),
            edges: workflow.edges.iter().map(EdgeKey::of).collect(),
            frames: (0..workflow.frames.len()).map(FrameIndex).collect(),
            notes: (0..workflow.notes.len()).map(NoteIndex).collect(),
            reroutes: workflow.edges.iter().flat_map(reroutes_of).collect(),
        }
    }

    /// What lies in or touches a rectangle: nodes, notes and reroute points that touch it, frames
    /// that lie inside. Edges aren't taken.
    pub fn in_rect(workflow: &Workflow, rect: Rect, sizes: &NodeSizes) -> Self {
        let nodes = workflow.nodes.iter();
        let nodes = nodes.filter(|node| sizes.rect(node).touches(rect));
        let notes = workflow.notes.iter().enumerate();
        let notes = notes.filter(|(_, note)| sizes.note_rect(note).touches(rect));
        let frames = workflow.frames.iter().enumerate();
        let frames = frames.filter(|(_, frame)| rect.holds(Rect::from(frame.rect)));
        let reroutes = workflow.edges.iter().filter(|edge| !edge.via.is_empty());
        let reroutes = reroutes.flat_map(|edge| {
            let inside = edge.via.iter().enumerate();
            let inside = inside.filter(|(_, point)| rect.contains(**point));
            inside.map(|(index, _)| Reroute {
                edge: EdgeKey::of(edge),
                index,
            })
        });
        Self {
            nodes: nodes.map(|node| node.id.clone()).collect(),
            edges: BTreeSet::new(),
            frames: frames.map(|(index, _)| FrameIndex(index)).collect(),
            notes: notes.map(|(index, _)| NoteIndex(index)).collect(),
            reroutes: reroutes.collect(),
        }
    }

    /// What stands inside its frames, added: moving a frame takes its content along.
    #[must_use]
    pub fn with_frame_content(mut self, workflow: &Workflow, sizes: &NodeSizes) -> Self {
        for FrameIndex(index) in self.frames.clone() {
            let Some(frame) = workflow.frames.get(index) else {
                continue;
            };
            let rect = Rect::from(frame.rect);
            let mut inside = Self::in_rect(workflow, rect, sizes);
            // Nodes and notes belong to the frame that their middle lies in.
            let nodes = workflow.nodes.iter();
            let nodes = nodes.filter(|node| rect.contains(sizes.rect(node).center()));
            inside.nodes = nodes.map(|node| node.id.clone()).collect();
            inside.notes.retain(|NoteIndex(note)| {
                rect.contains(sizes.note_rect(&workflow.notes[*note]).center())
            });
            self.extend(inside);
        }
        self
    }

    /// Adds another selection.
    pub fn extend(&mut self, other: Self) {
        self.nodes.extend(other.nodes);
        self.edges.extend(other.edges);
        self.frames.extend(other.frames);
        self.notes.extend(other.notes);
        self.reroutes.extend(other.reroutes);
    }

    /// What is in the document and not in here.
    #[must_use]
    pub fn inverted(&self, workflow: &Workflow) -> Self {
        let mut all = Self::all(workflow);
        all.nodes.retain(|item| !self.nodes.contains(item));
        all.edges.retain(|item| !self.edges.contains(item));
        all.frames.retain(|item| !self.frames.contains(item));
        all.notes.retain(|item| !self.notes.contains(item));
        all.reroutes.retain(|item| !self.reroutes.contains(item));
        all
    }

    /// Leaves out what the document doesn't hold.
    #[must_use]
    pub fn within(mut self, workflow: &Workflow) -> Self {
        if !self.nodes.is_empty() {
            let there: BTreeSet<&NodeId> = workflow.nodes.iter().map(|node| &node.id).collect();
            self.nodes.retain(|id| there.contains(id));
        }
        if !self.edges.is_empty() {
            let ends = workflow.edges.iter().map(|edge| (&edge.to, &edge.from));
            let there: BTreeSet<_> = ends.collect();
            self.edges
                .retain(|key| there.contains(&(&key.to, &key.from)));
        }
        self.frames
            .retain(|FrameIndex(index)| *index < workflow.frames.len());
        self.notes
            .retain(|NoteIndex(index)| *index < workflow.notes.len());
        self.reroutes.retain(|point| {
            let edge = point.edge.find(workflow);
            edge.is_some_and(|edge| point.index < edge.via.len())
        });
        self
    }

    /// Nodes, frames and notes that `after` has and `before` hasn't; both list them in order.
    pub(crate) fn new_items(before: &Workflow, after: &Workflow) -> Self {
        let old: BTreeSet<&NodeId> = before.nodes.iter().map(|node| &node.id).collect();
        let new = after.nodes.iter().filter(|node| !old.contains(&node.id));
        Self {
            nodes: new.map(|node| node.id.clone()).collect(),
            frames: (before.frames.len()..after.frames.len())
                .map(FrameIndex)
                .collect(),
            notes: (before.notes.len()..after.notes.len())
                .map(NoteIndex)
                .collect(),
            ..Self::default()
        }
    }

    /// How many things it holds.
    pub fn len(&self) -> usize {
        self.nodes.len()
            + self.edges.len()
            + self.frames.len()
            + self.notes.len()
            + self.reroutes.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The node, where it is the only thing selected.
    pub fn single_node(&self) -> Option<&NodeId> {
        (self.len() == 1).then(|| self.nodes.first()).flatten()
    }
}

fn reroutes_of(edge: &Edge) -> impl Iterator<Item = Reroute> {
    (0..edge.via.len()).map(|index| Reroute {
        edge: EdgeKey::of(edge),
        index,
    })
}
