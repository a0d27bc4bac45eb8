//! The one place where state changes: commands are drained in order, then what follows from the
//! document (problems, what is drawn) is brought up to date.

use crate::command::{Command, Commands, EditCommand};
use crate::state::State;
use crate::{canvas, shell};

mod action;

/// How often commands may lead to commands in one frame.
const ROUNDS: usize = 8;

/// Carries out all that was asked for.
pub(crate) fn drain(state: &mut State, commands: &mut Commands, ctx: &egui::Context) {
    for _ in 0..ROUNDS {
        if commands.is_empty() {
            break;
        }
        for command in commands.drain() {
            apply(state, command, commands, ctx);
        }
    }
    state.refresh();
}

fn apply(state: &mut State, command: Command, commands: &mut Commands, ctx: &egui::Context) {
    match command {
        Command::Run(action) => action::run(state, action, commands, ctx),
        Command::Edit(command) => edit(state, command),
        Command::Canvas(command) => canvas::apply(state, command, commands),
        Command::Shell(command) => shell::apply(state, command, ctx),
    }
    ctx.request_repaint();
}
