//! The open workflow has changes and is to be closed.

use egui::Id;
use hartomat_ui::theme::{Severity, space};
use hartomat_ui::widgets::{ButtonKind, Dialog, DialogAnswer, TextButton};

use super::push;
use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::shell::{CloseChoice, Origin, ShellCommand};

pub(super) fn close_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let name = context
        .session
        .map_or("", |session| &session.document.workflow().name);
    let title = text_with("close.title", &[("name", name)]);
    let mut is_discarded = false;
    let dialog = Dialog::new(
        Id::new("close"),
        &title,
        text("close.save"),
        text("close.cancel"),
    )
    .alternative(text("close.keep_draft"))
    .severity(Severity::Warning)
    .width(480.0);
    let answer = dialog.show(ctx, |ui| {
        let is_new = context
            .shell
            .open()
            .is_some_and(|open| open.origin == Origin::New);
        ui.label(if is_new {
            text("close.never_saved")
        } else {
            text("close.explanation")
        });
        ui.add_space(space::S);
        let discard = ui.add(TextButton::new(ButtonKind::Quiet, text("close.discard")));
        is_discarded = discard.on_hover_text(text("close.discard_help")).clicked();
    });
    let command = match answer {
        _ if is_discarded => ShellCommand::CloseChosen(CloseChoice::Discard),
        Some(DialogAnswer::Confirmed) => ShellCommand::CloseChosen(CloseChoice::Save),
        Some(DialogAnswer::Alternative) => ShellCommand::CloseChosen(CloseChoice::KeepDraft),
        Some(DialogAnswer::Cancelled) => ShellCommand::Dismiss,
        None => return,
    };
    push(commands, command);
}
