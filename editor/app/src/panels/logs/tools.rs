//! What is above the lines: node, try, levels, search, following, copying, saving.

use egui::{RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Theme, size, space};
use hartomat_ui::widgets::{IconButton, search_box_ui};

use super::line::plain_text;
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{Chooser, run_node_name};
use crate::runs::{LogBook, LogCommand, RunView, RunsCommand};

/// Lines that are copied at once, at most.
const COPIED: usize = 20_000;

pub(super) fn tools_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let log = &view.log;
    let mut told = Vec::new();
    let mut tell = |command| told.push(command);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        node_ui(ui, context, view, &mut tell);
        attempt_ui(ui, view, &mut tell);
        levels_ui(ui, log, &palette, &mut tell);
        search_ui(ui, log, &palette, &mut tell);
        let follow = IconButton::new(Icon::Down, text("log.follow"));
        let follow = follow.help(text("log.follow_help")).on(log.is_following);
        if ui.add(follow).clicked() {
            tell(LogCommand::Follow(!log.is_following));
        }
        let copy = IconButton::new(Icon::Copy, text("log.copy_all")).help(text("log.copy_help"));
        if ui.add_enabled(!log.is_empty(), copy).clicked() {
            let lines = log.shown().take(COPIED);
            let lines: Vec<String> = lines.map(|line| plain_text(&line)).collect();
            commands.runs(RunsCommand::CopyText(lines.join("\n")));
        }
        let save = IconButton::new(Icon::Save, text("log.save")).help(text("log.save_help"));
        if ui.add(save).clicked() {
            commands.runs(RunsCommand::AskSaveLog);
        }
    });
    for command in told {
        commands.runs(RunsCommand::Log(command));
    }
}

fn node_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, tell: &mut dyn FnMut(LogCommand)) {
    let name = |id| run_node_name(context, view, id);
    let chosen = view.log.node.as_ref().map(name);
    let chooser = Chooser {
        salt: "log node",
        name: text("log.node"),
        chosen: chosen.as_deref().unwrap_or(text("log.all_nodes")),
        width: 140.0,
    };
    chooser.show(ui, |ui| {
        let is_all = view.log.node.is_none();
        if ui.selectable_label(is_all, text("log.all_nodes")).clicked() {
            tell(LogCommand::OfNode(None));
        }
        for run in &view.record.nodes {
            let is_chosen = view.log.node.as_ref() == Some(&run.node);
            if ui.selectable_label(is_chosen, name(&run.node)).clicked() {
                tell(LogCommand::OfNode(Some(run.node.clone())));
            }
        }
    });
}

/// Which try of the node, where there were several.
fn attempt_ui(ui: &mut Ui, view: &RunView, tell: &mut dyn FnMut(LogCommand)) {
    let Some(node) = &view.log.node else {
        return;
    };
    let numbers = view.attempt_numbers(node);
    if numbers.len() < 2 {
        return;
    }
    let name = |number: u32| count("runs.attempt_number", number as usize);
    let chosen = view.log.attempt.map(name);
    let chooser = Chooser {
        salt: "log attempt",
        name: text("log.attempt"),
        chosen: chosen.as_deref().unwrap_or(text("log.all_attempts")),
        width: 120.0,
    };
    chooser.show(ui, |ui| {
        let is_all = view.log.attempt.is_none();
        if ui
            .selectable_label(is_all, text("log.all_attempts"))
            .clicked()
        {
            tell(LogCommand::OfAttempt(None));
        }
        for number in numbers {
            let is_chosen = view.log.attempt == Some(number);
            if ui.selectable_label(is_chosen, name(number)).clicked() {
                tell(LogCommand::OfAttempt(Some(number)));
            }
        }
    });
}

fn levels_ui(ui: &mut Ui, log: &LogBook, palette: &Palette, tell: &mut dyn FnMut(LogCommand)) {
    let levels = [
        (Icon::Error, text("log.errors"), Severity::Error),
        (Icon::Warning, text("log.warnings"), Severity::Warning),
        (Icon::Info, text("log.infos"), Severity::Info),
    ];
    for (level, (icon, name, severity)) in levels.into_iter().enumerate() {
        let is_on = log.levels[level];
        let mut button = IconButton::new(icon, name).on(is_on);
        if is_on {
            button = button.color(palette.severity(severity));
        }
        if ui.add(button).clicked() {
            tell(LogCommand::Level(level, !is_on));
        }
    }
}

fn search_ui(ui: &mut Ui, log: &LogBook, palette: &Palette, tell: &mut dyn FnMut(LogCommand)) {
    let mut wanted = log.wanted.clone();
    let is_entered = ui
        .scope(|ui| {
            ui.set_width((ui.available_width() - 270.0).clamp(100.0, 320.0));
            let search = search_box_ui(ui, &mut wanted, text("log.search"), text("log.clear"));
            search.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
        })
        .inner;
    if wanted != log.wanted {
        tell(LogCommand::Search(wanted));
    } else if is_entered {
        tell(LogCommand::Next(!ui.input(|input| input.modifiers.shift)));
    }
    let regex = egui::Button::selectable(log.is_regex, RichText::new(".*").monospace());
    let regex = ui.add(regex).on_hover_text(text("log.regex"));
    hartomat_ui::widgets::name(&regex, text("log.regex"));
    if regex.clicked() {
        tell(LogCommand::Regex(!log.is_regex));
    }
    if log.wanted.is_empty() {
        return;
    }
    let (words, color) = match log.found_at() {
        _ if log.is_broken() => (
            text("log.broken").to_owned(),
            palette.severity(Severity::Error),
        ),
        Some((at, _)) => {
            let (at, all) = (at.to_string(), log.found_count().to_string());
            let words = text_with("log.found", &[("at", &at), ("all", &all)]);
            (words, palette.text)
        }
        None => (text("log.nothing").to_owned(), palette.text_weak),
    };
    ui.label(RichText::new(words).size(size::SMALL_TEXT).color(color));
    if ui
        .add(IconButton::new(Icon::Up, text("log.previous")).small())
        .clicked()
    {
        tell(LogCommand::Next(false));
    }
    if ui
        .add(IconButton::new(Icon::Down, text("log.next")).small())
        .clicked()
    {
        tell(LogCommand::Next(true));
    }
}
