//! What stands over everything else: questions, short messages, and what a dragged file would do.

mod close;
mod drop;
mod import;
mod keys;
mod notices;
mod open;
mod preferences;
mod save_as;

use crate::Context;
use crate::command::{Command, Commands};
use crate::shell::{Dialog, ShellCommand};

/// Draws what is to be answered, and the messages.
pub(crate) fn shell_dialogs_ui(
    ctx: &egui::Context,
    context: &Context<'_>,
    commands: &mut Commands,
) {
    match context.shell.dialog() {
        Some(Dialog::Close) => close::close_ui(ctx, context, commands),
        Some(Dialog::SaveAs) => save_as::save_as_ui(ctx, context, commands),
        Some(Dialog::Open) => open::open_ui(ctx, context, commands),
        Some(Dialog::Import { path, migration }) => {
            import::import_ui(ctx, path, migration, commands);
        }
        Some(Dialog::Refused { path, diagnostics }) => {
            import::refused_ui(ctx, path, diagnostics, commands);
        }
        Some(Dialog::Preferences) => preferences::preferences_ui(ctx, context, commands),
        Some(Dialog::Keys) => keys::keys_ui(ctx, context, commands),
        Some(Dialog::Conflict(_)) | None => {}
    }
    notices::notices_ui(ctx, context, commands);
    drop::drop_ui(ctx, context);
}

fn push(commands: &mut Commands, command: ShellCommand) {
    commands.push(Command::Shell(command));
}
