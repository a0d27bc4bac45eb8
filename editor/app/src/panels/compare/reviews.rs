//! What people said of it, and the masks that were drawn.

use egui::{RichText, Ui};
use hartomat_ui::theme::{Theme, medium, size};

use super::masks;
use crate::Context;
use crate::command::Commands;
use crate::compare_view::OpenComparison;
use crate::messages::text;

/// Keys of reviews, as they are written and called.
pub(super) const KEYS: &[(&str, &str)] = &[];

pub(super) fn is_asking(_context: &Context<'_>) -> bool {
    false
}

pub(super) fn keys(
    _ui: &Ui,
    _context: &Context<'_>,
    _open: &OpenComparison,
    _copies: bool,
    _commands: &mut Commands,
) {
}

pub(super) fn buttons_ui(
    _ui: &mut Ui,
    _context: &Context<'_>,
    _open: &OpenComparison,
    _commands: &mut Commands,
) {
}

pub(super) fn reviews_ui(
    ui: &mut Ui,
    _context: &Context<'_>,
    open: &OpenComparison,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(text("mask.masks")).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
    masks::list_ui(ui, open, commands);
}
