//! Entries of the command table that are the shell's.

use super::{CheckKind, PreferenceChange, ShellCommand, apply};
use crate::command::Action;
use crate::preferences::ThemeChoice;
use crate::state::State;

/// Carries an entry out; says whether it was one of the shell's.
pub(crate) fn run(state: &mut State, action: Action, ctx: &egui::Context) -> bool {
    let Some(command) = command(state, action, ctx) else {
        return false;
    };
    apply(state, command, ctx);
    true
}

fn command(state: &State, action: Action, ctx: &egui::Context) -> Option<ShellCommand> {
    Some(match action {
        Action::New | Action::Close => ShellCommand::Close,
        Action::Open => ShellCommand::AskOpen,
        Action::ImportPreset => ShellCommand::AskImport,
        Action::Save => ShellCommand::Save,
        Action::SaveAs => ShellCommand::AskSaveAs,
        Action::ExportFile => ShellCommand::AskExport,
        Action::Quit => ShellCommand::Quit,
        Action::Preferences => ShellCommand::ShowPreferences,
        Action::Preflight => ShellCommand::Check(CheckKind::Preflight),
        Action::DryRun => ShellCommand::Check(CheckKind::DryRun),
        Action::SubjectSample => ShellCommand::SubjectSample,
        Action::SubjectFile => ShellCommand::AskSubjectFile,
        Action::ToggleTheme => {
            let is_dark = match state.shell.preferences.theme {
                ThemeChoice::Dark => true,
                ThemeChoice::Light => false,
                ThemeChoice::Desktop => ctx.theme() == egui::Theme::Dark,
            };
            let other = if is_dark {
                ThemeChoice::Light
            } else {
                ThemeChoice::Dark
            };
            ShellCommand::Prefer(PreferenceChange::Theme(other))
        }
        Action::ToggleCatalog
        | Action::ToggleInspector
        | Action::ToggleProblems
        | Action::ToggleHistory
        | Action::ToggleRuns
        | Action::ToggleLog
        | Action::ToggleMinimap => return layout(state, action),
        _ => return None,
    })
}

/// Shows or hides a panel.
fn layout(state: &State, action: Action) -> Option<ShellCommand> {
    let mut layout = state.shell.preferences.layout.clone();
    let mut show_tab = |tab: &str| {
        let is_shown = layout.bottom_open && layout.bottom_tab == tab;
        layout.bottom_open = !is_shown;
        layout.bottom_tab = tab.to_owned();
    };
    match action {
        Action::ToggleProblems => show_tab("problems"),
        Action::ToggleHistory => show_tab("history"),
        Action::ToggleRuns => show_tab("runs"),
        Action::ToggleLog => show_tab("log"),
        Action::ToggleCatalog => layout.catalog_open = !layout.catalog_open,
        Action::ToggleInspector => layout.inspector_open = !layout.inspector_open,
        Action::ToggleMinimap => layout.mini_map_open = !layout.mini_map_open,
        _ => return None,
    }
    Some(ShellCommand::Prefer(PreferenceChange::Layout(Box::new(
        layout,
    ))))
}
