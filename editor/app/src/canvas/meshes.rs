//! What is drawn the same from frame to frame, as few meshes: edges at every level of detail, and
//! nodes that are too small to read. Made again only when the view, the document or the theme is
//! another one, so that an idle frame costs a copy.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Color32, Galley, Painter, Pos2, Rect, Shape, Vec2, vec2};
use hartomat_ui::theme::{self, radius};

use crate::canvas::geometry::{HEADER_HEIGHT, PORT_RADIUS};
use crate::canvas::look::{Look, Mark};
use crate::canvas::node_paint::{NodeMood, NodePainter};
use crate::canvas::stroke;
use crate::canvas::view::Frame;
use crate::canvas::view_model::{Detail, EdgeView, NodeView, ViewModel, Visible};

/// Nodes that are being dragged, by number, and how far. They are drawn on their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Dragged {
    /// Numbers of nodes, in order.
    pub nodes: Vec<u32>,
    /// Numbers of edges that follow them.
    pub edges: Vec<u32>,
}

/// What the meshes depend on.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    stamp: u64,
    frame: Frame,
    look: Look,
    dragged: Dragged,
    marks: u64,
}

/// The meshes of the last frame.
#[derive(Debug, Default)]
pub(crate) struct Meshes {
    key: Option<Key>,
    /// Words of the fonts that titles were laid out with: others once the fonts were made anew, as
    /// for another theme or another scale, and then titles would be drawn garbled.
    ruler: Option<Arc<Galley>>,
    /// What is in view.
    visible: Option<Arc<Visible>>,
    edges: Arc<Mesh>,
    layers: Vec<Layer>,
}

/// Nodes of which none covers another, and their words and pictures: what stands in a later layer
/// covers both.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    boxes: Arc<Mesh>,
    words: Vec<Shape>,
}

impl Layer {
    /// Draws boxes, and on them what they say.
    pub(crate) fn paint(&self, painter: &Painter) {
        if !self.boxes.is_empty() {
            painter.add(Shape::Mesh(Arc::clone(&self.boxes)));
        }
        painter.extend(self.words.iter().cloned());
    }
}

/// What to draw.
pub(crate) struct Scene<'a> {
    /// The document as it is drawn.
    pub model: &'a ViewModel,
    /// The view.
    pub frame: Frame,
    /// Colours.
    pub look: Look,
    /// What is drawn elsewhere.
    pub dragged: &'a Dragged,
    /// Changes when marks do.
    pub marks_stamp: u64,
    /// How a node is, by its number.
    pub mood: &'a dyn Fn(usize) -> NodeMood,
}

impl Meshes {
    /// Brings the meshes up to date; says what is in view.
    pub(crate) fn update(&mut self, scene: &Scene<'_>, painter: &Painter) -> Arc<Visible> {
        let key = Key {
            stamp: scene.model.stamp,
            frame: scene.frame,
            look: scene.look,
            dragged: scene.dragged.clone(),
            marks: scene.marks_stamp,
        };
        let ruler = painter.layout_no_wrap("Ag".to_owned(), theme::semibold(12.0), Color32::WHITE);
        let has_same_fonts = self
            .ruler
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(before, &ruler));
        self.ruler = Some(ruler);
        if has_same_fonts
            && self.key.as_ref() == Some(&key)
            && let Some(visible) = &self.visible
        {
            return Arc::clone(visible);
        }
        let visible = Arc::new(scene.model.visible(&scene.frame));
        self.edges = Arc::new(edges_mesh(scene, &visible));
        self.layers.clear();
        if visible.detail != Detail::Full {
            let resting = |number: &u32| scene.dragged.nodes.binary_search(number).is_err();
            let resting = visible.nodes.iter().copied().filter(resting);
            self.layers = layers(scene, resting, Vec2::ZERO, painter);
        }
        self.key = Some(key);
        self.visible = Some(Arc::clone(&visible));
        visible
    }

    /// Draws edges and what is too small to read.
    pub(crate) fn paint(&self, painter: &Painter) {
        if !self.edges.is_empty() {
            painter.add(Shape::Mesh(Arc::clone(&self.edges)));
        }
        for layer in &self.layers {
            layer.paint(painter);
        }
    }
}

fn edges_mesh(scene: &Scene<'_>, visible: &Visible) -> Mesh {
    let mut mesh = Mesh::default();
    let resting = |number: &&u32| scene.dragged.edges.binary_search(number).is_err();
    for number in visible.edges.iter().filter(resting) {
        let edge = &scene.model.edges[*number as usize];
        let points = scene.model.edge_points(edge);
        edge_strip(&mut mesh, scene, edge, &points);
    }
    mesh
}

/// One edge through these graph points.
pub(crate) fn edge_strip(mesh: &mut Mesh, scene: &Scene<'_>, edge: &EdgeView, points: &[Pos2]) {
    let frame = &scene.frame;
    let screen: Vec<Pos2> = points.iter().map(|point| frame.to_screen(*point)).collect();
    let detail = Detail::at(frame.zoom());
    let (segments, width, strength) = match detail {
        Detail::Full => (22, (2.2 * frame.zoom()).clamp(1.6, 3.5), 0.9),
        Detail::Titles => (18, 1.4, 0.7),
        Detail::Boxes => (10, 1.0, 0.5),
    };
    let color = scene.look.kind(edge.kind.as_ref());
    let color = if edge.is_muted {
        scene.look.muted(color).gamma_multiply(0.7)
    } else {
        color.gamma_multiply(strength)
    };
    stroke::polyline(mesh, &stroke::edge_path(&screen, segments), width, color);
    if detail == Detail::Full {
        for point in &screen[1..screen.len() - 1] {
            let dot = Rect::from_center_size(*point, vec2(9.0, 9.0) * frame.zoom());
            mesh.add_colored_rect(dot, color);
        }
    }
}

/// Nodes that are too small to be read as a whole, moved by so much in graph points: back to front.
pub(crate) fn layers(
    scene: &Scene<'_>,
    nodes: impl Iterator<Item = u32>,
    offset: Vec2,
    painter: &Painter,
) -> Vec<Layer> {
    let has_words = Detail::at(scene.frame.zoom()) == Detail::Titles;
    let mut layers = Vec::new();
    let (mut mesh, mut words) = (Mesh::default(), Vec::new());
    let mut taken: Vec<Rect> = Vec::new();
    let mut flush = |mesh: &mut Mesh, words: &mut Vec<Shape>| {
        layers.push(Layer {
            boxes: Arc::new(std::mem::take(mesh)),
            words: std::mem::take(words),
        });
    };
    for number in nodes {
        let node = &scene.model.nodes[number as usize];
        let rect = scene.frame.rect_to_screen(node.rect.translate(offset));
        let mood = (scene.mood)(number as usize);
        if has_words && taken.iter().any(|other| other.intersects(rect)) {
            flush(&mut mesh, &mut words);
            taken.clear();
        }
        node_box(&mut mesh, scene, node, rect, mood);
        if has_words {
            taken.push(rect);
            words.extend(node_words(scene, node, rect, mood, painter));
        }
    }
    flush(&mut mesh, &mut words);
    layers
}

/// What a box says: its title, and its last picture.
fn node_words(
    scene: &Scene<'_>,
    node: &NodeView,
    rect: Rect,
    mood: NodeMood,
    painter: &Painter,
) -> Vec<Shape> {
    let node_painter = NodePainter {
        painter,
        look: &scene.look,
        zoom: scene.frame.zoom(),
        node,
        mood,
        rect,
    };
    let mut shapes = node_painter.title_only();
    shapes.extend(node_painter.thumbnail().into_iter().flatten());
    shapes
}

/// A node as a box at a place on screen.
fn node_box(mesh: &mut Mesh, scene: &Scene<'_>, node: &NodeView, rect: Rect, mood: NodeMood) {
    match Detail::at(scene.frame.zoom()) {
        Detail::Boxes => plain_box(mesh, scene, node, rect, mood),
        Detail::Titles | Detail::Full => card(mesh, scene, node, rect, mood),
    }
}

fn outline(scene: &Scene<'_>, mood: NodeMood) -> Color32 {
    let usual = scene.look.palette.border_strong;
    let mark = mood.mark.filter(|mark| matches!(mark, Mark::Problem(_)));
    mark.map_or(usual, |mark| scene.look.mark(mark))
}

/// Too small for anything but its colour.
fn plain_box(mesh: &mut Mesh, scene: &Scene<'_>, node: &NodeView, rect: Rect, mood: NodeMood) {
    let look = &scene.look;
    let shade = |color: Color32| {
        if node.is_muted {
            look.muted(color)
        } else {
            color
        }
    };
    let is_marked = matches!(mood.mark, Some(Mark::Problem(_)));
    let border = if is_marked { 1.5 } else { 0.5 };
    stroke::fill_rect(mesh, rect.expand(border), outline(scene, mood));
    let color = look.category(node.category);
    let body = look.palette.raised.lerp_to_gamma(color, 0.14);
    stroke::fill_rect(mesh, rect, shade(body));
    let height = (HEADER_HEIGHT * scene.frame.zoom())
        .max(2.0)
        .min(rect.height());
    let header = Rect::from_min_size(rect.min, vec2(rect.width(), height));
    let band = look.palette.raised.lerp_to_gamma(color, 0.62);
    stroke::fill_rect(mesh, header, shade(band));
}

/// The node without its words: surface, header, ports.
fn card(mesh: &mut Mesh, scene: &Scene<'_>, node: &NodeView, rect: Rect, mood: NodeMood) {
    let look = &scene.look;
    let zoom = scene.frame.zoom();
    let shade = |color: Color32| {
        if node.is_muted {
            look.muted(color)
        } else {
            color
        }
    };
    let radius = f32::from(radius::LARGE) * zoom;
    stroke::rounded_rect(
        mesh,
        rect.expand(1.0),
        radius + 1.0,
        [true; 2],
        outline(scene, mood),
    );
    stroke::rounded_rect(mesh, rect, radius, [true; 2], look.palette.raised);
    let height = (HEADER_HEIGHT * zoom).min(rect.height());
    let header = Rect::from_min_size(rect.min, vec2(rect.width(), height));
    let band = shade(look.header(node.category));
    stroke::rounded_rect(mesh, header, radius, [true, node.parts.is_collapsed], band);
    for (at, port) in node.drawn_ports() {
        let at = rect.min + (at - node.rect.min) * zoom;
        let color = shade(look.kind(port.kind.as_ref()));
        stroke::disc(mesh, at, PORT_RADIUS * zoom, color);
    }
}
