//! The window: a frame polls, draws panels that only push commands, and drains the commands.

use crate::command::{Command, Commands};
use crate::state::State;
use crate::{Context, apply, layout};

/// The editor, in a window or in a test.
pub struct App {
    state: State,
    commands: Commands,
}

impl App {
    /// An editor in this state.
    pub fn new(state: State) -> Self {
        Self {
            state,
            commands: Commands::default(),
        }
    }

    /// What it knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Asks for something from outside a frame, as a test or the command line does.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// One frame.
    pub fn frame_ui(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        for event in self.state.shell.poll(&ctx) {
            self.commands.push(Command::Shell(event));
        }
        layout::window_ui(ui, &Context::new(&self.state), &mut self.commands);
        apply::drain(&mut self.state, &mut self.commands, &ctx);
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frame_ui(ui);
    }
}
