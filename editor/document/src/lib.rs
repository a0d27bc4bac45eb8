//! The open document: all that can be said about authoring a workflow without drawing it.
//!
//! Knows no window, does no I/O and reads no clock. The document changes only through [`Edit`]s,
//! which are pure, keep what they don't know, and can be undone.

mod clip;
mod connect;
mod delivery;
mod difference;
mod document;
mod draft;
mod edit;
mod history;
mod items;
mod merged;
mod miniature;
mod names;
mod problems;
mod search;
mod sizes;
mod summary;
mod walk;

pub use clip::{Clip, ClipError};
pub use connect::{
    ConnectionCheck, Fit, LooseEnd, PortSide, Refusal, can_connect, compatible_nodes, occupant,
    suggest_connections,
};
pub use delivery::{Delivery, MuteConsequence};
pub use difference::{Difference, NodeChange, ValueChange};
pub use document::{Applied, OpenDocument, Saved};
pub use draft::{Draft, DraftBase, DraftError};
pub use edit::{
    Alignment, Axis, Edit, EditError, EditLabel, FrameChange, LeftOut, LeftOutItem, PastePlan,
};
pub use history::{HistoryEntry, KeptHistory};
pub use items::{EdgeKey, FrameIndex, NoteIndex, Reroute, Selection};
pub use merged::{MergedField, MergedSettings, MergedValue, settings_edit};
pub use miniature::{Miniature, MiniatureNode};
pub use names::{fresh_node_id, node_name};
pub use problems::{Fix, FixLabel, Problem, ProblemPlace, Problems};
pub use search::{
    AddFilter, AddReason, Found, FoundPlace, FuzzyMatch, Suggestion, add_menu, find, fuzzy,
};
pub use sizes::{NodeSizes, Rect, is_collapsed, note_size};
pub use summary::summary;
pub use walk::{Links, Reach};
