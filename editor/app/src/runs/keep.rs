//! What leaves the window: artifacts and logs as files, and the ways between artifacts, log and list.

use std::path::{Path, PathBuf};

use hartomat_api::ApiError;

use super::{LogCommand, RunsCommand};
use crate::backend::{Ask, RunsAsk};
use crate::files::FileQuestion;
use crate::messages::{text, text_with};
use crate::shell::{self, NoticeLevel, PreferenceChange, ShellCommand};
use crate::state::State;

pub(super) fn apply(state: &mut State, command: RunsCommand, ctx: &egui::Context) {
    match command {
        RunsCommand::ShowArtifact(digest) => {
            state.runs.shown_artifact = Some(digest);
            show_tab(state, "runs", ctx);
        }
        RunsCommand::AskSave(artifact) => state.shell.ask_file(FileQuestion::Artifact(artifact)),
        RunsCommand::Save(artifact, path) => {
            state.shell.ask(Ask::Runs(RunsAsk::Save(artifact, path)));
        }
        RunsCommand::OpenOutside(artifact) => {
            let ask = RunsAsk::OpenOutside(artifact, opened(state));
            state.shell.ask(Ask::Runs(ask));
        }
        RunsCommand::AskSaveAsset(asset) => state.shell.ask_file(FileQuestion::MediaAsset(asset)),
        RunsCommand::OpenAsset(asset) => {
            let ask = RunsAsk::OpenAsset(asset, opened(state));
            state.shell.ask(Ask::Runs(ask));
        }
        RunsCommand::AskPlaces => {
            let data_dir = state.shell.folder().data_dir().to_owned();
            state.shell.ask(Ask::Runs(RunsAsk::Places(data_dir)));
        }
        RunsCommand::OpenWindow(server) => {
            let data_dir = state.shell.folder().data_dir().to_owned();
            let ask = RunsAsk::OpenWindow(data_dir, server);
            state.shell.ask(Ask::Runs(ask));
        }
        RunsCommand::AskSaveLog => {
            if let Some(view) = &state.runs.view {
                let name = format!("{}.log", view.id().as_str().replace(['/', '\\'], "_"));
                state.shell.ask_file(FileQuestion::Log(name));
            }
        }
        RunsCommand::SaveLog(path) => {
            if let Some(view) = &state.runs.view {
                let ask = RunsAsk::SaveLog(view.id().clone(), view.log.node.clone(), path);
                state.shell.ask(Ask::Runs(ask));
            }
        }
        RunsCommand::ShowLog(node, attempt) => {
            if let Some(view) = &mut state.runs.view {
                view.ask_log(LogCommand::OfNode(node));
                if attempt.is_some() {
                    view.ask_log(LogCommand::OfAttempt(attempt));
                }
            }
            show_tab(state, "log", ctx);
        }
        _ => {}
    }
}

/// Where copies lie that other programs have open.
fn opened(state: &State) -> PathBuf {
    state.shell.folder().data_dir().join("editor/opened")
}

/// Opens a tab below the canvas.
pub(super) fn show_tab(state: &mut State, tab: &str, ctx: &egui::Context) {
    let mut layout = state.shell.preferences().layout.clone();
    layout.bottom_open = true;
    tab.clone_into(&mut layout.bottom_tab);
    if layout != state.shell.preferences().layout {
        let change = PreferenceChange::Layout(Box::new(layout));
        shell::apply(state, ShellCommand::Prefer(change), ctx);
    }
}

/// A person chose where to write to.
pub(crate) fn chosen(state: &mut State, what: FileQuestion, path: PathBuf, ctx: &egui::Context) {
    match what {
        FileQuestion::Log(_) => apply(state, RunsCommand::SaveLog(path), ctx),
        FileQuestion::Artifact(artifact) => apply(state, RunsCommand::Save(artifact, path), ctx),
        FileQuestion::MediaAsset(asset) => {
            state.shell.ask(Ask::Runs(RunsAsk::SaveAsset(asset, path)));
        }
        _ => {}
    }
}

pub(super) fn saved(state: &mut State, path: &Path, saved: Result<(), ApiError>) {
    match saved {
        Ok(()) => {
            let path = path.display().to_string();
            let title = text_with("files.saved_as", &[("path", &path)]);
            state.shell.notify(NoticeLevel::Good, title, Vec::new());
        }
        Err(err) => state.shell.notify_error(text("runs.cannot_save"), &err),
    }
}
