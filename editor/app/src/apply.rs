//! The one place where state changes: commands are drained in order, then what follows from the
//! document (problems, what is drawn) is brought up to date.

mod action;
mod clipboard;
mod navigate;
mod nodes;

use hartomat_document::{Applied, Edit, EditError};

use crate::canvas::{left_out_text, refusal_reasons};
use crate::command::{Command, Commands, EditCommand};
use crate::messages::text;
use crate::runs::{Reading, reading};
use crate::shell::NoticeLevel;
use crate::state::State;
use crate::{canvas, compare_view, last_run, runs, shell, studio_view, swatches};

/// How often commands may lead to commands in one frame.
const ROUNDS: usize = 8;

/// Carries out all that was asked for.
pub(crate) fn drain(state: &mut State, commands: &mut Commands, ctx: &egui::Context) {
    let mut has_changed = false;
    for _ in 0..ROUNDS {
        if commands.is_empty() {
            break;
        }
        for command in commands.drain() {
            has_changed = true;
            apply(state, command, commands, ctx);
        }
        state.refresh();
    }
    shell::follow(state, ctx);
    last_run::follow(state, ctx);
    swatches::follow(state);
    runs::follow(state, ctx);
    compare_view::follow(state, ctx);
    if let Some(session) = &mut state.session {
        session.check(ctx);
    }
    if has_changed {
        ctx.request_repaint();
    }
}

fn apply(state: &mut State, command: Command, commands: &mut Commands, ctx: &egui::Context) {
    if state.runs.graph.is_some() {
        match reading(&command) {
            Reading::Elsewhere => {}
            Reading::Looks => {
                runs::on_shown_graph(state, |state| carry_out(state, command, commands, ctx));
                return;
            }
            Reading::Changes => {
                let title = text("run.read_only").to_owned();
                let details = vec![text("run.read_only_help").to_owned()];
                state.shell.notify(NoticeLevel::Refused, title, details);
                return;
            }
        }
    }
    carry_out(state, command, commands, ctx);
}

fn carry_out(state: &mut State, command: Command, commands: &mut Commands, ctx: &egui::Context) {
    match command {
        Command::Run(action) => action::run(state, action, commands, ctx),
        Command::Edit(command) => edit(state, command),
        Command::Canvas(command) => canvas::apply(state, command, commands),
        Command::Launch(launcher) => launch(state, launcher),
        Command::Shell(command) => shell::apply(state, command, ctx),
        Command::Runs(command) => runs::apply(state, command, ctx),
        Command::Studio(command) => studio_view::apply(state, command, commands),
        Command::Compare(command) => compare_view::apply(state, command, commands, ctx),
    }
}

fn launch(state: &mut State, launcher: Option<crate::command::Launcher>) {
    if launcher.is_some() {
        state.launchers_opened += 1;
    }
    state.launcher = launcher;
}

fn edit(state: &mut State, command: EditCommand) {
    let Some(session) = &mut state.session else {
        return;
    };
    let document = &mut session.document;
    let outcome = match command {
        EditCommand::Apply(edit) => document.apply(&edit, &state.catalogue),
        EditCommand::Preview(edit) => document.preview(&edit, &state.catalogue),
        EditCommand::Commit => {
            document.commit_gesture();
            return;
        }
        EditCommand::Abort => {
            document.abort_gesture();
            return;
        }
        EditCommand::Undo => {
            document.undo();
            return;
        }
        EditCommand::Redo => {
            document.redo();
            return;
        }
        EditCommand::GoTo(index) => {
            document.go_to(index);
            return;
        }
    };
    tell(state, outcome);
}

/// Says what couldn't be done, or was left out.
fn tell(state: &mut State, outcome: Result<Applied, EditError>) {
    match outcome {
        Ok(applied) if applied.left_out.is_empty() => {}
        Ok(applied) => {
            let items = applied.left_out.iter();
            let details = items.map(|item| left_out_text(item, &state.catalogue));
            let details = details.collect();
            let title = text("edit.left_out").to_owned();
            state.shell.notify(NoticeLevel::Refused, title, details);
        }
        Err(err) => {
            let details = refusal_reasons(&err, &state.catalogue);
            let title = text("edit.failed").to_owned();
            state.shell.notify(NoticeLevel::Refused, title, details);
        }
    }
}

/// Applies an edit at once, as a part of an action.
fn apply_edit(state: &mut State, edit: &Edit) -> bool {
    let Some(session) = &mut state.session else {
        return false;
    };
    let outcome = session.document.apply(edit, &state.catalogue);
    let has_changed = outcome.as_ref().is_ok_and(|applied| applied.is_changed);
    tell(state, outcome);
    has_changed
}
