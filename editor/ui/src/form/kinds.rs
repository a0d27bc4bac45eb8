//! The editors, one file for each kind of field.

pub(super) mod boolean;
pub(super) mod choice;
pub(super) mod color;
pub(super) mod flags;
pub(super) mod json;
pub(super) mod list;
pub(super) mod map;
pub(super) mod number;
pub(super) mod path;
mod picker;
pub(super) mod resolution;
pub(super) mod text;
pub(super) mod tuple;
pub(super) mod variant;
