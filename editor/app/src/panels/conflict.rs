//! A save that somebody else's came before: both versions beside each other, what differs, and ways
//! on. None of them loses anything.

mod lines;
mod side;

use egui::{Id, RichText, Ui};
use hartomat_document::Difference;
use hartomat_schema::Workflow;
use hartomat_ui::theme::{Severity, Theme, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer};

use self::lines::clashes;
use self::side::Side;
use crate::Context;
use crate::command::{Command, Commands};
use crate::messages::text;
use crate::parts::{difference_lines, setting_text, setting_title};
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
    let answer = dialog
        .severity(Severity::Warning)
        .width(880.0)
        .show(ctx, |ui| {
            ui.label(match conflict.theirs {
                Some(_) => text("conflict.explanation"),
                None => text("conflict.gone"),
            });
            ui.add_space(space::M);
            chosen = sides_ui(ui, context, conflict);
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

fn sides_ui(ui: &mut Ui, context: &Context<'_>, conflict: &Conflict) -> Option<ConflictChoice> {
    let palette = Theme::of(ui.ctx()).palette;
    // Without a common beginning each side is compared with the other.
    let theirs = conflict.theirs.as_ref();
    let base = conflict.base.as_ref();
    let here = base
        .or(theirs)
        .map(|from| Difference::between(from, &conflict.mine));
    let there = theirs.map(|theirs| Difference::between(base.unwrap_or(&conflict.mine), theirs));
    let both = match (&here, &there) {
        (Some(here), Some(there)) if base.is_some() => clashes(here, there),
        _ => Vec::new(),
    };
    let others: Vec<&Workflow> = base.into_iter().map(|base| &**base).collect();
    let sides = [
        Side {
            title: text("conflict.base"),
            workflow: base,
            difference: None,
            caption: "",
            missing: text("conflict.no_base"),
            others: &others,
            choice: None,
        },
        Side {
            title: text("conflict.yours"),
            workflow: Some(&conflict.mine),
            difference: here.as_ref(),
            caption: text("conflict.changed_here"),
            missing: "",
            others: &others,
            choice: Some((
                ConflictChoice::KeepMine,
                text("conflict.keep_mine"),
                text("conflict.keep_mine_help"),
            )),
        },
        Side {
            title: text("conflict.theirs"),
            workflow: theirs,
            difference: there.as_ref(),
            caption: text("conflict.changed_there"),
            missing: text("conflict.nobody"),
            others: &others,
            choice: Some((
                ConflictChoice::TakeTheirs,
                text("conflict.take_theirs"),
                text("conflict.take_theirs_help"),
            )),
        },
    ];
    let mut chosen = None;
    ui.columns(3, |columns| {
        for (column, side) in columns.iter_mut().zip(sides) {
            let layout = egui::Layout::top_down(egui::Align::Min);
            let answer = column
                .with_layout(layout, |ui| side.ui(ui, context, difference_lines))
                .inner;
            chosen = chosen.or(answer);
        }
    });
    if !both.is_empty() {
        ui.add_space(space::M);
        let title = RichText::new(text("conflict.clashes"));
        ui.label(title.color(palette.severity(Severity::Warning)));
        for clash in both {
            let name = side::name_of(&clash.node, &[&conflict.mine], context.catalogue);
            let versions: &[&Workflow] = &[&conflict.mine];
            let title = |name: &str| setting_title(&clash.node, name, versions, context.catalogue);
            ui.label(format!("{name} › {}", setting_text(&clash.pointer, title)));
        }
    }
    chosen
}
