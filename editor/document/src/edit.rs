//! Every change of a document. An edit is a value, and applying it is pure: the same edit of the same
//! document makes the same document, or fails and changes nothing. What it isn't about, unknown keys
//! among it, stays as it is.

mod apply;
mod arrange;
mod bytes;
mod decorate;
mod edges;
mod error;
mod guard;
mod label;
mod layout;
mod moving;
mod nodes;
mod paste;
mod remove;
mod settings;
mod swap;
mod touched;

use std::collections::BTreeSet;
use std::sync::Arc;

use hartomat_schema::{
    ArtifactRequirement, Catalogue, Endpoint, ExecutionMode, NodeId, NodeType, Workflow,
};
use serde_json::Value;

use crate::{Clip, EdgeKey, FrameIndex, LooseEnd, NodeSizes, NoteIndex, Reroute, Selection};

pub(crate) use bytes::check_growth;
pub use error::EditError;
pub use label::EditLabel;
pub use paste::{LeftOut, LeftOutItem, PastePlan};
pub(crate) use touched::Touched;

/// Which sides or middles are put on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Left sides, to the leftmost.
    Left,
    /// Middles, one above the other.
    Center,
    /// Right sides, to the rightmost.
    Right,
    /// Upper sides, to the highest.
    Top,
    /// Middles, side by side.
    Middle,
    /// Lower sides, to the lowest.
    Bottom,
}

/// A direction on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From top to bottom.
    Vertical,
}

/// What is changed of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum FrameChange {
    /// Its title.
    Title(String),
    /// Its colour as `#rrggbb`; none for the theme's.
    Color(Option<String>),
    /// Left, top, width and height in points.
    Rect([f64; 4]),
}

/// A change of a document. Positions, distances and sizes are in points of the canvas.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Places a node; its settings are left to their defaults.
    AddNode {
        /// Its definition.
        node_type: NodeType,
        /// Where it stands.
        position: [f64; 2],
        /// Its id; none for a free one made of the type.
        id: Option<NodeId>,
    },
    /// Places a node and joins it to a loose end, by the best of its ports.
    AddConnected {
        /// Its definition.
        node_type: NodeType,
        /// Where it stands.
        position: [f64; 2],
        /// What it is joined to.
        end: LooseEnd,
    },
    /// Places a node in the middle of an edge.
    AddOnEdge {
        /// Its definition.
        node_type: NodeType,
        /// Where it stands.
        position: [f64; 2],
        /// The edge, which becomes two.
        edge: EdgeKey,
    },
    /// Puts chains of new nodes between two ports, each joined to the next.
    AddBetween {
        /// The definitions in order.
        node_types: Vec<NodeType>,
        /// The output that the first one takes from.
        from: Endpoint,
        /// The input that the last one feeds; an edge that it has is replaced.
        to: Endpoint,
    },
    /// Puts a placed node in the middle of an edge.
    InsertOnEdge {
        /// The node.
        node: NodeId,
        /// The edge, which becomes two.
        edge: EdgeKey,
    },
    /// Removes things, and the edges of removed nodes.
    Remove {
        /// What goes.
        items: Selection,
        /// Whether what fed a removed node feeds what it fed, where kinds allow.
        reconnect: bool,
    },
    /// Takes nodes out of their edges and leaves them where they are: what fed them feeds what they
    /// fed, where kinds allow.
    Detach {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
    },
    /// Joins two ports; an edge that the input already has is replaced.
    Connect {
        /// An output port.
        from: Endpoint,
        /// An input port.
        to: Endpoint,
    },
    /// Puts an edge's ends somewhere else; an edge that the input already has is replaced.
    MoveEdge {
        /// The edge.
        edge: EdgeKey,
        /// Its new output port.
        from: Endpoint,
        /// Its new input port.
        to: Endpoint,
    },
    /// Removes edges.
    CutEdges {
        /// The edges.
        edges: BTreeSet<EdgeKey>,
    },
    /// Removes repetitions of an edge, so that it stands there once.
    RemoveRepeats {
        /// The edge.
        edge: EdgeKey,
    },
    /// Leaves nodes out of runs, or takes them in again.
    Mute {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// Whether they are left out.
        muted: bool,
    },
    /// Shows nodes as their header alone, or whole again.
    Collapse {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// Whether the header is all that is shown.
        collapsed: bool,
    },
    /// Gives a node a name of its own.
    Rename {
        /// The node.
        node: NodeId,
        /// The name; none for the definition's.
        label: Option<String>,
    },
    /// Gives nodes an id of their own where an earlier node has the same.
    GiveNewId {
        /// The id that is there more than once.
        id: NodeId,
    },
    /// Gives a setting of one or several nodes a value.
    SetSetting {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// JSON pointer within the settings, such as `/width_px`.
        pointer: String,
        /// The value.
        value: Value,
    },
    /// Takes a setting out of one or several nodes, so that the default holds again.
    ResetSetting {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// JSON pointer within the settings; below the top level, the value there is removed.
        pointer: String,
    },
    /// Gives a setting's value to a setting of another name, as after a typing mistake.
    RenameSetting {
        /// The node.
        node: NodeId,
        /// The name that it has.
        from: String,
        /// The name that it gets.
        to: String,
    },
    /// Says that nodes are of the catalogue's version of their definitions.
    UpdateVersion {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
    },
    /// Gives nodes another definition; settings and edges that fit are kept.
    SwapType {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// The definition.
        node_type: NodeType,
    },
    /// Moves nodes, frames, notes and reroute points. Reroute points of edges between moved nodes go
    /// along.
    Move {
        /// What is moved.
        items: Selection,
        /// To the right and down.
        by: [f64; 2],
    },
    /// Puts nodes on one line.
    Align {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// Which line.
        to: Alignment,
        /// How large nodes are.
        sizes: Arc<NodeSizes>,
    },
    /// Makes the gaps between nodes equal; the outermost stay.
    Distribute {
        /// The nodes.
        nodes: BTreeSet<NodeId>,
        /// In which direction.
        along: Axis,
        /// How large nodes are.
        sizes: Arc<NodeSizes>,
    },
    /// Lays nodes out in layers from left to right. Nodes that aren't listed don't move.
    AutoLayout {
        /// The nodes; none for all.
        nodes: Option<BTreeSet<NodeId>>,
        /// How large nodes are.
        sizes: Arc<NodeSizes>,
    },
    /// Copies things beside themselves.
    Duplicate {
        /// Nodes, frames and notes.
        items: Selection,
        /// How far from the originals.
        by: [f64; 2],
        /// Whether copies are fed by what feeds the originals.
        with_inputs: bool,
    },
    /// Pastes a clip.
    Paste {
        /// The clip.
        clip: Arc<Clip>,
        /// Where its upper left corner comes to.
        position: [f64; 2],
        /// Whether edges from nodes outside of the clip are made, where those nodes are here.
        with_inputs: bool,
    },
    /// Draws a frame around things.
    AddFrame {
        /// Its title.
        title: String,
        /// What it goes around; for nothing, a frame of a usual size at the origin.
        items: Selection,
        /// How large nodes are.
        sizes: Arc<NodeSizes>,
    },
    /// Draws a frame.
    AddFrameAt {
        /// Its title.
        title: String,
        /// Left, top, width and height.
        rect: [f64; 4],
    },
    /// Changes a frame.
    EditFrame {
        /// The frame.
        frame: FrameIndex,
        /// What of it.
        change: FrameChange,
    },
    /// Makes a frame so large that things stand inside.
    JoinFrame {
        /// The frame.
        frame: FrameIndex,
        /// The things.
        items: Selection,
        /// How large nodes are.
        sizes: Arc<NodeSizes>,
    },
    /// Adds a reroute point.
    AddReroute {
        /// The edge.
        edge: EdgeKey,
        /// Which point it becomes, from the output on.
        index: usize,
        /// Where.
        position: [f64; 2],
    },
    /// Moves one reroute point to a place.
    MoveReroute {
        /// The point.
        reroute: Reroute,
        /// Where to.
        position: [f64; 2],
    },
    /// Adds a note.
    AddNote {
        /// The text.
        text: String,
        /// Where.
        position: [f64; 2],
        /// How large; none for a usual size.
        size: Option<[f64; 2]>,
    },
    /// Changes a note's text.
    EditNote {
        /// The note.
        note: NoteIndex,
        /// The text.
        text: String,
    },
    /// Makes a note larger or smaller.
    ResizeNote {
        /// The note.
        note: NoteIndex,
        /// Where its upper left corner comes to.
        position: [f64; 2],
        /// Width and height.
        size: [f64; 2],
    },
    /// Remembers a view of the canvas.
    SetBookmark {
        /// Key 1 to 9.
        key: u8,
        /// Middle of the view.
        center: [f64; 2],
        /// Zoom factor.
        zoom: f64,
    },
    /// Forgets a view.
    ClearBookmark {
        /// Key 1 to 9.
        key: u8,
    },
    /// Renames the workflow.
    SetName(String),
    /// Says what the workflow is for.
    SetDescription(String),
    /// Asks for an execution mode.
    SetMode(ExecutionMode),
    /// Says what the workflow must deliver.
    SetContract(Vec<ArtifactRequirement>),
    /// Takes another document in place of this one, as when a conflict is settled.
    Replace {
        /// The document.
        workflow: Arc<Workflow>,
        /// Why, for the history list.
        why: String,
    },
    /// Several edits as one, each of what the ones before it made.
    All {
        /// Their name in the history list.
        name: String,
        /// The edits.
        edits: Vec<Self>,
    },
}

impl Edit {
    /// The document that this edit makes of another one.
    pub fn apply(&self, workflow: &Workflow, catalogue: &Catalogue) -> Result<Workflow, EditError> {
        let mut after = workflow.clone();
        self.apply_to(&mut after, catalogue)?;
        check_growth(workflow, workflow, &after)?;
        Ok(after)
    }

    /// A setting of one node.
    pub fn set_setting(node: NodeId, pointer: impl Into<String>, value: Value) -> Self {
        Self::SetSetting {
            nodes: BTreeSet::from([node]),
            pointer: pointer.into(),
            value,
        }
    }

    /// Whether what it adds is what one goes on with.
    pub(crate) fn selects_new(&self) -> bool {
        match self {
            Self::AddNode { .. }
            | Self::AddConnected { .. }
            | Self::AddOnEdge { .. }
            | Self::AddBetween { .. }
            | Self::Duplicate { .. }
            | Self::Paste { .. }
            | Self::AddFrame { .. }
            | Self::AddFrameAt { .. }
            | Self::AddNote { .. } => true,
            Self::All { edits, .. } => edits.iter().any(Self::selects_new),
            _ => false,
        }
    }
}
