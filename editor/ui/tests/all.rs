//! Forms and widgets as a person and a screen reader meet them: through the accessibility tree.

#[path = "all/bench.rs"]
mod bench;
#[path = "all/fields.rs"]
mod fields;
#[path = "all/gestures.rs"]
mod gestures;
#[path = "all/invented.rs"]
mod invented;
#[path = "all/lists.rs"]
mod lists;
#[path = "all/notes.rs"]
mod notes;
#[path = "all/pictures.rs"]
mod pictures;
#[path = "all/snapshot.rs"]
mod snapshot;
#[path = "all/variants.rs"]
mod variants;
#[path = "all/widgets.rs"]
mod widgets;
