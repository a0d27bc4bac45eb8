//! The word that takes a run out of the inbox: it was looked at, and why that is enough.

use egui::{Id, Ui};
use hartomat_schema::ReviewDecision;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer};

use crate::Context;
use crate::command::Commands;
use crate::files::now;
use crate::messages::{text, text_with};
use crate::parts::ago;
use crate::runs::{Looked, RunView, RunsCommand};
use crate::shell::sentence;

/// Asks for it.
pub(crate) fn looked_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(before) = &context.runs.looked else {
        return;
    };
    let mut reason = before.reason.clone();
    let dialog = Dialog::new(
        Id::new("looked at"),
        text("looked.title"),
        text("looked.confirm"),
        text("rerun.cancel"),
    );
    let answer = dialog.keep_enter().show(ctx, |ui| {
        ui.label(text("looked.explanation"));
        ui.add_space(space::M);
        let field = egui::TextEdit::multiline(&mut reason).hint_text(text("looked.reason"));
        let field = ui.add(field.desired_rows(2).desired_width(f32::INFINITY));
        hartomat_ui::widgets::name(&field, text("looked.reason"));
    });
    let changed = reason != before.reason;
    let looked = Looked {
        reason,
        ..before.clone()
    };
    if changed {
        commands.runs(RunsCommand::ChangeLooked(looked));
    }
    match answer {
        Some(DialogAnswer::Confirmed) => commands.runs(RunsCommand::HandInLooked),
        Some(_) => commands.runs(RunsCommand::DismissLooked),
        None => {}
    }
}

/// Who has said what of the run.
pub(super) fn reviews_ui(ui: &mut Ui, view: &RunView) {
    let palette = Theme::of(ui.ctx()).palette;
    let detail = view.detail.as_ref();
    let reviews = detail.into_iter().flat_map(|detail| &detail.reviews);
    for review in reviews.filter(|review| review.revoked.is_none()) {
        let (icon, key) = match review.decision {
            ReviewDecision::Accept => (Icon::Succeeded, "looked.accepted"),
            ReviewDecision::Reject => (Icon::Shown, "looked.looked_at"),
        };
        let when = ago(review.at, now());
        let values = [("who", review.reviewer.as_str()), ("when", when.as_str())];
        let who = match key {
            "looked.accepted" => text_with("looked.accepted", &values),
            _ => text_with("looked.looked_at", &values),
        };
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            ui.label(icon.rich().color(palette.text_weak));
            let who = egui::RichText::new(who).size(size::SMALL_TEXT);
            ui.label(who.color(palette.text_weak));
            ui.label(sentence(&review.reason));
        });
    }
}
