//! All that stands around the canvas: the link to the runtime, opening and saving, drafts, checks,
//! preferences, dialogs. Panels read [`ShellState`] and push [`ShellCommand`]s; the functions of
//! this module are the one place that carries those out.

mod action;
mod apply;
mod arrange;
mod checks;
mod command;
mod conflict;
mod dialog;
mod draft;
mod facts;
mod fix;
mod notice;
mod open;
mod origin;
mod save;
mod start;
mod state;

pub use command::{
    CheckKind, CloseChoice, ConflictChoice, PreferenceChange, ShellCommand, SubjectChoice,
};
pub use conflict::Conflict;
pub use dialog::Dialog;
pub use facts::NodeBadge;
pub use notice::{Notice, NoticeLevel};
pub(crate) use notice::{plain, sentence};
pub use origin::Origin;
pub use start::{FoundDraft, Obstacle, RecentTile, Start, TemplateTile};
pub use state::{CheckState, OpenFacts, ShellOptions, ShellState};

pub(crate) use action::run;
pub(crate) use apply::{apply, follow};
pub(crate) use checks::subject_source;
