//! The pointer on the canvas, as a hand moves it.

use egui::{Event, Modifiers, PointerButton, Pos2, Vec2};
use hartomat_document::EdgeKey;
use hartomat_editor::Session;
use hartomat_editor::canvas::NodeView;
use hartomat_schema::{Edge, NodeId};

use crate::harness::Editor;

impl Editor {
    pub(crate) fn session(&self) -> &Session {
        self.app().state().session.as_ref().unwrap()
    }

    /// Where a graph point is on screen.
    pub(crate) fn on_screen(&self, point: Pos2) -> Pos2 {
        self.session().canvas.frame().unwrap().to_screen(point)
    }

    /// A node as the canvas shows it.
    pub(crate) fn shown(&self, id: &str) -> &NodeView {
        let id = NodeId::new(id).unwrap();
        self.session().canvas.model.node(&id).unwrap()
    }

    /// The header of a node on screen.
    pub(crate) fn node_at(&self, id: &str) -> Pos2 {
        let node = self.shown(id);
        self.on_screen(node.rect.min + Vec2::new(90.0, 14.0))
    }

    pub(crate) fn output_at(&self, id: &str, port: &str) -> Pos2 {
        let node = self.shown(id);
        let number = node
            .outputs
            .iter()
            .position(|found| found.name.as_str() == port);
        self.on_screen(node.output_position(number.unwrap()))
    }

    pub(crate) fn input_at(&self, id: &str, port: &str) -> Pos2 {
        let node = self.shown(id);
        let number = node
            .inputs
            .iter()
            .position(|found| found.name.as_str() == port);
        self.on_screen(node.input_position(number.unwrap()))
    }

    pub(crate) fn point(&mut self, at: Pos2) {
        self.event(Event::PointerMoved(at));
    }

    pub(crate) fn button(&mut self, at: Pos2, pressed: bool, modifiers: Modifiers) {
        self.event(Event::ModifiersChanged(modifiers));
        self.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers,
        });
        if !pressed {
            self.event(Event::ModifiersChanged(Modifiers::NONE));
        }
    }

    pub(crate) fn click_at(&mut self, at: Pos2, modifiers: Modifiers) {
        self.point(at);
        self.button(at, true, modifiers);
        self.button(at, false, modifiers);
        self.steps(2);
    }

    /// Presses at one place and moves to another, without letting go.
    pub(crate) fn grasp(&mut self, from: Pos2, to: Pos2, modifiers: Modifiers) {
        self.point(from);
        self.button(from, true, modifiers);
        for step in 1..=4 {
            self.point(from.lerp(to, step as f32 / 4.0));
        }
        self.steps(1);
    }

    pub(crate) fn drag(&mut self, from: Pos2, to: Pos2, modifiers: Modifiers) {
        self.grasp(from, to, modifiers);
        self.button(to, false, modifiers);
        self.steps(3);
    }

    pub(crate) fn double_click_at(&mut self, at: Pos2) {
        self.point(at);
        for _ in 0..2 {
            self.button(at, true, Modifiers::NONE);
            self.button(at, false, Modifiers::NONE);
        }
        self.steps(2);
    }

    pub(crate) fn position(&self, id: &str) -> [f64; 2] {
        self.workflow()
            .node(&NodeId::new(id).unwrap())
            .unwrap()
            .position
    }

    /// The first edge from a node.
    pub(crate) fn edge_from(&self, id: &str) -> EdgeKey {
        let mut edges = self.workflow().edges.iter();
        let edge = edges.find(|edge| edge.from.node.as_str() == id);
        EdgeKey::of(edge.unwrap())
    }

    pub(crate) fn has_node(&self, id: &str) -> bool {
        self.workflow().node(&NodeId::new(id).unwrap()).is_some()
    }

    /// An edge between ports, written `node.port`.
    pub(crate) fn edge(&self, from: &str, to: &str) -> Option<&Edge> {
        let name = |end: &hartomat_schema::Endpoint| format!("{}.{}", end.node, end.port);
        let mut edges = self.workflow().edges.iter();
        edges.find(|edge| name(&edge.from) == from && name(&edge.to) == to)
    }

    pub(crate) fn selected(&self) -> Vec<&str> {
        let nodes = &self.session().document.selection().nodes;
        nodes.iter().map(NodeId::as_str).collect()
    }

    /// Empty canvas, below everything.
    pub(crate) fn empty_place(&self) -> Pos2 {
        let canvas = &self.session().canvas;
        let room = canvas.rect.unwrap();
        let bounds = canvas.model.bounds.unwrap();
        let below = self.on_screen(Pos2::new(bounds.left(), bounds.bottom()));
        Pos2::new(
            room.left() + 60.0,
            (below.y + 30.0).min(room.bottom() - 30.0),
        )
    }
}
