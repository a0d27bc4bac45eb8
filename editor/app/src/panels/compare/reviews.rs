//! What people said of the difference, what can be said, and the masks that were drawn.

use egui::{Label, Margin, RichText, Ui};
use hartomat_schema::{Review, ReviewDecision, ReviewScope};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, medium, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton};

use super::masks;
use crate::Context;
use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison, ReviewCommand};
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::ago;
use crate::shell::plain;

/// Keys of reviews, as they are written and called.
pub(super) const KEYS: &[(&str, &str)] = &[("A", "review.accept"), ("X", "review.reject")];

/// Whether a review is being written, which has the keyboard for itself.
pub(super) fn is_asking(context: &Context<'_>) -> bool {
    let open = context.compare.open.as_ref();
    open.is_some_and(|open| open.draft.is_some())
}

pub(super) fn keys(ui: &Ui, open: &OpenComparison, commands: &mut Commands) {
    let is_pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    let decisions = [
        (egui::Key::A, ReviewDecision::Accept),
        (egui::Key::X, ReviewDecision::Reject),
    ];
    for (key, decision) in decisions {
        if open.can_be_reviewed() && is_pressed(key) {
            ask(commands, ReviewCommand::Begin(decision));
        }
    }
}

fn ask(commands: &mut Commands, command: ReviewCommand) {
    commands.compare(CompareCommand::Review(command));
}

/// Accept and reject, in the first line.
pub(super) fn buttons_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    if !open.is_of_run() {
        return;
    }
    let choices = [
        (
            ReviewDecision::Reject,
            text("review.reject"),
            Icon::Cancelled,
            "X",
        ),
        (
            ReviewDecision::Accept,
            text("review.accept"),
            Icon::Check,
            "A",
        ),
    ];
    for (decision, words, icon, key) in choices {
        let button = TextButton::new(ButtonKind::Secondary, words).icon(icon);
        let response = ui.add_enabled(open.can_be_reviewed(), button);
        let help = match decision {
            ReviewDecision::Accept => text("review.accept_help"),
            ReviewDecision::Reject => text("review.reject_help"),
        };
        let response = response.on_hover_text(format!("{help}  ({key})"));
        let response = response.on_disabled_hover_text(text("review.not_yet"));
        if response.clicked() {
            ask(commands, ReviewCommand::Begin(decision));
        }
    }
}

pub(super) fn reviews_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    if let Some(err) = &open.reviews_unread {
        let words = RichText::new(plain(err)).color(palette.severity(Severity::Warning));
        ui.add(Label::new(words).wrap());
        let again = TextButton::new(ButtonKind::Secondary, text("review.reload"));
        if ui.add(again.icon(Icon::Retry)).clicked() {
            ask(commands, ReviewCommand::Reload);
        }
    }
    if !open.is_of_run() {
        weak_ui(ui, text("review.no_run"));
    } else if open.reviews.is_empty() && open.reviews_unread.is_none() {
        weak_ui(ui, text("review.none"));
    }
    for review in &open.reviews {
        ui.push_id(review.id.as_str(), |ui| review_ui(ui, review, commands));
    }
    ui.add_space(space::M);
    let title = RichText::new(text("mask.masks")).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
    masks::list_ui(ui, open, commands);
}

fn weak_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let words = RichText::new(words).size(size::SMALL_TEXT);
    ui.add(Label::new(words.color(palette.text_weak)).wrap());
}

/// How far a review reaches, for people.
fn scope_text(scope: &ReviewScope) -> String {
    match scope {
        ReviewScope::Case => text("review.for_case").to_owned(),
        ReviewScope::OutputType => text("review.for_output_type").to_owned(),
        ReviewScope::Region(masks) => count("review.for_masks", masks.len()),
    }
}

/// Until when, or why it says nothing any more.
fn end_text(review: &Review) -> String {
    let now = now();
    match (&review.revoked, review.expires_at) {
        (Some(revoked), _) => {
            let when = ago(revoked.at, now);
            let values = [("who", revoked.by.as_str()), ("when", when.as_str())];
            text_with("review.revoked_by", &values)
        }
        (None, Some(end)) if !review.stands_at(now) => {
            text_with("review.ended", &[("date", &end.date())])
        }
        (None, Some(end)) => text_with("review.until", &[("date", &end.date())]),
        (None, None) => text("review.no_end").to_owned(),
    }
}

fn review_ui(ui: &mut Ui, review: &Review, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let stands = review.stands_at(now());
    let (icon, words, status) = match review.decision {
        ReviewDecision::Accept => (Icon::Check, text("review.accepted"), Status::Succeeded),
        ReviewDecision::Reject => (Icon::Cancelled, text("review.rejected"), Status::Failed),
    };
    let color = if stands {
        palette.status(status)
    } else {
        palette.text_faint
    };
    let frame = egui::Frame::new().fill(palette.raised).corner_radius(6);
    frame.inner_margin(Margin::symmetric(10, 8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal(|ui| {
            ui.label(icon.text(15.0).color(color));
            let words = RichText::new(words).font(medium(size::TEXT));
            ui.label(words.color(if stands {
                palette.text_strong
            } else {
                palette.text_weak
            }));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                weak_ui(ui, &ago(review.at, now()));
            });
        });
        let reason = RichText::new(&review.reason).color(palette.text);
        ui.add(Label::new(reason).wrap());
        let facts = [
            review.reviewer.clone(),
            scope_text(&review.scope),
            end_text(review),
        ];
        weak_ui(ui, &facts.join("  ·  "));
        ui.horizontal(|ui| {
            if matches!(review.scope, ReviewScope::Region(_)) {
                let show = TextButton::new(ButtonKind::Quiet, text("review.show_masks"));
                if ui.add(show.icon(Icon::Bounds)).clicked() {
                    ask(commands, ReviewCommand::ShowMasks(review.id.clone()));
                }
            }
            if review.revoked.is_none() {
                let revoke = TextButton::new(ButtonKind::Quiet, text("review.revoke"));
                let response = ui.add(revoke.icon(Icon::Undo));
                if response.on_hover_text(text("review.revoke_help")).clicked() {
                    ask(commands, ReviewCommand::Revoke(review.id.clone()));
                }
            }
        });
    });
}
