//! The question what a review says: how far it reaches, why, until when, and what comes of it.

use egui::{DragValue, Id, Label, Margin, RichText, Ui};
use hartomat_schema::{MAX_ACCEPT_DAYS, ReviewDecision, Subject};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::{Dialog, name};

use crate::Context;
use crate::command::Commands;
use crate::compare_view::{
    CompareCommand, OpenComparison, ReviewCommand, ReviewDraft, ReviewReach, expiry,
};
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::{after_dialog, reason_ui, sent_ui, verdict_text};

/// Days that are offered.
const DAYS: [u32; 4] = [30, 90, 180, 365];

pub(super) fn review_dialog_ui(
    ctx: &egui::Context,
    context: &Context<'_>,
    commands: &mut Commands,
) {
    let Some(open) = &context.compare.open else {
        return;
    };
    let Some(before) = &open.draft else {
        return;
    };
    let mut draft = before.clone();
    let (title, confirm) = match draft.decision {
        ReviewDecision::Accept => (text("review.accept_title"), text("review.accept")),
        ReviewDecision::Reject => (text("review.reject_title"), text("review.reject")),
    };
    let can_confirm = !draft.is_sent && !draft.reason.trim().is_empty();
    let dialog = Dialog::new(Id::new("review"), title, confirm, text("review.cancel"));
    let dialog = dialog.width(500.0).keep_enter().can_confirm(can_confirm);
    let answer = dialog.show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        of_ui(ui, open);
        ui.add_space(space::S);
        reach_ui(ui, open, &mut draft);
        ui.add_space(space::M);
        reason_ui(ui, &mut draft.reason, text("review.reason_hint"));
        if draft.decision == ReviewDecision::Accept {
            ui.add_space(space::M);
            expiry_ui(ui, &mut draft);
        }
        ui.add_space(space::M);
        effect_ui(ui, open, &draft);
        sent_ui(ui, draft.is_sent, draft.refused.as_ref());
    });
    let keep = |draft| ReviewCommand::Write(Box::new(draft));
    let ends = [ReviewCommand::Send, ReviewCommand::Dismiss];
    for command in after_dialog(answer, (before, draft), keep, ends) {
        commands.compare(CompareCommand::Review(command));
    }
}

fn title_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(words).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
}

/// What it is about.
fn of_ui(ui: &mut Ui, open: &OpenComparison) {
    let palette = Theme::of(ui.ctx()).palette;
    let words = format!("{}  ·  {}", open.title, open.reviewed_output());
    ui.add(Label::new(RichText::new(words).color(palette.text_weak)).truncate());
}

fn reach_ui(ui: &mut Ui, open: &OpenComparison, draft: &mut ReviewDraft) {
    title_ui(ui, text("review.reach"));
    let subject = open.run.as_ref().map(|run| &run.frozen.subject);
    let of_line = match subject {
        Some(Subject::OrderLine(line)) => Some(line.output_type.name.as_str()),
        _ => None,
    };
    let case = ui.radio(draft.reach == ReviewReach::Case, text("review.case"));
    if case.on_hover_text(text("review.case_help")).clicked() {
        draft.reach = ReviewReach::Case;
    }
    let words = match of_line {
        Some(name) => text_with("review.output_type", &[("name", name)]),
        None => text("review.any_output_type").to_owned(),
    };
    ui.add_enabled_ui(of_line.is_some(), |ui| {
        let response = ui.radio(draft.reach == ReviewReach::OutputType, words);
        let response = response.on_hover_text(text("review.output_type_help"));
        let response = response.on_disabled_hover_text(text("review.no_output_type"));
        if response.clicked() {
            draft.reach = ReviewReach::OutputType;
        }
    });
    let masks = open.masks.all.len();
    let words = match masks {
        0 => text("review.masks").to_owned(),
        masks => count("review.of_masks", masks),
    };
    ui.add_enabled_ui(masks > 0, |ui| {
        let response = ui.radio(draft.reach == ReviewReach::Masks, words);
        let response = response.on_hover_text(text("review.masks_help"));
        let response = response.on_disabled_hover_text(text("review.no_masks"));
        if response.clicked() {
            draft.reach = ReviewReach::Masks;
        }
    });
}

fn expiry_ui(ui: &mut Ui, draft: &mut ReviewDraft) {
    title_ui(ui, text("review.expiry"));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for days in DAYS {
            let number = usize::try_from(days).unwrap_or(usize::MAX);
            let words = count("review.days", number);
            if ui.selectable_label(draft.days == days, words).clicked() {
                draft.days = days;
            }
        }
        let field = DragValue::new(&mut draft.days).range(1..=MAX_ACCEPT_DAYS);
        let response = ui.add(field);
        name(&response, text("review.days_other"));
        response.on_hover_text(text("review.days_other"));
        if let Some(end) = expiry(draft, now()) {
            let palette = Theme::of(ui.ctx()).palette;
            let words = text_with("review.until", &[("date", &end.date())]);
            ui.label(RichText::new(words).color(palette.text_weak));
        }
    });
}

/// What comes of it, and what doesn't.
fn effect_ui(ui: &mut Ui, open: &OpenComparison, draft: &ReviewDraft) {
    let palette = Theme::of(ui.ctx()).palette;
    let verdict = open.verdict.map_or("–", verdict_text);
    let does = match (draft.decision, draft.reach) {
        (ReviewDecision::Accept, ReviewReach::Case) => text("review.does_case"),
        (ReviewDecision::Accept, ReviewReach::OutputType) => text("review.does_output_type"),
        (ReviewDecision::Accept, ReviewReach::Masks) => text("review.does_masks"),
        (ReviewDecision::Reject, _) => text("review.does_reject"),
    };
    let frame = egui::Frame::new().fill(palette.field).corner_radius(6);
    frame
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::XS;
            let lines = [
                text_with("review.verdict_stays", &[("verdict", verdict)]),
                does.to_owned(),
            ];
            for words in lines {
                ui.horizontal_top(|ui| {
                    ui.label(Icon::Info.text(13.0).color(palette.text_weak));
                    let words = RichText::new(words).size(size::SMALL_TEXT);
                    ui.add(Label::new(words.color(palette.text)).wrap());
                });
            }
        });
}
