//! The log of the run that is looked at: levels, nodes, search with its places, and lines that are
//! followed until somebody scrolls. Only lines in view are laid out.

mod line;
mod tools;

use egui::{Id, Margin, ScrollArea, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::EmptyState;

use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::runs::{LogBook, LogCommand, RunView, RunsCommand};
use crate::shell::plain;

/// Height of a line.
pub(super) const LINE: f32 = 19.0;

/// Draws the log in what is free.
pub(crate) fn logs_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(view) = &context.runs.view else {
        EmptyState {
            icon: Icon::Text,
            title: text("log.none"),
            text: text("log.none_help"),
            button: None,
        }
        .ui(ui);
        return;
    };
    let margin = Margin::symmetric(8, 4);
    egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        tools::tools_ui(ui, context, view, commands);
        if let Some(err) = &view.log.error {
            ui.label(plain(err));
        }
        lines_ui(ui, context, view, commands);
    });
}

fn lines_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, commands: &mut Commands) {
    let log = &view.log;
    if log.is_empty() {
        let (title, help) = if log.read_count() > 0 {
            (text("log.all_hidden"), text("log.all_hidden_help"))
        } else {
            (text("log.empty"), text("log.empty_help"))
        };
        EmptyState {
            icon: Icon::Text,
            title,
            text: help,
            button: None,
        }
        .ui(ui);
        return;
    }
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let id = Id::new(("log", view.id().as_str()));
    let height = ui.available_height();
    let mut area = ScrollArea::both()
        .id_salt(id)
        .auto_shrink([false, false])
        .stick_to_bottom(log.is_following);
    if let Some(offset) = offset(ui, id, log, height) {
        area = area.vertical_scroll_offset(offset);
    }
    let found_at = log.found_at().map(|(_, index)| index);
    let shown = area.show_rows(ui, LINE, log.len(), |ui, range| {
        for index in range {
            if let Some(of) = log.line(index) {
                let shown = line::ShownLine {
                    context,
                    view,
                    number: index,
                    line: of,
                    is_found: found_at == Some(index),
                };
                shown.ui(ui, commands);
            }
        }
    });
    // Scrolling up pauses, coming back to the end goes on.
    let end = shown.content_size.y - shown.inner_rect.height();
    let is_at_end = shown.state.offset.y >= end - 2.0;
    let has_scrolled = ui.input(|input| {
        let is_over = input
            .pointer
            .hover_pos()
            .is_some_and(|at| shown.inner_rect.contains(at));
        is_over && (input.smooth_scroll_delta().y != 0.0 || input.pointer.primary_down())
    });
    if has_scrolled && is_at_end != log.is_following && log.wanted.is_empty() {
        commands.runs(RunsCommand::Log(LogCommand::Follow(is_at_end)));
    }
}

/// Where to scroll to, once, when a place was found.
fn offset(ui: &Ui, id: Id, log: &LogBook, height: f32) -> Option<f32> {
    let key = id.with("jumps");
    let before: u64 = ui.data(|data| data.get_temp(key)).unwrap_or(0);
    if before == log.jumps() {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(key, log.jumps()));
    let (_, index) = log.found_at()?;
    Some((index as f32 * LINE - height / 2.0).max(0.0))
}
