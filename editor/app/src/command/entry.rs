//! What the command table says of a command.

use crate::Context;
use crate::command::Action;
use crate::messages::text_or;
use crate::runs::RunView;
use hartomat_ui::Icon;

/// The menu that a command stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Menu {
    /// Workflows: new, open, save.
    File,
    /// Undo, clipboard, delete.
    Edit,
    /// What is selected.
    Select,
    /// Nodes and edges.
    Node,
    /// Where nodes stand.
    Arrange,
    /// How the canvas is looked at, and which panels there are.
    View,
    /// Runs and checks.
    Check,
    /// Output types, orders and rollouts.
    Studio,
    /// How to use it.
    Help,
}

impl Enabled {
    /// Whether it holds now.
    pub fn holds(self, context: &Context<'_>) -> bool {
        let Some(session) = context.session else {
            return self == Self::Always;
        };
        let selection = session.document.selection();
        let run = context.runs.view.as_ref();
        match self {
            Self::Always | Self::Open => true,
            Self::Selected(count) => selection.nodes.len() >= count,
            Self::AnySelected => !selection.is_empty(),
            Self::CanUndo => session.document.undo_label().is_some(),
            Self::CanRedo => session.document.redo_label().is_some(),
            Self::RunIsOpen => run.is_some_and(|run| run.detail.is_some()),
            Self::RunIsLive => run.is_some_and(RunView::is_live),
            Self::RunHasEnded => run.is_some_and(|run| !run.is_live() && run.detail.is_some()),
            Self::HasComparison => run
                .and_then(|run| run.detail.as_ref())
                .is_some_and(|detail| detail.evidence.is_some()),
        }
    }
}

impl Menu {
    /// All menus, from left to right.
    pub const ALL: [Self; 9] = [
        Self::File,
        Self::Edit,
        Self::Select,
        Self::Node,
        Self::Arrange,
        Self::View,
        Self::Check,
        Self::Studio,
        Self::Help,
    ];

    /// Its name in message files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Edit => "edit",
            Self::Select => "select",
            Self::Node => "node",
            Self::Arrange => "arrange",
            Self::View => "view",
            Self::Check => "check",
            Self::Studio => "studio",
            Self::Help => "help",
        }
    }

    /// What stands before its commands in a list of all.
    pub fn icon(self) -> Icon {
        match self {
            Self::File => Icon::File,
            Self::Edit => Icon::Undo,
            Self::Select => Icon::Locate,
            Self::Node => Icon::Graph,
            Self::Arrange => Icon::AlignLeft,
            Self::View => Icon::Shown,
            Self::Check => Icon::Preflight,
            Self::Studio => Icon::Checks,
            Self::Help => Icon::Keyboard,
        }
    }

    /// Its title for people.
    pub fn title(self) -> &'static str {
        text_or(&format!("menu.{}", self.key()), self.key())
    }
}

/// When a command can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enabled {
    /// Always.
    Always,
    /// While a workflow is open.
    Open,
    /// While at least so many nodes are selected.
    Selected(usize),
    /// While anything is selected: nodes, frames, comments or reroutes.
    AnySelected,
    /// While there is a step to take back.
    CanUndo,
    /// While there is a step to take again.
    CanRedo,
    /// While a run is looked at whose graph is known.
    RunIsOpen,
    /// While the run that is looked at goes on.
    RunIsLive,
    /// While a run is looked at that has ended.
    RunHasEnded,
    /// While the run that is looked at was compared.
    HasComparison,
}

/// A row of the command table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The command.
    pub action: Action,
    /// Its key in preferences and message files.
    pub key: &'static str,
    /// The menu that it stands in.
    pub menu: Menu,
    /// Commands of one menu with the same number stand between the same two lines.
    pub group: u8,
    /// When it can be used.
    pub enabled: Enabled,
    /// Default shortcuts in every preset that says nothing else, such as `Ctrl+Shift+P`.
    pub shortcuts: &'static [&'static str],
}

impl Entry {
    /// Its name for people; `…` at the end where a dialog follows.
    pub fn label(&self) -> &'static str {
        text_or(&format!("command.{}.label", self.key), self.key)
    }

    /// What it does, one sentence.
    pub fn help(&self) -> &'static str {
        text_or(&format!("command.{}.help", self.key), "")
    }

    /// Whether it can be used now.
    pub fn is_enabled(&self, context: &Context<'_>) -> bool {
        self.enabled.holds(context)
    }
}
