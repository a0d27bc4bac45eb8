//! How a gesture ends: what it makes of the document.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, vec2};
use hartomat_document::{
    ConnectionCheck, EdgeKey, Edit, FrameChange, LooseEnd, Refusal, Selection,
};
use hartomat_schema::{Catalogue, Endpoint};

use crate::canvas::hit::HitTest;
use crate::canvas::{
    AddMenu, BoxMode, CanvasCommand, CanvasState, Gesture, Purpose, Resized, SelectMode, hit,
    input, refusal, room,
};
use crate::command::{Command, Commands, EditCommand};
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::{Session, State};

/// Ends the gesture of the open workflow at a place on screen.
pub(super) fn finish(state: &mut State, pointer: Pos2, commands: &mut Commands) {
    let Some(session) = &mut state.session else {
        return;
    };
    let Some(gesture) = session.canvas.gesture.take() else {
        return;
    };
    let offset = gesture.offset();
    match gesture {
        Gesture::Pan => {}
        Gesture::Box { start, now, mode } => {
            let found = touched(session, Rect::from_two_pos(start, now));
            commands.canvas(CanvasCommand::Select(found, select_mode(mode)));
        }
        Gesture::Move {
            moved, detaches, ..
        } => {
            let edge = insertion(session, &state.catalogue, &moved, pointer);
            let by = [f64::from(offset.x), f64::from(offset.y)];
            let edit = match &edge {
                Some(edge) => inserted(session, moved, by, edge),
                None => move_edit(moved, by, detaches),
            };
            commands.edit(edit);
        }
        Gesture::Cut { path } => {
            let edges: BTreeSet<EdgeKey> = input::edges_cut(&session.canvas, &path)
                .into_iter()
                .collect();
            if !edges.is_empty() {
                commands.edit(Edit::CutEdges { edges });
            }
        }
        gesture @ Gesture::Resize { .. } => {
            if let Some((what, rect)) = gesture.resized() {
                commands.edit(resize_edit(what, rect));
            }
        }
        Gesture::Connect { end, detached, .. } => {
            connect(state, &end, detached, pointer, commands);
        }
    }
}

fn select_mode(mode: BoxMode) -> SelectMode {
    match mode {
        BoxMode::Replace => SelectMode::Replace,
        BoxMode::Add => SelectMode::Add,
        BoxMode::Remove => SelectMode::Remove,
    }
}

fn touched(session: &Session, area: Rect) -> Selection {
    let rect = hartomat_document::Rect {
        x: f64::from(area.left()),
        y: f64::from(area.top()),
        width: f64::from(area.width()),
        height: f64::from(area.height()),
    };
    Selection::in_rect(session.document.workflow(), rect, &session.canvas.sizes())
}

fn resize_edit(what: Resized, rect: Rect) -> Edit {
    let rect = [rect.left(), rect.top(), rect.width(), rect.height()].map(f64::from);
    let [left, top, width, height] = rect;
    match what {
        Resized::Frame(frame) => Edit::EditFrame {
            frame,
            change: FrameChange::Rect(rect),
        },
        Resized::Note(note) => Edit::ResizeNote {
            note,
            position: [left, top],
            size: [width, height],
        },
    }
}

fn move_edit(moved: Selection, by: [f64; 2], detaches: bool) -> Edit {
    if detaches && !moved.nodes.is_empty() {
        let nodes = moved.nodes.clone();
        return Edit::All {
            name: text("canvas.detach").to_owned(),
            edits: vec![Edit::Detach { nodes }, Edit::Move { items: moved, by }],
        };
    }
    Edit::Move { items: moved, by }
}

/// A node that was dropped on an edge, with room for it.
fn inserted(session: &Session, moved: Selection, by: [f64; 2], edge: &EdgeKey) -> Edit {
    let node = moved.nodes.first().cloned();
    let moving = Edit::Move { items: moved, by };
    let Some(node) = node else {
        return moving;
    };
    let view = session.canvas.model.node(&node);
    let rect = view.map(|view| view.rect.translate(vec2(by[0] as f32, by[1] as f32)));
    let insert = Edit::All {
        name: text("canvas.insert").to_owned(),
        edits: vec![
            moving,
            Edit::InsertOnEdge {
                node,
                edge: edge.clone(),
            },
        ],
    };
    match rect {
        Some(rect) => room::with_room(session, edge, rect, insert),
        None => insert,
    }
}

/// The edge that the dragged node would be put on now.
pub(super) fn edge_to_insert_on<'a>(
    session: &'a Session,
    catalogue: &Catalogue,
) -> Option<&'a crate::canvas::EdgeView> {
    let moved = session.canvas.gesture.as_ref()?.moved()?;
    let frame = session.canvas.frame()?;
    let pointer = frame.to_screen(session.canvas.pointer?);
    let edge = insertion(session, catalogue, moved, pointer)?;
    let mut edges = session.canvas.model.edges.iter();
    edges.find(|found| hit::key(found) == edge)
}

/// The edge under the pointer, if a single node without edges is dragged and fits on it.
fn insertion(
    session: &Session,
    catalogue: &Catalogue,
    moved: &Selection,
    pointer: Pos2,
) -> Option<EdgeKey> {
    let node = moved.single_node()?;
    let workflow = session.document.workflow();
    let number = session.canvas.model.number(node)?;
    if !session.canvas.model.edges_of(number).is_empty() {
        return None;
    }
    let edge = hit_test(session)?.edge(pointer).map(hit::key)?;
    let insert = Edit::InsertOnEdge {
        node: node.clone(),
        edge: edge.clone(),
    };
    insert.apply(workflow, catalogue).ok().map(|_| edge)
}

fn hit_test(session: &Session) -> Option<HitTest<'_>> {
    Some(HitTest {
        model: &session.canvas.model,
        workflow: session.document.workflow(),
        frame: session.canvas.frame()?,
    })
}

/// The port that an edge would go to if it were dropped here, and whether it may.
pub(super) fn target_port(
    session: &Session,
    catalogue: &Catalogue,
    end: &LooseEnd,
    hits: &HitTest<'_>,
    pointer: Pos2,
) -> Option<(LooseEnd, Result<(), Refusal>)> {
    let workflow = session.document.workflow();
    let check = ConnectionCheck::new(workflow, catalogue, end.clone()).ok()?;
    if let Some(port) = hits.port(pointer).filter(|port| is_opposite(end, port)) {
        let verdict = check.check(port.endpoint());
        return Some((port, verdict));
    }
    let node = hits.node(pointer)?;
    if node.id == end.endpoint().node {
        return None;
    }
    let best = check.best_port(&node.id);
    let port = best.as_ref().ok().cloned();
    let port = port.or_else(|| match end {
        LooseEnd::Output(_) => node.inputs.first().map(|port| port.name.clone()),
        LooseEnd::Input(_) => node.outputs.first().map(|port| port.name.clone()),
    })?;
    let place = Endpoint {
        node: node.id.clone(),
        port,
    };
    let port = match end {
        LooseEnd::Output(_) => LooseEnd::Input(place),
        LooseEnd::Input(_) => LooseEnd::Output(place),
    };
    let verdict = match best {
        Ok(_) => Ok(()),
        // The reason about a port says more than that no port fits.
        Err(refusal) => Err(check.check(port.endpoint()).err().unwrap_or(refusal)),
    };
    Some((port, verdict))
}

fn is_opposite(one: &LooseEnd, other: &LooseEnd) -> bool {
    matches!(one, LooseEnd::Output(_)) != matches!(other, LooseEnd::Output(_))
}

fn connect(
    state: &mut State,
    end: &LooseEnd,
    detached: Option<EdgeKey>,
    pointer: Pos2,
    commands: &mut Commands,
) {
    let Some(session) = &state.session else {
        return;
    };
    let Some(hits) = hit_test(session) else {
        return;
    };
    let target = target_port(session, &state.catalogue, end, &hits, pointer);
    match target {
        Some((port, Ok(()))) => commands.push(Command::Edit(EditCommand::Apply(joined(
            end, &port, detached,
        )))),
        Some((_, Err(refusal))) => {
            let reason = refusal::text_of(&refusal, &state.catalogue);
            let title = text("edit.failed").to_owned();
            state
                .shell
                .notify(NoticeLevel::Refused, title, vec![reason]);
        }
        None => dropped_in_the_open(&session.canvas, end, detached, pointer, commands),
    }
}

fn joined(end: &LooseEnd, port: &LooseEnd, detached: Option<EdgeKey>) -> Edit {
    let (from, to) = match end {
        LooseEnd::Output(from) => (from.clone(), port.endpoint().clone()),
        LooseEnd::Input(to) => (port.endpoint().clone(), to.clone()),
    };
    match detached {
        Some(edge) => Edit::MoveEdge { edge, from, to },
        None => Edit::Connect { from, to },
    }
}

fn dropped_in_the_open(
    canvas: &CanvasState,
    end: &LooseEnd,
    detached: Option<EdgeKey>,
    pointer: Pos2,
    commands: &mut Commands,
) {
    let Some(frame) = canvas.frame() else {
        return;
    };
    match detached {
        Some(edge) => commands.edit(Edit::CutEdges {
            edges: BTreeSet::from([edge]),
        }),
        None => commands.canvas(CanvasCommand::OpenAdd(AddMenu {
            purpose: Purpose::Connect(end.clone()),
            at: frame.to_graph(pointer),
            screen: pointer,
        })),
    }
}
