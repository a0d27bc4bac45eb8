//! What follows the pointer: nodes, and the edges at their ports. The document doesn't know yet.

use std::collections::BTreeSet;

use egui::{Pos2, Vec2};
use hartomat_document::Selection;

use crate::canvas::hit;
use crate::canvas::meshes::Dragged;
use crate::canvas::view_model::{EdgeView, ViewModel};
use crate::state::Session;

/// What follows the pointer, and how far it is from where the document has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drag {
    /// Nodes and edges by number.
    pub dragged: Dragged,
    /// How far, in graph points.
    pub offset: Vec2,
    moved: Selection,
    nodes: BTreeSet<usize>,
}

impl Drag {
    /// What the gesture of this session moves.
    pub(crate) fn new(session: &Session) -> Self {
        let Some(gesture) = &session.canvas.gesture else {
            return Self::default();
        };
        let Some(moved) = gesture.moved() else {
            return Self::default();
        };
        let model = &session.canvas.model;
        let nodes: BTreeSet<usize> = moved
            .nodes
            .iter()
            .filter_map(|id| model.number(id))
            .collect();
        Self {
            dragged: Dragged {
                nodes: nodes.iter().map(|number| *number as u32).collect(),
                edges: following(model, &nodes, moved),
            },
            offset: gesture.offset(),
            moved: moved.clone(),
            nodes,
        }
    }

    /// How far a node is from where the document has it.
    pub(crate) fn offset_of(&self, number: u32) -> Vec2 {
        if self.nodes.contains(&(number as usize)) {
            self.offset
        } else {
            Vec2::ZERO
        }
    }

    /// What follows the pointer.
    pub(crate) fn moved(&self) -> &Selection {
        &self.moved
    }

    /// Where an edge goes just now.
    pub(crate) fn edge_points(&self, model: &ViewModel, edge: &EdgeView) -> Vec<Pos2> {
        let mut points = model.edge_points(edge);
        let last = points.len() - 1;
        let (from, to) = (
            self.nodes.contains(&edge.from),
            self.nodes.contains(&edge.to),
        );
        for (number, point) in points.iter_mut().enumerate() {
            let follows = match number {
                0 => from,
                _ if number == last => to,
                _ => from && to || self.follows_alone(edge, number - 1),
            };
            if follows {
                *point += self.offset;
            }
        }
        points
    }

    fn follows_alone(&self, edge: &EdgeView, index: usize) -> bool {
        let edge = hit::key(edge);
        let mut points = self.moved.reroutes.iter();
        points.any(|point| point.index == index && point.edge == edge)
    }
}

fn following(model: &ViewModel, nodes: &BTreeSet<usize>, moved: &Selection) -> Vec<u32> {
    let at_nodes = nodes.iter().flat_map(|node| model.edges_of(*node));
    let mut edges: Vec<u32> = at_nodes.copied().collect();
    for point in &moved.reroutes {
        let from = model.number(&point.edge.from.node);
        let near = from.map_or(&[][..], |from| model.edges_of(from));
        let is_it = |number: &&u32| hit::key(&model.edges[**number as usize]) == point.edge;
        edges.extend(near.iter().filter(is_it));
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}
