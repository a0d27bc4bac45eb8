//! The graph of a run as it was, on the canvas: to look at, not to change.

use hartomat_document::OpenDocument;

use crate::canvas::{CanvasCommand, Gesture};
use crate::command::{Action, Command, Menu, entry};
use crate::state::{Session, State};

/// Shows the graph of the run that is looked at, or the document again.
pub(super) fn show(state: &mut State, is_shown: bool) {
    let frozen = state.runs.view.as_ref().and_then(|view| view.frozen());
    state.runs.graph = match frozen {
        Some(frozen) if is_shown => {
            let document = OpenDocument::new(frozen.workflow.clone());
            Some(Session::new(document, &state.catalogue))
        }
        _ => None,
    };
    state.runs.changed();
}

/// What a command is to a graph that can't be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It is about something else.
    Elsewhere,
    /// It looks at the graph.
    Looks,
    /// It would change it.
    Changes,
}

/// What a command is to the graph of a run.
pub(crate) fn reading(command: &Command) -> Reading {
    match command {
        Command::Edit(_) => Reading::Changes,
        Command::Canvas(command) => canvas_reading(command),
        Command::Run(action) => action_reading(*action),
        _ => Reading::Elsewhere,
    }
}

fn canvas_reading(command: &CanvasCommand) -> Reading {
    match command {
        CanvasCommand::Begin(gesture) => match gesture {
            Gesture::Pan | Gesture::Box { .. } => Reading::Looks,
            _ => Reading::Changes,
        },
        CanvasCommand::OpenAdd(_)
        | CanvasCommand::OpenContext(_)
        | CanvasCommand::Choose(_)
        | CanvasCommand::PlaceFree(_)
        | CanvasCommand::Place(..)
        | CanvasCommand::EditText(_)
        | CanvasCommand::SetText(..)
        | CanvasCommand::PasteText { .. } => Reading::Changes,
        _ => Reading::Looks,
    }
}

fn action_reading(action: Action) -> Reading {
    if action.bookmark_set().is_some() {
        return Reading::Changes;
    }
    match action {
        Action::Copy | Action::Inspect => Reading::Looks,
        Action::ToggleCatalog
        | Action::ToggleInspector
        | Action::ToggleProblems
        | Action::ToggleHistory
        | Action::ToggleMinimap
        | Action::ToggleTheme
        | Action::ToggleRuns
        | Action::ToggleLog
        | Action::Find => Reading::Elsewhere,
        action => match entry(action).menu {
            Menu::Edit | Menu::Node | Menu::Arrange => Reading::Changes,
            Menu::Select | Menu::View => Reading::Looks,
            _ => Reading::Elsewhere,
        },
    }
}

/// Carries something out on the graph that the canvas shows, in place of the document.
pub(crate) fn on_shown_graph(state: &mut State, act: impl FnOnce(&mut State)) {
    if state.runs.graph.is_none() {
        act(state);
        return;
    }
    std::mem::swap(&mut state.session, &mut state.runs.graph);
    act(state);
    std::mem::swap(&mut state.session, &mut state.runs.graph);
}
