//! The one table of commands. Menus, the palette, shortcuts and the cheat sheet read it.
//!
//! Labels and help stand in the message files under `command.<key>`.

use crate::command::entry::Enabled::{
    self, Always, AnySelected, CanRedo, CanUndo, HasComparison, Open, RunHasEnded, RunIsLive,
    RunIsOpen, Selected,
};
use crate::command::{Entry, Menu};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $menu:ident $group:literal, $enabled:expr, [$($shortcut:literal),*];)*) => {
        /// A command without more to say than its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        const ENTRIES: &[Entry] = &[
            $(row(Action::$name, $key, Menu::$menu, $group, $enabled, &[$($shortcut),*])),*
        ];
    };
}

const fn row(
    action: Action,
    key: &'static str,
    menu: Menu,
    group: u8,
    enabled: Enabled,
    shortcuts: &'static [&'static str],
) -> Entry {
    Entry {
        action,
        key,
        menu,
        group,
        enabled,
        shortcuts,
    }
}

actions! {
    /// A new workflow: the start screen with its templates.
    New = "new", File 0, Always, ["Ctrl+N"];
    /// A workflow of the library or a file.
    Open = "open", File 0, Always, ["Ctrl+O"];
    /// A legacy preset, read as a workflow.
    ImportPreset = "import_preset", File 0, Always, [];
    /// Saves over the revision that was opened.
    Save = "save", File 1, Open, ["Ctrl+S"];
    /// Saves under another name.
    SaveAs = "save_as", File 1, Open, ["Ctrl+Shift+S"];
    /// Writes the workflow to a file of this machine.
    ExportFile = "export_file", File 1, Open, [];
    /// Back to the start screen.
    Close = "close", File 2, Open, ["Ctrl+W"];
    /// Theme, language, keys.
    Preferences = "preferences", File 3, Always, ["Ctrl+Comma"];
    /// Leaves the editor.
    Quit = "quit", File 4, Always, ["Ctrl+Q"];

    /// One step back.
    Undo = "undo", Edit 0, CanUndo, ["Ctrl+Z"];
    /// One step forward.
    Redo = "redo", Edit 0, CanRedo, ["Ctrl+Shift+Z", "Ctrl+Y"];
    /// Copies the selection and deletes it.
    Cut = "cut", Edit 1, AnySelected, [];
    /// Copies the selection, also as JSON text.
    Copy = "copy", Edit 1, AnySelected, ["Ctrl+C"];
    /// Pastes at the pointer.
    Paste = "paste", Edit 1, Open, ["Ctrl+V"];
    /// Pastes and keeps edges from nodes that weren't copied.
    PasteWithInputs = "paste_with_inputs", Edit 1, Open, ["Ctrl+Shift+V"];
    /// Duplicates the selection.
    Duplicate = "duplicate", Edit 2, AnySelected, ["Shift+D"];
    /// Duplicates the selection and keeps edges from nodes that aren't selected.
    DuplicateWithInputs = "duplicate_with_inputs", Edit 2, Selected(1), ["Ctrl+Shift+D"];
    /// Deletes the selection.
    Delete = "delete", Edit 3, AnySelected, ["X", "Delete", "Backspace"];
    /// Deletes the selected nodes and joins what they stood between.
    DeleteReconnect = "delete_reconnect", Edit 3, Selected(1), ["Ctrl+X", "Ctrl+Delete"];

    /// Selects everything.
    SelectAll = "select_all", Select 0, Open, ["A", "Ctrl+A"];
    /// Selects nothing.
    SelectNone = "select_none", Select 0, AnySelected, ["Alt+A"];
    /// Selects what isn't.
    SelectInvert = "select_invert", Select 0, Open, ["Ctrl+I"];
    /// Selects what the selection depends on, too.
    SelectUpstream = "select_upstream", Select 1, Selected(1), ["L"];
    /// Selects what depends on the selection, too.
    SelectDownstream = "select_downstream", Select 1, Selected(1), ["Shift+L"];
    /// The node to the left.
    SelectLeft = "select_left", Select 2, Open, ["ArrowLeft"];
    /// The node to the right.
    SelectRight = "select_right", Select 2, Open, ["ArrowRight"];
    /// The node above.
    SelectUp = "select_up", Select 2, Open, ["ArrowUp"];
    /// The node below.
    SelectDown = "select_down", Select 2, Open, ["ArrowDown"];
    /// Finds nodes of this workflow.
    Find = "find", Select 3, Open, ["Ctrl+F"];

    /// Opens the add menu at the pointer.
    Add = "add", Node 0, Open, ["Shift+A", "Tab"];
    /// Puts a comment at the pointer.
    AddNote = "add_note", Node 0, Open, ["Ctrl+M"];
    /// Puts a reroute on the edge under the pointer.
    AddReroute = "add_reroute", Node 0, Open, ["Ctrl+R"];
    /// Opens the settings of the selected node.
    Inspect = "inspect", Node 1, Selected(1), ["Enter"];
    /// Gives the selected node, frame or comment another text.
    Rename = "rename", Node 1, AnySelected, ["F2"];
    /// The selected nodes follow the pointer.
    Grab = "grab", Node 1, AnySelected, ["G"];
    /// Leaves nodes out of runs, or takes them in again.
    Mute = "mute", Node 1, Selected(1), ["M"];
    /// Shows nodes as their header alone, or whole again.
    Collapse = "collapse", Node 1, Selected(1), ["H"];
    /// Another type of node in the same place.
    Swap = "swap", Node 1, Selected(1), ["Shift+S"];
    /// Joins the selected nodes by edges, from left to right.
    Connect = "connect", Node 2, Selected(2), ["F"];
    /// Takes all edges from the selected nodes.
    Disconnect = "disconnect", Node 2, Selected(1), ["Alt+D"];
    /// Puts a frame around the selected nodes.
    JoinFrame = "join_frame", Node 3, Selected(1), ["Ctrl+J"];
    /// Takes the frame around the selected nodes away.
    RemoveFrame = "remove_frame", Node 3, AnySelected, ["Alt+P"];

    /// All left edges in one line.
    AlignLeft = "align_left", Arrange 0, Selected(2), ["Alt+Shift+ArrowLeft"];
    /// All centres in one vertical line.
    AlignCenter = "align_center", Arrange 0, Selected(2), [];
    /// All right edges in one line.
    AlignRight = "align_right", Arrange 0, Selected(2), ["Alt+Shift+ArrowRight"];
    /// All upper edges in one line.
    AlignTop = "align_top", Arrange 0, Selected(2), ["Alt+Shift+ArrowUp"];
    /// All centres in one horizontal line.
    AlignMiddle = "align_middle", Arrange 0, Selected(2), [];
    /// All lower edges in one line.
    AlignBottom = "align_bottom", Arrange 0, Selected(2), ["Alt+Shift+ArrowDown"];
    /// Equal gaps from left to right.
    DistributeHorizontally = "distribute_horizontally", Arrange 1, Selected(3), [];
    /// Equal gaps from top to bottom.
    DistributeVertically = "distribute_vertically", Arrange 1, Selected(3), [];
    /// Arranges the whole graph, or the selected nodes.
    AutoLayout = "auto_layout", Arrange 2, Open, ["Ctrl+L"];

    /// The whole graph in view.
    FitAll = "fit_all", View 0, Open, ["Home"];
    /// The selection in view.
    FitSelection = "fit_selection", View 0, AnySelected, ["Period"];
    /// Closer.
    ZoomIn = "zoom_in", View 0, Open, ["Ctrl+Plus", "Ctrl+Equals"];
    /// Further away.
    ZoomOut = "zoom_out", View 0, Open, ["Ctrl+Minus"];
    /// One to one.
    ZoomReset = "zoom_reset", View 0, Open, ["Ctrl+0"];
    /// The overview in the corner.
    ToggleMinimap = "toggle_minimap", View 1, Open, ["Shift+M"];
    /// The node catalogue at the left.
    ToggleCatalog = "toggle_catalog", View 1, Open, ["T"];
    /// The settings at the right.
    ToggleInspector = "toggle_inspector", View 1, Open, ["N"];
    /// What is wrong, at the bottom.
    ToggleProblems = "toggle_problems", View 1, Open, ["Ctrl+Shift+M"];
    /// The list of steps.
    ToggleHistory = "toggle_history", View 1, Open, ["Ctrl+H"];
    /// All runs, at the bottom.
    ToggleRuns = "toggle_runs", View 1, Open, ["Ctrl+Shift+R"];
    /// The log of the run that is looked at, at the bottom.
    ToggleLog = "toggle_log", View 1, Open, ["Ctrl+Shift+L"];
    /// Dark or light.
    ToggleTheme = "toggle_theme", View 2, Always, [];

    /// Runs what has changed since the last run.
    Run = "run", Check 0, Open, ["F5"];
    /// Runs every node, whatever the cache has.
    RunAll = "run_all", Check 0, Open, ["Shift+F5"];
    /// Runs the selected nodes and what needs them, whatever the cache has.
    RunFromSelected = "run_from_selected", Check 0, Selected(1), ["Ctrl+F5"];
    /// Runs the selected nodes and what they need, on trial.
    RunToSelected = "run_to_selected", Check 0, Selected(1), ["F6"];
    /// Runs the selected nodes anew and nothing else but what they need, on trial.
    RunSelected = "run_selected", Check 0, Selected(1), ["Ctrl+F6"];
    /// Asks the run that is looked at to stop.
    CancelRun = "cancel_run", Check 0, RunIsLive, ["Shift+F6"];
    /// Asks how to make the run again that is looked at.
    Rerun = "rerun", Check 2, RunHasEnded, ["Ctrl+Shift+F5"];
    /// Lists the runs that a person should look at.
    ShowInbox = "show_inbox", Check 2, Open, ["Ctrl+Shift+I"];
    /// Says that the run that is looked at need not be looked at again.
    LookedAt = "looked_at", Check 2, RunHasEnded, [];
    /// Writes the log of the run that is looked at to a file.
    SaveLog = "save_log", Check 2, RunIsOpen, [];
    /// Runs are of the bundled sample.
    SubjectSample = "subject_sample", Check 3, Open, [];
    /// Asks for a CAD file that runs are of.
    SubjectFile = "subject_file", Check 3, Open, [];
    /// The next run has the workflow's own mode.
    ModeOwn = "mode_own", Check 4, Open, [];
    /// The next run is by legacy alone.
    ModeLegacy = "mode_legacy", Check 4, Open, [];
    /// The next run compares the graph with legacy.
    ModeShadow = "mode_shadow", Check 4, Open, [];
    /// The next run delivers what the graph makes.
    ModeGraph = "mode_graph", Check 4, Open, [];
    /// Sets control and candidate of the run that is looked at beside each other.
    Compare = "compare", Check 2, HasComparison, ["F9"];
    /// Sets two files of this machine beside each other.
    CompareFiles = "compare_files", Check 2, Always, ["Shift+F9"];
    /// Shows the graph of the run that is looked at, or the document again.
    ShowRunGraph = "show_run_graph", Check 2, RunIsOpen, ["F10"];
    /// What would stop a run: structure, contract, environment, data.
    Preflight = "preflight", Check 1, Open, ["F7"];
    /// What a run would do.
    DryRun = "dry_run", Check 1, Open, ["F8"];

    /// Which mode is allowed where, and on which evidence.
    Rollout = "rollout", Studio 0, Always, ["Ctrl+Shift+B"];
    /// How workflows are invoked for order lines.
    OutputTypes = "output_types", Studio 0, Always, [];
    /// Orders with their lines.
    Orders = "orders", Studio 0, Always, [];
    /// How the mode and the settings of an order line come about.
    Resolution = "resolution", Studio 1, Always, [];
    /// Who decided and changed what.
    Audit = "audit", Studio 1, Always, [];
    /// Old libraries in the present form.
    Migration = "migration", Studio 1, Always, [];

    /// Finds commands, nodes, settings, templates and problems.
    Palette = "palette", Help 0, Always, ["Ctrl+Shift+P"];
    /// All keys.
    CheatSheet = "cheat_sheet", Help 0, Always, ["?"];

    /// Keeps this view under key 1.
    BookmarkSet1 = "bookmark_set_1", View 4, Open, ["Ctrl+1"];
    /// Keeps this view under key 2.
    BookmarkSet2 = "bookmark_set_2", View 4, Open, ["Ctrl+2"];
    /// Keeps this view under key 3.
    BookmarkSet3 = "bookmark_set_3", View 4, Open, ["Ctrl+3"];
    /// Keeps this view under key 4.
    BookmarkSet4 = "bookmark_set_4", View 4, Open, ["Ctrl+4"];
    /// Keeps this view under key 5.
    BookmarkSet5 = "bookmark_set_5", View 4, Open, ["Ctrl+5"];
    /// Keeps this view under key 6.
    BookmarkSet6 = "bookmark_set_6", View 4, Open, ["Ctrl+6"];
    /// Keeps this view under key 7.
    BookmarkSet7 = "bookmark_set_7", View 4, Open, ["Ctrl+7"];
    /// Keeps this view under key 8.
    BookmarkSet8 = "bookmark_set_8", View 4, Open, ["Ctrl+8"];
    /// Keeps this view under key 9.
    BookmarkSet9 = "bookmark_set_9", View 4, Open, ["Ctrl+9"];
    /// The view of key 1.
    BookmarkGo1 = "bookmark_go_1", View 5, Open, ["1"];
    /// The view of key 2.
    BookmarkGo2 = "bookmark_go_2", View 5, Open, ["2"];
    /// The view of key 3.
    BookmarkGo3 = "bookmark_go_3", View 5, Open, ["3"];
    /// The view of key 4.
    BookmarkGo4 = "bookmark_go_4", View 5, Open, ["4"];
    /// The view of key 5.
    BookmarkGo5 = "bookmark_go_5", View 5, Open, ["5"];
    /// The view of key 6.
    BookmarkGo6 = "bookmark_go_6", View 5, Open, ["6"];
    /// The view of key 7.
    BookmarkGo7 = "bookmark_go_7", View 5, Open, ["7"];
    /// The view of key 8.
    BookmarkGo8 = "bookmark_go_8", View 5, Open, ["8"];
    /// The view of key 9.
    BookmarkGo9 = "bookmark_go_9", View 5, Open, ["9"];
}

impl Action {
    /// The key 1 to 9 of a command that keeps a view.
    pub fn bookmark_set(self) -> Option<u8> {
        numbered(self, Self::BookmarkSet1)
    }

    /// The key 1 to 9 of a command that goes back to a view.
    pub fn bookmark_go(self) -> Option<u8> {
        numbered(self, Self::BookmarkGo1)
    }

    /// Whether it stands in a menu of its own, with what it is about.
    pub fn is_bookmark(self) -> bool {
        self.bookmark_set().is_some() || self.bookmark_go().is_some()
    }
}

fn numbered(action: Action, first: Action) -> Option<u8> {
    let number = (action as usize).checked_sub(first as usize)? + 1;
    u8::try_from(number).ok().filter(|number| *number <= 9)
}

/// All commands, in menu order.
pub fn all() -> &'static [Entry] {
    ENTRIES
}

/// What the table says of a command.
pub fn entry(action: Action) -> &'static Entry {
    &ENTRIES[action as usize]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_is_its_own_row_with_a_key_of_its_own() {
        let keys: BTreeSet<_> = all().iter().map(|entry| entry.key).collect();
        assert_eq!(keys.len(), all().len());
        for row in all() {
            assert_eq!(entry(row.action).key, row.key);
        }
    }

    #[test]
    fn bookmarks_know_their_number() {
        assert_eq!(Action::BookmarkSet1.bookmark_set(), Some(1));
        assert_eq!(Action::BookmarkSet9.bookmark_set(), Some(9));
        assert_eq!(Action::BookmarkGo1.bookmark_set(), None);
        assert_eq!(Action::BookmarkGo4.bookmark_go(), Some(4));
        assert_eq!(Action::CheatSheet.bookmark_set(), None);
    }
}
