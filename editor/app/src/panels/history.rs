//! The list of steps: where the document has been, and the way back to any of them.

use egui::{Id, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size};
use hartomat_ui::widgets::{EmptyState, VirtualList};

use crate::Context;
use crate::command::{Command, Commands, EditCommand};
use crate::messages::{text, text_with};
use crate::parts::edit_text;

/// Draws the history in what is free.
pub(crate) fn history_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let document = &session.document;
    let labels: Vec<String> = document
        .history()
        .map(|entry| edit_text(&entry.label))
        .collect();
    if labels.len() <= 1 {
        EmptyState {
            icon: Icon::History,
            title: text("history.empty"),
            text: text("history.empty_help"),
            button: None,
        }
        .ui(ui);
        return;
    }
    let present = document.present();
    let list = VirtualList::new(Id::new("history list"), text("history.title"), labels.len());
    let answer = list.selected(Some(present)).show(
        ui,
        |index| row_name(&labels[index], index, present),
        |ui, index| row_ui(ui, &labels[index], index, present),
    );
    if let Some(index) = answer.selected.or(answer.activated)
        && index != present
    {
        commands.push(Command::Edit(EditCommand::GoTo(index)));
    }
}

/// What screen readers say: also that a step is undone.
fn row_name(label: &str, index: usize, present: usize) -> String {
    match index > present {
        true => text_with("history.undone", &[("label", label)]),
        false => label.to_owned(),
    }
}

fn row_ui(ui: &mut Ui, label: &str, index: usize, present: usize) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = match index.cmp(&present) {
        std::cmp::Ordering::Less => palette.text,
        std::cmp::Ordering::Equal => palette.text_strong,
        std::cmp::Ordering::Greater => palette.text_faint,
    };
    let icon = match index {
        _ if index > present => Icon::Redo,
        _ if index == present => Icon::Folded,
        0 => Icon::File,
        _ => Icon::Check,
    };
    ui.label(icon.text(size::TEXT).color(color));
    ui.label(RichText::new(label).color(color));
}
