//! The log of the run that is looked at: levels, nodes, tries, search with its places, and lines that
//! are followed until somebody scrolls. Only lines in view are laid out.

mod foot;
mod line;
mod scroll;
mod tools;

use egui::{Margin, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::EmptyState;

use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::{known_ui, reveal};
use crate::runs::{LogCommand, RunView, RunsCommand, log_element};
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
        if view.log.is_full() {
            let most = view.log.read_count().to_string();
            ui.weak(text_with("log.too_long", &[("count", &most)]));
        }
        if let Some(known) = view.known_failure() {
            known_ui(ui, known);
        }
        lines_ui(ui, context, view, commands);
    });
}

fn lines_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, commands: &mut Commands) {
    let log = &view.log;
    if log.is_empty() {
        nothing_ui(ui, view);
        return;
    }
    let mut tell = |command| commands.runs(RunsCommand::Log(command));
    let rest = ui.available_rect_before_wrap();
    let foot = foot::height(log);
    let (room, foot) = rest.split_top_bottom_at_y(rest.bottom() - foot);
    let mut room = ui.new_child(egui::UiBuilder::new().max_rect(room));
    let lines = scroll::Lines {
        id: log_element(view.id()),
        name: text("log.lines"),
        count: log.len(),
        is_following: log.is_following,
        current: log.current,
        target: log.target(),
    };
    let found_at = log.found_at().map(|(_, index)| index);
    let mut of_lines = Commands::default();
    let scrolled = lines.show(&mut room, |ui, index| {
        let Some(of) = log.line(index) else {
            return 0.0;
        };
        let shown = line::ShownLine {
            context,
            view,
            index,
            line: of,
            is_found: found_at == Some(index),
            is_current: log.current == Some(index),
            list: lines.id,
        };
        shown.ui(ui, &mut of_lines)
    });
    // Scrolling up pauses, coming back to the end goes on.
    let may_follow = log.wanted.is_empty() || scrolled.to_end == Some(false);
    if let Some(is_at_end) = scrolled
        .to_end
        .filter(|end| *end != log.is_following && may_follow)
    {
        tell(LogCommand::Follow(is_at_end));
    }
    if let Some(chosen) = scrolled.chosen {
        tell(LogCommand::Current(Some(chosen)));
    }
    let current = log.current.and_then(|index| log.line(index));
    if let (true, Some(line)) = (scrolled.is_copied, &current) {
        commands.runs(RunsCommand::CopyText(line::plain_text(line)));
    }
    if let (true, Some(node)) = (scrolled.is_entered, current.and_then(|line| line.node)) {
        reveal(node, commands);
    }
    for command in of_lines.drain() {
        commands.push(command);
    }
    let mut foot = ui.new_child(egui::UiBuilder::new().max_rect(foot));
    foot::foot_ui(&mut foot, context, view, commands);
}

fn nothing_ui(ui: &mut Ui, view: &RunView) {
    let (title, help) = match () {
        () if view.log.read_count() > 0 => (text("log.all_hidden"), text("log.all_hidden_help")),
        () if view.log.is_reading() => (text("log.reading"), text("log.reading_help")),
        () => (text("log.empty"), text("log.empty_help")),
    };
    EmptyState {
        icon: Icon::Text,
        title,
        text: help,
        button: None,
    }
    .ui(ui);
}
