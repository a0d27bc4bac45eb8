//! Commands: all that panels can ask for. [`crate::apply`] carries them out, and nothing else does.

mod entry;
mod table;

pub use entry::{Entry, Menu};
pub use table::{Action, all, entry};

use hartomat_document::Edit;

use crate::canvas::CanvasCommand;
use crate::compare_view::CompareCommand;
use crate::runs::RunsCommand;
use crate::shell::ShellCommand;
use crate::studio_view::StudioCommand;

/// Something that a panel asks for.
#[derive(Debug, Clone)]
pub enum Command {
    /// An entry of the command table.
    Run(Action),
    /// A change to the open document.
    Edit(EditCommand),
    /// A change to how the canvas is looked at, or a pointer gesture on it.
    Canvas(CanvasCommand),
    /// Opens the palette, find or the cheat sheet; none closes it.
    Launch(Option<Launcher>),
    /// Start screen, drafts, preferences, saving, checks.
    Shell(ShellCommand),
    /// Runs: dispatch, the list, the one that is looked at.
    Runs(RunsCommand),
    /// Two pictures beside each other.
    Compare(CompareCommand),
    /// Output types, orders and rollouts.
    Studio(StudioCommand),
}

/// What opens over the whole window to find something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Launcher {
    /// Commands, nodes, settings, templates and problems.
    Palette,
    /// Nodes of the open workflow.
    Find,
    /// All keys.
    CheatSheet,
}

/// A change to the open document, or a way through its history.
#[derive(Debug, Clone)]
pub enum EditCommand {
    /// One step.
    Apply(Edit),
    /// What a gesture looks like so far: takes the place of the preview before it.
    Preview(Edit),
    /// The gesture ends: its last preview becomes one step.
    Commit,
    /// The gesture ends: nothing happened.
    Abort,
    /// One step back.
    Undo,
    /// One step forward.
    Redo,
    /// To a place in the history list.
    GoTo(usize),
}

/// The commands of a frame, in order.
#[derive(Debug, Default)]
pub struct Commands(Vec<Command>);

impl Commands {
    /// Asks for something.
    pub fn push(&mut self, command: Command) {
        self.0.push(command);
    }

    /// Asks for an entry of the command table.
    pub fn run(&mut self, action: Action) {
        self.push(Command::Run(action));
    }

    /// Asks for a change to how the canvas is looked at.
    pub fn canvas(&mut self, command: CanvasCommand) {
        self.push(Command::Canvas(command));
    }

    /// Asks for something about runs.
    pub fn runs(&mut self, command: RunsCommand) {
        self.push(Command::Runs(command));
    }

    /// Asks for something about output types, orders or rollouts.
    pub fn studio(&mut self, command: StudioCommand) {
        self.push(Command::Studio(command));
    }

    /// Asks for something about a comparison.
    pub fn compare(&mut self, command: CompareCommand) {
        self.push(Command::Compare(command));
    }

    /// Asks for a change to the document, as one step.
    pub fn edit(&mut self, edit: Edit) {
        self.push(Command::Edit(EditCommand::Apply(edit)));
    }

    /// Asks for changes to the document, each as one step.
    pub fn edits(&mut self, edits: impl IntoIterator<Item = Edit>) {
        for edit in edits {
            self.edit(edit);
        }
    }

    /// Takes them all.
    pub fn drain(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.0)
    }

    /// Whether nobody asked for anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
