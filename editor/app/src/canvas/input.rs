//! The pointer on the canvas. Reads it directly, since the canvas is one surface with thousands of
//! things on it, and asks for gestures; egui's own widgets above it come first.

use egui::{
    CursorIcon, Event, Id, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Ui, Vec2,
};
use hartomat_document::{EdgeKey, LooseEnd, Selection};

use crate::canvas::draw::Canvas;
use crate::canvas::hit::key;
use crate::canvas::view_model::frame_rect;
use crate::canvas::{
    AddMenu, BoxMode, CanvasCommand, ContextMenu, Gesture, Hit, Purpose, Resized, SelectMode,
    Target, note_rect,
};
use crate::command::{Action, Commands};

/// Next to its borders the canvas leaves the pointer to the handles of panels.
const BORDER: f32 = 4.0;
/// How much a line of a mouse wheel zooms.
const WHEEL_STEP: f32 = 1.12;

/// A button that went down on the canvas and hasn't become a gesture yet.
#[derive(Debug, Clone)]
struct Press {
    at: Pos2,
    hit: Hit,
    button: PointerButton,
    modifiers: Modifiers,
}

/// Where the pointer is, if it is on the canvas and nothing lies over it.
pub(super) fn pointer_on_canvas(ui: &Ui, canvas: Rect) -> Option<Pos2> {
    let pointer = ui.input(|input| input.pointer.hover_pos())?;
    let is_free = ui.rect_contains_pointer(canvas.shrink(BORDER));
    is_free.then_some(pointer)
}

/// Follows the pointer.
pub(super) fn handle(ui: &Ui, canvas: &Canvas<'_>, commands: &mut Commands) {
    let on_canvas = pointer_on_canvas(ui, canvas.frame.canvas);
    let at = on_canvas.map(|pointer| canvas.frame.to_graph(pointer));
    if canvas.session.canvas.pointer != at {
        commands.canvas(CanvasCommand::Pointer(at));
    }
    if let Some(gesture) = &canvas.session.canvas.gesture {
        go_on(ui, canvas, gesture, commands);
        return;
    }
    if let Some(pointer) = on_canvas {
        wheel(ui, canvas, pointer, commands);
        press(ui, canvas, pointer, commands);
        cursor(ui, canvas, pointer);
    }
    held(ui, canvas, on_canvas, commands);
}

/// A gesture that is going on: follows the pointer until a button says that it ends.
fn go_on(ui: &Ui, canvas: &Canvas<'_>, gesture: &Gesture, commands: &mut Commands) {
    let pointer = ui.input(|input| input.pointer.latest_pos());
    let Some(pointer) = pointer else {
        return;
    };
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        commands.canvas(CanvasCommand::Abort);
        return;
    }
    let delta = ui.input(|input| input.pointer.delta());
    if matches!(gesture, Gesture::Pan) {
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        if delta != Vec2::ZERO {
            let view = canvas.session.canvas.view.panned(delta);
            commands.canvas(CanvasCommand::Look(view));
        }
    } else if delta != Vec2::ZERO || gesture.is_grab() {
        commands.canvas(CanvasCommand::Point(canvas.frame.to_graph(pointer)));
        follow_border(canvas, pointer, ui, commands);
    }
    if gesture.is_grab() {
        if ui.input(|input| input.pointer.secondary_pressed()) {
            commands.canvas(CanvasCommand::Abort);
        } else if ui.input(|input| input.pointer.primary_pressed()) {
            commands.canvas(CanvasCommand::Finish(pointer));
        }
    } else if ui.input(|input| !input.pointer.any_down()) {
        commands.canvas(CanvasCommand::Finish(pointer));
    }
}

/// At the border of the canvas the view follows what is dragged.
fn follow_border(canvas: &Canvas<'_>, pointer: Pos2, ui: &Ui, commands: &mut Commands) {
    let room = canvas.frame.canvas.shrink(12.0);
    let over = pointer - room.clamp(pointer);
    if over == Vec2::ZERO {
        return;
    }
    let step = over.clamp(Vec2::splat(-20.0), Vec2::splat(20.0)) * 0.4;
    commands.canvas(CanvasCommand::Look(
        canvas.session.canvas.view.panned(-step),
    ));
    ui.ctx().request_repaint();
}

fn wheel(ui: &Ui, canvas: &Canvas<'_>, pointer: Pos2, commands: &mut Commands) {
    let view = canvas.session.canvas.view;
    let (mut factor, mut pan) = (1.0, Vec2::ZERO);
    ui.input(|input| {
        for event in &input.events {
            match event {
                Event::MouseWheel {
                    unit,
                    delta,
                    modifiers,
                    ..
                } => match unit {
                    MouseWheelUnit::Point if !modifiers.command => pan += *delta,
                    MouseWheelUnit::Point => factor *= (delta.y / 160.0).exp(),
                    MouseWheelUnit::Line | MouseWheelUnit::Page if modifiers.shift => {
                        pan += Vec2::new(delta.x + delta.y, 0.0) * 40.0;
                    }
                    MouseWheelUnit::Line | MouseWheelUnit::Page if modifiers.alt => {
                        pan += *delta * 40.0;
                    }
                    MouseWheelUnit::Line | MouseWheelUnit::Page => {
                        factor *= WHEEL_STEP.powf(delta.y);
                        pan.x += delta.x * 40.0;
                    }
                },
                Event::Zoom(zoom) => factor *= zoom,
                _ => {}
            }
        }
    });
    if factor != 1.0 || pan != Vec2::ZERO {
        let view = view
            .zoomed(factor, pointer, canvas.frame.canvas)
            .panned(pan);
        commands.canvas(CanvasCommand::Look(view));
    }
}

/// A button goes down on the canvas, or is clicked twice.
fn press(ui: &Ui, canvas: &Canvas<'_>, pointer: Pos2, commands: &mut Commands) {
    let (button, modifiers, is_double) = ui.input(|input| {
        let buttons = [
            PointerButton::Primary,
            PointerButton::Secondary,
            PointerButton::Middle,
        ];
        let pressed = buttons
            .into_iter()
            .find(|button| input.pointer.button_pressed(*button));
        let is_double = input.pointer.button_double_clicked(PointerButton::Primary);
        (pressed, input.modifiers, is_double)
    });
    if is_double {
        double_click(canvas, pointer, commands);
        return;
    }
    let Some(button) = button else {
        return;
    };
    if canvas.session.canvas.editing.is_none() {
        ui.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
    }
    if canvas.session.canvas.add_menu.is_some() || canvas.session.canvas.context_menu.is_some() {
        commands.canvas(CanvasCommand::CloseMenu);
    }
    let press = Press {
        at: pointer,
        hit: canvas.hit_test().at(pointer),
        button,
        modifiers,
    };
    ui.data_mut(|data| data.insert_temp(press_id(), Some(press)));
}

fn press_id() -> Id {
    Id::new("canvas press")
}

/// A button that went down earlier: becomes a gesture when the pointer moves, a click when it goes up.
fn held(ui: &Ui, canvas: &Canvas<'_>, on_canvas: Option<Pos2>, commands: &mut Commands) {
    let press = ui
        .data(|data| data.get_temp::<Option<Press>>(press_id()))
        .flatten();
    let Some(press) = press else {
        return;
    };
    let (is_down, latest) = ui.input(|input| {
        let is_down = input.pointer.button_down(press.button);
        (is_down, input.pointer.latest_pos().unwrap_or(press.at))
    });
    let has_moved = press.at.distance(latest) > 4.0;
    if has_moved {
        ui.data_mut(|data| data.insert_temp(press_id(), None::<Press>));
        begin(canvas, &press, latest, ui, commands);
        if !is_down {
            commands.canvas(CanvasCommand::Finish(latest));
        }
    } else if !is_down {
        ui.data_mut(|data| data.insert_temp(press_id(), None::<Press>));
        if on_canvas.is_some() {
            click(canvas, &press, commands);
        }
    }
}

/// The pointer moves while a button is held.
fn begin(canvas: &Canvas<'_>, press: &Press, now: Pos2, ui: &Ui, commands: &mut Commands) {
    let start = canvas.frame.to_graph(press.at);
    let now = canvas.frame.to_graph(now);
    let is_space_held = ui.input(|input| input.key_down(Key::Space));
    let gesture = match press.button {
        PointerButton::Middle => Gesture::Pan,
        PointerButton::Primary if is_space_held => Gesture::Pan,
        PointerButton::Secondary if press.modifiers.command => Gesture::Cut { path: vec![start] },
        PointerButton::Primary if press.modifiers.command && press.modifiers.shift => {
            Gesture::Cut { path: vec![start] }
        }
        PointerButton::Primary => match drag(canvas, press, start, now, commands) {
            Some(gesture) => gesture,
            None => return,
        },
        _ => return,
    };
    commands.canvas(CanvasCommand::Begin(gesture));
    commands.canvas(CanvasCommand::Point(now));
}

/// The pointer moves while the primary button is held.
fn drag(
    canvas: &Canvas<'_>,
    press: &Press,
    start: Pos2,
    now: Pos2,
    commands: &mut Commands,
) -> Option<Gesture> {
    let gesture = match &press.hit {
        Hit::Port(end) => connect(canvas, end, now),
        Hit::FrameCorner(frame) => {
            let rect = canvas.session.document.workflow().frames.get(frame.0)?.rect;
            Gesture::Resize {
                what: Resized::Frame(*frame),
                rect: frame_rect(rect),
                start,
                now,
            }
        }
        Hit::NoteCorner(note) => {
            let notes = &canvas.session.document.workflow().notes;
            Gesture::Resize {
                what: Resized::Note(*note),
                rect: note_rect(notes.get(note.0)?),
                start,
                now,
            }
        }
        Hit::Nothing | Hit::Edge(_) if press.modifiers.alt => Gesture::Cut { path: vec![start] },
        Hit::Nothing if canvas.context.drag_pans() && !press.modifiers.shift => Gesture::Pan,
        Hit::Nothing | Hit::Edge(_) => Gesture::Box {
            start,
            now,
            mode: box_mode(press.modifiers),
        },
        hit => {
            let selection = grasped(canvas, hit, press.modifiers, commands);
            Gesture::Move {
                moved: selection,
                start,
                now,
                is_grab: false,
                detaches: press.modifiers.alt,
            }
        }
    };
    Some(gesture)
}

fn box_mode(modifiers: Modifiers) -> BoxMode {
    if modifiers.shift {
        BoxMode::Add
    } else if modifiers.command {
        BoxMode::Remove
    } else {
        BoxMode::Replace
    }
}

/// An edge from a port. From an input that has one, the edge comes off.
fn connect(canvas: &Canvas<'_>, end: &LooseEnd, now: Pos2) -> Gesture {
    let workflow = canvas.session.document.workflow();
    let occupant = match end {
        LooseEnd::Input(input) => hartomat_document::occupant(workflow, input),
        LooseEnd::Output(_) => None,
    };
    match occupant {
        Some(edge) => Gesture::Connect {
            end: LooseEnd::Output(edge.from.clone()),
            detached: Some(edge),
            now,
        },
        None => Gesture::Connect {
            end: end.clone(),
            detached: None,
            now,
        },
    }
}

/// What moves when this is dragged: the selection, if it is in it, or else it alone.
fn grasped(
    canvas: &Canvas<'_>,
    hit: &Hit,
    modifiers: Modifiers,
    commands: &mut Commands,
) -> Selection {
    let own = selection_of(hit);
    let mut selection = canvas.session.document.selection().clone();
    if !contains(&selection, hit) {
        let mode = if modifiers.shift {
            SelectMode::Add
        } else {
            SelectMode::Replace
        };
        if mode == SelectMode::Replace {
            selection = Selection::default();
        }
        selection.extend(own.clone());
        commands.canvas(CanvasCommand::Select(own, mode));
    }
    let sizes = canvas.session.canvas.sizes();
    selection.with_frame_content(canvas.session.document.workflow(), &sizes)
}

/// What is selected when this is clicked.
pub(super) fn selection_of(hit: &Hit) -> Selection {
    let mut selection = Selection::default();
    match hit {
        Hit::Node(node) => {
            selection.nodes.insert(node.clone());
        }
        Hit::Port(end) => {
            selection.nodes.insert(end.endpoint().node.clone());
        }
        Hit::Edge(edge) => {
            selection.edges.insert(edge.clone());
        }
        Hit::Reroute(point) => {
            selection.reroutes.insert(point.clone());
        }
        Hit::Note(note) | Hit::NoteCorner(note) => {
            selection.notes.insert(*note);
        }
        Hit::FrameTitle(frame) | Hit::FrameCorner(frame) => {
            selection.frames.insert(*frame);
        }
        Hit::Nothing => {}
    }
    selection
}

pub(super) fn contains(selection: &Selection, hit: &Hit) -> bool {
    match hit {
        Hit::Node(node) => selection.nodes.contains(node),
        Hit::Port(end) => selection.nodes.contains(&end.endpoint().node),
        Hit::Edge(edge) => selection.edges.contains(edge),
        Hit::Reroute(point) => selection.reroutes.contains(point),
        Hit::Note(note) | Hit::NoteCorner(note) => selection.notes.contains(note),
        Hit::FrameTitle(frame) | Hit::FrameCorner(frame) => selection.frames.contains(frame),
        Hit::Nothing => false,
    }
}

fn click(canvas: &Canvas<'_>, press: &Press, commands: &mut Commands) {
    match press.button {
        PointerButton::Primary => {
            let mode = if press.modifiers.shift || press.modifiers.command {
                SelectMode::Flip
            } else {
                SelectMode::Replace
            };
            commands.canvas(CanvasCommand::Select(selection_of(&press.hit), mode));
        }
        PointerButton::Secondary => {
            if !contains(canvas.session.document.selection(), &press.hit) {
                let selection = selection_of(&press.hit);
                commands.canvas(CanvasCommand::Select(selection, SelectMode::Replace));
            }
            commands.canvas(CanvasCommand::OpenContext(ContextMenu {
                hit: press.hit.clone(),
                screen: press.at,
            }));
        }
        _ => {}
    }
}

fn double_click(canvas: &Canvas<'_>, pointer: Pos2, commands: &mut Commands) {
    let at = canvas.frame.to_graph(pointer);
    let add = |purpose: Purpose| {
        CanvasCommand::OpenAdd(AddMenu {
            purpose,
            at,
            screen: pointer,
        })
    };
    match canvas.hit_test().at(pointer) {
        Hit::Nothing => commands.canvas(add(Purpose::Add)),
        Hit::Edge(edge) => commands.canvas(add(Purpose::Insert(edge))),
        Hit::Node(_) | Hit::Port(_) => commands.run(Action::Inspect),
        Hit::Note(note) | Hit::NoteCorner(note) => {
            commands.canvas(CanvasCommand::EditText(Target::Note(note)));
        }
        Hit::FrameTitle(frame) | Hit::FrameCorner(frame) => {
            commands.canvas(CanvasCommand::EditText(Target::Frame(frame)));
        }
        Hit::Reroute(_) => {}
    }
}

fn cursor(ui: &Ui, canvas: &Canvas<'_>, pointer: Pos2) {
    let icon = match canvas.hit_test().at(pointer) {
        Hit::Port(_) => CursorIcon::Crosshair,
        Hit::FrameCorner(_) | Hit::NoteCorner(_) => CursorIcon::ResizeNwSe,
        Hit::FrameTitle(_) | Hit::Reroute(_) => CursorIcon::Grab,
        _ => return,
    };
    ui.ctx().set_cursor_icon(icon);
}

/// The edges that a cut crosses.
pub(super) fn edges_cut(canvas: &crate::canvas::CanvasState, path: &[Pos2]) -> Vec<EdgeKey> {
    let model = &canvas.model;
    let crossed = model.edges.iter().filter(|edge| {
        let points = super::stroke::edge_path(&model.edge_points(edge), 20);
        super::stroke::cross(&points, path)
    });
    crossed.map(key).collect()
}
