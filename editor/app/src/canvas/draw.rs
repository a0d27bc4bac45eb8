//! Draws the canvas, back to front: grid, frames, edges, nodes, what the pointer is doing.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{LayerId, Painter, Pos2, Rect, Sense, Shape, Ui, Vec2};
use hartomat_document::LooseEnd;
use hartomat_schema::NodeId;

use crate::canvas::drag::Drag;
use crate::canvas::look::{Look, Mark};
use crate::canvas::meshes::{Dragged, Scene, edge_strip, layers};
use crate::canvas::node_paint::{NodeMood, NodePainter, PortLight};
use crate::canvas::snarl_adapter::Place;
use crate::canvas::view_model::{Detail, Visible};
use crate::canvas::{CanvasCommand, Frame, access, connect, decor, hint, input, overlay};
use crate::command::Commands;
use crate::context::Context;
use crate::state::Session;

/// What the parts of the canvas are drawn with.
pub(super) struct Canvas<'a> {
    pub(super) session: &'a Session,
    pub(super) context: &'a Context<'a>,
    pub(super) frame: Frame,
    pub(super) look: Look,
    pub(super) drag: Drag,
    /// Behind nodes.
    pub(super) back: Painter,
    /// In front of nodes.
    pub(super) front: Painter,
}

/// Draws the canvas of the open workflow and asks for what the pointer does.
pub(crate) fn canvas_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let rect = ui.available_rect_before_wrap();
    ui.allocate_rect(rect, Sense::hover());
    if session.canvas.rect != Some(rect) {
        commands.canvas(CanvasCommand::Resized(rect));
    }
    let canvas = Canvas {
        session,
        context,
        frame: Frame::new(session.canvas.view, rect),
        look: Look::of(ui.ctx()),
        drag: Drag::new(session),
        back: ui.painter_at(rect),
        front: front_painter(ui, rect),
    };
    canvas.draw(ui);
    hint::hint_ui(ui, &canvas);
    access::canvas_ui(ui, &canvas, commands);
    input::handle(ui, &canvas, commands);
}

/// A layer above that of nodes.
fn front_painter(ui: &Ui, rect: Rect) -> Painter {
    let layer = LayerId::new(ui.layer_id().order, ui.id().with("canvas front"));
    ui.ctx().set_sublayer(ui.layer_id(), layer);
    Painter::new(ui.ctx().clone(), layer, rect.intersect(ui.clip_rect()))
}

impl Canvas<'_> {
    fn draw(&self, ui: &mut Ui) {
        let mut memo = self.session.canvas.memo.borrow_mut();
        let memo = &mut *memo;
        self.back
            .rect_filled(self.frame.canvas, 0, self.look.palette.canvas);
        decor::grid(self);
        decor::frames(self);
        decor::empty(self);
        let mood = |number: usize| self.mood(number, None);
        let scene = Scene {
            model: &self.session.canvas.model,
            frame: self.frame,
            look: self.look,
            dragged: &self.drag.dragged,
            marks_stamp: self.context.marks_stamp(),
            mood: &mood,
        };
        let visible = memo.meshes.update(&scene, &self.back);
        memo.meshes.paint(&self.back);
        overlay::edge_lights(self, &visible);
        self.dragged_edges(&scene);
        if visible.detail == Detail::Full {
            let places = self.places(&visible);
            let hovered = self.hovered_node(ui);
            let lights = connect::Lights::new(self);
            memo.snarl
                .show(ui, self.frame.canvas, &places, &mut |painter, place| {
                    self.node(painter, place, hovered.as_ref(), &lights);
                });
        } else {
            self.dragged_boxes(&scene);
            overlay::selection_boxes(self, &visible);
            overlay::run_marks(self, &visible);
        }
        decor::notes(self);
        overlay::gesture(self, ui);
    }

    /// Nodes that can be read, where they are on screen, selected and dragged ones on top.
    fn places(&self, visible: &Visible) -> Vec<Place> {
        let selection = self.session.document.selection();
        let model = &self.session.canvas.model;
        let mut places: Vec<(bool, Place)> = visible
            .nodes
            .iter()
            .map(|number| {
                let node = &model.nodes[*number as usize];
                let rect = node.rect.translate(self.drag.offset_of(*number));
                let rect = self.frame.rect_to_screen(rect);
                let is_on_top = selection.nodes.contains(&node.id);
                (
                    is_on_top,
                    Place {
                        number: *number,
                        rect,
                    },
                )
            })
            .collect();
        places.sort_by_key(|(is_on_top, place)| (*is_on_top, place.number));
        places.into_iter().map(|(_, place)| place).collect()
    }

    fn node(
        &self,
        painter: &Painter,
        place: Place,
        hovered: Option<&NodeId>,
        lights: &connect::Lights<'_>,
    ) {
        let node = &self.session.canvas.model.nodes[place.number as usize];
        let node_painter = NodePainter {
            painter,
            look: &self.look,
            zoom: self.frame.zoom(),
            node,
            mood: self.mood(place.number as usize, hovered),
            rect: place.rect,
        };
        node_painter.paint();
        let light = |end: LooseEnd| -> PortLight { lights.of(&end) };
        if node.parts.is_collapsed {
            node_painter.gathered_ports();
            return;
        }
        for (number, port) in node.inputs.iter().enumerate() {
            let end = LooseEnd::Input(connect::endpoint(node, port));
            node_painter.port(port, node.input_position(number), light(end));
        }
        for (number, port) in node.outputs.iter().enumerate() {
            let end = LooseEnd::Output(connect::endpoint(node, port));
            node_painter.port(port, node.output_position(number), light(end));
        }
    }

    /// How a node is just now.
    pub(super) fn mood(&self, number: usize, hovered: Option<&NodeId>) -> NodeMood {
        let node = &self.session.canvas.model.nodes[number];
        let problem = self.session.worst_problem(&node.id).map(Mark::Problem);
        let (share, took_ms) = self.context.node_time(&node.id);
        NodeMood {
            share,
            took_ms,
            is_selected: self.session.document.selection().nodes.contains(&node.id),
            is_hovered: hovered == Some(&node.id),
            mark: problem.or_else(|| self.context.run_status(&node.id).map(Mark::Run)),
            thumbnail: self.context.thumbnail(&node.id),
        }
    }

    fn hovered_node(&self, ui: &Ui) -> Option<NodeId> {
        if self.session.canvas.gesture.is_some() {
            return None;
        }
        let pointer = input::pointer_on_canvas(ui, self.frame.canvas)?;
        let hit = self.hit_test();
        hit.node(pointer).map(|node| node.id.clone())
    }

    fn dragged_edges(&self, scene: &Scene<'_>) {
        let Dragged { edges, .. } = &self.drag.dragged;
        let mut mesh = Mesh::default();
        for number in edges {
            let edge = &scene.model.edges[*number as usize];
            let points = self.drag.edge_points(scene.model, edge);
            edge_strip(&mut mesh, scene, edge, &points);
        }
        self.add_mesh(mesh);
    }

    fn dragged_boxes(&self, scene: &Scene<'_>) {
        let dragged = self.drag.dragged.nodes.iter().copied();
        for layer in layers(scene, dragged, self.drag.offset, &self.back) {
            layer.paint(&self.back);
        }
    }

    fn add_mesh(&self, mesh: Mesh) {
        if !mesh.is_empty() {
            self.back.add(Shape::Mesh(Arc::new(mesh)));
        }
    }

    /// Where a part of the graph is on screen.
    pub(super) fn screen(&self, point: Pos2) -> Pos2 {
        self.frame.to_screen(point)
    }

    /// Asks what is under a place on screen.
    pub(super) fn hit_test(&self) -> crate::canvas::hit::HitTest<'_> {
        crate::canvas::hit::HitTest {
            model: &self.session.canvas.model,
            workflow: self.session.document.workflow(),
            frame: self.frame,
        }
    }

    /// A length in graph points on screen.
    pub(super) fn scaled(&self, length: Vec2) -> Vec2 {
        length * self.frame.zoom()
    }
}
