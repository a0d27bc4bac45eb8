//! What panels can ask the shell for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hartomat_schema::{Family, OrderLineId, WorkflowId};

use crate::backend::BackendEvent;
use crate::files::{FileAnswer, SettingPath};
use crate::preferences::{Language, LanguageChoice, RecentOrigin, ThemeChoice};
use crate::runs::RunFilter;

/// Something around the canvas.
#[derive(Debug, Clone)]
pub enum ShellCommand {
    /// A thread has something to say.
    Backend(BackendEvent),
    /// A native dialog was answered.
    FileChosen(FileAnswer),
    /// Files were dropped onto the window.
    Dropped(Vec<PathBuf>),

    /// Ask for a workflow to open: the library and files.
    AskOpen,
    /// Ask for a file to open.
    AskOpenFile,
    /// Ask for a legacy preset to import.
    AskImport,
    /// Open a workflow of the library.
    OpenLibrary(WorkflowId),
    /// Open a file.
    OpenFile(PathBuf),
    /// A new workflow from a template.
    OpenTemplate(WorkflowId),
    /// A new workflow without nodes.
    OpenEmpty(Family),
    /// Open a recent workflow.
    OpenRecent(RecentOrigin),
    /// Take a workflow off the recent ones.
    ForgetRecent(RecentOrigin),
    /// Go on with a draft.
    RestoreDraft(PathBuf),
    /// Put a draft aside.
    DiscardDraft(PathBuf),

    /// Save.
    Save,
    /// Ask under which name and where to save.
    AskSaveAs,
    /// Save in the library, as a new workflow of this name.
    SaveAsLibrary(String),
    /// Ask for a file to save to.
    AskSaveFile,
    /// Ask for a file to write a copy to.
    AskExport,
    /// Close the workflow; asks where something isn't saved.
    Close,
    /// The answer to that.
    CloseChosen(CloseChoice),
    /// What to do about a version that somebody else has saved.
    ConflictChosen(ConflictChoice),
    /// Take what an import brought.
    AcceptImport,
    /// Leave the dialog.
    Dismiss,
    /// Leave the editor; asks where something isn't saved.
    Quit,

    /// Choose what checks are about.
    SetSubject(SubjectChoice),
    /// Checks and runs are about the bundled sample.
    SubjectSample,
    /// Ask for a CAD file that checks are about.
    AskSubjectFile,
    /// Ask for a file or folder for a setting.
    AskSettingFile(SettingPath),
    /// Check a run without making it.
    Check(CheckKind),

    /// Show preferences.
    ShowPreferences,
    /// Show all keys, to be changed.
    ShowKeys,
    /// Change a preference.
    Prefer(PreferenceChange),
    /// Try the link at once.
    Reconnect,
    /// Ask for what there is to choose from again.
    RefreshLibrary,
    /// A notice was read.
    DismissNotice(u64),
}

/// How to close a workflow that has changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseChoice {
    /// Save first.
    Save,
    /// Keep the changes as a draft.
    KeepDraft,
    /// Put them aside.
    Discard,
}

/// What to do about a version that somebody else has saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictChoice {
    /// Save mine over theirs.
    KeepMine,
    /// Go on with theirs; mine stays in the history.
    TakeTheirs,
    /// Save mine as a workflow of its own.
    SaveCopy,
}

/// What checks are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectChoice {
    /// A sample order line on a CAD file.
    SampleOrderLine(PathBuf),
    /// An order line.
    OrderLine(OrderLineId),
    /// A CAD file.
    CadFile(PathBuf),
}

/// How thorough a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckKind {
    /// Structure, contract, environment and data.
    Preflight,
    /// That, and what a run would do.
    DryRun,
}

/// A changed preference.
#[derive(Debug, Clone, PartialEq)]
pub enum PreferenceChange {
    /// Bright or dark.
    Theme(ThemeChoice),
    /// Size of everything.
    Scale(f32),
    /// Language.
    Language(LanguageChoice),
    /// A preset of shortcuts, by its key.
    KeymapPreset(String),
    /// A command's shortcuts; none means those of the preset.
    Shortcuts(String, Option<Vec<String>>),
    /// A panel's width or height.
    Layout(Box<crate::preferences::Layout>),
    /// Views of the list of runs.
    RunViews(BTreeMap<String, RunFilter>),
    /// The window's place.
    Window(crate::preferences::WindowPlace),
}

impl PreferenceChange {
    /// The language that people see after this change; none where it is about something else.
    pub fn language(&self, locale: Option<&str>) -> Option<Language> {
        match self {
            Self::Language(choice) => Some(choice.resolve(locale)),
            _ => None,
        }
    }
}
