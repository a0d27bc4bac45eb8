//! Pasting and duplicating. Nothing is left out silently: each thing that doesn't fit comes back with
//! the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hartomat_schema::{Catalogue, Edge, Node, NodeId, Workflow};

use super::EditError;
use super::nodes::legal;
use crate::connect::Joiner;
use crate::names::{FreshIds, clip as shorten};
use crate::{Clip, EdgeKey, Links, NodeSizes, Selection};

/// A thing that a paste left out.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// What.
    pub item: LeftOutItem,
    /// Why.
    pub reason: Box<EditError>,
}

/// A thing of a clip, as the clip names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOutItem {
    /// A node.
    Node(NodeId),
    /// An edge.
    Edge(EdgeKey),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.item {
            LeftOutItem::Node(id) => write!(f, "`{}`: {}", shorten(id.as_str()), self.reason),
            LeftOutItem::Edge(edge) => write!(
                f,
                "the edge from `{}` to `{}`: {}",
                shorten(edge.from.node.as_str()),
                shorten(edge.to.node.as_str()),
                self.reason
            ),
        }
    }
}

/// What a paste would do: asked before it is done, to tell people what won't fit.
#[derive(Debug)]
pub struct PastePlan {
    /// What doesn't fit, and why.
    pub left_out: Vec<LeftOut>,
    /// How many nodes, frames and notes would come.
    pub count: usize,
}

impl PastePlan {
    /// Looks what of a clip fits into a document.
    pub fn new(workflow: &Workflow, catalogue: &Catalogue, clip: &Clip, with_inputs: bool) -> Self {
        let mut trial = workflow.clone();
        match paste(&mut trial, catalogue, clip, [0.0; 2], with_inputs) {
            Ok(left_out) => Self {
                left_out,
                count: Selection::new_items(workflow, &trial).len(),
            },
            Err(EditError::NothingFits(left_out)) => Self { left_out, count: 0 },
            Err(_) => Self {
                left_out: Vec::new(),
                count: 0,
            },
        }
    }
}

/// Copies things beside themselves.
pub(super) fn duplicate(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    items: &Selection,
    by: [f64; 2],
    with_inputs: bool,
) -> Result<Vec<LeftOut>, EditError> {
    let clip = Clip::copy(workflow, items);
    if clip.is_empty() {
        return Ok(Vec::new());
    }
    put(workflow, catalogue, &clip, by, with_inputs)
}

/// Pastes a clip, its upper left corner at a position.
pub(super) fn paste(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    clip: &Clip,
    position: [f64; 2],
    with_inputs: bool,
) -> Result<Vec<LeftOut>, EditError> {
    let corner = clip.bounds(&NodeSizes::default());
    let by = [position[0] - corner.x, position[1] - corner.y];
    put(workflow, catalogue, clip, by, with_inputs)
}

fn put(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    clip: &Clip,
    by: [f64; 2],
    with_inputs: bool,
) -> Result<Vec<LeftOut>, EditError> {
    if by.iter().any(|number| !number.is_finite()) {
        return Err(EditError::NotFinite);
    }
    let part = clip.part();
    let mut left_out = Vec::new();
    let new_ids = put_nodes(workflow, catalogue, &part.nodes, by, &mut left_out);
    let shift = |[x, y]: [f64; 2]| [x + by[0], y + by[1]];
    for frame in &part.frames {
        let mut frame = frame.clone();
        let [x, y] = shift([frame.rect[0], frame.rect[1]]);
        frame.rect = [x, y, frame.rect[2], frame.rect[3]];
        workflow.frames.push(frame);
    }
    for note in &part.notes {
        let mut note = note.clone();
        note.position = shift(note.position);
        workflow.notes.push(note);
    }
    if new_ids.is_empty() && part.frames.is_empty() && part.notes.is_empty() {
        return Err(EditError::NothingFits(left_out));
    }
    let moved = moved_edges(part, &new_ids, with_inputs);
    let mut joiner = Joiner::of_new_nodes(workflow, catalogue, Links::new(part).has_circle());
    let mut edges = Vec::with_capacity(moved.len());
    for (original, mut edge) in moved {
        edge.via = edge.via.into_iter().map(shift).collect();
        match joiner.join(&edge.from, &edge.to) {
            Ok(()) => edges.push(edge),
            Err(reason) => left_out.push(LeftOut {
                item: LeftOutItem::Edge(EdgeKey::of(original)),
                reason: Box::new(reason),
            }),
        }
    }
    workflow.edges.extend(edges);
    Ok(left_out)
}

/// Edges of a clip between the ids that its nodes got here, each with the one that it is made of.
/// Edges of nodes that were left out are left out with them.
fn moved_edges<'a>(
    part: &'a Workflow,
    new_ids: &BTreeMap<NodeId, NodeId>,
    with_inputs: bool,
) -> Vec<(&'a Edge, Edge)> {
    let own: BTreeSet<&NodeId> = part.nodes.iter().map(|node| &node.id).collect();
    let move_edge = |edge: &'a Edge| {
        let source = match new_ids.get(&edge.from.node) {
            Some(source) => source,
            None if own.contains(&edge.from.node) || !with_inputs => return None,
            None => &edge.from.node,
        };
        let mut moved = edge.clone();
        moved.to.node = new_ids.get(&edge.to.node)?.clone();
        moved.from.node = source.clone();
        Some((edge, moved))
    };
    part.edges.iter().filter_map(move_edge).collect()
}

/// Adds the nodes that fit; returns new ids by old.
fn put_nodes(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    nodes: &[Node],
    by: [f64; 2],
    left_out: &mut Vec<LeftOut>,
) -> BTreeMap<NodeId, NodeId> {
    let mut new_ids = BTreeMap::new();
    let mut ids = FreshIds::new(workflow);
    for node in nodes {
        let reason = match legal(catalogue, workflow.family, &node.node_type) {
            Ok(_) if new_ids.contains_key(&node.id) => Some(EditError::IdTaken(node.id.clone())),
            Ok(_) => None,
            Err(reason) => Some(reason),
        };
        if let Some(reason) = reason {
            left_out.push(LeftOut {
                item: LeftOutItem::Node(node.id.clone()),
                reason: Box::new(reason),
            });
            continue;
        }
        let id = ids.take(node.id.as_str());
        let mut copy = node.clone();
        copy.id = id.clone();
        copy.position = [node.position[0] + by[0], node.position[1] + by[1]];
        workflow.nodes.push(copy);
        new_ids.insert(node.id.clone(), id);
    }
    new_ids
}
