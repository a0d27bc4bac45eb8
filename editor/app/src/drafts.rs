//! Drafts: what was edited and not saved, kept beside the saved version and never over it.
//!
//! Each open document has a draft of its own, written whole by a thread of its own after each
//! committed gesture. A lock that the system lets go of when a process dies tells drafts of living
//! windows from those that a crash left behind.

mod content;
mod folder;

pub use content::{DraftContent, DraftOrigin};
pub use folder::{DraftFile, DraftFolder};
