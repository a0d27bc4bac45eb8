//! Actions on nodes, frames and comments that need to look before they change.

use std::collections::BTreeSet;

use egui::{Pos2, vec2};
use hartomat_document::{
    EdgeKey, Edit, FrameIndex, MuteConsequence, Selection, is_collapsed, suggest_connections,
};
use hartomat_schema::{ArtifactKind, NodeId, Workflow};

use super::apply_edit;
use crate::canvas::{Target, edge_at, from_document, to_document};
use crate::messages::{count, text, text_with};
use crate::parts::kind_text;
use crate::shell::NoticeLevel;
use crate::state::{Session, State};

/// How far copies stand from their originals.
const COPY_OFFSET: [f64; 2] = [40.0, 40.0];

/// Leaves the selected nodes out of runs, or takes them in again when all of them are left out; says
/// what will no longer come out.
pub(super) fn mute(state: &mut State) {
    let Some(session) = &state.session else {
        return;
    };
    let nodes = session.document.selection().nodes.clone();
    let workflow = session.document.workflow();
    let all_muted = nodes
        .iter()
        .filter_map(|id| workflow.node(id))
        .all(|node| node.muted);
    let muted = !all_muted;
    let consequence = MuteConsequence::new(workflow, &state.catalogue, &nodes, muted);
    let edit = Edit::Mute { nodes, muted };
    if apply_edit(state, &edit) && !consequence.is_empty() {
        let title = consequence_text(&consequence);
        state.shell.notify(NoticeLevel::Info, title, Vec::new());
    }
}

/// What muting, or taking in again, changes beside the nodes themselves.
fn consequence_text(consequence: &MuteConsequence) -> String {
    let kinds = |kinds: &[ArtifactKind]| {
        let names: Vec<&str> = kinds.iter().map(kind_text).collect();
        names.join(", ")
    };
    let mut parts = Vec::new();
    if !consequence.lost.is_empty() {
        let lost = kinds(&consequence.lost);
        parts.push(text_with("edit.mute_lost", &[("artifacts", &lost)]));
    }
    if !consequence.gained.is_empty() {
        let gained = kinds(&consequence.gained);
        parts.push(text_with("edit.mute_gained", &[("artifacts", &gained)]));
    }
    if !consequence.starved.is_empty() {
        parts.push(count("edit.mute_starved", consequence.starved.len()));
    }
    if !consequence.fed.is_empty() {
        parts.push(count("edit.mute_fed", consequence.fed.len()));
    }
    parts.join("; ")
}

/// Copies the selection beside itself.
pub(super) fn duplicate(state: &mut State, with_inputs: bool) {
    let Some(session) = &state.session else {
        return;
    };
    let edit = Edit::Duplicate {
        items: session.document.selection().clone(),
        by: COPY_OFFSET,
        with_inputs,
    };
    apply_edit(state, &edit);
}

/// Shows the selected nodes as their header alone, or whole again when all of them are.
pub(super) fn collapse(session: &Session) -> Edit {
    let nodes = session.document.selection().nodes.clone();
    let workflow = session.document.workflow();
    let mut selected = nodes.iter().filter_map(|id| workflow.node(id));
    let collapsed = !selected.all(is_collapsed);
    Edit::Collapse { nodes, collapsed }
}

/// Joins the selected nodes.
pub(super) fn connect(state: &State, session: &Session) -> Edit {
    let nodes = &session.document.selection().nodes;
    let edges = suggest_connections(session.document.workflow(), &state.catalogue, nodes);
    let edits = edges
        .into_iter()
        .map(|EdgeKey { from, to }| Edit::Connect { from, to });
    Edit::All {
        name: text("edit.connect").to_owned(),
        edits: edits.collect(),
    }
}

/// Takes all edges from the selected nodes.
pub(super) fn disconnect(session: &Session) -> Edit {
    let nodes = &session.document.selection().nodes;
    let edges = session.document.workflow().edges.iter();
    let touching =
        edges.filter(|edge| nodes.contains(&edge.from.node) || nodes.contains(&edge.to.node));
    Edit::CutEdges {
        edges: touching.map(EdgeKey::of).collect(),
    }
}

/// Puts the selected nodes into the selected frame, or a new frame around them.
pub(super) fn join_frame(session: &Session) -> Edit {
    let selection = session.document.selection();
    let sizes = session.canvas.sizes();
    match selection.frames.first() {
        Some(frame) => Edit::JoinFrame {
            frame: *frame,
            items: Selection::of_nodes(selection.nodes.iter().cloned()),
            sizes,
        },
        None => Edit::AddFrame {
            title: text("canvas.new_frame").to_owned(),
            items: selection.clone(),
            sizes,
        },
    }
}

/// Takes the selected frames away, or those around the selected nodes; what is in them stays.
pub(super) fn remove_frame(session: &Session) -> Option<Edit> {
    let selection = session.document.selection();
    let mut frames = selection.frames.clone();
    if frames.is_empty() {
        frames = around(session.document.workflow(), session, &selection.nodes);
    }
    (!frames.is_empty()).then(|| Edit::Remove {
        items: Selection {
            frames,
            ..Selection::default()
        },
        reconnect: false,
    })
}

fn around(
    workflow: &Workflow,
    session: &Session,
    nodes: &BTreeSet<NodeId>,
) -> BTreeSet<FrameIndex> {
    let rects = nodes.iter().filter_map(|id| session.canvas.model.node(id));
    let centers: Vec<Pos2> = rects.map(|node| node.rect.center()).collect();
    let frames = workflow.frames.iter().enumerate();
    let holds = |rect: [f64; 4]| {
        let min = from_document([rect[0], rect[1]]);
        let size = vec2(rect[2] as f32, rect[3] as f32);
        let rect = egui::Rect::from_min_size(min, size);
        centers.iter().any(|center| rect.contains(*center))
    };
    frames
        .filter(|(_, frame)| holds(frame.rect))
        .map(|(index, _)| FrameIndex(index))
        .collect()
}

/// Puts a reroute point on the edge under the pointer, or in the middle of the selected one.
pub(super) fn add_reroute(session: &Session) -> Option<Edit> {
    let pointer = session.canvas.pointer;
    let under = pointer.and_then(|at| edge_at(session, at));
    let (edge, at) = match under {
        Some(edge) => (edge, pointer?),
        None => {
            let edge = session.document.selection().edges.first()?.clone();
            let view = session.canvas.model.edge(&edge)?;
            let points = session.canvas.model.edge_points(view);
            let (first, last) = (points.first()?, points.last()?);
            (edge, *first + (*last - *first) / 2.0)
        }
    };
    let view = session.canvas.model.edge(&edge)?;
    // Between the two points that it lies between.
    let before = view.via.iter().filter(|point| point.x < at.x).count();
    Some(Edit::AddReroute {
        edge,
        index: before,
        position: to_document(at),
    })
}

/// Puts a comment at the pointer and opens it.
pub(super) fn open_note(session: &mut Session) {
    session.canvas.new_note_at = Some(session.canvas.drop_point());
    session.edit_text(Target::NewNote);
}
