//! What panels can ask about runs.

use std::path::PathBuf;

use hartomat_schema::{Artifact, Digest, ExecutionMode, MediaAsset, NodeId, RunId};

use super::{Looked, RerunChoice, RunFilter};

/// Something about runs.
#[derive(Debug, Clone)]
pub enum RunsCommand {
    /// The mode of the next run; none is the workflow's own.
    SetMode(Option<ExecutionMode>),
    /// Run the open workflow.
    Dispatch(RunScope),
    /// Send the request that didn't arrive again: it makes no second run.
    SendAgain,
    /// What was refused has been read.
    DismissRefused,
    /// Ask a run to stop.
    Cancel(RunId),
    /// Look at a run.
    Open(RunId),
    /// Look at no run.
    Close,
    /// Show the graph of the run that is looked at, as it was; or the document again.
    ShowGraph(bool),
    /// List other runs.
    Filter(RunFilter),
    /// Show or hide the earlier runs that a run repeats.
    Unfold(RunId, bool),
    /// Show what a person should look at.
    ShowInbox,
    /// Ask for a name for what is listed now; none leaves the question.
    AskSaveView(Option<String>),
    /// Keep what is listed now under this name.
    SaveView(String),
    /// Forget a saved view.
    ForgetView(String),
    /// Ask for a word on the run that is looked at.
    AskLooked,
    /// Somebody writes.
    ChangeLooked(Looked),
    /// Hand the word in.
    HandInLooked,
    /// Don't.
    DismissLooked,
    /// List older runs, too.
    More,
    /// List runs anew.
    Reload,
    /// Ask how to make the run again that is looked at.
    AskRerun,
    /// Something else was chosen there.
    ChooseRerun(Box<RerunChoice>),
    /// Make it again.
    Rerun,
    /// Don't.
    DismissRerun,
    /// Fetch a small picture of an artifact.
    Preview(Box<Artifact>),
    /// Show an artifact among those of the run that is looked at.
    ShowArtifact(Digest),
    /// Ask where to write an artifact to.
    AskSave(Box<Artifact>),
    /// Write an artifact to a file of this machine.
    Save(Box<Artifact>, PathBuf),
    /// Open an artifact in the program that the desktop has for it.
    OpenOutside(Box<Artifact>),
    /// Ask where to write a media asset to.
    AskSaveAsset(Box<MediaAsset>),
    /// Open a media asset in the program that the desktop has for it.
    OpenAsset(Box<MediaAsset>),
    /// Which servers are named?
    AskPlaces,
    /// Open a window on a server, or on this machine.
    OpenWindow(Option<String>),
    /// Ask where to write the log to.
    AskSaveLog,
    /// Write the log to a file of this machine: all of it, or all of the node that is shown.
    SaveLog(PathBuf),
    /// Show what a try of a node has logged, or all of the node, or everything.
    ShowLog(Option<NodeId>, Option<u32>),
    /// Write a text to the clipboard.
    CopyText(String),
    /// About its log.
    Log(LogCommand),
}

/// What runs although the cache has its outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunScope {
    /// Nothing: only what has changed runs.
    Changed,
    /// Everything.
    All,
    /// The selected nodes and what needs them.
    FromSelected,
    /// Nothing; and nothing runs but the selected nodes and what they need, on trial.
    ToSelected,
    /// The selected nodes; and nothing else runs but what they need, on trial.
    Selected,
}

/// Something about the log of the run that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum LogCommand {
    /// Lines of this node alone; none is all lines.
    OfNode(Option<NodeId>),
    /// Lines of this try of that node alone; none is all of them.
    OfAttempt(Option<u32>),
    /// Show or hide a level: 0 errors, 1 warnings, 2 the rest.
    Level(usize, bool),
    /// Search for this.
    Search(String),
    /// Whether the search is a regular expression.
    Regex(bool),
    /// To the next place that was found, or to the one before.
    Next(bool),
    /// Whether new lines are followed.
    Follow(bool),
    /// Choose a line, by its place among those that are shown.
    Current(Option<usize>),
}
