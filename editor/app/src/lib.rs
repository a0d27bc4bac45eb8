//! The editor: an eframe window in which workflows are built, read and changed.
//!
//! A frame polls backend events, draws panels that only push commands, and drains the commands in one
//! place. Nothing else changes state.

mod app;
mod apply;
mod backend;
pub mod canvas;
mod command;
mod context;
mod drafts;
mod messages;
mod panels;
mod preferences;
mod shell;
mod state;

pub use app::App;
pub use command::{Action, CanvasCommand, Command, Commands, EditCommand};
pub use context::Context;
pub use shell::{ShellCommand, ShellState};
pub use state::{Session, State};
