//! Named views: those that everybody has, and a person's own, which can be saved and forgotten.

use egui::{Id, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{Dialog, DialogAnswer, IconButton};

use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::Chooser;
use crate::runs::{RunFilter, RunsCommand, built_in_views};

pub(super) fn views_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    filter: &mut RunFilter,
    commands: &mut Commands,
) {
    let own = &context.shell.preferences().run_views;
    let current = context.runs.list.filter.clone();
    let built_in = built_in_views();
    let mut names = built_in.iter().map(|(name, filter)| (*name, filter));
    let found = names.find(|(_, of)| **of == current).map(|(name, _)| name);
    let mut own_names = own.iter();
    let found = found.or_else(|| {
        own_names
            .find(|(_, of)| **of == current)
            .map(|(name, _)| name.as_str())
    });
    let chooser = Chooser {
        salt: "runs view",
        name: text("views.view"),
        chosen: found.unwrap_or(text("views.changed")),
        width: 136.0,
    };
    chooser.show(ui, |ui| {
        ui.set_min_width(220.0);
        for (name, of) in &built_in {
            let badge = context.runs.inbox.badge().filter(|_| of.unresolved);
            let label = badge.map_or((*name).to_owned(), |badge| format!("{name}  ({badge})"));
            if ui.selectable_label(*of == current, label).clicked() {
                filter.clone_from(of);
            }
        }
        if !own.is_empty() {
            ui.separator();
        }
        for (name, of) in own {
            own_ui(ui, name, *of == current, commands, || filter.clone_from(of));
        }
        ui.separator();
        let is_new = found.is_none();
        let save = egui::Button::new(text("views.save"));
        let save = ui.add_enabled(is_new, save);
        if save
            .on_disabled_hover_text(text("views.save_help"))
            .clicked()
        {
            commands.runs(RunsCommand::AskSaveView(Some(String::new())));
            ui.close();
        }
    });
}

fn own_ui(ui: &mut Ui, name: &str, is_shown: bool, commands: &mut Commands, show: impl FnOnce()) {
    ui.horizontal(|ui| {
        let forget = text_with("views.forget", &[("name", name)]);
        ui.spacing_mut().item_spacing.x = space::S;
        if ui.selectable_label(is_shown, name).clicked() {
            show();
            ui.close();
        }
        if ui
            .add(IconButton::new(Icon::Delete, &forget).small())
            .clicked()
        {
            commands.runs(RunsCommand::ForgetView(name.to_owned()));
        }
    });
}

/// Asks for a name.
pub(crate) fn save_view_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(before) = &context.runs.view_name else {
        return;
    };
    let mut name = before.clone();
    let dialog = Dialog::new(
        Id::new("save view"),
        text("views.save_title"),
        text("views.keep"),
        text("rerun.cancel"),
    );
    let can_save = !name.trim().is_empty();
    let answer = dialog.can_confirm(can_save).show(ctx, |ui| {
        ui.label(text("views.explanation"));
        ui.add_space(space::M);
        let field = egui::TextEdit::singleline(&mut name).hint_text(text("views.name"));
        let field = ui.add(field.desired_width(f32::INFINITY));
        hartomat_ui::widgets::name(&field, text("views.name"));
        if ui.memory(|memory| memory.focused().is_none()) {
            field.request_focus();
        }
    });
    match answer {
        Some(DialogAnswer::Confirmed) => commands.runs(RunsCommand::SaveView(name)),
        Some(_) => commands.runs(RunsCommand::AskSaveView(None)),
        None if name != *before => commands.runs(RunsCommand::AskSaveView(Some(name))),
        None => {}
    }
}
