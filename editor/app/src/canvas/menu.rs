//! Menus that open on the canvas.

use std::collections::BTreeSet;

use egui::Pos2;
use hartomat_document::{EdgeKey, LooseEnd};
use hartomat_schema::NodeId;

use crate::canvas::Hit;

/// What a chosen definition is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// A new node.
    Add,
    /// A new node on an edge.
    Insert(EdgeKey),
    /// A new node that is joined to a loose end.
    Connect(LooseEnd),
    /// Another type for these nodes.
    Swap(BTreeSet<NodeId>),
}

/// The add menu.
#[derive(Debug, Clone, PartialEq)]
pub struct AddMenu {
    /// What for.
    pub purpose: Purpose,
    /// Where the node comes, in graph points.
    pub at: Pos2,
    /// Where the menu opens, on screen.
    pub screen: Pos2,
}

/// The menu of what is under the pointer.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextMenu {
    /// What it is about.
    pub hit: Hit,
    /// Where it opens, on screen.
    pub screen: Pos2,
}
