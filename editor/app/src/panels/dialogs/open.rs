//! Which workflow of the library to open, found by typing.

use egui::{Id, RichText, Ui};
use hartomat_api::WorkflowSummary;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer, EmptyState, VirtualList, search_box_ui};

use super::push;
use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::{family_text, mode_text};
use crate::shell::ShellCommand;

/// Height of a row: two lines.
const ROW: f32 = 44.0;
/// Height of the list.
const LIST: f32 = 340.0;

pub(super) fn open_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let id = Id::new("open");
    let (mut wanted, mut at): (String, usize) =
        ctx.data(|data| data.get_temp(id)).unwrap_or_default();
    let found = matching(&context.shell.library().workflows, &wanted);
    at = at.min(found.len().saturating_sub(1));
    let mut activated = None;
    let dialog = Dialog::new(
        id,
        text("open.title"),
        text("open.open"),
        text("open.cancel"),
    )
    .alternative(text("open.file"))
    .can_confirm(!found.is_empty())
    .width(560.0);
    let answer = dialog.show(ctx, |ui| {
        let search = search_box_ui(ui, &mut wanted, text("open.search"), text("open.clear"));
        if !search.has_focus() && ui.memory(|memory| memory.focused().is_none()) {
            search.request_focus();
        }
        ui.add_space(space::M);
        ui.allocate_ui(egui::vec2(ui.available_width(), LIST), |ui| {
            ui.set_min_height(LIST);
            if found.is_empty() {
                nothing_ui(ui, context, &wanted);
                return;
            }
            let list = VirtualList::new(id.with("list"), text("open.list"), found.len());
            let list = list.selected(Some(at)).row_height(ROW);
            let answer = list.show(
                ui,
                |index| found[index].name.clone(),
                |ui, index| row_ui(ui, found[index]),
            );
            at = answer.selected.unwrap_or(at);
            activated = answer.activated;
        });
        at = moved_by_keys(ui, at, found.len());
    });
    let chosen = activated.or((answer == Some(DialogAnswer::Confirmed)).then_some(at));
    let command = match (chosen.and_then(|index| found.get(index)), answer) {
        (Some(workflow), _) => ShellCommand::OpenLibrary(workflow.id.clone()),
        (None, Some(DialogAnswer::Alternative)) => ShellCommand::AskOpenFile,
        (None, Some(_)) => ShellCommand::Dismiss,
        (None, None) => {
            ctx.data_mut(|data| data.insert_temp(id, (wanted, at)));
            return;
        }
    };
    ctx.data_mut(|data| data.remove::<(String, usize)>(id));
    push(commands, command);
}

/// Workflows whose name or description has all the words.
fn matching<'a>(workflows: &'a [WorkflowSummary], wanted: &str) -> Vec<&'a WorkflowSummary> {
    let words: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
    let has_all = |workflow: &&WorkflowSummary| {
        let text = format!("{} {}", workflow.name, workflow.description).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    workflows.iter().filter(has_all).collect()
}

/// The arrows move through the list while the search box has the keyboard.
fn moved_by_keys(ui: &Ui, at: usize, len: usize) -> usize {
    let (down, up) = ui.input(|input| {
        let pressed = |key| input.key_pressed(key);
        (pressed(egui::Key::ArrowDown), pressed(egui::Key::ArrowUp))
    });
    match (down, up) {
        (true, false) => (at + 1).min(len.saturating_sub(1)),
        (false, true) => at.saturating_sub(1),
        _ => at,
    }
}

fn row_ui(ui: &mut Ui, workflow: &WorkflowSummary) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add_space(4.0);
        let name = RichText::new(&workflow.name).font(medium(size::TEXT));
        ui.add(egui::Label::new(name.color(palette.text_strong)).truncate());
        let revision = match workflow.revision {
            0 => text("open.bundled").to_owned(),
            revision => text_with("open.revision", &[("revision", &revision.to_string())]),
        };
        let family = family_text(workflow.family);
        let mode = mode_text(workflow.execution_mode);
        let facts = RichText::new(format!("{family} · {mode} · {revision}"));
        let facts = facts.size(size::SMALL_TEXT).color(palette.text_weak);
        ui.add(egui::Label::new(facts).truncate());
    });
}

fn nothing_ui(ui: &mut Ui, context: &Context<'_>, wanted: &str) {
    let is_searching = !wanted.trim().is_empty();
    let (title, help) = match (is_searching, context.shell.connection().is_up()) {
        (true, _) => (text("open.nothing_found"), text("open.nothing_found_help")),
        (false, true) => (text("open.nothing_saved"), text("open.nothing_saved_help")),
        (false, false) => (text("open.no_link"), text("open.no_link_help")),
    };
    EmptyState {
        icon: Icon::Workflow,
        title,
        text: help,
        button: None,
    }
    .ui(ui);
}
