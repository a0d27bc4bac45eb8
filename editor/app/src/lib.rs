//! The editor: an eframe window in which workflows are built, read and changed.
//!
//! A frame polls backend events, draws panels that only push commands, and drains the commands in one
//! place. Nothing else changes state.

mod app;
mod apply;
pub mod backend;
pub mod canvas;
mod checker;
mod command;
pub mod compare_view;
mod context;
pub mod drafts;
pub mod files;
mod finder;
mod keyboard;
mod keymap;
mod last_run;
mod layout;
mod messages;
mod panels;
mod parts;
pub mod preferences;
pub mod runs;
mod shell;
mod spoken;
mod state;
pub mod studio_view;
mod swatches;
pub mod window;

pub use app::App;
pub use canvas::CanvasCommand;
pub use command::{Action, Command, Commands, EditCommand, Entry, Launcher, Menu, all, entry};
pub use context::Context;
pub use keymap::{Bindings, Keymap, Preset, Shortcut};
pub use shell::{
    CheckKind, CheckState, CloseChoice, Conflict, ConflictChoice, Dialog, FoundDraft, NodeBadge,
    Notice, NoticeLevel, Obstacle, OpenFacts, Origin, PreferenceChange, RecentTile, ShellCommand,
    ShellOptions, ShellState, Start, SubjectChoice, TemplateTile,
};
pub use state::{Session, State};
pub use swatches::Swatches;
