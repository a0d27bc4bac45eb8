//! What dialogs about a draft have in common: a reason, how sending it stands, and what an answer means.

use egui::{Margin, RichText, TextEdit, Ui};
use hartomat_api::ApiError;
use hartomat_ui::theme::{Theme, medium, size};
use hartomat_ui::widgets::{DialogAnswer, name};

use super::refused_ui;
use crate::messages::text;

/// The longest reason, in characters.
const LONGEST: usize = 1000;

/// A field for the reason. Whoever opens the dialog can write at once.
pub(crate) fn reason_ui(ui: &mut Ui, reason: &mut String, hint: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(text("review.reason")).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
    let field = TextEdit::multiline(reason)
        .desired_rows(3)
        .char_limit(LONGEST)
        .margin(Margin::symmetric(8, 6))
        .hint_text(hint)
        .desired_width(f32::INFINITY);
    let response = ui.add(field);
    name(&response, text("review.reason"));
    if reason.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
}

/// Why it wasn't taken, or that it is on its way.
pub(crate) fn sent_ui(ui: &mut Ui, is_sent: bool, refused: Option<&ApiError>) {
    if let Some(err) = refused {
        refused_ui(ui, err);
    }
    if is_sent {
        ui.spinner();
    }
}

/// What a frame of a dialog leads to: the draft is kept where it has changed, and sent or dismissed.
pub(crate) fn after_dialog<Draft: PartialEq, Command>(
    answer: Option<DialogAnswer>,
    (before, draft): (&Draft, Draft),
    keep: impl FnOnce(Draft) -> Command,
    [send, dismiss]: [Command; 2],
) -> Vec<Command> {
    match answer {
        Some(DialogAnswer::Confirmed) => vec![keep(draft), send],
        Some(_) => vec![dismiss],
        None if draft != *before => vec![keep(draft)],
        None => Vec::new(),
    }
}
