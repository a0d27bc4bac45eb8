//! Under which name, and where, to save.

use egui::{Id, RichText};
use hartomat_ui::theme::{Theme, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer, name};

use super::push;
use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::shell::ShellCommand;

pub(super) fn save_as_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        push(commands, ShellCommand::Dismiss);
        return;
    };
    let id = Id::new("save as");
    let before = || session.document.workflow().name.clone();
    let mut wish: String = ctx.data(|data| data.get_temp(id)).unwrap_or_else(before);
    let dialog = Dialog::new(
        id,
        text("save_as.title"),
        text("save_as.library"),
        text("save_as.cancel"),
    )
    .alternative(text("save_as.file"))
    .can_confirm(!wish.trim().is_empty())
    .width(460.0);
    let answer = dialog.show(ctx, |ui| {
        let palette = Theme::of(ui.ctx()).palette;
        ui.label(RichText::new(text("save_as.explanation")).color(palette.text_weak));
        ui.add_space(space::M);
        ui.label(text("save_as.name"));
        let edit = egui::TextEdit::singleline(&mut wish)
            .margin(egui::Margin::symmetric(8, 5))
            .desired_width(f32::INFINITY);
        let edit = ui.add(edit);
        name(&edit, text("save_as.name"));
    });
    ctx.data_mut(|data| data.insert_temp(id, wish.clone()));
    let Some(answer) = answer else {
        return;
    };
    ctx.data_mut(|data| data.remove::<String>(id));
    push(
        commands,
        match answer {
            DialogAnswer::Confirmed => ShellCommand::SaveAsLibrary(wish.trim().to_owned()),
            DialogAnswer::Alternative => ShellCommand::AskSaveFile,
            DialogAnswer::Cancelled => ShellCommand::Dismiss,
        },
    );
}
