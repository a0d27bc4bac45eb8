//! What the canvas draws: made again when the document's revision or the catalogue changes, and asked
//! each frame which part of it is in view. Nodes are numbered as in the document.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Pos2, Rect, pos2};
use hartomat_document::{EdgeKey, is_collapsed, summary};
use hartomat_schema::{
    ArtifactKind, Catalogue, Category, Endpoint, Node, NodeDefinition, NodeId, PortName, Workflow,
};

use crate::canvas::geometry::{self, MAX_SUMMARY, NodeParts};
use crate::canvas::grid::Grid;
use crate::canvas::view::{Frame, from_document};
use crate::messages::served;

/// A port as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PortView {
    /// Its name in the document.
    pub name: PortName,
    /// Its name for people.
    pub label: String,
    /// The kind whose colour it has; none where the definition is unknown.
    pub kind: Option<ArtifactKind>,
    /// Every kind that it takes or gives.
    pub kinds: Vec<ArtifactKind>,
    /// Whether a run can't do without it.
    pub is_required: bool,
    /// Whether an edge ends here.
    pub is_connected: bool,
    /// What it is for.
    pub help: String,
}

/// A node as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeView {
    /// The node.
    pub id: NodeId,
    /// The author's name for it, or else its definition's.
    pub title: String,
    /// What it is, where the title doesn't say so.
    pub subtitle: Option<String>,
    /// Group that gives it colour and icon; none where the definition is unknown.
    pub category: Option<Category>,
    /// Inputs in order.
    pub inputs: Vec<PortView>,
    /// Outputs in order.
    pub outputs: Vec<PortView>,
    /// Settings that differ from their default, a line each.
    pub summary: Vec<String>,
    /// Whether it is left out of runs.
    pub is_muted: bool,
    /// What its size depends on.
    pub parts: NodeParts,
    /// Where it is.
    pub rect: Rect,
}

/// An edge as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeView {
    /// Number of the node that it comes from.
    pub from: usize,
    /// Number of the node that it goes to.
    pub to: usize,
    /// Output of the one.
    pub from_port: usize,
    /// Input of the other.
    pub to_port: usize,
    /// Both ends as they stand in the document.
    pub ends: (Endpoint, Endpoint),
    /// Reroute points.
    pub via: Vec<Pos2>,
    /// The kind that it carries.
    pub kind: Option<ArtifactKind>,
    /// Whether one of its ends is left out of runs.
    pub is_muted: bool,
}

/// How much of a node can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Boxes and edges.
    Boxes,
    /// Boxes with their title.
    Titles,
    /// Everything.
    Full,
}

impl Detail {
    /// Below this zoom, settings and port names are too small to read.
    pub const FULL_FROM: f32 = 0.58;
    /// Below this zoom, a title finds no room.
    pub const TITLES_FROM: f32 = 0.25;

    /// What can be read at a zoom.
    pub fn at(zoom: f32) -> Self {
        if zoom >= Self::FULL_FROM {
            Self::Full
        } else if zoom >= Self::TITLES_FROM {
            Self::Titles
        } else {
            Self::Boxes
        }
    }
}

/// What is in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// How much of it can be read.
    pub detail: Detail,
    /// Numbers of nodes, in order.
    pub nodes: Vec<u32>,
    /// Numbers of edges, in order.
    pub edges: Vec<u32>,
}

/// The document as it is drawn.
#[derive(Debug, Clone, Default)]
pub struct ViewModel {
    /// Changes whenever something else is drawn.
    pub stamp: u64,
    /// Nodes as in the document.
    pub nodes: Vec<NodeView>,
    /// Edges whose nodes exist.
    pub edges: Vec<EdgeView>,
    /// What surrounds all nodes and comments.
    pub bounds: Option<Rect>,
    numbers: BTreeMap<NodeId, usize>,
    /// Numbers of edges by the number of either node.
    edges_of: Vec<Vec<u32>>,
    node_grid: Grid,
    edge_grid: Grid,
}

/// What a view model is made of.
pub struct Source<'a> {
    /// The document.
    pub workflow: &'a Workflow,
    /// What is known of its nodes.
    pub catalogue: &'a Catalogue,
    /// Nodes with a picture.
    pub has_thumbnail: &'a dyn Fn(&NodeId) -> bool,
}

impl ViewModel {
    /// The document as it is drawn, under a new stamp.
    pub fn new(source: &Source<'_>, stamp: u64) -> Arc<Self> {
        let workflow = source.workflow;
        let numbers: BTreeMap<NodeId, usize> = (0..)
            .zip(&workflow.nodes)
            .map(|(number, node)| (node.id.clone(), number))
            .collect();
        let definitions: BTreeMap<_, _> = source
            .catalogue
            .nodes
            .iter()
            .map(|definition| (&definition.node_type, definition))
            .collect();
        let mut nodes: Vec<NodeView> = workflow
            .nodes
            .iter()
            .map(|node| {
                let definition = definitions.get(&node.node_type).copied();
                node_view(node, definition, (source.has_thumbnail)(&node.id))
            })
            .collect();
        let edges = edge_views(workflow, &numbers, &mut nodes);
        for node in &mut nodes {
            node.measure();
        }
        let mut edges_of = vec![Vec::new(); nodes.len()];
        for (number, edge) in (0_u32..).zip(&edges) {
            edges_of[edge.from].push(number);
            edges_of[edge.to].push(number);
        }
        let mut model = Self {
            stamp,
            edges_of,
            node_grid: Grid::new(nodes.iter().map(|node| node.rect)),
            bounds: None,
            nodes,
            edges,
            numbers,
            edge_grid: Grid::default(),
        };
        let edge_rects: Vec<Rect> = model
            .edges
            .iter()
            .map(|edge| {
                let points = model.edge_points(edge);
                Rect::from_points(&points).expand(24.0)
            })
            .collect();
        model.edge_grid = Grid::new(edge_rects);
        model.bounds = bounds(&model, workflow);
        Arc::new(model)
    }

    /// A node by its id.
    pub fn node(&self, id: &NodeId) -> Option<&NodeView> {
        self.number(id).map(|number| &self.nodes[number])
    }

    /// An edge by its ends.
    pub fn edge(&self, key: &EdgeKey) -> Option<&EdgeView> {
        let mut edges = self.edges.iter();
        edges.find(|edge| edge.ends.0 == key.from && edge.ends.1 == key.to)
    }

    /// Numbers of the edges at a node.
    pub fn edges_of(&self, node: usize) -> &[u32] {
        &self.edges_of[node]
    }

    /// The number of a node.
    pub fn number(&self, id: &NodeId) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// What is in view, and how much of it can be read.
    pub fn visible(&self, frame: &Frame) -> Visible {
        let area = frame.visible().expand(8.0 / frame.zoom());
        Visible {
            detail: Detail::at(frame.zoom()),
            nodes: self.node_grid.within(area),
            edges: self.edge_grid.within(area),
        }
    }

    /// Numbers of nodes that touch a part of the graph.
    pub fn nodes_within(&self, area: Rect) -> Vec<u32> {
        self.node_grid.within(area)
    }

    /// Numbers of edges that come near a part of the graph.
    pub fn edges_within(&self, area: Rect) -> Vec<u32> {
        self.edge_grid.within(area)
    }

    /// Where an edge goes: its output, its reroute points, its input.
    pub fn edge_points(&self, edge: &EdgeView) -> Vec<Pos2> {
        let mut points = Vec::with_capacity(edge.via.len() + 2);
        points.push(self.nodes[edge.from].output_position(edge.from_port));
        points.extend(&edge.via);
        points.push(self.nodes[edge.to].input_position(edge.to_port));
        points
    }

    /// What surrounds these nodes.
    pub fn bounds_of<'a>(&self, ids: impl IntoIterator<Item = &'a NodeId>) -> Option<Rect> {
        let rects = ids.into_iter().filter_map(|id| Some(self.node(id)?.rect));
        rects.reduce(|all, rect| all.union(rect))
    }
}

impl NodeView {
    fn measure(&mut self) {
        self.parts.inputs = self.inputs.len();
        self.parts.outputs = self.outputs.len();
        self.rect = self.parts.rect(self.rect.min);
    }

    /// Where a port is.
    pub fn input_position(&self, index: usize) -> Pos2 {
        pos2(self.rect.left(), self.port_height(index))
    }

    /// Where a port is.
    pub fn output_position(&self, index: usize) -> Pos2 {
        pos2(self.rect.right(), self.port_height(index))
    }

    fn port_height(&self, index: usize) -> f32 {
        self.rect.top() + geometry::port_below(&self.parts, index)
    }

    /// The ports to draw: all of them, or of a collapsed node one for all inputs and one for all
    /// outputs.
    pub(crate) fn drawn_ports(&self) -> Vec<(Pos2, &PortView)> {
        let inputs = drawn(&self.inputs, self.parts.is_collapsed);
        let inputs = inputs.map(|(number, port)| (self.input_position(number), port));
        let outputs = drawn(&self.outputs, self.parts.is_collapsed);
        let outputs = outputs.map(|(number, port)| (self.output_position(number), port));
        inputs.chain(outputs).collect()
    }

    /// The ports that stand for themselves: none where the node is collapsed.
    pub(crate) fn open_inputs(&self) -> &[PortView] {
        if self.parts.is_collapsed {
            &[]
        } else {
            &self.inputs
        }
    }

    /// The same of outputs.
    pub(crate) fn open_outputs(&self) -> &[PortView] {
        if self.parts.is_collapsed {
            &[]
        } else {
            &self.outputs
        }
    }
}

/// Ports with their numbers; of gathered ones the first with an edge, or else the first.
fn drawn(ports: &[PortView], are_gathered: bool) -> impl Iterator<Item = (usize, &PortView)> {
    let first = ports.iter().position(|port| port.is_connected);
    let first = first.unwrap_or_default();
    let ports = ports.iter().enumerate();
    ports.filter(move |(number, _)| !are_gathered || *number == first)
}

fn node_view(node: &Node, definition: Option<&NodeDefinition>, has_thumbnail: bool) -> NodeView {
    let kind_name = definition.map_or_else(|| node.node_type.as_str(), |found| &found.label);
    let label = node.label.as_deref().filter(|label| !label.is_empty());
    let mut lines = definition.map_or_else(Vec::new, |found| summary(node, found));
    if lines.len() > MAX_SUMMARY {
        let more = lines.len() - (MAX_SUMMARY - 1);
        lines.truncate(MAX_SUMMARY - 1);
        lines.push(format!("+{more}"));
    }
    let parts = NodeParts {
        inputs: 0,
        outputs: 0,
        summary: lines.len(),
        has_thumbnail,
        is_collapsed: is_collapsed(node),
    };
    NodeView {
        id: node.id.clone(),
        title: label.unwrap_or(kind_name).to_owned(),
        subtitle: label.map(|_| kind_name.to_owned()),
        category: definition.map(|found| found.category),
        inputs: definition.map_or_else(Vec::new, inputs),
        outputs: definition.map_or_else(Vec::new, outputs),
        summary: lines,
        is_muted: node.muted,
        parts,
        rect: Rect::from_min_max(from_document(node.position), from_document(node.position)),
    }
}

fn inputs(definition: &NodeDefinition) -> Vec<PortView> {
    let view = |port: &hartomat_schema::InputPort| PortView {
        name: port.name.clone(),
        label: port_label(&port.name),
        kind: port.accepts.first().cloned(),
        kinds: port.accepts.clone(),
        is_required: port.required,
        is_connected: false,
        help: port.help.clone(),
    };
    definition.contract.inputs.iter().map(view).collect()
}

fn outputs(definition: &NodeDefinition) -> Vec<PortView> {
    let view = |port: &hartomat_schema::OutputPort| PortView {
        name: port.name.clone(),
        label: port_label(&port.name),
        kind: Some(port.kind.clone()),
        kinds: vec![port.kind.clone()],
        is_required: false,
        is_connected: false,
        help: port.help.clone(),
    };
    definition.contract.outputs.iter().map(view).collect()
}

/// A port's name for people.
pub(crate) fn port_label(name: &PortName) -> String {
    served(&readable(name.as_str())).to_owned()
}

/// A key for people: `material_map` as `material map`.
pub fn readable(key: &str) -> String {
    key.replace('_', " ")
}

fn edge_views(
    workflow: &Workflow,
    numbers: &BTreeMap<NodeId, usize>,
    nodes: &mut [NodeView],
) -> Vec<EdgeView> {
    let mut edges = Vec::with_capacity(workflow.edges.len());
    for edge in &workflow.edges {
        let (Some(&from), Some(&to)) = (numbers.get(&edge.from.node), numbers.get(&edge.to.node))
        else {
            continue;
        };
        let from_port = connect(&mut nodes[from].outputs, &edge.from.port);
        let to_port = connect(&mut nodes[to].inputs, &edge.to.port);
        edges.push(EdgeView {
            from,
            to,
            from_port,
            to_port,
            ends: (edge.from.clone(), edge.to.clone()),
            via: edge.via.iter().map(|point| from_document(*point)).collect(),
            kind: nodes[from].outputs[from_port].kind.clone(),
            is_muted: nodes[from].is_muted || nodes[to].is_muted,
        });
    }
    edges
}

/// The number of a port, which is connected now. A port that the definition doesn't have (any more)
/// is drawn after the others, so that its edge can be seen and taken away.
fn connect(ports: &mut Vec<PortView>, name: &PortName) -> usize {
    let number = ports.iter().position(|port| port.name == *name);
    let number = number.unwrap_or_else(|| {
        ports.push(PortView {
            name: name.clone(),
            label: port_label(name),
            kind: None,
            kinds: Vec::new(),
            is_required: false,
            is_connected: true,
            help: String::new(),
        });
        ports.len() - 1
    });
    ports[number].is_connected = true;
    number
}

fn bounds(model: &ViewModel, workflow: &Workflow) -> Option<Rect> {
    let nodes = model.nodes.iter().map(|node| node.rect);
    let frames = workflow.frames.iter().map(|frame| frame_rect(frame.rect));
    let notes = workflow.notes.iter().map(crate::canvas::notes::rect);
    nodes
        .chain(frames)
        .chain(notes)
        .reduce(|all, rect| all.union(rect))
}

/// A frame's rectangle in graph points.
pub(crate) fn frame_rect(rect: [f64; 4]) -> Rect {
    let [left, top, width, height] = rect.map(|value| value as f32);
    Rect::from_min_size(egui::pos2(left, top), egui::vec2(width, height))
}
