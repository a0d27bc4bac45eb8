//! The canvas: what is drawn of the open workflow, and what the pointer does to it. Draws and asks;
//! `apply` is what changes.

mod access;
mod apply;
mod connect;
mod decor;
mod drag;
mod draw;
mod finish;
mod geometry;
mod gesture;
mod grid;
mod hint;
mod hit;
mod input;
mod look;
mod menu;
mod meshes;
mod node_paint;
mod notes;
mod overlay;
mod refusal;
mod room;
mod snarl_adapter;
mod state;
mod stroke;
mod view;
mod view_model;

pub use gesture::{BoxMode, Gesture, Resized};
pub use hit::Hit;
pub use look::{Look, Mark, category_icon, category_key};
pub use menu::{AddMenu, ContextMenu, Purpose};
pub(crate) use state::sizes_of;
pub use state::{CanvasState, Editing, Target};
pub use view::{Frame, View, from_document, to_document};
pub use view_model::{Detail, EdgeView, NodeView, PortView, Source, ViewModel, readable};

pub(crate) use access::node_element;
pub(crate) use apply::apply;
pub(crate) use draw::canvas_ui;
pub(crate) use hit::edge_at;
pub(crate) use node_paint::clipped;
pub(crate) use notes::rect as note_rect;
pub(crate) use refusal::{left_out_text, reasons as refusal_reasons};
pub(crate) use view_model::{frame_rect, port_label};

use egui::{Pos2, Rect};
use hartomat_document::Selection;
use hartomat_schema::{NodeId, NodeType};

/// How a new selection stands to the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectMode {
    /// In its place.
    Replace,
    /// Added to it.
    Add,
    /// Added where it isn't in it, and taken out where it is.
    Flip,
    /// Taken out of it.
    Remove,
}

/// Something that is asked of the canvas.
#[derive(Debug, Clone)]
pub enum CanvasCommand {
    /// It takes this part of the window now.
    Resized(Rect),
    /// Look at this.
    Look(View),
    /// Select this.
    Select(Selection, SelectMode),
    /// Select a node and bring it into view; the inspector shows the setting at the pointer.
    Reveal {
        /// The node.
        node: NodeId,
        /// JSON pointer within its settings.
        pointer: Option<String>,
    },
    /// A gesture begins.
    Begin(Gesture),
    /// Its pointer is at a graph point.
    Point(Pos2),
    /// It ends here, on screen.
    Finish(Pos2),
    /// It didn't happen.
    Abort,
    /// Open the add menu.
    OpenAdd(AddMenu),
    /// Take a definition from the open add menu.
    Choose(NodeType),
    /// Place a node where there is room, near the middle of the view.
    PlaceFree(NodeType),
    /// Place a node with its middle at a graph point, or on the edge that is there.
    Place(NodeType, Pos2),
    /// Open the context menu.
    OpenContext(ContextMenu),
    /// Close whatever menu is open.
    CloseMenu,
    /// Edit a text where it stands.
    EditText(Target),
    /// It has another text now.
    SetText(Target, String),
    /// Text was put on the clipboard of the desktop; paste it at the pointer.
    PasteText {
        /// The text.
        text: String,
        /// Whether edges from nodes that weren't copied are kept.
        with_inputs: bool,
    },
    /// Where the pointer is, in graph points; none outside of the canvas.
    Pointer(Option<Pos2>),
}
