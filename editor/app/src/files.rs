//! Files of this machine: written whole or not at all, and the dialogs that ask for them.

mod data_folder;
mod dialog;
mod fresh;
mod writer;

pub use data_folder::EditorFolder;
pub(crate) use dialog::Parent;
pub use dialog::{Dialogs, FileAnswer, FileQuestion, SettingOf, SettingPath};
pub use fresh::{fresh_key, new_workflow_id, now};
pub use writer::{BackgroundWriter, WriteStatus};
