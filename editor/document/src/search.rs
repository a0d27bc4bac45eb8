//! Finding by a few letters: node definitions to add, things in the document, any named thing.

mod add_menu;
mod find;
mod fuzzy;
mod kept;
mod progress;

pub use add_menu::{AddFilter, AddReason, Suggestion, add_menu};
pub use find::{Found, FoundPlace, find};
pub use fuzzy::{FuzzyMatch, fuzzy};
