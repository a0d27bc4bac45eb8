//! Drafts that a crash or a closed window left behind: restore or put aside.

use egui::{Frame, Rect, RichText, Sense, Stroke, Ui, Vec2};
use hartomat_document::EditLabel;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, radius, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, name};

use super::{push, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::{ago, edit_text, family_text, miniature_in};
use crate::shell::{FoundDraft, ShellCommand};

/// Size of a draft's picture in points.
const PICTURE: Vec2 = Vec2::new(132.0, 66.0);

pub(super) fn drafts_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let drafts = context.shell.start().drafts();
    if drafts.is_empty() {
        return;
    }
    section_ui(ui, text("drafts.title"));
    let palette = Theme::of(ui.ctx()).palette;
    ui.label(RichText::new(text("drafts.explanation")).color(palette.text_weak));
    for draft in drafts {
        draft_ui(ui, draft, commands);
    }
}

fn draft_ui(ui: &mut Ui, draft: &FoundDraft, commands: &mut Commands) {
    let theme = Theme::of(ui.ctx());
    let palette = &theme.palette;
    let outline = palette.severity(Severity::Warning).gamma_multiply(0.5);
    let frame = Frame::new()
        .fill(palette.raised)
        .stroke(Stroke::new(1.0, outline))
        .corner_radius(radius::LARGE)
        .inner_margin(space::M as i8);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(PICTURE, Sense::hover());
            picture_in(ui, rect, draft);
            ui.add_space(space::S);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                ui.add_space((PICTURE.y - 38.0) / 2.0);
                texts_ui(ui, draft);
            });
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(layout, |ui| buttons_ui(ui, draft, commands));
        });
    });
}

fn picture_in(ui: &Ui, rect: Rect, draft: &FoundDraft) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.painter()
        .rect_filled(rect, radius::MEDIUM, palette.canvas);
    miniature_in(ui.painter(), rect, &draft.miniature, &palette, |_| None);
}

fn texts_ui(ui: &mut Ui, draft: &FoundDraft) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = draft.name.as_deref().unwrap_or(text("drafts.unreadable"));
    let title = RichText::new(title).font(medium(size::TEXT + 0.5));
    ui.label(title.color(palette.text_strong));
    let mut facts = Vec::new();
    facts.extend(draft.family.map(|family| family_text(family).to_owned()));
    if draft.name.is_some() {
        facts.push(count("drafts.nodes", draft.nodes));
    } else {
        facts.push(draft.path.display().to_string());
    }
    if let Some(changed_at) = draft.changed_at {
        let when = ago(changed_at, now());
        facts.push(text_with("drafts.changed", &[("when", &when)]));
    }
    if let Some(change) = &draft.last_change {
        let label = EditLabel::from_english(change);
        let change = label.map_or_else(|| change.clone(), |label| edit_text(&label));
        facts.push(text_with("drafts.last_change", &[("change", &change)]));
    }
    let facts = RichText::new(facts.join(" · ")).size(size::SMALL_TEXT);
    ui.label(facts.color(palette.text_weak));
}

fn buttons_ui(ui: &mut Ui, draft: &FoundDraft, commands: &mut Commands) {
    let of = draft.name.as_deref().unwrap_or(text("drafts.unreadable"));
    ui.spacing_mut().item_spacing.x = space::M;
    if draft.name.is_some() {
        let restore = TextButton::new(ButtonKind::Primary, text("drafts.restore"));
        let restore = ui.add(restore.icon(Icon::History));
        name(&restore, &text_with("drafts.restore_this", &[("name", of)]));
        if restore.clicked() {
            push(commands, ShellCommand::RestoreDraft(draft.path.clone()));
        }
    }
    let discard = ui.add(TextButton::new(
        ButtonKind::Secondary,
        text("drafts.discard"),
    ));
    name(&discard, &text_with("drafts.discard_this", &[("name", of)]));
    if discard.on_hover_text(text("drafts.discard_help")).clicked() {
        push(commands, ShellCommand::DiscardDraft(draft.path.clone()));
    }
}
