//! What is below the lines: where the chosen line leads, what is known of it, and the way back to the
//! newest lines.

use egui::{Align, Label, Layout, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton};

use super::line::plain_text;
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{reveal, run_node_name};
use crate::runs::{LogBook, LogCommand, LogEntry, RunView, RunsCommand, known_failure};

/// Height of the strip, in points; none while there is nothing to say.
pub(super) fn height(log: &LogBook) -> f32 {
    if log.current.is_some() || !log.is_following {
        size::CONTROL + space::XS
    } else {
        0.0
    }
}

pub(super) fn foot_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, commands: &mut Commands) {
    let log = &view.log;
    if height(log) == 0.0 {
        return;
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        if !log.is_following {
            let words = if view.is_live() {
                text("log.follow_again")
            } else {
                text("log.to_the_end")
            };
            let follow = TextButton::new(ButtonKind::Secondary, words).icon(Icon::Down);
            let follow = ui.add(follow).on_hover_text(text("log.follow_help"));
            if follow.clicked() {
                commands.runs(RunsCommand::Log(LogCommand::Follow(true)));
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let current = log.current.and_then(|index| log.line(index));
            match current {
                Some(line) => line_ui(ui, context, view, &line, commands),
                None => quiet(ui, &count("log.line_count", log.len())),
            }
        });
    });
}

fn quiet(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let words = RichText::new(words).size(size::SMALL_TEXT);
    ui.add(Label::new(words.color(palette.text_weak)).truncate());
}

/// Where a line leads: to its node, what that put out, what is known of a failure.
fn line_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    line: &LogEntry<'_>,
    commands: &mut Commands,
) {
    let number = line.number.to_string();
    quiet(ui, &text_with("log.line_number", &[("number", &number)]));
    let copy = IconButton::new(Icon::Copy, text("log.copy_line")).small();
    if ui.add(copy).clicked() {
        commands.runs(RunsCommand::CopyText(plain_text(line)));
    }
    if let Some(node) = line.node {
        let name = run_node_name(context, view, node);
        let go = TextButton::new(ButtonKind::Quiet, &name).icon(Icon::Locate);
        if ui.add(go).on_hover_text(text("log.go_to_node")).clicked() {
            reveal(node, commands);
        }
        if let Some(artifact) = view.artifact_of(node) {
            let go = TextButton::new(ButtonKind::Quiet, &artifact.name).icon(Icon::Image);
            let go = ui.add(go).on_hover_text(text("log.go_to_artifact"));
            if go.clicked() {
                commands.runs(RunsCommand::ShowArtifact(artifact.digest));
            }
        }
    }
    if let Some(known) = known_failure(line.text) {
        ui.label(Icon::Idea.rich());
        quiet(ui, &format!("{} {}", known.cause(), known.fix()));
    }
}
