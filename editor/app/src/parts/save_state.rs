//! Whether what is on screen is saved, kept as a draft, or neither.

use egui::{RichText, Ui};
use hartomat_ui::theme::{Severity, Theme, size};

use crate::messages::text;
use crate::shell::{Origin, ShellState};

/// Draws it as a word.
pub(crate) fn save_state_ui(ui: &mut Ui, shell: &ShellState) {
    let Some(open) = shell.open() else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let status = open.draft_status().filter(|_| open.is_dirty);
    let error = status.as_ref().and_then(|status| status.error.clone());
    let (words, help) = match &status {
        _ if open.is_saving() => (text("save_state.saving"), None),
        Some(_) if error.is_some() => (text("save_state.failed"), error),
        Some(status) if status.is_durable() => {
            let help = text("save_state.draft_help").to_owned();
            (text("save_state.draft"), Some(help))
        }
        Some(_) => (text("save_state.writing"), None),
        None if open.origin == Origin::New => (text("save_state.new"), None),
        None => (text("save_state.saved"), None),
    };
    let has_failed = words == text("save_state.failed");
    let color = if has_failed {
        palette.severity(Severity::Error)
    } else {
        palette.text_weak
    };
    let shown = ui.label(RichText::new(words).size(size::SMALL_TEXT).color(color));
    if let Some(help) = help {
        shown.on_hover_text(help);
    }
}
