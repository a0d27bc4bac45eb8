//! A save that somebody else's came before: both versions beside each other, what differs, and ways
//! on. None of them loses anything.

mod lines;
mod side;

use egui::{Id, RichText, Ui};
use hartomat_document::Difference;
use hartomat_ui::theme::{Severity, Theme, space};
use hartomat_ui::widgets::{ButtonKind, Dialog, DialogAnswer, TextButton};

use self::lines::{clashes, lines};
use self::side::Side;
use crate::Context;
use crate::command::{Command, Commands};
use crate::messages::text;
use crate::shell::{Conflict, ConflictChoice, ShellCommand};

/// Draws the dialog while there is a conflict.
pub(crate) fn conflict_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(conflict) = context.shell.conflict() else {
        return;
    };
    let mut chosen = None;
    let dialog = Dialog::new(
        Id::new("conflict"),
        text("conflict.title"),
        text("conflict.save_copy"),
        text("conflict.later"),
    );
    let answer = dialog.severity(Severity::Warning).width(880.0).show(ctx, |ui| {
        ui.label(match conflict.theirs {
            Some(_) => text("conflict.explanation"),
            None => text("conflict.gone"),
        });
        ui.add_space(space::M);
        sides_ui(ui, context, conflict);
        ui.add_space(space::M);
        chosen = choices_ui(ui, conflict);
    });
    let command = match (chosen, answer) {
        (Some(choice), _) => ShellCommand::ConflictChosen(choice),
        (None, Some(DialogAnswer::Confirmed)) => {
            ShellCommand::ConflictChosen(ConflictChoice::SaveCopy)
        }
        (None, Some(_)) => ShellCommand::Dismiss,
        (None, None) => return,
    };
    commands.push(Command::Shell(command));
}

fn sides_ui(ui: &mut Ui, context: &Context<'_>, conflict: &Conflict) {
    let palette = Theme::of(ui.ctx()).palette;
    // Without a common beginning each side is compared with the other.
    let theirs = conflict.theirs.as_ref();
    let base = conflict.base.as_ref();
    let here = base.or(theirs).map(|from| Difference::between(from, &conflict.mine));
    let there = theirs.map(|theirs| Difference::between(base.unwrap_or(&conflict.mine), theirs));
    let both = match (&here, &there) {
        (Some(here), Some(there)) if base.is_some() => clashes(here, there),
        _ => Vec::new(),
    };
    ui.columns(3, |columns| {
        let sides = [
            Side {
                title: text("conflict.base"),
                workflow: base,
                difference: None,
                caption: "",
                missing: text("conflict.no_base"),
            },
            Side {
                title: text("conflict.yours"),
                workflow: Some(&conflict.mine),
                difference: here.as_ref(),
                caption: text("conflict.changed_here"),
                missing: "",
            },
            Side {
                title: text("conflict.theirs"),
                workflow: theirs,
                difference: there.as_ref(),
                caption: text("conflict.changed_there"),
                missing: text("conflict.nobody"),
            },
        ];
        for (column, side) in columns.iter_mut().zip(sides) {
            side.ui(column, context, lines);
        }
    });
    if !both.is_empty() {
        ui.add_space(space::M);
        let title = RichText::new(text("conflict.clashes"));
        ui.label(title.color(palette.severity(Severity::Warning)));
        for clash in both {
            let name = side::name_of(&clash.node, &[&conflict.mine], context.catalogue);
            ui.label(format!("{name} › {}", clash.pointer.trim_start_matches('/')));
        }
    }
}

fn choices_ui(ui: &mut Ui, conflict: &Conflict) -> Option<ConflictChoice> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        let mine = TextButton::new(ButtonKind::Secondary, text("conflict.keep_mine"));
        let mine = ui.add(mine).on_hover_text(text("conflict.keep_mine_help"));
        if mine.clicked() {
            chosen = Some(ConflictChoice::KeepMine);
        }
        ui.add_enabled_ui(conflict.theirs.is_some(), |ui| {
            let theirs = TextButton::new(ButtonKind::Secondary, text("conflict.take_theirs"));
            let theirs = ui.add(theirs).on_hover_text(text("conflict.take_theirs_help"));
            if theirs.clicked() {
                chosen = Some(ConflictChoice::TakeTheirs);
            }
        });
    });
    chosen
}
