//! How the open workflow is looked at, and what is going on on the canvas.

use std::cell::RefCell;
use std::sync::Arc;

use egui::{Pos2, Rect};
use hartomat_document::{FrameIndex, NodeSizes, NoteIndex, Selection};
use hartomat_schema::{NodeId, Workflow};

use crate::canvas::meshes::Meshes;
use crate::canvas::snarl_adapter::SnarlCanvas;
use crate::canvas::view_model::frame_rect;
use crate::canvas::{AddMenu, ContextMenu, Frame, Gesture, View, ViewModel, notes};

/// Whose text is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A node's label.
    Node(NodeId),
    /// A frame's title.
    Frame(FrameIndex),
    /// A comment.
    Note(NoteIndex),
    /// A comment that isn't there yet.
    NewNote,
}

/// A text that is being edited where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    /// Whose.
    pub target: Target,
    /// As it was.
    pub text: String,
}

/// The canvas of an open workflow.
#[derive(Debug, Default)]
pub struct CanvasState {
    /// What is looked at.
    pub view: View,
    /// The part of the window that it takes; none before the first frame.
    pub rect: Option<Rect>,
    /// The document as it is drawn.
    pub model: Arc<ViewModel>,
    /// What the pointer is doing.
    pub gesture: Option<Gesture>,
    /// The open add menu.
    pub add_menu: Option<AddMenu>,
    /// The open context menu.
    pub context_menu: Option<ContextMenu>,
    /// The text that is being edited.
    pub editing: Option<Editing>,
    /// Where the pointer is, in graph points.
    pub pointer: Option<Pos2>,
    /// The setting that the inspector shows.
    pub shown_setting: Option<(NodeId, String)>,
    /// Whether the whole graph is to be brought into view as soon as the canvas has a size.
    pub fits_soon: bool,
    /// Where a comment is being written that isn't there yet.
    pub new_note_at: Option<Pos2>,
    /// Text of the desktop's clipboard that is to be pasted.
    pub pasted_text: Option<String>,
    /// The desktop was asked for its clipboard: whether to paste with inputs, and in which frame.
    pub paste_asked: Option<(bool, u64)>,
    /// Counts menus, so that each begins with an empty search.
    pub menus_opened: u64,
    /// What drawing keeps from frame to frame. Nothing depends on it but speed.
    pub(super) memo: RefCell<Memo>,
}

/// What drawing keeps from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub(super) meshes: Meshes,
    pub(super) snarl: SnarlCanvas,
}

impl CanvasState {
    /// A canvas that will show the whole graph.
    pub fn new() -> Self {
        Self {
            fits_soon: true,
            ..Self::default()
        }
    }

    /// The view on the canvas; none before the first frame.
    pub fn frame(&self) -> Option<Frame> {
        Some(Frame::new(self.view, self.rect?))
    }

    /// Where new things come that have no place of their own: under the pointer, or in the middle.
    pub fn drop_point(&self) -> Pos2 {
        self.pointer.unwrap_or(self.view.center)
    }

    /// A view of the whole graph.
    pub fn view_of_all(&self) -> View {
        match (self.rect, self.model.bounds) {
            (Some(rect), Some(bounds)) => View::fit(bounds, rect.size()),
            _ => View::default(),
        }
    }

    /// What surrounds a selection.
    pub fn bounds_of(&self, selection: &Selection, workflow: &Workflow) -> Option<Rect> {
        let nodes = selection.nodes.iter();
        let nodes = nodes.filter_map(|id| Some(self.model.node(id)?.rect));
        let frames = selection.frames.iter();
        let frames =
            frames.filter_map(|index| Some(frame_rect(workflow.frames.get(index.0)?.rect)));
        let notes = selection.notes.iter();
        let notes = notes.filter_map(|index| Some(notes::rect(workflow.notes.get(index.0)?)));
        nodes
            .chain(frames)
            .chain(notes)
            .reduce(|all, rect| all.union(rect))
    }

    /// How large nodes are drawn.
    pub fn sizes(&self) -> Arc<NodeSizes> {
        sizes_of(&self.model)
    }
}

/// How large nodes are drawn.
pub(crate) fn sizes_of(model: &ViewModel) -> Arc<NodeSizes> {
    let sizes = model.nodes.iter().map(|node| {
        let size = node.rect.size();
        (node.id.clone(), [f64::from(size.x), f64::from(size.y)])
    });
    Arc::new(NodeSizes::new(sizes.collect()))
}
