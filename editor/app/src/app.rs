//! The window: a frame polls, draws panels that only push commands, and drains the commands.

use hartomat_ui::{Mode, Theme};

use crate::command::{Command, Commands};
use crate::messages::set_language;
use crate::preferences::ThemeChoice;
use crate::state::State;
use crate::{Context, apply, keyboard, layout};

/// The editor, in a window or in a test.
pub struct App {
    state: State,
    commands: Commands,
    is_dressed: bool,
}

impl App {
    /// An editor in this state.
    pub fn new(state: State) -> Self {
        Self {
            state,
            commands: Commands::default(),
            is_dressed: false,
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
        if !self.dress(&ctx) {
            return;
        }
        let context = Context::new(&self.state);
        keyboard::handle(ui, &context, &mut self.commands);
        layout::window_ui(ui, &context, &mut self.commands);
        hartomat_ui::widgets::raise_menus(&ctx);
        apply::drain(&mut self.state, &mut self.commands, &ctx);
    }

    /// Dresses a window before its first frame, which then has the fonts and is drawn once.
    pub fn prepare(&mut self, ctx: &egui::Context) {
        self.wear(ctx);
        self.is_dressed = true;
    }

    /// Says whether the fonts are there: those of the first time are from the next pass on.
    fn dress(&mut self, ctx: &egui::Context) -> bool {
        self.wear(ctx);
        let was_dressed = std::mem::replace(&mut self.is_dressed, true);
        if !was_dressed {
            ctx.request_discard("the fonts are new");
        }
        was_dressed
    }

    /// Theme, scale and language as the person likes them.
    fn wear(&self, ctx: &egui::Context) {
        // The keys of the canvas are those of the keymap; the scale is a preference.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let preferences = self.state.shell.preferences();
        set_language(self.state.shell.language());
        let mode = match preferences.theme {
            ThemeChoice::Dark => Mode::Dark,
            ThemeChoice::Light => Mode::Light,
            ThemeChoice::Desktop => match ctx.input(|input| input.raw.system_theme) {
                Some(egui::Theme::Light) => Mode::Light,
                _ => Mode::Dark,
            },
        };
        Theme::new(mode).with_scale(preferences.scale).apply(ctx);
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frame_ui(ui);
    }
}
