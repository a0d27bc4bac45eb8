//! Masks on the pictures: hatched, and drawn, moved and selected with the pointer.

use egui::{Color32, CursorIcon, Id, Key, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};
use hartomat_ui::theme::Theme;

use crate::command::Commands;
use crate::compare_view::{
    CompareCommand, Mask, MaskCommand, MaskTool, OpenComparison, PictureView,
};

/// Points between two lines of the hatching.
const HATCH: f32 = 9.0;
/// A click so near to the first corner closes a polygon, in points.
const NEAR: f32 = 9.0;

/// What the pointer is at.
#[derive(Debug, Clone, PartialEq)]
enum Gesture {
    Rectangle(Pos2),
    Polygon(Vec<Pos2>),
    Moving(usize, Pos2),
}

fn key() -> Id {
    Id::new("compare mask gesture")
}

fn gesture(ui: &Ui) -> Option<Gesture> {
    ui.data(|data| data.get_temp(key()))
}

fn set(ui: &Ui, gesture: Option<Gesture>) {
    ui.data_mut(|data| match gesture {
        Some(gesture) => {
            data.insert_temp(key(), gesture);
        }
        None => data.remove::<Gesture>(key()),
    });
}

/// Draws all of them on one stage.
pub(super) fn draw(ui: &Ui, open: &OpenComparison, view: PictureView, stage: Rect) {
    let painter = ui.painter_at(stage);
    let palette = Theme::of(ui.ctx()).palette;
    let pointer = ui.input(|input| input.pointer.latest_pos());
    let pointer = pointer.map(|at| view.to_picture(at, stage));
    let gesture = gesture(ui).filter(|_| open.masks.tool.is_some());
    for (index, mask) in open.masks.all.iter().enumerate() {
        let is_selected = open.masks.selected == Some(index);
        let moved = match (&gesture, pointer) {
            (Some(Gesture::Moving(moving, from)), Some(to)) if *moving == index => {
                Some(mask.moved(to - *from))
            }
            _ => None,
        };
        let mask = moved.as_ref().unwrap_or(mask);
        let points = on_screen(&mask.points, view, stage);
        hatch(&painter, &points, stage);
        outline(&painter, points, is_selected, palette.accent_text);
    }
    match (gesture, pointer) {
        (Some(Gesture::Rectangle(from)), Some(to)) => {
            if let Some(mask) = Mask::rectangle(from, to) {
                let points = on_screen(&mask.points, view, stage);
                hatch(&painter, &points, stage);
                outline(&painter, points, true, palette.accent_text);
            }
        }
        (Some(Gesture::Polygon(mut points)), Some(to)) => {
            points.push(to);
            let points = on_screen(&points, view, stage);
            let stroke = Stroke::new(2.0, palette.accent_text);
            painter.circle_filled(points[0], 4.0, palette.accent_text);
            painter.line(points, stroke);
        }
        _ => {}
    }
}

fn on_screen(points: &[Pos2], view: PictureView, stage: Rect) -> Vec<Pos2> {
    let points = points.iter();
    points.map(|point| view.to_screen(*point, stage)).collect()
}

fn outline(painter: &Painter, mut points: Vec<Pos2>, is_selected: bool, accent: Color32) {
    points.extend(points.first().copied());
    let dark = Stroke::new(
        if is_selected { 4.5 } else { 3.0 },
        Color32::from_black_alpha(170),
    );
    painter.line(points.clone(), dark);
    let color = if is_selected { accent } else { Color32::WHITE };
    let width = if is_selected { 2.0 } else { 1.2 };
    painter.line(points, Stroke::new(width, color));
}

/// Slanted lines within an outline, as far as the stage reaches.
fn hatch(painter: &Painter, points: &[Pos2], stage: Rect) {
    let bounds = Rect::from_points(points).intersect(stage);
    if !bounds.is_positive() {
        return;
    }
    // Lines on which x + y is a multiple of the distance; on one of them x alone tells the place.
    let first = ((bounds.min.x + bounds.min.y) / HATCH).ceil() as i64;
    let last = ((bounds.max.x + bounds.max.y) / HATCH).floor() as i64;
    for number in first..=last {
        let sum = number as f32 * HATCH;
        let mut crossings: Vec<f32> = Vec::new();
        for (index, b) in points.iter().enumerate() {
            let a = points[(index + points.len() - 1) % points.len()];
            let (from, to) = (a.x + a.y - sum, b.x + b.y - sum);
            if (from > 0.0) != (to > 0.0) {
                crossings.push(a.x + (b.x - a.x) * from / (from - to));
            }
        }
        crossings.sort_by(f32::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let line = [pair[0], pair[1]].map(|x| pos2(x, sum - x));
            let shade = Color32::from_black_alpha(130);
            painter.line_segment(line.map(|at| at + vec2(0.0, 1.2)), Stroke::new(1.6, shade));
            let light = Color32::from_white_alpha(200);
            painter.line_segment(line, Stroke::new(1.0, light));
        }
    }
}

/// Lets the pointer draw where a tool is chosen; whether it has the pointer.
pub(super) fn pointer(
    ui: &Ui,
    open: &OpenComparison,
    (view, stage): (PictureView, Rect),
    response: &egui::Response,
    commands: &mut Commands,
) -> bool {
    let Some(tool) = open.masks.tool else {
        set(ui, None);
        return false;
    };
    let Some(at) = ui.input(|input| input.pointer.latest_pos()) else {
        return true;
    };
    let place = view.to_picture(at, stage);
    let found = open.masks.at(place);
    let icon = match found {
        Some(_) => CursorIcon::Move,
        None => CursorIcon::Crosshair,
    };
    if response.hovered() {
        ui.ctx().set_cursor_icon(icon);
    }
    let mut ask = |command| commands.compare(CompareCommand::Mask(command));
    if response.drag_started() {
        let from = ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
        let from = view.to_picture(from, stage);
        match open.masks.at(from) {
            Some(index) => {
                ask(MaskCommand::Select(Some(index)));
                set(ui, Some(Gesture::Moving(index, from)));
            }
            None if tool == MaskTool::Rectangle => set(ui, Some(Gesture::Rectangle(from))),
            None => {}
        }
    }
    if response.drag_stopped() {
        match gesture(ui) {
            Some(Gesture::Rectangle(from)) => {
                if let Some(mask) = Mask::rectangle(from, place) {
                    ask(MaskCommand::Add(mask));
                }
                set(ui, None);
            }
            Some(Gesture::Moving(_, from)) => {
                ask(MaskCommand::Move(place - from));
                set(ui, None);
            }
            _ => {}
        }
    }
    if response.clicked() {
        clicked(ui, open, view, place, &mut ask);
    }
    if let Some(Gesture::Polygon(points)) = gesture(ui)
        && ui.input(|input| input.key_pressed(Key::Enter))
    {
        close(ui, points, &mut ask);
    }
    true
}

/// Selects what is there, or sets a corner.
fn clicked(
    ui: &Ui,
    open: &OpenComparison,
    view: PictureView,
    place: Pos2,
    ask: &mut impl FnMut(MaskCommand),
) {
    let drawn = match gesture(ui) {
        Some(Gesture::Polygon(points)) => Some(points),
        _ => None,
    };
    match (open.masks.tool, drawn) {
        (Some(MaskTool::Polygon), Some(mut points)) => {
            let near = NEAR / view.zoom;
            if points.len() >= 3 && points[0].distance(place) <= near {
                close(ui, points, ask);
            } else {
                points.push(place);
                set(ui, Some(Gesture::Polygon(points)));
            }
        }
        (tool, None) => match open.masks.at(place) {
            Some(index) => ask(MaskCommand::Select(Some(index))),
            None if tool == Some(MaskTool::Polygon) => {
                set(ui, Some(Gesture::Polygon(vec![place])));
            }
            None => ask(MaskCommand::Select(None)),
        },
        _ => {}
    }
}

fn close(ui: &Ui, points: Vec<Pos2>, ask: &mut impl FnMut(MaskCommand)) {
    if let Some(mask) = Mask::polygon(points) {
        ask(MaskCommand::Add(mask));
    }
    set(ui, None);
}
