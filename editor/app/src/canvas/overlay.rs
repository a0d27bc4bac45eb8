//! What the pointer is doing, drawn over the graph: hovered and selected edges, the box, the cut, the
//! edge that is being drawn and why it can't end where the pointer is.

use egui::epaint::{Mesh, RectShape, StrokeKind};
use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};
use hartomat_document::LooseEnd;
use hartomat_ui::Icon;
use hartomat_ui::theme::{self, Severity, Status, radius, size};
use hartomat_ui::widgets::Marked;
use std::sync::Arc;

use crate::canvas::draw::Canvas;
use crate::canvas::finish::{edge_to_insert_on, target_port};
use crate::canvas::look::{Mark, mark_icon};
use crate::canvas::view_model::{Detail, EdgeView, Visible};
use crate::canvas::{BoxMode, Gesture, Hit, hit, input, refusal, stroke};

/// Selected edges, the edge under the pointer, and the one that a node would be put on.
pub(super) fn edge_lights(canvas: &Canvas<'_>, visible: &Visible) {
    let selection = canvas.session.document.selection();
    let model = &canvas.session.canvas.model;
    if !selection.edges.is_empty() {
        for number in &visible.edges {
            let edge = &model.edges[*number as usize];
            if selection.edges.contains(&hit::key(edge)) {
                light(canvas, edge, canvas.look.palette.accent_text);
            }
        }
    }
    if let Some(edge) = edge_to_insert_on(canvas.session, canvas.context.catalogue) {
        light(canvas, edge, canvas.look.palette.accent_text);
    }
    for point in &selection.reroutes {
        let edge = model.edges.iter().find(|edge| hit::key(edge) == point.edge);
        let place = edge.map(|edge| canvas.drag.edge_points(model, edge));
        if let Some(place) = place.and_then(|points| points.get(point.index + 1).copied()) {
            let ring = Stroke::new(2.0, canvas.look.palette.accent_text);
            canvas.front.circle_stroke(canvas.screen(place), 7.0, ring);
        }
    }
}

fn light(canvas: &Canvas<'_>, edge: &EdgeView, color: Color32) {
    let points = canvas.drag.edge_points(&canvas.session.canvas.model, edge);
    let screen: Vec<Pos2> = points.iter().map(|point| canvas.screen(*point)).collect();
    let path = stroke::edge_path(&screen, 22);
    let mut mesh = Mesh::default();
    stroke::polyline(&mut mesh, &path, 7.0, color.gamma_multiply(0.3));
    stroke::polyline(&mut mesh, &path, 2.6, color);
    canvas.back.add(Shape::Mesh(Arc::new(mesh)));
}

/// Selected nodes that are too small to read.
pub(super) fn selection_boxes(canvas: &Canvas<'_>, visible: &Visible) {
    let selection = canvas.session.document.selection();
    if selection.nodes.is_empty() {
        return;
    }
    let model = &canvas.session.canvas.model;
    for number in &visible.nodes {
        let node = &model.nodes[*number as usize];
        if selection.nodes.contains(&node.id) {
            let rect = node.rect.translate(canvas.drag.offset_of(*number));
            let rect = canvas.frame.rect_to_screen(rect).expand(1.5);
            let outline = Stroke::new(2.0, canvas.look.palette.accent_text);
            canvas
                .front
                .add(RectShape::stroke(rect, 2, outline, StrokeKind::Outside));
        }
    }
}

/// How nodes that are too small to read fare in a run: a band below them that fills up, and an icon
/// where there is room for one.
pub(super) fn run_marks(canvas: &Canvas<'_>, visible: &Visible) {
    if canvas.context.runs.on_canvas(canvas.session).is_none() {
        return;
    }
    let palette = &canvas.look.palette;
    for number in &visible.nodes {
        let mood = canvas.mood(*number as usize, None);
        let Some(mark @ Mark::Run(status)) = mood.mark else {
            continue;
        };
        let node = &canvas.session.canvas.model.nodes[*number as usize];
        let rect = node.rect.translate(canvas.drag.offset_of(*number));
        let rect = canvas.frame.rect_to_screen(rect);
        let color = canvas.look.mark(mark);
        let band = rect.with_min_y(rect.bottom() - 3.0);
        let share = match status {
            Status::Waiting => 0.0,
            Status::Running => mood.share.unwrap_or(0.08).max(0.08) as f32,
            _ => 1.0,
        };
        canvas.back.rect_filled(band, 1, palette.border);
        let done = band.with_max_x(band.left() + band.width() * share);
        canvas.back.rect_filled(done, 1, color);
        if visible.detail == Detail::Titles && status != Status::Waiting {
            let at = rect.right_top();
            canvas.back.circle_filled(at, 9.0, palette.canvas);
            let icon = mark_icon(mark).glyph();
            let font = Icon::font(15.0);
            canvas
                .back
                .text(at, Align2::CENTER_CENTER, icon, font, color);
        }
    }
}

/// The gesture that is going on, or what a resting pointer is told.
pub(super) fn gesture(canvas: &Canvas<'_>, ui: &Ui) {
    match &canvas.session.canvas.gesture {
        Some(Gesture::Box { start, now, mode }) => selection_box(canvas, *start, *now, *mode),
        Some(Gesture::Cut { path }) => cut(canvas, path),
        Some(Gesture::Connect { end, now, .. }) => edge(canvas, end, *now),
        Some(_) => {}
        None => hovered(canvas, ui),
    }
}

fn selection_box(canvas: &Canvas<'_>, start: Pos2, now: Pos2, mode: BoxMode) {
    let palette = &canvas.look.palette;
    let color = match mode {
        BoxMode::Remove => palette.severity(Severity::Warning),
        BoxMode::Replace | BoxMode::Add => palette.accent_text,
    };
    let rect = canvas.frame.rect_to_screen(Rect::from_two_pos(start, now));
    canvas.front.rect_filled(rect, 2, color.gamma_multiply(0.1));
    let outline = Stroke::new(1.0, color);
    canvas
        .front
        .add(RectShape::stroke(rect, 2, outline, StrokeKind::Inside));
}

fn cut(canvas: &Canvas<'_>, path: &[Pos2]) {
    let color = canvas.look.palette.severity(Severity::Error);
    let model = &canvas.session.canvas.model;
    for edge in &model.edges {
        let points = stroke::edge_path(&model.edge_points(edge), 20);
        if stroke::cross(&points, path) {
            light(canvas, edge, color);
        }
    }
    let screen: Vec<Pos2> = path.iter().map(|point| canvas.screen(*point)).collect();
    let mut mesh = Mesh::default();
    stroke::polyline(&mut mesh, &screen, 2.0, color);
    canvas.front.add(Shape::Mesh(Arc::new(mesh)));
}

fn edge(canvas: &Canvas<'_>, end: &LooseEnd, now: Pos2) {
    let Some((anchor, color)) = anchor(canvas, end) else {
        return;
    };
    let pointer = canvas.screen(now);
    let hit = canvas.hit_test();
    let target = target_port(canvas.session, canvas.context.catalogue, end, &hit, pointer);
    let (to, verdict) = match &target {
        Some((port, verdict)) => (port_place(canvas, port).unwrap_or(pointer), Some(verdict)),
        None => (pointer, None),
    };
    let from = canvas.screen(anchor);
    let (from, to) = match end {
        LooseEnd::Output(_) => (from, to),
        LooseEnd::Input(_) => (to, from),
    };
    let is_refused = matches!(verdict, Some(Err(_)));
    let color = if is_refused {
        canvas.look.palette.severity(Severity::Error)
    } else {
        color
    };
    let mut mesh = Mesh::default();
    let path = stroke::edge_path(&[from, to], 24);
    stroke::polyline(&mut mesh, &path, 2.6, color);
    canvas.front.add(Shape::Mesh(Arc::new(mesh)));
    match verdict {
        Some(Err(refusal)) => {
            let text = refusal::text_of(refusal, canvas.context.catalogue);
            tip(canvas, pointer, &text, Severity::Error);
        }
        Some(Ok(())) => {
            canvas.front.circle_stroke(to, 9.0, Stroke::new(2.0, color));
        }
        None => {}
    }
}

/// Why the edge that is being drawn can't end where the pointer is.
pub(super) fn refused(canvas: &Canvas<'_>) -> Option<String> {
    let Some(Gesture::Connect { end, now, .. }) = &canvas.session.canvas.gesture else {
        return None;
    };
    let (pointer, hits) = (canvas.screen(*now), canvas.hit_test());
    let target = target_port(
        canvas.session,
        canvas.context.catalogue,
        end,
        &hits,
        pointer,
    )?;
    let refusal = target.1.err()?;
    Some(refusal::text_of(&refusal, canvas.context.catalogue))
}

/// Where the end that stays is, and its colour.
fn anchor(canvas: &Canvas<'_>, end: &LooseEnd) -> Option<(Pos2, Color32)> {
    let node = canvas.session.canvas.model.node(&end.endpoint().node)?;
    let port = &end.endpoint().port;
    let (place, port) = match end {
        LooseEnd::Output(_) => {
            let number = node.outputs.iter().position(|found| found.name == *port)?;
            (node.output_position(number), &node.outputs[number])
        }
        LooseEnd::Input(_) => {
            let number = node.inputs.iter().position(|found| found.name == *port)?;
            (node.input_position(number), &node.inputs[number])
        }
    };
    Some((place, canvas.look.kind(port.kind.as_ref())))
}

fn port_place(canvas: &Canvas<'_>, end: &LooseEnd) -> Option<Pos2> {
    anchor(canvas, end).map(|(place, _)| canvas.screen(place))
}

/// What a resting pointer is told: of a port, which kind it carries; of an edge, that it is there.
fn hovered(canvas: &Canvas<'_>, ui: &Ui) {
    let Some(pointer) = input::pointer_on_canvas(ui, canvas.frame.canvas) else {
        return;
    };
    if Detail::at(canvas.frame.zoom()) == Detail::Boxes {
        return;
    }
    let hits = canvas.hit_test();
    match hits.at(pointer) {
        Hit::Port(end) => port_tip(canvas, &end, pointer),
        Hit::Edge(key) => {
            let edges = &canvas.session.canvas.model.edges;
            if let Some(edge) = edges.iter().find(|edge| hit::key(edge) == key) {
                let mut mesh = Mesh::default();
                let scene_color = canvas.look.kind(edge.kind.as_ref());
                let points = canvas.session.canvas.model.edge_points(edge);
                let screen: Vec<Pos2> = points.iter().map(|point| canvas.screen(*point)).collect();
                let path = stroke::edge_path(&screen, 22);
                stroke::polyline(&mut mesh, &path, 4.0, scene_color);
                canvas.back.add(Shape::Mesh(Arc::new(mesh)));
            }
        }
        _ => {}
    }
}

fn port_tip(canvas: &Canvas<'_>, end: &LooseEnd, pointer: Pos2) {
    let Some(node) = canvas.session.canvas.model.node(&end.endpoint().node) else {
        return;
    };
    let mut ports = match end {
        LooseEnd::Output(_) => node.outputs.iter(),
        LooseEnd::Input(_) => node.inputs.iter(),
    };
    let Some(port) = ports.find(|port| port.name == end.endpoint().port) else {
        return;
    };
    let kinds: Vec<&str> = port.kinds.iter().map(|kind| kind.as_str()).collect();
    let mut text = kinds.join(" / ");
    if !port.help.is_empty() {
        text = format!("{text}\n{}", port.help);
    }
    tip(canvas, pointer, &text, Severity::Info);
    let place = port_place(canvas, end).unwrap_or(pointer);
    let ring = Stroke::new(1.5, canvas.look.kind(port.kind.as_ref()));
    canvas
        .front
        .circle_stroke(place, 8.5 * canvas.frame.zoom().max(0.6), ring);
}

/// A sentence beside the pointer.
pub(super) fn tip(canvas: &Canvas<'_>, pointer: Pos2, text: &str, severity: Severity) {
    let palette = &canvas.look.palette;
    let marked = Marked {
        font: theme::regular(size::TEXT - 0.5),
        ..Marked::body(palette)
    };
    let text = marked.layout(text, 300.0, usize::MAX);
    let text = canvas.front.layout_job(text);
    let size = text.size() + vec2(20.0, 14.0);
    let room = canvas.frame.canvas.shrink(6.0);
    let mut min = pointer + vec2(16.0, 18.0);
    min.x = min.x.min(room.right() - size.x).max(room.left());
    if min.y + size.y > room.bottom() {
        min.y = pointer.y - size.y - 12.0;
    }
    let rect = Rect::from_min_size(min, size);
    let (fill, border) = match severity {
        Severity::Info => (palette.raised, palette.border_strong),
        other => (palette.severity_soft(other), palette.severity(other)),
    };
    canvas.front.rect_filled(rect, radius::MEDIUM, fill);
    let outline = Stroke::new(1.0, border);
    canvas.front.add(RectShape::stroke(
        rect,
        radius::MEDIUM,
        outline,
        StrokeKind::Inside,
    ));
    canvas.front.galley(
        pos2(rect.left() + 10.0, rect.top() + 7.0),
        text,
        palette.text,
    );
}
