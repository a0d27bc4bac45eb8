//! What is drawn the same from frame to frame, as few meshes: edges at every level of detail, and
//! nodes that are too small to read. Made again only when the view, the document or the theme is
//! another one, so that an idle frame costs a copy.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Color32, Galley, Painter, Pos2, Rect, Shape, vec2};
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
    boxes: Arc<Mesh>,
    titles: Vec<Shape>,
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
        self.titles.clear();
        self.boxes = if visible.detail == Detail::Full {
            Arc::default()
        } else {
            if visible.detail == Detail::Titles {
                self.titles = titles(scene, &visible, painter);
            }
            Arc::new(boxes_mesh(scene, &visible))
        };
        self.key = Some(key);
        self.visible = Some(Arc::clone(&visible));
        visible
    }

    /// Draws edges and what is too small to read.
    pub(crate) fn paint(&self, painter: &Painter) {
        for mesh in [&self.edges, &self.boxes] {
            if !mesh.is_empty() {
                painter.add(Shape::Mesh(Arc::clone(mesh)));
            }
        }
        painter.extend(self.titles.iter().cloned());
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

fn boxes_mesh(scene: &Scene<'_>, visible: &Visible) -> Mesh {
    let mut mesh = Mesh::default();
    mesh.reserve_vertices(visible.nodes.len() * 8);
    mesh.reserve_triangles(visible.nodes.len() * 4);
    let resting = |number: &&u32| scene.dragged.nodes.binary_search(number).is_err();
    for number in visible.nodes.iter().filter(resting) {
        let node = &scene.model.nodes[*number as usize];
        let rect = scene.frame.rect_to_screen(node.rect);
        node_box(&mut mesh, scene, node, rect, (scene.mood)(*number as usize));
    }
    mesh
}

/// A node as a box at a place on screen.
pub(crate) fn node_box(
    mesh: &mut Mesh,
    scene: &Scene<'_>,
    node: &NodeView,
    rect: Rect,
    mood: NodeMood,
) {
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

fn titles(scene: &Scene<'_>, visible: &Visible, painter: &Painter) -> Vec<Shape> {
    let resting = |number: &&u32| scene.dragged.nodes.binary_search(number).is_err();
    let titles = visible.nodes.iter().filter(resting).flat_map(|number| {
        let node = &scene.model.nodes[*number as usize];
        let node_painter = NodePainter {
            painter,
            look: &scene.look,
            zoom: scene.frame.zoom(),
            node,
            mood: NodeMood::default(),
            rect: scene.frame.rect_to_screen(node.rect),
        };
        node_painter.title_only()
    });
    titles.collect()
}
