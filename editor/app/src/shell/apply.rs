//! Carries out what panels ask the shell for, and brings in what threads have to say.

use std::path::PathBuf;

use hartomat_document::Edit;

use super::draft::follow_document;
use super::{Dialog, NoticeLevel, PreferenceChange, ShellCommand, ShellState, checks, open, save};
use crate::backend::{Ask, BackendEvent};
use crate::command::Commands;
use crate::compare_view::{self, CompareCommand, CompareSource};
use crate::files::{FileAnswer, FileQuestion, SettingOf, SettingPath};
use crate::messages::{set_language, text, text_with};
use crate::state::State;
use crate::studio_view::{self, StudioCommand};

impl ShellState {
    /// What has happened outside the window since the last frame. Never waits.
    pub fn poll(&mut self, ctx: &egui::Context) -> Vec<ShellCommand> {
        self.notices.tick(ctx.input(|input| input.time));
        self.note_unwritten_preferences();
        if self
            .notices
            .all()
            .iter()
            .any(|notice| notice.until_secs.is_some())
        {
            ctx.request_repaint_after(std::time::Duration::from_millis(500));
        }
        let events = self.worker.poll().into_iter().map(ShellCommand::Backend);
        let mut commands: Vec<_> = events.collect();
        commands.extend(
            self.dialogs
                .poll()
                .into_iter()
                .map(ShellCommand::FileChosen),
        );
        let dropped = ctx.input(|input| {
            let files = input.raw.dropped_files.iter();
            files.map(|file| file.path().to_owned()).collect::<Vec<_>>()
        });
        if !dropped.is_empty() {
            commands.push(ShellCommand::Dropped(dropped));
        }
        let wants_to_close = ctx.input(|input| input.viewport().close_requested());
        if wants_to_close
            && !self.is_quitting
            && self.open.as_ref().is_some_and(|open| open.is_dirty)
        {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            commands.push(ShellCommand::Quit);
        }
        commands
    }

    pub(super) fn note_damage(&mut self, damaged: &[String]) {
        if !damaged.is_empty() {
            let what = damaged.join(", ");
            let title = text("preferences.damaged");
            let details = vec![text_with("preferences.damaged_parts", &[("what", &what)])];
            self.notices.info(title, details);
        }
    }

    /// Has preferences written.
    pub(super) fn keep_preferences(&mut self) {
        self.preferences_file.write(&self.preferences);
    }

    fn note_unwritten_preferences(&mut self) {
        let error = self.preferences_file.error();
        if error != self.preferences_error {
            if let Some(error) = &error {
                let title = text("preferences.cannot_keep");
                self.notices.info(title, vec![error.clone()]);
            }
            self.preferences_error = error;
        }
    }

    /// Shows a short message.
    pub(crate) fn notify(&mut self, level: NoticeLevel, title: String, details: Vec<String>) {
        self.notices.push(level, title, details);
    }

    /// Says what failed, why, and what would mend it.
    pub(crate) fn notify_error(&mut self, title: &'static str, err: &hartomat_api::ApiError) {
        self.notices.error(title, err);
    }

    fn prefer(&mut self, change: PreferenceChange) {
        let preferences = &mut self.preferences;
        match change {
            PreferenceChange::Theme(theme) => preferences.theme = theme,
            PreferenceChange::Scale(scale) => preferences.scale = scale.clamp(0.5, 3.0),
            PreferenceChange::Language(language) => {
                preferences.language = language;
                set_language(self.language());
                self.refresh_start();
            }
            PreferenceChange::KeymapPreset(preset) => preferences.keymap.preset = preset,
            PreferenceChange::Shortcuts(command, Some(shortcuts)) => {
                preferences.keymap.changed.insert(command, shortcuts);
            }
            PreferenceChange::Shortcuts(command, None) => {
                preferences.keymap.changed.remove(&command);
            }
            PreferenceChange::Layout(layout) => preferences.layout = *layout,
            PreferenceChange::RunViews(views) => preferences.run_views = views,
            PreferenceChange::Window(place) => preferences.window = Some(place),
        }
        self.keep_preferences();
    }
}

/// What follows from the document after each frame's commands: its draft, and whether it has changes.
pub(crate) fn follow(state: &mut State, ctx: &egui::Context) {
    follow_document(state, ctx);
}

/// Carries a command out.
pub(crate) fn apply(state: &mut State, command: ShellCommand, ctx: &egui::Context) {
    match command {
        ShellCommand::Backend(event) => event_came(state, event, ctx),
        ShellCommand::FileChosen(answer) => file_chosen(state, answer, ctx),
        ShellCommand::Dropped(paths) => dropped(state, &paths, ctx),
        ShellCommand::AskOpen => {
            // Others save too, and nothing tells of that.
            state.shell.worker.refresh_library();
            state.shell.dialog = Some(Dialog::Open);
        }
        ShellCommand::AskOpenFile => state.shell.dialogs.ask(FileQuestion::Open),
        ShellCommand::AskImport => state.shell.dialogs.ask(FileQuestion::Import),
        command @ (ShellCommand::OpenLibrary(_)
        | ShellCommand::OpenFile(_)
        | ShellCommand::OpenTemplate(_)
        | ShellCommand::OpenEmpty(_)
        | ShellCommand::OpenRecent(_)
        | ShellCommand::RestoreDraft(_)) => open::ask(state, command, ctx),
        ShellCommand::ForgetRecent(origin) => {
            state.shell.preferences.forget(&origin);
            state.shell.keep_preferences();
        }
        ShellCommand::DiscardDraft(path) => {
            let folder = state.shell.drafts.clone();
            state.shell.ask(Ask::DiscardDraft(folder, path));
        }
        ShellCommand::AcceptImport => open::accept_import(state),
        ShellCommand::Save => save::save(state, false),
        ShellCommand::AskSaveAs => state.shell.dialog = Some(Dialog::SaveAs),
        ShellCommand::SaveAsLibrary(name) => save::save_as_library(state, &name),
        ShellCommand::AskSaveFile => ask_file(state, FileQuestion::SaveAs),
        ShellCommand::AskExport => ask_file(state, FileQuestion::Export),
        ShellCommand::Close => open::close(state, None, ctx),
        ShellCommand::CloseChosen(choice) => open::close_chosen(state, choice, ctx),
        ShellCommand::ConflictChosen(choice) => save::conflict_chosen(state, choice),
        ShellCommand::Dismiss => {
            state.shell.dialog = None;
            state.shell.after_close = None;
        }
        ShellCommand::Quit => quit(state, ctx),
        ShellCommand::SetSubject(subject) => checks::set_subject(state, subject),
        ShellCommand::SubjectSample => {
            let folder = state.shell.folder.data_dir().join("samples");
            state.shell.ask(Ask::WriteSample(folder));
        }
        ShellCommand::AskSubjectFile => state.shell.dialogs.ask(FileQuestion::CadFile),
        ShellCommand::AskSettingFile(setting) => {
            state.shell.dialogs.ask(FileQuestion::Setting(setting));
        }
        ShellCommand::Check(kind) => checks::check(state, kind),
        ShellCommand::ShowPreferences => state.shell.dialog = Some(Dialog::Preferences),
        ShellCommand::ShowKeys => state.shell.dialog = Some(Dialog::Keys),
        ShellCommand::Prefer(change) => state.shell.prefer(change),
        ShellCommand::Reconnect => state.shell.worker.reconnect(),
        ShellCommand::RefreshLibrary => state.shell.worker.refresh_library(),
        ShellCommand::DismissNotice(id) => state.shell.notices.dismiss(id),
    }
}

/// Asks where to write the open workflow to.
fn ask_file(state: &mut State, question: fn(String) -> FileQuestion) {
    if let Some(session) = &state.session {
        let name = file_name(&session.document.workflow().name);
        state.shell.dialogs.ask(question(name));
    }
}

/// A name for people as a file's name.
fn file_name(name: &str) -> String {
    let kept = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            '_'
        }
    };
    let stem: String = name
        .trim()
        .to_lowercase()
        .chars()
        .map(kept)
        .take(60)
        .collect();
    match stem.trim_matches('_') {
        "" => "workflow.hartomat".to_owned(),
        stem => format!("{stem}.hartomat"),
    }
}

fn quit(state: &mut State, ctx: &egui::Context) {
    let is_dirty = state
        .session
        .as_ref()
        .is_some_and(|session| session.document.is_dirty());
    if is_dirty {
        open::close(state, Some(ShellCommand::Quit), ctx);
    } else {
        state.shell.is_quitting = true;
        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }
}

fn event_came(state: &mut State, event: BackendEvent, ctx: &egui::Context) {
    match event {
        BackendEvent::Connection(connection) => {
            state.shell.connection = connection;
            state.shell.swatches.forget_failures();
            open::open_for_cad_file(state);
        }
        BackendEvent::Library(library) => {
            state.shell.library = library;
            state.speak();
            state.shell.is_library_copy = false;
            state.shell.refresh_start();
            open::open_for_cad_file(state);
            studio_view::library_came(state);
        }
        BackendEvent::Opened(id, opened) => open::library_opened(state, &id, opened),
        BackendEvent::Saved(ticket, saved) => save::library_saved(state, ticket, saved, ctx),
        BackendEvent::Runs(event) => {
            crate::runs::came(state, event, ctx);
            studio_view::run_came(state, ctx);
        }
        BackendEvent::Studio(event) => studio_view::came(state, event, ctx),
        BackendEvent::Compare(event) => crate::compare_view::came(state, event),
        BackendEvent::SampleWritten(written) => match written {
            Ok(path) => checks::set_subject_file(state, path),
            Err(err) => state.shell.notify_error(text("run.no_sample"), &err),
        },
        BackendEvent::Checked(ticket, checked) => checks::checked(state, ticket, checked),
        BackendEvent::LastRun(workflow, run) => crate::last_run::came(state, &workflow, *run, ctx),
        BackendEvent::Swatch(key, picture) => state.shell.swatches.came(key, picture, ctx),
        BackendEvent::Overrides(line, subject) => checks::overrides_came(state, &line, subject),
        BackendEvent::FileRead(path, read) => open::file_read(state, path, read, ctx),
        BackendEvent::FileWritten(ticket, path, written) => {
            save::file_written(state, ticket, path, written, ctx);
        }
        BackendEvent::Pictures(pictures) => state.shell.start.pictures = pictures,
        BackendEvent::Drafts(drafts) => state.shell.start.drafts = drafts,
        BackendEvent::EditedElsewhere(of) => open::edited_elsewhere(&mut state.shell, &of),
        BackendEvent::DraftDiscarded(path, discarded) => {
            open::draft_discarded(state, &path, discarded);
        }
        BackendEvent::DraftTaken(path, taken) => open::draft_taken(state, &path, taken, ctx),
    }
}

fn file_chosen(state: &mut State, answer: FileAnswer, ctx: &egui::Context) {
    let Some(path) = answer.path else {
        return;
    };
    match answer.question {
        FileQuestion::Open | FileQuestion::Import => {
            open::ask(state, ShellCommand::OpenFile(path), ctx);
        }
        FileQuestion::SaveAs(_) => save::save_as_file(state, path),
        FileQuestion::Export(_) => save::export(state, path),
        FileQuestion::CadFile => checks::set_subject_file(state, path),
        FileQuestion::Setting(setting) => set_path(state, setting, path),
        FileQuestion::Report(format, _) => {
            let command = CompareCommand::SaveReport(format, path);
            compare_view::apply(state, command, &mut Commands::default(), ctx);
        }
        question @ (FileQuestion::Orders
        | FileQuestion::Audit(_)
        | FileQuestion::Library
        | FileQuestion::MigrationOutput) => studio_view::file_chosen(state, question, path),
        FileQuestion::CompareFirst => state.shell.ask_file(FileQuestion::CompareSecond(path)),
        FileQuestion::CompareSecond(first) => {
            let files = [first, path].map(CompareSource::File);
            let command = CompareCommand::Open(Box::new(files));
            compare_view::apply(state, command, &mut Commands::default(), ctx);
        }
        FileQuestion::CompareSide(side) => {
            let command = CompareCommand::Replace(side, Box::new(CompareSource::File(path)));
            compare_view::apply(state, command, &mut Commands::default(), ctx);
        }
        question @ (FileQuestion::Log(_)
        | FileQuestion::Artifact(_)
        | FileQuestion::MediaAsset(_)) => {
            crate::runs::file_chosen(state, question, path, ctx);
        }
    }
}

/// A file that was chosen for a setting.
fn set_path(state: &mut State, setting: SettingPath, path: PathBuf) {
    let nodes = match setting.of {
        SettingOf::Nodes(nodes) => nodes,
        SettingOf::OutputType(id, node_type) => {
            let command = StudioCommand::OverrideFile(id, node_type, setting.pointer, path);
            return studio_view::apply(state, command, &mut Commands::default());
        }
    };
    let Some(session) = &mut state.session else {
        return;
    };
    let edit = Edit::SetSetting {
        nodes,
        pointer: setting.pointer,
        value: serde_json::Value::String(path.to_string_lossy().into_owned()),
    };
    if let Err(err) = session.document.apply(&edit, &state.catalogue) {
        let title = text("edit.failed").to_owned();
        state
            .shell
            .notify(NoticeLevel::Error, title, vec![err.to_string()]);
    }
}

fn dropped(state: &mut State, paths: &[PathBuf], ctx: &egui::Context) {
    let is_workflow = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
    let is_seen =
        |path: &PathBuf| compare_view::is_picture_file(path) || compare_view::is_video_file(path);
    let are_two = paths.len() == 2 && paths.iter().all(is_seen);
    if are_two || state.compare.open.is_some() && !paths.iter().any(is_workflow) {
        let command = CompareCommand::Dropped(paths.to_vec());
        return compare_view::apply(state, command, &mut Commands::default(), ctx);
    }
    for path in paths {
        if open::is_cad_file(path) {
            checks::set_subject_file(state, path.clone());
        } else if !studio_view::dropped(state, path) {
            open::ask(state, ShellCommand::OpenFile(path.clone()), ctx);
        }
    }
}

impl ShellState {
    /// Asks for something that takes a while.
    pub(crate) fn ask(&self, ask: Ask) {
        self.worker.ask(ask);
    }
}
