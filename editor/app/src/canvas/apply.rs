//! What commands make of the canvas.

use egui::{Pos2, Rect};
use hartomat_document::{EdgeKey, Edit, FrameChange, Selection};
use hartomat_schema::{Catalogue, NodeId, NodeType};

use crate::canvas::geometry::NODE_WIDTH;
use crate::canvas::{
    AddMenu, CanvasCommand, CanvasState, Editing, Gesture, Purpose, SelectMode, Target, View,
    edge_at, finish, room, to_document,
};
use crate::command::{Action, Commands};
use crate::state::{Session, State};

/// Carries out a command.
pub(crate) fn apply(state: &mut State, command: CanvasCommand, commands: &mut Commands) {
    if let CanvasCommand::Finish(pointer) = command {
        finish::finish(state, pointer, commands);
        return;
    }
    let Some(session) = &mut state.session else {
        return;
    };
    match command {
        CanvasCommand::Resized(rect) => resized(session, rect),
        CanvasCommand::Look(view) => session.canvas.view = view,
        CanvasCommand::Select(selection, mode) => select(session, selection, mode),
        CanvasCommand::Reveal { node, pointer } => reveal(session, node, pointer),
        CanvasCommand::Begin(gesture) => begin(session, gesture),
        CanvasCommand::Point(at) => {
            session.canvas.pointer = Some(at);
            if let Some(gesture) = &mut session.canvas.gesture {
                gesture.point(at);
            }
        }
        CanvasCommand::Finish(_) => {}
        CanvasCommand::Abort => session.canvas.gesture = None,
        CanvasCommand::Pointer(at) => session.canvas.pointer = at,
        CanvasCommand::CloseMenu => close_menus(&mut session.canvas),
        other => menus(session, &state.catalogue, other, commands),
    }
}

fn menus(
    session: &mut Session,
    catalogue: &Catalogue,
    command: CanvasCommand,
    commands: &mut Commands,
) {
    match command {
        CanvasCommand::OpenAdd(menu) => {
            close_menus(&mut session.canvas);
            session.canvas.menus_opened += 1;
            session.canvas.add_menu = Some(menu);
        }
        CanvasCommand::OpenContext(menu) => {
            close_menus(&mut session.canvas);
            session.canvas.context_menu = Some(menu);
        }
        CanvasCommand::Choose(node_type) => {
            if let Some(menu) = session.canvas.add_menu.take() {
                commands.edit(chosen(session, menu, node_type));
            }
        }
        CanvasCommand::Place(node_type, at) => {
            commands.edit(place(session, catalogue, node_type, at));
        }
        CanvasCommand::PlaceFree(node_type) => {
            commands.edit(place_free(&session.canvas, node_type));
        }
        CanvasCommand::EditText(target) => session.edit_text(target),
        CanvasCommand::SetText(target, text) => {
            session.canvas.editing = None;
            commands.edits(text_edit(&mut session.canvas, target, text));
        }
        CanvasCommand::PasteText { text, with_inputs } => {
            session.canvas.pasted_text = Some(text);
            commands.run(if with_inputs {
                Action::PasteWithInputs
            } else {
                Action::Paste
            });
        }
        _ => {}
    }
}

fn close_menus(canvas: &mut CanvasState) {
    canvas.add_menu = None;
    canvas.context_menu = None;
    canvas.editing = None;
}

fn resized(session: &mut Session, rect: Rect) {
    session.canvas.rect = Some(rect);
    if session.canvas.fits_soon && rect.is_positive() {
        session.canvas.fits_soon = false;
        session.canvas.view = session.canvas.view_of_all();
    }
}

fn select(session: &mut Session, selection: Selection, mode: SelectMode) {
    let before = session.document.selection().clone();
    let after = match mode {
        SelectMode::Replace => selection,
        SelectMode::Add => {
            let mut all = before;
            all.extend(selection);
            all
        }
        SelectMode::Remove => without(before, &selection),
        SelectMode::Flip => {
            let mut toggled = without(before.clone(), &selection);
            toggled.extend(without(selection, &before));
            toggled
        }
    };
    session.document.select(after);
}

fn without(mut from: Selection, what: &Selection) -> Selection {
    from.nodes.retain(|item| !what.nodes.contains(item));
    from.edges.retain(|item| !what.edges.contains(item));
    from.frames.retain(|item| !what.frames.contains(item));
    from.notes.retain(|item| !what.notes.contains(item));
    from.reroutes.retain(|item| !what.reroutes.contains(item));
    from
}

fn reveal(session: &mut Session, node: NodeId, pointer: Option<String>) {
    session.document.select(Selection::of_nodes([node.clone()]));
    let canvas = &mut session.canvas;
    if let (Some(rect), Some(view)) = (canvas.rect, canvas.model.node(&node)) {
        let target = view.rect;
        if canvas.view.zoom < 0.6 {
            canvas.view = View {
                center: target.center(),
                zoom: 1.0,
            };
        } else {
            canvas.view = canvas.view.revealing(target, rect);
        }
    }
    canvas.shown_setting = pointer.map(|pointer| (node, pointer));
}

fn begin(session: &mut Session, gesture: Gesture) {
    close_menus(&mut session.canvas);
    session.canvas.gesture = Some(gesture);
}

/// What a definition that was chosen in the add menu makes.
fn chosen(session: &Session, menu: AddMenu, node_type: NodeType) -> Edit {
    match menu.purpose {
        Purpose::Add => Edit::AddNode {
            node_type,
            position: to_document(menu.at),
            id: None,
        },
        Purpose::Insert(edge) => {
            let at = menu.at - egui::vec2(NODE_WIDTH / 2.0, 40.0);
            add_on_edge(session, node_type, at, edge)
        }
        Purpose::Connect(end) => {
            let is_before = matches!(end, hartomat_document::LooseEnd::Input(_));
            let left = if is_before { NODE_WIDTH } else { 0.0 };
            Edit::AddConnected {
                node_type,
                position: to_document(menu.at - egui::vec2(left, 50.0)),
                end,
            }
        }
        Purpose::Swap(nodes) => Edit::SwapType { nodes, node_type },
    }
}

/// A definition that was dragged from the catalogue: on the edge under it where it fits there, or in
/// the open.
fn place(session: &Session, catalogue: &Catalogue, node_type: NodeType, at: Pos2) -> Edit {
    let under = edge_at(session, at);
    let at = at - egui::vec2(NODE_WIDTH / 2.0, 16.0);
    let on_edge = under.map(|edge| add_on_edge(session, node_type.clone(), at, edge));
    let workflow = session.document.workflow();
    let on_edge = on_edge.filter(|edit| edit.apply(workflow, catalogue).is_ok());
    on_edge.unwrap_or(Edit::AddNode {
        node_type,
        position: to_document(at),
        id: None,
    })
}

/// A new node on an edge, with room for it.
fn add_on_edge(session: &Session, node_type: NodeType, at: Pos2, edge: EdgeKey) -> Edit {
    let rect = Rect::from_min_size(at, egui::vec2(NODE_WIDTH, 120.0));
    let add = Edit::AddOnEdge {
        node_type,
        position: to_document(at),
        edge: edge.clone(),
    };
    room::with_room(session, &edge, rect, add)
}

/// A definition that was chosen without a place: near the middle of the view, where nothing stands.
fn place_free(canvas: &CanvasState, node_type: NodeType) -> Edit {
    let size = egui::vec2(NODE_WIDTH, 120.0);
    let middle = canvas.view.center - size / 2.0;
    let (across, down) = (NODE_WIDTH + 40.0, 160.0);
    let places = (0..8).flat_map(|ring: i32| {
        let sides = (-ring..=ring).flat_map(move |x| (-ring..=ring).map(move |y| (x, y)));
        sides.filter(move |(x, y)| x.abs().max(y.abs()) == ring)
    });
    let mut places = places.map(|(x, y)| middle + egui::vec2(x as f32 * across, y as f32 * down));
    let is_free = |at: &Pos2| {
        let room = Rect::from_min_size(*at, size).expand(12.0);
        canvas.model.nodes_within(room).is_empty()
    };
    Edit::AddNode {
        node_type,
        position: to_document(places.find(is_free).unwrap_or(middle)),
        id: None,
    }
}

impl Session {
    /// Opens a text where it stands.
    pub(crate) fn edit_text(&mut self, target: Target) {
        close_menus(&mut self.canvas);
        self.canvas.editing = editing(self, target);
    }
}

fn editing(session: &Session, target: Target) -> Option<Editing> {
    let workflow = session.document.workflow();
    let text = match &target {
        Target::Node(node) => session.canvas.model.node(node)?.title.clone(),
        Target::Frame(frame) => workflow.frames.get(frame.0)?.title.clone(),
        Target::Note(note) => workflow.notes.get(note.0)?.text.clone(),
        Target::NewNote => String::new(),
    };
    Some(Editing { target, text })
}

fn text_edit(canvas: &mut CanvasState, target: Target, text: String) -> Option<Edit> {
    Some(match target {
        Target::Node(node) => Edit::Rename {
            node,
            label: Some(text.trim().to_owned()).filter(|label| !label.is_empty()),
        },
        Target::Frame(frame) => Edit::EditFrame {
            frame,
            change: FrameChange::Title(text.trim().to_owned()),
        },
        Target::Note(note) => Edit::EditNote { note, text },
        Target::NewNote => {
            let at = canvas.new_note_at.take()?;
            let is_something = !text.trim().is_empty();
            return is_something.then(|| Edit::AddNote {
                text,
                position: to_document(at),
                size: None,
            });
        }
    })
}
