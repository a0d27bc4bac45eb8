//! The open document: all that can be said about authoring a workflow without drawing it.
//!
//! Knows no window, does no I/O and reads no clock. The document changes only through [`Edit`]s,
//! which are pure, keep what they don't know, and can be undone.

mod clip;
mod connect;
mod document;
mod edit;
mod history;
mod items;
mod names;
mod sizes;
mod walk;

pub use clip::{Clip, ClipError};
pub use connect::{
    ConnectionCheck, Fit, LooseEnd, PortSide, Refusal, can_connect, compatible_nodes, occupant,
    suggest_connections,
};
pub use document::{Applied, OpenDocument, Saved};
pub use edit::{
    Alignment, Axis, Edit, EditError, EditLabel, FrameChange, LeftOut, LeftOutItem, PastePlan,
};
pub use history::HistoryEntry;
pub use items::{EdgeKey, FrameIndex, NoteIndex, Reroute, Selection};
pub use names::{fresh_node_id, node_name};
pub use sizes::{NodeSizes, Rect, note_size};
pub use walk::{Links, Reach};
